import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { assert } from '../../foundation/core/assert.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { Spill, SpillFile } from '../../foundation/core/target.ts';
import { isProcessAlive } from './process-alive.ts';

export interface SpillOptions {
  /**
   * An existing directory for temporary files, or a function that creates it for the first file.
   */
  readonly folder: string | (() => string);
  readonly limits: Limits;
}

/** The temporary files of one run. Disposing of it deletes those that are left. */
export interface SpillFolder extends Spill, Disposable {}

const FOLDER_NAME = /^plimsoll-([0-9]{1,10})-[0-9a-f]{16}$/;

/** Creates nothing on disk before the first file. */
export function createSpill(options: SpillOptions): SpillFolder {
  return new PrivateFolder(options);
}

/**
 * Deletes the directories of runs that ended without doing so, for example after `kill -9`. Keeps
 * directories of a running process, of another user or with another name. Never fails: files that
 * cannot be deleted are left.
 */
export function removeStaleSpill(folder: string): void {
  for (const name of listDirectory(folder)) {
    const processId = Number(FOLDER_NAME.exec(name)?.[1] ?? 0);
    const path = join(folder, name);
    if (processId > 0 && !isProcessAlive(processId) && isOwnFolder(path)) {
      try {
        rmSync(path, { recursive: true, force: true });
      } catch {
        // The next run tries again.
      }
    }
  }
}

function listDirectory(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isOwnFolder(path: string): boolean {
  try {
    const status = lstatSync(path);
    return (
      status.isDirectory() && (process.getuid === undefined || status.uid === process.getuid())
    );
  } catch {
    return false;
  }
}

class PrivateFolder implements SpillFolder {
  readonly #parent: SpillOptions['folder'];
  #path: string | undefined;
  readonly #bytesMax: number;
  readonly #files = new Set<TemporaryFile>();
  #bytes = 0;
  #filesMade = 0;

  constructor({ folder, limits }: SpillOptions) {
    this.#parent = folder;
    this.#bytesMax = limits.spillBytesMax;
  }

  create(): SpillFile {
    this.#path ??= makeFolder(this.#parent);
    const path = join(this.#path, String(this.#filesMade++));
    const file: TemporaryFile = new TemporaryFile(path, {
      reserve: (bytes) => this.#reserve(bytes),
      release: () => {
        this.#files.delete(file);
        this.#bytes -= file.sizeBytes;
      },
    });
    this.#files.add(file);
    return file;
  }

  #reserve(bytes: number): void {
    if (this.#bytes + bytes > this.#bytesMax) {
      throw new UserError(
        'E_LIMIT',
        `temporary files need more than the ${this.#bytesMax} bytes that the limit spillBytesMax allows`,
      );
    }
    this.#bytes += bytes;
  }

  [Symbol.dispose](): void {
    for (const file of this.#files) {
      file[Symbol.dispose]();
    }
    if (this.#path !== undefined) {
      rmSync(this.#path, { recursive: true, force: true });
      this.#path = undefined;
    }
  }
}

function makeFolder(folder: SpillOptions['folder']): string {
  const parent = typeof folder === 'string' ? folder : folder();
  removeStaleSpill(parent);
  const path = join(parent, `plimsoll-${process.pid}-${randomBytes(8).toString('hex')}`);
  trySpillAccess(parent, () => mkdirSync(path, { mode: 0o700 }));
  return path;
}

interface Account {
  reserve(bytes: number): void;
  release(): void;
}

class TemporaryFile implements SpillFile {
  readonly #path: string;
  readonly #account: Account;
  readonly #descriptor: number;
  #isUnlinked: boolean;
  #isOpen = true;
  #sizeBytes = 0;

  constructor(path: string, account: Account) {
    this.#path = path;
    this.#account = account;
    const { O_CREAT, O_EXCL, O_RDWR } = constants;
    this.#descriptor = trySpillAccess(path, () => openSync(path, O_CREAT | O_EXCL | O_RDWR, 0o600));
    // An open, unlinked file disappears with its process, however that ends.
    this.#isUnlinked = isUnlinked(path);
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  append(chunk: Uint8Array): void {
    assert(this.#isOpen, 'an open temporary file');
    this.#account.reserve(chunk.length);
    const offset = this.#sizeBytes;
    this.#sizeBytes += chunk.length;
    trySpillAccess(this.#path, () => {
      let written = 0;
      while (written < chunk.length) {
        const left = chunk.length - written;
        written += writeSync(this.#descriptor, chunk, written, left, offset + written);
      }
    });
  }

  read(offset: number, length: number): Uint8Array {
    assert(this.#isOpen, 'an open temporary file');
    const wanted = Math.max(0, Math.min(length, this.#sizeBytes - offset));
    const content = Buffer.allocUnsafe(wanted);
    return trySpillAccess(this.#path, () => {
      let done = 0;
      while (done < wanted) {
        const count = readSync(this.#descriptor, content, done, wanted - done, offset + done);
        if (count === 0) {
          break;
        }
        done += count;
      }
      return content.subarray(0, done);
    });
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) {
      return;
    }
    this.#isOpen = false;
    closeSync(this.#descriptor);
    this.#account.release();
    if (!this.#isUnlinked) {
      this.#isUnlinked = true;
      rmSync(this.#path, { force: true });
    }
  }
}

/** False on systems that do not unlink open files. */
function isUnlinked(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}

function trySpillAccess<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const isFull = getErrorCode(error) === 'ENOSPC' || getErrorCode(error) === 'EDQUOT';
    throw new UserError(
      'E_SPILL',
      isFull
        ? `no space left for temporary files: "${path}"`
        : `could not write temporary files to "${path}"`,
      {
        hint: 'set TMPDIR to a writable directory with more space',
        cause: error,
      },
    );
  }
}

function getErrorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
