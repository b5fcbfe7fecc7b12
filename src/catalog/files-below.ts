import type { FileView } from '../core/cataloger.ts';
import { compareText } from '../core/digest.ts';

/**
 * The files below each of some folders, sorted: all that is no folder itself, but for links to
 * other files of the same folder, which say nothing more of it.
 */
export function filesBelow(
  view: FileView,
  folders: Iterable<string>,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map([...folders].map((folder) => [folder, new Array<string>()]));
  if (found.size === 0) {
    return found;
  }
  for (const path of view.paths()) {
    for (let folder = parentOf(path); folder !== ''; folder = parentOf(folder)) {
      const files = found.get(folder);
      if (files !== undefined && isOwnFile(view, path, folder)) {
        files.push(path);
      }
    }
  }
  for (const files of found.values()) {
    files.sort(compareText);
  }
  return found;
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function isOwnFile(view: FileView, path: string, folder: string): boolean {
  const found = view.resolve(path);
  const type = found && view.layers[found.ref.layer]?.files.type(found.ref.row);
  if (found === undefined || type === 'directory') {
    return false;
  }
  return found.path === path || !found.path.startsWith(`${folder}/`);
}
