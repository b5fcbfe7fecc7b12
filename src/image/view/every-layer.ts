import { getBaseName } from '../../foundation/core/base-name.ts';
import type { FileRef, FileView, ViewLayer } from '../../foundation/core/cataloger.ts';
import { getParentPath, joinPath } from './path.ts';
import { parseMarker } from './whiteout.ts';

/**
 * Returns the entries of each path, hidden or not, from the lowest layer up; at most the last one
 * per layer. Markers are not entries. Links are not followed. Makes one pass over all rows.
 *
 * @param paths absent for every path of every layer
 */
export function findLayerEntries(
  layers: readonly ViewLayer[],
  paths?: ReadonlySet<string>,
): ReadonlyMap<string, readonly FileRef[]> {
  const entries = new Map<string, FileRef[]>();
  for (const [layer, { files }] of layers.entries()) {
    for (let row = 0; row < files.length; row++) {
      const path = files.getPath(row);
      const isWanted = paths === undefined ? parseMarker(path) === undefined : paths.has(path);
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

/** Returns every path that any layer has, hidden or not, including markers. */
export function listLayerPaths(layers: readonly ViewLayer[]): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const { files } of layers) {
    for (let row = 0; row < files.length; row++) {
      paths.add(files.getPath(row));
    }
  }
  return paths;
}

/** Returns the view, with a function that reports whether any layer has a path. */
export function withLayerPaths(view: FileView, everywhere: ReadonlySet<string>): FileView {
  return {
    layers: view.layers,
    find: (path) => view.find(path),
    resolve: (path) => view.resolve(path),
    resolveHardLink: (ref) => view.resolveHardLink(ref),
    getRealPath: (ref) => view.getRealPath(ref),
    findRealFolder: (path) => view.findRealFolder(path),
    list: (folder) => view.list(folder),
    listPaths: () => view.listPaths(),
    isAnywhere: (path) => everywhere.has(path) || everywhere.has(resolveDirectoryLinks(view, path)),
  };
}

/** Returns the path after following the links in its parent directories. */
export function resolveDirectoryLinks(view: FileView, path: string): string {
  const folder = getParentPath(path);
  return joinPath(view.resolve(folder)?.path ?? folder, getBaseName(path));
}
