import type { FileRef, FileView } from '../core/cataloger.ts';
import { getFileType, type KeptPaths } from './kept-paths.ts';

/** Directories whose contents belong to running programs, so that they may expect any below. */
const STATE_FOLDERS = ['/run', '/tmp', '/var'];
/** State of package managers, which the emitted image cannot use. */
const MANAGER_FOLDER = /^\/var\/(?:cache|lib)\/(?:apt|apk|dpkg|rpm|dnf|yum|pacman|zypp)(?:\/|$)/;

/** Every directory of a view that has an entry, with that. */
export function listDirectories(view: FileView): ReadonlyMap<string, FileRef> {
  const directories = new Map<string, FileRef>();
  for (const path of view.listPaths()) {
    const ref = view.find(path);
    if (ref !== undefined && getFileType(view, ref) === 'directory') {
      directories.set(path, ref);
    }
  }
  return directories;
}

/**
 * Returns the directories that stay, besides the parents of all that stay: those that were empty,
 * those below `/run`, `/tmp` and `/var`, and those that programs expect by name.
 *
 * @param named directories of the configuration and of accounts, which need not exist
 */
export function selectDirectories(
  view: FileView,
  directories: ReadonlyMap<string, FileRef>,
  named: readonly string[],
): ReadonlySet<string> {
  const selected = new Set<string>();
  const filled = new Set<string>();
  for (const path of view.listPaths()) {
    filled.add(path.slice(0, path.lastIndexOf('/')));
  }
  for (const path of directories.keys()) {
    const isState = STATE_FOLDERS.some(
      (folder) => path === folder || path.startsWith(`${folder}/`),
    );
    if ((isState || !filled.has(path)) && !MANAGER_FOLDER.test(path)) {
      selected.add(path);
    }
  }
  for (const path of named) {
    const real = view.findRealFolder(path);
    if (real !== undefined && real !== '/') {
      selected.add(real);
    }
  }
  return selected;
}

/** Returns all paths with the directories above them, except for the root. */
export function addParents(paths: Iterable<string>): Set<string> {
  const all = new Set<string>();
  for (const path of paths) {
    let at = path;
    while (at !== '' && !all.has(at)) {
      all.add(at);
      at = at.slice(0, at.lastIndexOf('/'));
    }
  }
  return all;
}

/** Keeps links in the root directory and in `/var` that lead to directories, such as `/var/run`. */
export function addFolderLinks(view: FileView, kept: KeptPaths): void {
  for (const folder of ['/', '/var']) {
    const real = view.findRealFolder(folder);
    for (const name of real === undefined ? [] : view.list(real)) {
      const path = real === '/' ? `/${name}` : `${real}/${name}`;
      if (view.findRealFolder(path) !== undefined) {
        kept.addLinks(path);
      }
    }
  }
}
