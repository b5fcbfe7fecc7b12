import type { FileView } from '../core/cataloger.ts';
import { joinPath, parentOf } from './path.ts';

/**
 * The view without the paths that a test names, and without all that lies below them. A link to
 * such a path leads nowhere.
 */
export function excludingView(view: FileView, isNamed: (path: string) => boolean): FileView {
  const known = new Map<string, boolean>([['/', false]]);
  const isFolderExcluded = (folder: string): boolean => {
    const open: string[] = [];
    let at = folder;
    let answer = known.get(at);
    while (answer === undefined) {
      open.push(at);
      at = parentOf(at);
      answer = known.get(at);
    }
    for (const inner of open.reverse()) {
      answer ||= isNamed(inner);
      known.set(inner, answer);
    }
    return answer;
  };
  const isExcluded = (path: string): boolean => isFolderExcluded(parentOf(path)) || isNamed(path);
  return {
    layers: view.layers,
    find: (path) => (isExcluded(path) ? undefined : view.find(path)),
    resolve(path) {
      const found = isExcluded(path) ? undefined : view.resolve(path);
      return found === undefined || isExcluded(found.path) ? undefined : found;
    },
    list: (folder) => view.list(folder).filter((name) => !isExcluded(joinPath(folder, name))),
    *paths() {
      for (const path of view.paths()) {
        if (!isExcluded(path)) {
          yield path;
        }
      }
    },
  };
}
