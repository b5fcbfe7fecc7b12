import type { ViewLayer } from '../core/cataloger.ts';
import { parentOf } from './path.ts';
import { hiddenByMarker } from './whiteout.ts';

/**
 * For each of the paths the topmost of its layers, up to the one given, that took away what lower
 * layers have there: by a whiteout or an opaque marker, by something else than a folder in place of
 * a folder above it, or by something else than a file in its own place. Paths that no layer took
 * away are absent. One pass over the rows of every layer.
 *
 * @param topmost path → number of the layer to begin at
 */
export function hidingLayers(
  layers: readonly ViewLayer[],
  topmost: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const hidden = new Map<string, number>();
  if (topmost.size === 0) {
    return hidden;
  }
  const below = pathsBelow(topmost.keys());
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
      const marker = hiddenByMarker(path);
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
  /** The path itself, where it is one of those asked for. */
  readonly at: string[];
  readonly below: string[];
}

const NONE: Related = { at: [], below: [] };

function pathsBelow(paths: Iterable<string>): ReadonlyMap<string, Related> {
  const related = new Map<string, Related>();
  const relatedTo = (path: string): Related => {
    const known = related.get(path) ?? { at: [], below: [] };
    related.set(path, known);
    return known;
  };
  for (const path of paths) {
    relatedTo(path).at.push(path);
    for (let at = path; at !== '/'; ) {
      at = parentOf(at);
      relatedTo(at).below.push(path);
    }
  }
  return related;
}
