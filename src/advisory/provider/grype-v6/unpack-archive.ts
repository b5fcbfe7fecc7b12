import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { decompress } from '../../../bytes/compression/decompress.ts';
import { detectCompression } from '../../../bytes/compression/detect-compression.ts';
import { TarParser } from '../../../bytes/tar/tar-parser.ts';
import { Xxh64 } from '../../../bytes/xxhash/xxh64.ts';
import { UserError } from '../../../core/error.ts';
import type { Limits } from '../../../core/limits.ts';
import type { Progress } from '../../../core/progress.ts';

/** A database file that SQLite can open, with its metadata. */
export interface UnpackedDatabase {
  readonly file: string;
}

export interface UnpackOptions {
  readonly scratch: string;
  readonly limits: Limits;
  readonly progress: Progress;
}

const DATABASE_ENTRY = 'vulnerability.db';
const METADATA_ENTRY = 'import.json';
const LISTING_FILE = 'latest.json';
const METADATA_BYTES_MAX = 64 * 1024;
const SQLITE_MAGIC = 'SQLite format 3\0';
const TAR_MAGIC = 'ustar';
const TAR_MAGIC_OFFSET = 257;
const READ_BYTES = 1024 * 1024;
const DIGEST = /^xxh64:([0-9a-f]{1,16})$/;

/**
 * Returns whether the first bytes are those of a database file, or of an archive that may contain
 * one.
 */
export function isDatabaseOrArchive(head: Uint8Array): boolean {
  return isDatabase(head) || isTar(head) || detectCompression(head) !== 'none';
}

/**
 * Extracts the database file from an archive, or uses a bare one unchanged, and verifies all
 * available digests.
 */
export async function unpackDatabase(
  file: string,
  options: UnpackOptions,
): Promise<UnpackedDatabase> {
  const head = readHead(file);
  if (isDatabase(head)) {
    checkBare(file, options.limits);
    return { file };
  }
  const compression = detectCompression(head);
  if (compression === 'xz' || compression === 'bzip2') {
    throw new UserError('E_DB_IMPORT', `unsupported compression of the archive: ${compression}`, {
      hint:
        compression === 'xz'
          ? 'unpack it with "xz -d FILE" and import the .tar, or use the .tar.zst of the same database'
          : 'use the .tar.zst or the .tar.gz of the same database',
    });
  }
  return unpackTar(file, options);
}

async function unpackTar(file: string, options: UnpackOptions): Promise<UnpackedDatabase> {
  const { scratch, limits, progress } = options;
  const unpacking = new ArchiveExtractor(path.join(scratch, DATABASE_ENTRY), file);
  const stored = createHash('sha256');
  try {
    const parser = new TarParser(unpacking, limits);
    let read = 0;
    const total = fs.statSync(file).size;
    await decompress(fs.createReadStream(file, { highWaterMark: READ_BYTES }), {
      subject: `the archive ${path.basename(file)}`,
      limits,
      maxBytes: 'databaseBytesMax',
      onInput: (chunk) => {
        stored.update(chunk);
        read += chunk.length;
        progress.emit({
          kind: 'stage-advanced',
          stage: 'database',
          done: read,
          total,
          unit: 'bytes',
        });
      },
      onOutput: (chunk) => parser.push(chunk),
    });
    parser.end();
  } catch (cause) {
    // The reader of compressed streams reports its errors as image errors.
    if (cause instanceof UserError && cause.code === 'E_IMAGE_INVALID') {
      throw createArchiveError(file, 'could not be unpacked', cause);
    }
    throw cause;
  } finally {
    unpacking.close();
  }
  checkListing(file, `sha256:${stored.digest('hex')}`);
  return { file: unpacking.finishFile() };
}

/** Extracts the two known entries of the archive and skips others. */
class ArchiveExtractor {
  readonly #target: string;
  readonly #archive: string;
  readonly #hash = new Xxh64();
  #handle: number | undefined;
  #current: 'database' | 'metadata' | 'other' = 'other';
  #metadata = '';
  #isComplete = false;
  #problem: string | undefined;

  constructor(target: string, archive: string) {
    this.#target = target;
    this.#archive = archive;
  }

