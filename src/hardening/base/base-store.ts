import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../../foundation/core/compare-text.ts';
import { UserError } from '../../foundation/core/error.ts';
import { formatSystemError } from '../../foundation/core/system-error.ts';
import { BASE_BYTES_MAX, encodeBase, parseBase, parseBaseHead } from './base-file.ts';
import type { BaseHead, BaseImage } from './base-image.ts';

const EXTENSION = '.base';
const FILE_NAME = /^[0-9a-f]{64}\.base$/;
const HEAD_CHUNK_BYTES = 16 * 1_024;
/** A longer head was not written by this program. */
const HEAD_BYTES_MAX = 4 * 1_024 * 1_024;

export interface BaseListing {
  /** Sorted by rank, then by first name, then by ID. */
  readonly heads: readonly BaseHead[];
  /** Files that could not be read, each as a message. */
  readonly errors: readonly string[];
}

/** The known base images of this machine: one file of facts for each, in one directory. */
export class BaseStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Reads the heads. Unreadable files are listed as errors, so that they never end a scan. */
  list(): BaseListing {
    const heads: BaseHead[] = [];
    const errors: string[] = [];
    for (const name of this.#listFiles(errors)) {
      try {
        const path = join(this.folder, name);
        heads.push(parseBaseHead(readLines(path, 1)[0] ?? '', path));
      } catch (error) {
        errors.push(error instanceof Error ? error.message : String(error));
      }
    }
    return { heads: heads.sort(compareHeads), errors };
  }

  /**
   * Returns the base images with a name, or with an ID that starts with it.
   *
   * @param word `debian:12-slim`, `debian:12-slim@sha256:…`, or at least 6 digits of an ID
   */
  findHeads(word: string): readonly BaseHead[] {
    const [, name = word, digest] = /^(.*)@(sha256:[0-9a-f]{64})$/.exec(word) ?? [];
    return this.list().heads.filter(({ names, id, manifestDigest }) => {
      const isNamed = names.includes(name) || (ID_START.test(word) && id.startsWith(word));
      return isNamed && (digest === undefined || digest === manifestDigest);
    });
  }

  /** @throws UserError `E_BASE_INVALID` if the file is malformed or altered, `E_VERSION` */
  readImage(id: string): BaseImage {
    const path = this.#getPath(id);
    if (statSync(path).size > BASE_BYTES_MAX) {
      throw new UserError('E_BASE_INVALID', `the file "${path}" is too large for a base image`);
    }
    return parseBase(readFileSync(path), path);
  }

  /** Returns the keys of its programs and libraries; empty if the file is unreadable. */
  readSearchKeys(id: string): string {
    try {
      return readLines(this.#getPath(id), 2)[1] ?? '';
    } catch {
      return '';
    }
  }

  /**
   * Returns a function that reads each base image once. For an unreadable one, it calls `note` and
   * returns `undefined`, so that the store never ends a scan.
   */
  createReader(note: (message: string) => void): (id: string) => BaseImage | undefined {
    const known = new Map<string, BaseImage | undefined>();
    return (id) => {
      if (!known.has(id)) {
        known.set(id, this.#tryReadImage(id, note));
      }
      return known.get(id);
    };
  }

  #tryReadImage(id: string, note: (message: string) => void): BaseImage | undefined {
    try {
      return this.readImage(id);
    } catch (error) {
      note(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  /**
   * Adds a base image, or its names to the same one. Returns the head as it is stored.
   *
   * @throws UserError `E_OUTPUT` if the directory is not writable
   */
  addImage(image: BaseImage): BaseHead {
    const known = this.list().heads.find(({ id }) => id === image.head.id);
    const names = [...new Set([...(known?.names ?? []), ...image.head.names])].sort(compareText);
    const rank = Math.max(image.head.rank, known?.rank ?? image.head.rank);
    const { isRemembered: isNew, ...facts } = image.head;
    const isRemembered = isNew && (known === undefined || known.isRemembered === true);
    const head = { ...facts, names, rank, ...(isRemembered ? { isRemembered } : {}) };
    const path = this.#getPath(head.id);
    const unfinished = `${path}.${process.pid}.tmp`;
    try {
      mkdirSync(this.folder, { recursive: true });
      writeFileSync(unfinished, encodeBase({ ...image, head }), { mode: 0o644, flag: 'wx' });
      renameSync(unfinished, path);
    } catch (cause) {
      throw new UserError('E_OUTPUT', `could not write the base image to "${path}"`, {
        hint: 'name a writable directory with --base-store',
        cause,
      });
    } finally {
      rmSync(unfinished, { force: true });
    }
    return head;
  }

  remove(id: string): void {
    rmSync(this.#getPath(id), { force: true });
  }

  #getPath(id: string): string {
    return join(this.folder, `${id}${EXTENSION}`);
  }

  /** Lists the files; a missing directory has none, and any other failure is an error. */
  #listFiles(errors: string[]): readonly string[] {
    try {
      return readdirSync(this.folder).filter((name) => FILE_NAME.test(name));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (code !== 'ENOENT') {
        const reason = formatSystemError(code);
        errors.push(`could not read the base images in "${this.folder}": ${reason}`);
      }
      return [];
    }
  }
}

const ID_START = /^[0-9a-f]{6,64}$/;

function compareHeads(left: BaseHead, right: BaseHead): number {
  return (
    right.rank - left.rank ||
    compareText(left.names[0] ?? '', right.names[0] ?? '') ||
    compareText(left.id, right.id)
  );
}

/** Reads only as much of a file as its first lines need. */
function readLines(path: string, count: number): readonly string[] {
  const file = openSync(path, 'r');
  try {
    let content = Buffer.alloc(0);
    let end = -1;
    while (end === -1 && content.length < HEAD_BYTES_MAX) {
      const chunk = Buffer.alloc(HEAD_CHUNK_BYTES);
      const length = readSync(file, chunk, 0, HEAD_CHUNK_BYTES, content.length);
      content = Buffer.concat([content, chunk.subarray(0, length)]);
      end = length === 0 ? content.length : findLineEnd(content, count);
    }
    return content.toString('utf8', 0, end === -1 ? content.length : end).split('\n');
  } finally {
    closeSync(file);
  }
}

/** Returns the end of a line, counted from 1; -1 if there are fewer lines. */
function findLineEnd(content: Buffer, line: number): number {
  let end = content.indexOf('\n');
  for (let found = 1; found < line && end !== -1; found += 1) {
    end = content.indexOf('\n', end + 1);
  }
  return end;
}
