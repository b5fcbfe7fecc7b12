import type { Digest } from './digest.ts';

/**
 * The layer that last changed a record of a database. Package managers write their whole database
 * anew whenever anything changes, so the layer of the file says little: the lowest layer that has
 * held this very record ever since is the one that installed the package.
 *
 * @param layer the layer of the file as it is visible
 * @param earlier what lower layers said at the same path, from the next lower one down; it ends
 * where a layer took the file away
 * @param hasSame whether a lower layer has the same record
 */
export function layerOfLastChange<Lower extends { readonly layer: Digest | undefined }>(
  layer: Digest | undefined,
  earlier: readonly Lower[],
  hasSame: (lower: Lower) => boolean,
): Digest | undefined {
  let lowest = layer;
  for (const lower of earlier) {
    if (!hasSame(lower)) {
      break;
    }
    lowest = lower.layer;
  }
  return lowest;
}
