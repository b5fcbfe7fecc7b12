import type {
  DiskFileSystem,
  DiskObject,
  Folder,
} from '../../../foundation/bytes/disk/file-system.ts';
import { RecentItems } from '../../../foundation/bytes/disk/recent-items.ts';
import { UserError } from '../../../foundation/core/error.ts';
import type { Limits } from '../../../foundation/core/limits.ts';

const RECENT_FOLDERS = 64;

/** A file system with look-ups by path. */
export class Volume {
  readonly fileSystem: DiskFileSystem;
  readonly #folders = new RecentItems<number, ReadonlyMap<string, number>>(RECENT_FOLDERS);

  constructor(fileSystem: DiskFileSystem) {
    this.fileSystem = fileSystem;
  }

  /** Returns the object with a name in a directory; `undefined` if there is none. */
  findChild(folder: DiskObject, name: string): DiskObject | undefined {
    if (folder.type !== 'directory') return undefined;
    const names = this.#folders.take(folder.number, () =>
      toNames(this.fileSystem.readFolder(folder)),
    );
    const number = names.get(name);
    return number === undefined ? undefined : this.fileSystem.readObject(number);
  }

  /** Returns the object at a path, following links; `undefined` if there is none. */
  findLinked(path: string, { linkDepthMax }: Limits): DiskObject | undefined {
    const rest = path.split('/').reverse();
    const parents = [this.fileSystem.readRoot()];
    let links = 0;
    while (rest.length > 0) {
      const name = rest.pop() ?? '';
      const folder = parents.at(-1);
      if (name === '' || name === '.') continue;
      if (name === '..') {
        if (parents.length > 1) parents.pop();
        continue;
      }
      const inode = folder && this.findChild(folder, name);
      if (inode === undefined) return undefined;
      if (inode.type !== 'symlink') {
        parents.push(inode);
        continue;
      }
      if (++links > linkDepthMax) return undefined;
      const target = this.fileSystem.readLink(inode);
      if (target.startsWith('/')) parents.length = 1;
      rest.push(...target.split('/').reverse());
    }
    return parents.at(-1);
  }

  /** Returns the content of a file; `undefined` if it is not regular, or too large. */
  readSmallFile(file: DiskObject, maxBytes: number): Buffer | undefined {
    if (file.type !== 'regular' || file.sizeBytes > maxBytes) return undefined;
    return Buffer.concat([...this.fileSystem.streamFile(file)]);
  }
}

/** The first of several equal names counts. */
function toNames({ entries }: Folder): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  for (const { name, number } of entries) {
    if (name !== undefined && !names.has(name)) names.set(name, number);
  }
  return names;
}

/** Returns the result of some work; `undefined` if the content that it needs cannot be read. */
export function tryReading<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return undefined;
  }
}
