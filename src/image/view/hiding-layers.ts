import type { ViewLayer } from '../../foundation/core/cataloger.ts';
import { getParentPath } from './path.ts';
import { parseMarker } from './whiteout.ts';

/**
 * Returns, for each path, the topmost layer up to the given one that removed the entries of lower
 * layers: by a whiteout or an opaque marker, by a non-directory in place of a directory above it,
 * or by a non-file in its own place. Paths that no layer removed are absent. Makes one pass over
 * the rows of every layer.
 *
 * @param topmost path → number of the layer to begin at
 */
export function findHidingLayers(
  layers: readonly ViewLayer[],
  topmost: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const hidden = new Map<string, number>();
  if (topmost.size === 0) {
    return hidden;
  }
  const below = indexPaths(topmost.keys());
  const hide = (paths: readonly string[], layer: number): void => {
    for (const path of paths) {
      if (layer <= (topmost.get(path) ?? -1)) {
        hidden.set(path, layer);
      }
    }
  };
  for (const [layer, { files }] of layers.entries()) {
    for (let row = 0; row < files.length; row++) {
      const path = files.getPath(row);
      const marker = parseMarker(path);
      if (marker !== undefined) {
        const { at, below: inside } = below.get(marker.path) ?? NONE;
        hide(marker.isOpaque ? inside : [...at, ...inside], layer);
        continue;
      }
      const known = below.get(path);
      const type = known && files.getType(row);
      if (known === undefined || type === 'directory') {
        continue;
      }
      hide(known.below, layer);
      if (type !== 'regular' && type !== 'hardlink') {
        hide(known.at, layer);
      }
    }
  }
  return hidden;
}

interface Related {
  /** The path itself, if it is requested. */
  readonly at: string[];
  readonly below: string[];
}

const NONE: Related = { at: [], below: [] };

function indexPaths(paths: Iterable<string>): ReadonlyMap<string, Related> {
  const related = new Map<string, Related>();
  const getRelated = (path: string): Related => {
    const known = related.get(path) ?? { at: [], below: [] };
    related.set(path, known);
    return known;
  };
  for (const path of paths) {
    getRelated(path).at.push(path);
    for (let at = path; at !== '/'; ) {
      at = getParentPath(at);
      getRelated(at).below.push(path);
    }
  }
  return related;
}
