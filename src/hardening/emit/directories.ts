import type { FileRef, FileView } from '../../foundation/core/cataloger.ts';
import { joinPath } from '../../image/view/path.ts';
import { isExpectedDirectory, listUsedManagers } from '../harden/expected-directories.ts';
import type { EmitPlan } from './emit-source.ts';
import { getFileType, type KeptPaths } from './kept-paths.ts';

/** Returns the entry of each directory of a view that has one. */
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
 * @param options directories of the configuration and of accounts, which need not exist, and the
 *   files that stay
 */
export function selectDirectories(
  view: FileView,
  directories: ReadonlyMap<string, FileRef>,
  { named, kept }: { readonly named: readonly string[]; readonly kept: EmitPlan['kept'] },
): ReadonlySet<string> {
  const managers = listUsedManagers(kept);
  const selected = new Set<string>();
  const filled = new Set<string>();
  for (const path of view.listPaths()) {
    filled.add(path.slice(0, path.lastIndexOf('/')));
  }
  for (const path of directories.keys()) {
    if (isExpectedDirectory(path, { isEmpty: !filled.has(path), managers })) {
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
    const paths =
      real === undefined ? [] : [...view.list(real)].map((name) => joinPath(real, name));
    for (const path of paths) {
      if (view.findRealFolder(path) !== undefined) {
        kept.addLinks(path);
      }
    }
  }
}