  onEntry(entry: {
    readonly name: string;
    readonly type: string;
    readonly sizeBytes: number;
  }): void {
    const name = path.posix.normalize(entry.name);
    this.#current = 'other';
    if (entry.type === 'regular' && name === DATABASE_ENTRY) {
      if (this.#handle !== undefined) {
        throw createArchiveError(this.#archive, `contains ${DATABASE_ENTRY} twice`);
      }
      this.#handle = fs.openSync(this.#target, 'wx', 0o600);
      this.#current = 'database';
    } else if (entry.type === 'regular' && name === METADATA_ENTRY) {
      if (entry.sizeBytes > METADATA_BYTES_MAX) {
        throw createArchiveError(
          this.#archive,
          `has a ${METADATA_ENTRY} of ${entry.sizeBytes} bytes`,
        );
      }
      this.#current = 'metadata';
    }
  }

  onContent(piece: Uint8Array): void {
    if (this.#current === 'database' && this.#handle !== undefined) {
      this.#hash.update(piece);
      writeAll(this.#handle, piece);
    } else if (this.#current === 'metadata') {
      this.#metadata += Buffer.from(piece).toString('utf8');
    }
  }

  onEntryEnd(isComplete: boolean): void {
    if (this.#current === 'database') {
      this.#isComplete = isComplete;
    }
    this.#current = 'other';
  }

  onProblem(note: { readonly message: string }): void {
    this.#problem ??= note.message;
  }

  close(): void {
    if (this.#handle !== undefined) {
      fs.closeSync(this.#handle);
    }
  }

  /** Returns the path of the extracted file. Throws if the archive is invalid. */
  finishFile(): string {
    if (this.#handle === undefined) {
      throw createArchiveError(this.#archive, `does not contain ${DATABASE_ENTRY}`);
    }
    if (!this.#isComplete || this.#problem !== undefined) {
      throw createArchiveError(this.#archive, 'is truncated or malformed');
    }
    checkMetadata(this.#archive, this.#metadata, this.#hash);
    return this.#target;
  }
}

/**
 * A bare database file comes from an unpacked archive or is Grype's own: its metadata is next to
 * it.
 */
function checkBare(file: string, limits: Limits): void {
  if (fs.statSync(file).size > limits.databaseBytesMax) {
    throw new UserError('E_LIMIT', `"${file}" is larger than ${limits.databaseBytesMax} bytes`);
  }
  const sibling = path.join(path.dirname(file), METADATA_ENTRY);
  if (path.basename(file) !== DATABASE_ENTRY || !fs.existsSync(sibling)) {
    return;
  }
  const metadata = readBounded(sibling);
  const hash = new Xxh64();
  const piece = Buffer.allocUnsafe(READ_BYTES);
  const handle = fs.openSync(file, 'r');
  try {
    for (let read = fs.readSync(handle, piece); read > 0; read = fs.readSync(handle, piece)) {
      hash.update(piece.subarray(0, read));
    }
  } finally {
    fs.closeSync(handle);
  }
  checkMetadata(file, metadata, hash);
}

function checkMetadata(file: string, metadata: string, hash: Xxh64): void {
  const stated = metadata === '' ? undefined : readMember(metadata, 'digest');
  const [, digest] = DIGEST.exec(stated ?? '') ?? [];
  if (digest !== undefined && BigInt(`0x${digest}`) !== BigInt(`0x${hash.digest()}`)) {
    throw createArchiveError(file, `does not match the digest in its ${METADATA_ENTRY}`);
  }
}

/** The listing that a download leaves next to the archive contains the archive's digest. */
function checkListing(file: string, digest: string): void {
  const sibling = path.join(path.dirname(file), LISTING_FILE);
  if (!fs.existsSync(sibling)) {
    return;
  }
  const listing = readBounded(sibling);
  const isOfFile = readMember(listing, 'path') === path.basename(file);
  const stated = readMember(listing, 'checksum');
  if (isOfFile && stated !== undefined && stated !== digest) {
    throw createArchiveError(file, `does not match the checksum in ${LISTING_FILE}`);
  }
}

/** Returns a string member of a JSON object; `undefined` if it is missing. */
function readMember(json: string, name: string): string | undefined {
  try {
    const value = (JSON.parse(json) as Record<string, unknown> | null)?.[name];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function readBounded(file: string): string {
  return fs.statSync(file).size > METADATA_BYTES_MAX ? '' : fs.readFileSync(file, 'utf8');
}

function readHead(file: string): Uint8Array {
  const head = Buffer.alloc(512);
  const handle = fs.openSync(file, 'r');
  try {
    return head.subarray(0, fs.readSync(handle, head));
  } finally {
    fs.closeSync(handle);
  }
}

function isDatabase(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, SQLITE_MAGIC.length)).toString('latin1') === SQLITE_MAGIC;
}

function isTar(head: Uint8Array): boolean {
  const magic = head.subarray(TAR_MAGIC_OFFSET, TAR_MAGIC_OFFSET + TAR_MAGIC.length);
  return Buffer.from(magic).toString('latin1') === TAR_MAGIC;
}

function writeAll(handle: number, piece: Uint8Array): void {
  for (let at = 0; at < piece.length; ) {
    at += fs.writeSync(handle, piece, at);
  }
}

function createArchiveError(file: string, what: string, cause?: unknown): UserError {
  return new UserError('E_DB_IMPORT', `${path.basename(file)} ${what}`, {
    hint: 'download the archive again',
    cause,
  });
}
