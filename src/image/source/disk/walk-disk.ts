import { createDamageError } from '../../../foundation/bytes/disk/disk-error.ts';
import type { DiskObject } from '../../../foundation/bytes/disk/file-system.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { TreeFile } from '../../../foundation/core/target.ts';
import type { TreeProblems } from '../tree-problems.ts';
import type { Volume } from './volume.ts';

/** The files of a machine: its root file system, and others by the path where they are mounted. */
export interface DiskTree {
  readonly root: Volume;
  readonly mounts: ReadonlyMap<string, Volume>;
  readonly problems: TreeProblems;
  readonly isExcluded: (path: string) => boolean;
  readonly pathBytesMax: number;
}

/** A path whose directory was read. */
interface Place {
  readonly path: string;
  readonly volume: Volume;
  readonly inode: number;
}

/** Yields every path, each directory before its contents, names in order. */
export async function* walkDisk(tree: DiskTree): AsyncGenerator<TreeFile> {
  const { problems, root } = tree;
  problems.clear();
  const walk = new DiskWalk(tree);
  const pending = walk.listPlaces('', root, root.fileSystem.readRoot());
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    try {
      const { volume, inode } = walk.enterPlace(place);
      const { path } = place;
      const file = createFile(path, volume, inode, problems);
      const children = inode.type === 'directory' ? walk.listPlaces(path, volume, inode) : [];
      yield file;
      for (const child of children) pending.push(child);
    } catch (error) {
      problems.addError(error, place.path);
    }
  }
  walk.reportUnmet();
}

/** Yields the content of a regular file. */
export function* readDiskFile(tree: DiskTree, path: string): Generator<Uint8Array> {
  let volume = tree.root;
  let inode: DiskObject | undefined = volume.fileSystem.readRoot();
  let at = '';
  for (const name of path.split('/').slice(1)) {
    at = `${at}/${name}`;
    inode = inode && volume.findChild(inode, name);
    const mounted = tree.mounts.get(at);
    if (mounted !== undefined && inode !== undefined) {
      volume = mounted;
      inode = mounted.fileSystem.readRoot();
    }
  }
  if (inode?.type !== 'regular') throw createDamageError('the file cannot be found again');
  yield* volume.fileSystem.streamFile(inode);
}

class DiskWalk {
  readonly #tree: DiskTree;
  readonly #met = new Set<string>();
  /** Directories by number, which may have only one name. */
  readonly #passed = new Map<Volume, Set<number>>();

  constructor(tree: DiskTree) {
    this.#tree = tree;
  }

  /** Returns the object at a path: the root of the file system that is mounted there, if any. */
  enterPlace({ path, volume, inode: number }: Place): { volume: Volume; inode: DiskObject } {
    const inode = volume.fileSystem.readObject(number);
    const mounted = inode.type === 'directory' ? this.#tree.mounts.get(path) : undefined;
    if (mounted === undefined) return { volume, inode };
    this.#met.add(path);
    return { volume: mounted, inode: mounted.fileSystem.readRoot() };
  }

  /** Lists the contents of a directory, in reverse order. */
  listPlaces(path: string, volume: Volume, folder: DiskObject): Place[] {
    const { problems, isExcluded, pathBytesMax } = this.#tree;
    this.#pass(volume, folder);
    const { entries, damage } = volume.fileSystem.readFolder(folder);
    if (damage !== undefined) problems.addError(damage, path === '' ? '/' : path);
    const places = new Map<string, Place>();
    const repeated = new Set<string>();
    for (const { name = INVALID_NAME, number } of entries) {
      const child = `${path}/${name}`;
      if (isExcluded(child)) continue;
      if (name === INVALID_NAME) {
        problems.addError(createDamageError('the name is invalid'), child);
      } else if (Buffer.byteLength(child) > pathBytesMax) {
        const message = `the path is longer than the limit pathBytesMax (${pathBytesMax})`;
        problems.addError(createDamageError(message), path);
      } else if (places.has(child)) {
        repeated.add(child);
      } else {
        places.set(child, { path: child, volume, inode: number });
      }
    }
    for (const child of repeated) {
      problems.addError(createDamageError('the name occurs twice: the first counts'), child);
    }
    return [...places.values()].sort((left, right) => compareText(right.path, left.path));
  }

  /** Refuses to read a directory twice: one that is below itself would never end. */
  #pass(volume: Volume, { number }: DiskObject): void {
    const passed = this.#passed.get(volume) ?? new Set();
    this.#passed.set(volume, passed);
    if (passed.has(number)) {
      throw createDamageError('the directory was left out: it is also in another place');
    }
    passed.add(number);
  }

  /** Reports file systems whose directory does not exist. */
  reportUnmet(): void {
    const { mounts, problems, isExcluded } = this.#tree;
    for (const path of mounts.keys()) {
      const parts = path.split('/');
      const isLeftOut = parts.some((_, index) => isExcluded(parts.slice(0, index + 2).join('/')));
      if (!this.#met.has(path) && !isLeftOut) {
        const message = 'a file system was not read: the directory to mount it does not exist';
        problems.addError(createDamageError(message), path);
      }
    }
  }
}

/** Stands for a name that is invalid; `TreeProblems` detects it in a path. */
const INVALID_NAME = '\uFFFD';

function createFile(
  path: string,
  { fileSystem }: Volume,
  inode: DiskObject,
  problems: TreeProblems,
): TreeFile {
  const { type, mode, uid, gid } = inode;
  const sizeBytes = type === 'regular' ? inode.sizeBytes : 0;
  const entry = { path, type, mode, uid, gid, sizeBytes };
  if (type === 'symlink') {
    return {
      entry: { ...entry, linkTarget: fileSystem.readLink(inode) },
      readContent: () => [],
    };
  }
  if (type !== 'regular') return { entry, readContent: () => [] };
  let capabilities: string | undefined;
  try {
    capabilities = fileSystem.readCapabilities(inode);
  } catch (error) {
    problems.addError(error, path);
  }
  return {
    entry: { ...entry, ...defined({ capabilities }) },
    readContent: () => fileSystem.streamFile(inode),
  };
}
