import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../../foundation/core/error.ts';
import { formatSystemError } from '../../foundation/core/system-error.ts';

/**
 * A private directory beside an output, in which it is prepared: the output then appears at once,
 * or never. Disposing of it deletes everything in it.
 */
export class Stage implements Disposable {
  readonly #output: string;
  readonly #folder: string;
  readonly #mode: number;

  /**
   * @param isPrivate whether only the owner can read the output
   * @throws UserError `E_OUTPUT` if the output exists, or if its directory cannot be written to
   */
  constructor(output: string, isPrivate = false) {
    this.#output = resolve(output);
    this.#mode = isPrivate ? 0o600 : 0o644;
    requireAbsent(this.#output);
    const name = `.${basename(this.#output)}.plimsoll-${randomBytes(8).toString('hex')}`;
    this.#folder = join(dirname(this.#output), name);
    tryWriting(this.#output, () => mkdirSync(this.#folder, { mode: isPrivate ? 0o700 : 0o755 }));
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Returns the path of a file in the directory. */
  getPath(name: string): string {
    return join(this.#folder, name);
  }

  createFolder(name: string): void {
    tryWriting(this.#output, () => mkdirSync(this.getPath(name)));
  }

  /** Creates a file from pieces; returns its size. */
  async writeFile(
    name: string,
    pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<number> {
    const descriptor = tryWriting(this.#output, () =>
      openSync(this.getPath(name), 'wx', this.#mode),
    );
    let size = 0;
    try {
      for await (const piece of pieces) {
        tryWriting(this.#output, () => writeWhole(descriptor, piece));
        size += piece.length;
      }
      tryWriting(this.#output, () => fsyncSync(descriptor));
    } finally {
      closeSync(descriptor);
    }
    return size;
  }

  renameFile(from: string, to: string): void {
    tryWriting(this.#output, () => renameSync(this.getPath(from), this.getPath(to)));
  }

  /** Makes a file of the directory the output. A file that was created meanwhile stays. */
  publishFile(name: string): void {
    tryWriting(this.#output, () => {
      try {
        linkSync(this.getPath(name), this.#output);
      } catch (error) {
        if (!NO_LINKS.has(getCode(error))) {
          throw error;
        }
        // Some file systems have no hard links.
        requireAbsent(this.#output);
        renameSync(this.getPath(name), this.#output);
      }
    });
  }

  /** Makes the directory itself the output. */
  publishFolder(): void {
    tryWriting(this.#output, () => {
      requireAbsent(this.#output);
      renameSync(this.#folder, this.#output);
    });
  }
}

const NO_LINKS: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Throws if anything has this path, even a link that leads nowhere. */
export function requireAbsent(output: string): void {
  if (tryWriting(output, () => lstatSync(output, { throwIfNoEntry: false })) !== undefined) {
    throw createExistsError(output);
  }
}

function createExistsError(output: string): UserError {
  return new UserError('E_OUTPUT', `the output exists: "${output}"`, {
    hint: 'choose another path, or remove it first; an existing output is never replaced',
  });
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(descriptor, bytes, written);
  }
}

function tryWriting<T>(output: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = getCode(error);
    if (error instanceof UserError || typeof code !== 'string') {
      throw error;
    }
    if (code === 'EEXIST') {
      throw createExistsError(output);
    }
    throw new UserError('E_OUTPUT', `could not write "${output}": ${formatSystemError(code)}`, {
      hint: 'check permissions and free space; nothing was left behind',
      cause: error,
    });
  }
}

function getCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
