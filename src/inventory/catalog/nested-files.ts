import type { FileView } from '../../foundation/core/cataloger.ts';
import { compareText } from '../../foundation/core/compare-text.ts';

/**
 * Returns the sorted real paths of the files below each directory, which may be a link. Directories
 * and links to other files of the same directory are left out, because such links add nothing.
 */
export function listNestedFiles(
  view: FileView,
  folders: Iterable<string>,
): ReadonlyMap<string, readonly string[]> {
  const byFolder = new Map<string, string[]>();
  const found = new Map<string, string[]>();
  for (const folder of folders) {
    const real = view.findRealFolder(folder) ?? folder;
    const files = byFolder.get(real) ?? [];
    byFolder.set(real, files);
    found.set(folder, files);
  }
  if (found.size === 0) {
    return found;
  }
  // Most paths follow one in the same directory, which need not be searched again.
  let parent = '';
  let around: readonly string[] = [];
  for (const path of view.listPaths()) {
    const own = getParent(path);
    if (own !== parent) {
      parent = own;
      around = listEnclosingDirectories(own).filter((folder) => byFolder.has(folder));
    }
    for (const folder of around) {
      if (isOwnFile(view, path, folder)) {
        byFolder.get(folder)?.push(path);
      }
    }
  }
  for (const files of byFolder.values()) {
    files.sort(compareText);
  }
  return found;
}

function getParent(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function listEnclosingDirectories(parent: string): string[] {
  const folders: string[] = [];
  for (let folder = parent; folder !== ''; folder = getParent(folder)) {
    folders.push(folder);
  }
  return folders;
}

function isOwnFile(view: FileView, path: string, folder: string): boolean {
  const found = view.resolve(path);
  const type = found && view.layers[found.ref.layer]?.files.getType(found.ref.row);
  if (found === undefined || type === 'directory') {
    return false;
  }
  return found.path === path || !found.path.startsWith(`${folder}/`);
}
