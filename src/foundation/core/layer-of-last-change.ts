import type { Digest } from './digest.ts';

/**
 * Returns the layer that last changed a record of a database. Package managers rewrite their whole
 * database for each change, so the layer of the file is not significant: the lowest layer that has
 * held this record ever since installed the package.
 *
 * @param layer the layer of the visible file
 * @param earlier contents of lower layers at the same path, from the next lower one down, up to a
 *   layer that removed the file
 * @param hasSame returns whether a lower layer has the same record
 */
export function findLayerOfLastChange<Lower extends { readonly layer: Digest | undefined }>(
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
