import fs from 'node:fs';
import path from 'node:path';
import { decompress } from '../bytes/compression/decompress.ts';
import { TarParser } from '../bytes/tar/tar-parser.ts';
import { UserError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';
import { writeAll } from './write-all.ts';

const PIECE_BYTES = 1024 * 1024;

/** An entry of an archive with its declared size. */
export interface UnpackedEntry {
  readonly name: string;
  readonly sizeBytes: number;
}

/**
 * Unpacks a tar archive that may be compressed. `chooseTarget` returns the path of the file to
 * create for an entry, and throws for an entry that the archive must not have.
 *
 * @throws UserError `E_DB_IMPORT` if it is malformed or truncated, or has an entry twice or one that
 *   is not a regular file, `E_LIMIT`
 */
export async function unpackArchive(
  file: string,
  limits: Limits,
  chooseTarget: (entry: UnpackedEntry) => string,
): Promise<void> {
  const extractor = new ArchiveExtractor(file, chooseTarget);
  try {
    const parser = new TarParser(extractor, limits);
    await decompress(fs.createReadStream(file, { highWaterMark: PIECE_BYTES }), {
      subject: `the archive ${path.basename(file)}`,
      limits,
      maxBytes: 'databaseBytesMax',
      onInput: () => undefined,
      onOutput: (chunk) => parser.push(chunk),
    });
    parser.end();
  } finally {
    extractor.closeEntry();
  }
  extractor.check();
}

class ArchiveExtractor {
  readonly #archive: string;
  readonly #chooseTarget: (entry: UnpackedEntry) => string;
  #handle: number | undefined;
  #problem: string | undefined;

  constructor(archive: string, chooseTarget: (entry: UnpackedEntry) => string) {
    this.#archive = archive;
    this.#chooseTarget = chooseTarget;
  }

  onEntry({ name, type, sizeBytes }: UnpackedEntry & { readonly type: string }): void {
    if (type !== 'regular') {
      throw createArchiveError(this.#archive, 'contains an entry that is not a regular file');
    }
    const target = this.#chooseTarget({ name, sizeBytes });
    if (fs.existsSync(target)) {
      throw createArchiveError(this.#archive, `contains ${name} twice`);
    }
    this.#handle = fs.openSync(target, 'wx');
  }

  onContent(piece: Uint8Array): void {
    if (this.#handle !== undefined) {
      writeAll(this.#handle, piece);
    }
  }

  onEntryEnd(isComplete: boolean): void {
    this.closeEntry();
    this.#problem ??= isComplete ? undefined : 'is truncated';
  }

  onProblem(note: { readonly message: string }): void {
    this.#problem ??= `is malformed: ${note.message}`;
  }

  closeEntry(): void {
    if (this.#handle !== undefined) {
      fs.closeSync(this.#handle);
      this.#handle = undefined;
    }
  }

  check(): void {
    if (this.#problem !== undefined) {
      throw createArchiveError(this.#archive, this.#problem);
    }
  }
}

export function createArchiveError(file: string, what: string): UserError {
  return new UserError('E_DB_IMPORT', `${path.basename(file)} ${what}`, {
    hint: 'export the database again; the database in use is unchanged',
  });
}
