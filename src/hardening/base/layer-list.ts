import { createHash } from 'node:crypto';
import type { Digest } from '../../foundation/core/digest.ts';

/** Lengths of tar streams without an entry: no bytes, two zero blocks, one record of zeros. */
const EMPTY_TAR_BYTES = [0, 1_024, 10_240] as const;

const EMPTY_LAYERS: ReadonlySet<Digest> = new Set(
  EMPTY_TAR_BYTES.map((length) => hashText(Buffer.alloc(length))),
);

/** The empty layer that Docker's builders and deps.dev use. */
export const USUAL_EMPTY_LAYER = hashText(Buffer.alloc(1_024));

/** Drops layers without an entry, because they change nothing. */
function dropEmptyLayers(layers: readonly Digest[]): readonly Digest[] {
  return layers.filter((layer) => !EMPTY_LAYERS.has(layer));
}

/**
 * Returns the number of layers of `upper`, including empty ones, that `lower` covers; `undefined` if
 * `upper` does not start with `lower`, or if `lower` only has empty layers.
 */
export function findPrefix(lower: readonly Digest[], upper: readonly Digest[]): number | undefined {
  const wanted = dropEmptyLayers(lower);
  if (wanted.length === 0) {
    return undefined;
  }
  let found = 0;
  for (const [index, layer] of upper.entries()) {
    if (EMPTY_LAYERS.has(layer)) {
      continue;
    }
    if (layer !== wanted[found]) {
      return undefined;
    }
    found += 1;
    if (found === wanted.length) {
      return index + 1;
    }
  }
  return undefined;
}

/** Returns whether any layer above the first `count` has an entry. */
export function hasFurtherLayer(count: number, layers: readonly Digest[]): boolean {
  return dropEmptyLayers(layers.slice(count)).length > 0;
}

/** OCI image specification, config.md, "Layer ChainID". */
export function computeChainId(layers: readonly Digest[]): Digest | undefined {
  const [first, ...rest] = layers;
  let chain = first;
  for (const layer of rest) {
    chain = hashText(Buffer.from(`${chain} ${layer}`));
  }
  return chain;
}

function hashText(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
