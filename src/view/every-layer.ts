import type { FileRef, ViewLayer } from '../core/cataloger.ts';
import { hiddenByMarker } from './whiteout.ts';

/**
 * Where each of the paths has an entry, hidden or not, from the lowest layer up; at most one a
 * layer, the last. Markers are no entries. Links are not followed. One pass over all rows.
 *
 * @param paths absent for every path of every layer
 */
export function entriesOfEveryLayer(
  layers: readonly ViewLayer[],
  paths?: ReadonlySet<string>,
): ReadonlyMap<string, readonly FileRef[]> {
  const entries = new Map<string, FileRef[]>();
  for (const [layer, { files }] of layers.entries()) {
    for (let row = 0; row < files.length; row++) {
      const path = files.path(row);
      const isWanted = paths === undefined ? hiddenByMarker(path) === undefined : paths.has(path);
      if (!isWanted) {
        continue;
      }
      const known = entries.get(path);
      if (known === undefined) {
        entries.set(path, [{ layer, row }]);
      } else {
        if (known.at(-1)?.layer === layer) {
          known.pop();
        }
        known.push({ layer, row });
      }
    }
  }
  return entries;
}
