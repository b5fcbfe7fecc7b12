import type { FileView } from '../../foundation/core/cataloger.ts';
import { getParentPath, joinPath } from './path.ts';

/** Extends a test to everything below the paths it matches. Caches results by directory. */
export function includeDescendants(isNamed: (path: string) => boolean): (path: string) => boolean {
  const known = new Map<string, boolean>([['/', false]]);
  const isFolderExcluded = (folder: string): boolean => {
    const passed: string[] = [];
    let at = folder;
    let answer = known.get(at);
    while (answer === undefined) {
      passed.push(at);
      at = getParentPath(at);
      answer = known.get(at);
    }
    for (const inner of passed.reverse()) {
      answer ||= isNamed(inner);
      known.set(inner, answer);
    }
    return answer;
  };
  return (path) => isFolderExcluded(getParentPath(path)) || isNamed(path);
}

/** Returns the view without some paths. A link to such a path is dangling. */
export function excludePaths(view: FileView, isExcluded: (path: string) => boolean): FileView {
  const { isAnywhere } = view;
  const list = (path: string): readonly string[] => {
    const folders = [...new Set([path, view.findRealFolder(path) ?? path])];
    return view
      .list(path)
      .filter((name) => !folders.some((folder) => isExcluded(joinPath(folder, name))));
  };
  return {
    layers: view.layers,
    find: (path) => (isExcluded(path) ? undefined : view.find(path)),
    resolve(path) {
      const found = isExcluded(path) ? undefined : view.resolve(path);
      return found === undefined || isExcluded(found.path) ? undefined : found;
    },
    resolveHardLink: (ref) => view.resolveHardLink(ref),
    getRealPath(ref) {
      const path = view.getRealPath(ref);
      return path === undefined || isExcluded(path) ? undefined : path;
    },
    findRealFolder(path) {
      const found = isExcluded(path) ? undefined : view.findRealFolder(path);
      const isLeft =
        found !== undefined &&
        !isExcluded(found) &&
        (view.find(found) !== undefined || list(found).length > 0);
      return isLeft ? found : undefined;
    },
    list,
    ...(isAnywhere === undefined
      ? {}
      : { isAnywhere: (path) => !isExcluded(path) && isAnywhere(path) }),
    *listPaths() {
      for (const path of view.listPaths()) {
        if (!isExcluded(path)) {
          yield path;
        }
      }
    },
  };
}
