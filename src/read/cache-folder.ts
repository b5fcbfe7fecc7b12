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
import { makeDirectory } from '../core/make-directory.ts';
import { isAlive } from './living-process.ts';

/**
 * `files` and `facts` are what a layer said, `readBlobStream` that a blob was found to hold a layer,
 * `inventory` what was made of all layers of an image.
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
 * Entries by key, each a file. Any number of processes may use one folder at the same time: an
 * entry appears whole or not at all, and whoever deletes one takes nothing from those who read it.
 */
export class CacheFolder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * The bytes of an entry, which counts as used from now on. `undefined` where there is none, or it
   * cannot be read or has more than `maxBytes`.
   */
  read(key: string, kind: EntryKind, maxBytes: number): Uint8Array | undefined {
    const path = this.#pathOf(key, kind);
    try {
      if (statSync(path).size > maxBytes) {
        return undefined;
      }
      const content = readFileSync(path);
      // Setting the mode that it has already sets the time of the last change of the inode, too,
      // which no reading does on most machines.
      chmodSync(path, OWNER_ONLY);
      return content;
    } catch {
      return undefined;
    }
  }

  /** When an entry was written, in milliseconds since 1970; `undefined` where there is none. */
  writtenMs(key: string, kind: EntryKind): number | undefined {
    return statSync(this.#pathOf(key, kind), { throwIfNoEntry: false })?.mtimeMs;
  }

  /** Throws what the file system throws, as where there is no room. */
  write(key: string, kind: EntryKind, content: Uint8Array): void {
    const fresh = this.#freshPath();
    try {
      writeFileSync(fresh, content, { mode: OWNER_ONLY, flag: 'wx' });
      renameSync(fresh, this.#pathOf(key, kind));
    } catch (error) {
      rmSync(fresh, { force: true });
      throw error;
    }
  }

  remove(key: string, kind: EntryKind): void {
    removeFile(this.#pathOf(key, kind));
  }

  /** Deletes what was not used for longest, until the rest has at most `maxBytes`. */
  shrink(maxBytes: number): void {
    this.#removeLeftovers();
    const entries = this.#entries();
    let sizeBytes = sumOf(entries);
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

  /** Deletes every entry and nothing else. Returns what there was. */
  clear(): CacheUse {
    const use = this.use();
    this.#removeLeftovers();
    for (const { path } of this.#entries()) {
      removeFile(path);
    }
    return use;
  }

  use(): CacheUse {
    const entries = this.#entries();
    const countOf = (kind: EntryKind) => entries.filter((entry) => entry.kind === kind).length;
    return {
      entries: {
        files: countOf('files'),
        facts: countOf('facts'),
        blob: countOf('blob'),
        inventory: countOf('inventory'),
      },
      sizeBytes: sumOf(entries),
    };
  }

  #freshPath(): string {
    makeDirectory(this.#path, (path) => mkdirSync(path, { mode: 0o700 }));
    return join(this.#path, `new-${process.pid}-${randomBytes(8).toString('hex')}`);
  }

  #pathOf(key: string, kind: EntryKind): string {
    return join(this.#path, `${key}.${kind}`);
  }

  #entries(): Stored[] {
    return this.#names().flatMap(({ name }) => {
      const kind = ENTRY_KINDS.find((candidate) => ENTRY_NAME.exec(name)?.[1] === candidate);
      const path = join(this.#path, name);
      const status = kind && lstatSync(path, { throwIfNoEntry: false });
      return kind === undefined || status === undefined || !status.isFile()
        ? []
        : [{ path, kind, sizeBytes: status.size, usedMs: status.ctimeMs }];
    });
  }

  /** What processes left behind that were ended while they wrote. */
  #removeLeftovers(): void {
    for (const { name } of this.#names()) {
      const processId = Number(TEMPORARY_NAME.exec(name)?.[1] ?? 0);
      if (processId > 0 && !isAlive(processId)) {
        removeFile(join(this.#path, name));
      }
    }
  }

  #names(): readonly Dirent[] {
    try {
      return readdirSync(this.#path, { withFileTypes: true });
    } catch {
      return [];
    }
  }
}

function sumOf(entries: readonly Stored[]): number {
  return entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Somebody else may have deleted it meanwhile, which comes to the same. */
function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What cannot be deleted stays; the next run tries again.
  }
}
