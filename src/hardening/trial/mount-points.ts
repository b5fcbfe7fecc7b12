import { chmodSync, chownSync, lchownSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../foundation/core/error.ts';
import { type RootNode, type RootTree, splitPath } from './root-tree.ts';

/** Real paths in the image at which files and file systems are mounted. */
export interface MountPoints {
  readonly hosts: string;
  readonly hostname: string;
  readonly resolver: string;
}

const FOLDERS = ['/proc', '/dev', '/sys'];

/**
 * Creates, in an own layer, the directories and files that engines create before they start an
 * image: mount points, volumes and the working directory. Paths are resolved inside the image, so
 * that its links cannot lead a mount to the host.
 */
export function createMountPoints(
  tree: RootTree,
  layer: string,
  folders: readonly string[],
): MountPoints {
  mkdirSync(layer, { mode: 0o755, recursive: true });
  for (const path of FOLDERS) {
    const found = tree.findExact(path);
    if (found !== undefined && found.type !== 'directory') {
      throw new UserError('E_TRIAL', `the image has a file or link at ${path}`);
    }
    createFolder(tree, layer, path);
  }
  for (const path of folders) {
    createFolder(tree, layer, path);
  }
  return {
    hosts: createFile(tree, layer, '/etc/hosts'),
    hostname: createFile(tree, layer, '/etc/hostname'),
    resolver: createFile(tree, layer, '/etc/resolv.conf'),
  };
}

/** Returns the real path; empty if links prevent that the directory exists. */
function createFolder(tree: RootTree, layer: string, path: string): string {
  const names = [...splitPath(path)];
  const missing: string[] = [];
  while (names.length > 0) {
    const { end } = tree.trace(names.join('/'));
    if (end !== undefined) {
      return end.type === 'directory' ? makeFolders(tree, layer, [end.path, ...missing]) : '';
    }
    if (tree.trace(names.slice(0, -1).join('/')).end?.children.has(names.at(-1) ?? '') === true) {
      // A link that leads nowhere.
      return '';
    }
    missing.unshift(names.pop() ?? '');
  }
  return makeFolders(tree, layer, ['/', ...missing]);
}

function makeFolders(tree: RootTree, layer: string, parts: readonly string[]): string {
  const path = `/${splitPath(parts.join('/')).join('/')}`;
  makeParents(tree, layer, `${path}/x`);
  return path;
}

/** Creates the directories above a path as in the image: overlayfs shows the topmost one. */
export function makeParents(tree: RootTree, layer: string, path: string): void {
  let at = '';
  for (const name of splitPath(path).slice(0, -1)) {
    at += `/${name}`;
    const place = join(layer, at);
    mkdirSync(place, { recursive: true, mode: 0o755 });
    const node = tree.findExact(at);
    if (node !== undefined) {
      copyAttributes(node, place);
    }
  }
}

/** Gives a file or directory the owner, permissions and time of the one in the image. */
export function copyAttributes(
  { mode, uid, gid, modifiedMs, type }: RootNode,
  place: string,
): void {
  if (type === 'link') {
    lchownSync(place, uid, gid);
    return;
  }
  chownSync(place, uid, gid);
  chmodSync(place, mode);
  utimesSync(place, modifiedMs / 1_000, modifiedMs / 1_000);
}

/** Returns the real path of a file; empty if it cannot be one. */
function createFile(tree: RootTree, layer: string, path: string): string {
  const { end } = tree.trace(path);
  if (end !== undefined) {
    return end.type === 'regular' ? end.path : '';
  }
  const names = splitPath(path);
  const folder = createFolder(tree, layer, names.slice(0, -1).join('/'));
  const name = names.at(-1) ?? '';
  if (folder === '' || tree.findExact(`${folder}/${name}`) !== undefined) {
    return '';
  }
  writeFileSync(join(layer, folder, name), '', { mode: 0o644 });
  return `${folder}/${name}`;
}
