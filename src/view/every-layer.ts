import type { FileRef, FileView, ViewLayer } from '../core/cataloger.ts';
import { joinPath, nameOf, parentOf } from './path.ts';
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
      const path = files.getPath(row);
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

/** Every path that some layer has, hidden or not, markers included. */
export function pathsOfEveryLayer(layers: readonly ViewLayer[]): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const { files } of layers) {
    for (let row = 0; row < files.length; row++) {
      paths.add(files.getPath(row));
    }
  }
  return paths;
}

/** The view, which also tells of each path whether it is among those that some layer has. */
export function knowingEveryLayer(view: FileView, everywhere: ReadonlySet<string>): FileView {
  return {
    layers: view.layers,
    find: (path) => view.find(path),
    resolve: (path) => view.resolve(path),
    resolveHardLink: (ref) => view.resolveHardLink(ref),
    getRealPath: (ref) => view.getRealPath(ref),
    findRealFolder: (path) => view.findRealFolder(path),
    list: (folder) => view.list(folder),
    listPaths: () => view.listPaths(),
    isAnywhere: (path) => everywhere.has(path) || everywhere.has(behindFolderLinks(view, path)),
  };
}

/** The path with the links in its parent folders followed. */
export function behindFolderLinks(view: FileView, path: string): string {
  const folder = parentOf(path);
  return joinPath(view.resolve(folder)?.path ?? folder, nameOf(path));
}
