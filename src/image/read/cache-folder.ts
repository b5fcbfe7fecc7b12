import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  type Dirent,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../../foundation/core/make-directory.ts';
import { isProcessAlive } from './process-alive.ts';

/**
 * `files` and `facts` are the results of a layer, `blob` records that a blob was found to hold a
 * layer, and `inventory` is the result of all layers of an image.
 */
export const ENTRY_KINDS = ['files', 'facts', 'blob', 'inventory'] as const;

export type EntryKind = (typeof ENTRY_KINDS)[number];

export interface CacheUse {
  readonly entries: Readonly<Record<EntryKind, number>>;
  readonly sizeBytes: number;
}

interface Stored {
  readonly path: string;
  readonly kind: EntryKind;
  readonly sizeBytes: number;
  readonly usedMs: number;
}

const ENTRY_NAME = /^[0-9a-f]{64}\.(files|facts|blob|inventory)$/;
const TEMPORARY_NAME = /^new-([0-9]{1,10})-[0-9a-f]{16}$/;
const OWNER_ONLY = 0o600;

/**
 * Entries by key, each in a file. Any number of processes may use one directory at the same time:
 * an entry appears completely or not at all, and deleting one does not affect its current readers.
 */
export class CacheFolder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Returns the bytes of an entry and marks it as used. `undefined` if there is none, if it cannot
   * be read, or if it has more than `maxBytes`.
   */
  readEntry(key: string, kind: EntryKind, maxBytes: number): Uint8Array | undefined {
    const path = this.#getEntryPath(key, kind);
    try {
      if (statSync(path).size > maxBytes) {
        return undefined;
      }
      const content = readFileSync(path);
      // Setting the mode that the file already has also updates the change time of the inode, which
      // reading does not do on most machines.
      chmodSync(path, OWNER_ONLY);
      return content;
    } catch {
      return undefined;
    }
  }

  /**
   * Returns when an entry was written, in milliseconds since 1970; `undefined` if there is none.
   */
  getWrittenMs(key: string, kind: EntryKind): number | undefined {
    return statSync(this.#getEntryPath(key, kind), { throwIfNoEntry: false })?.mtimeMs;
  }

  /** @throws the error of the file system, for example if the disk is full. */
  writeEntry(key: string, kind: EntryKind, content: Uint8Array): void {
    const fresh = this.#createFreshPath();
    try {
      writeFileSync(fresh, content, { mode: OWNER_ONLY, flag: 'wx' });
      renameSync(fresh, this.#getEntryPath(key, kind));
    } catch (error) {
      rmSync(fresh, { force: true });
      throw error;
    }
  }

  remove(key: string, kind: EntryKind): void {
    removeFile(this.#getEntryPath(key, kind));
  }

  /** Deletes the least recently used entries until the rest has at most `maxBytes`. */
  shrink(maxBytes: number): void {
    this.#removeLeftovers();
    const entries = this.#listEntries();
    let sizeBytes = sumSizes(entries);
    if (sizeBytes <= maxBytes) {
      return;
    }
    for (const entry of entries.sort((left, right) => left.usedMs - right.usedMs)) {
      if (sizeBytes <= maxBytes) {
        return;
      }
      removeFile(entry.path);
      sizeBytes -= entry.sizeBytes;
    }
  }

  /** Deletes every entry and nothing else. Returns the use before. */
  clear(): CacheUse {
    const use = this.measureUse();
    this.#removeLeftovers();
    for (const { path } of this.#listEntries()) {
      removeFile(path);
    }
    return use;
  }

  measureUse(): CacheUse {
    const entries = this.#listEntries();
    const countEntries = (kind: EntryKind) => entries.filter((entry) => entry.kind === kind).length;
    return {
      entries: {
        files: countEntries('files'),
        facts: countEntries('facts'),
        blob: countEntries('blob'),
        inventory: countEntries('inventory'),
      },
      sizeBytes: sumSizes(entries),
    };
  }

  #createFreshPath(): string {
    makeDirectory(this.#path, (path) => mkdirSync(path, { mode: 0o700 }));
    return join(this.#path, `new-${process.pid}-${randomBytes(8).toString('hex')}`);
  }

  #getEntryPath(key: string, kind: EntryKind): string {
    return join(this.#path, `${key}.${kind}`);
  }

  #listEntries(): Stored[] {
    return this.#listDirectoryEntries().flatMap(({ name }) => {
      const kind = ENTRY_KINDS.find((candidate) => ENTRY_NAME.exec(name)?.[1] === candidate);
      const path = join(this.#path, name);
      const status = kind && lstatSync(path, { throwIfNoEntry: false });
      return kind === undefined || status === undefined || !status.isFile()
        ? []
        : [{ path, kind, sizeBytes: status.size, usedMs: status.ctimeMs }];
    });
  }

  /** Files of processes that were terminated while they wrote. */
  #removeLeftovers(): void {
    for (const { name } of this.#listDirectoryEntries()) {
      const processId = Number(TEMPORARY_NAME.exec(name)?.[1] ?? 0);
      if (processId > 0 && !isProcessAlive(processId)) {
        removeFile(join(this.#path, name));
      }
    }
  }

  #listDirectoryEntries(): readonly Dirent[] {
    try {
      return readdirSync(this.#path, { withFileTypes: true });
    } catch {
      return [];
    }
  }
}

function sumSizes(entries: readonly Stored[]): number {
  return entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Another process may have deleted it in the meantime, which is equally good. */
function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A file that cannot be deleted stays; the next run tries again.
  }
}
