import fs from 'node:fs';
import path from 'node:path';
import { decompress } from '../bytes/compression/decompress.ts';
import { TarParser } from '../bytes/tar/tar-parser.ts';
import { UserError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';
import { refuseFuture } from './database-future.ts';
import { digestFile } from './digest-file.ts';
import { beginGeneration, commitGeneration, discardGeneration } from './generation.ts';
import {
  isShardName,
  MANIFEST_FILE,
  type Manifest,
  readDatabaseManifest,
  toShardPath,
  writeManifest,
} from './manifest.ts';
import { findManifestDifference } from './manifest-difference.ts';
import { type DatabaseStatus, describeDatabase } from './open-database.ts';

/**
 * A database as a single file for a machine without a network: a tar archive of the manifest and
 * then the unchanged shards.
 */
const BLOCK_BYTES = 512;
const PIECE_BYTES = 1024 * 1024;
const MANIFEST_BYTES_MAX = 16 * 1024 * 1024;
const SHARD_SUFFIX = '.db';

/**
 * Returns whether the first block of a file is the header of an archive that {@link exportDatabase}
 * wrote.
 */
export function isDatabaseArchive(file: string): boolean {
  const head = Buffer.alloc(BLOCK_BYTES);
  try {
    const handle = fs.openSync(file, 'r');
    try {
      fs.readSync(handle, head);
    } finally {
      fs.closeSync(handle);
    }
  } catch {
    return false;
  }
  return head.toString('latin1').startsWith(`${MANIFEST_FILE}\0`);
}

/**
 * Writes the current database as one archive; the same database produces the same bytes.
 *
 * @throws UserError `E_DB_INVALID` if a shard was changed since it was written.
 */
export function exportDatabase(folder: string, write: (bytes: Uint8Array) => void): void {
  const { isValid, error, path: generation, shards } = describeDatabase(folder, true);
  if (!isValid) {
    const code = shards.length === 0 ? 'E_DB_MISSING' : 'E_DB_INVALID';
    throw new UserError(code, error ?? 'no advisory database found', {
      hint: 'run "plimsoll db update" to download one',
    });
  }
  const { importedAt } = readDatabaseManifest(generation);
  const seconds = Math.floor(Date.parse(importedAt) / 1000);
  writeEntry(write, path.join(generation, MANIFEST_FILE), seconds);
  for (const { name, modifiedSeconds } of shards) {
    writeEntry(write, toShardPath(generation, name), modifiedSeconds);
  }
  write(Buffer.alloc(2 * BLOCK_BYTES));
}

function writeEntry(write: (bytes: Uint8Array) => void, source: string, seconds: number): void {
  const { size } = fs.statSync(source);
  write(createHeader(path.basename(source), size, seconds));
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  const input = fs.openSync(source, 'r');
  try {
    for (let read = fs.readSync(input, piece); read > 0; read = fs.readSync(input, piece)) {
      write(piece.subarray(0, read));
    }
  } finally {
    fs.closeSync(input);
  }
  write(Buffer.alloc((BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES));
}

/** POSIX.1-1988, "ustar Interchange Format": fields of a header by offset and length. */
function createHeader(name: string, size: number, seconds: number): Buffer {
  const head = Buffer.alloc(BLOCK_BYTES);
  const formatOctal = (value: number, digits: number): string =>
    `${value.toString(8).padStart(digits, '0')}\0`;
  head.write(name, 0, 'latin1');
  head.write(formatOctal(0o644, 7), 100);
  head.write(formatOctal(0, 7), 108);
  head.write(formatOctal(0, 7), 116);
  head.write(formatOctal(size, 11), 124);
  head.write(formatOctal(seconds, 11), 136);
  head.write('        ', 148);
  head.write('0', 156);
  head.write('ustar\x0000', 257);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${formatOctal(sum, 6)} `, 148);
  return head;
}

export interface ArchiveOptions {
  readonly limits: Limits;
  /** RFC 3339. */
  readonly now: string;
  /** Time of the machine's clock in RFC 3339, to refuse a database from the future. */
  readonly machineTime?: string;
  /** If true, the database may have less than half of the statements of the one it replaces. */
  readonly isLossAccepted?: boolean;
}

/**
 * Makes an exported database the current one after it verified each shard by its digest in the
 * manifest, and the manifest by the rows of the shards. The old database stays usable until then,
 * and is kept if anything fails.
 *
 * @throws UserError `E_DB_IMPORT` for an incomplete archive, `E_DB_INVALID` for one of another
 *   schema.
 */
export async function importDatabaseArchive(
  file: string,
  destination: string,
  { limits, now, machineTime, isLossAccepted }: ArchiveOptions,
): Promise<DatabaseStatus> {
  const generation = beginGeneration(destination, now);
  try {
    await unpack(file, generation.folder, limits);
    const manifest = readDatabaseManifest(generation.folder);
    refuseFuture(manifest.builtAt, machineTime);
    for (const shard of manifest.shards) {
      checkShard(file, generation.folder, shard);
    }
    const unknown = fs
      .readdirSync(generation.folder)
      .find((name) => name !== MANIFEST_FILE && !isListed(name, manifest));
    if (unknown !== undefined) {
      throw createArchiveError(file, `contains ${unknown}, which its manifest does not list`);
    }
    const difference = findManifestDifference(generation.folder, manifest);
    if (difference !== undefined) {
      throw createArchiveError(file, difference);
    }
    fs.rmSync(path.join(generation.folder, MANIFEST_FILE));
    writeManifest(generation.folder, { ...manifest, importedAt: now });
    commitGeneration(generation, { isLossAccepted });
  } catch (error) {
    discardGeneration(generation);
    throw error;
  }
  return describeDatabase(destination);
}

function isListed(name: string, { shards }: Manifest): boolean {
  return shards.some((shard) => `${shard.name}${SHARD_SUFFIX}` === name);
}

function checkShard(file: string, folder: string, shard: Manifest['shards'][number]): void {
  const target = toShardPath(folder, shard.name);
  if (!isShardName(shard.name) || !fs.existsSync(target) || digestFile(target) !== shard.digest) {
    throw createArchiveError(
      file,
      `does not contain the shard ${shard.name} as its manifest describes it`,
    );
  }
  fs.utimesSync(target, shard.modifiedSeconds, shard.modifiedSeconds);
}

async function unpack(file: string, folder: string, limits: Limits): Promise<void> {
  const unpacking = new ArchiveExtractor(file, folder);
  try {
    const parser = new TarParser(unpacking, limits);
    await decompress(fs.createReadStream(file, { highWaterMark: PIECE_BYTES }), {
      subject: `the archive ${path.basename(file)}`,
      limits,
      maxBytes: 'databaseBytesMax',
      onInput: () => undefined,
      onOutput: (chunk) => parser.push(chunk),
    });
    parser.end();
  } finally {
    unpacking.close();
  }
  unpacking.check();
}

/** Writes only the manifest and shards, under safe names. */
class ArchiveExtractor {
  readonly #archive: string;
  readonly #folder: string;
  #handle: number | undefined;
  #problem: string | undefined;

  constructor(archive: string, folder: string) {
    this.#archive = archive;
    this.#folder = folder;
  }

  onEntry(entry: {
    readonly name: string;
    readonly type: string;
    readonly sizeBytes: number;
  }): void {
    const { name, type, sizeBytes } = entry;
    const isManifest = name === MANIFEST_FILE && sizeBytes <= MANIFEST_BYTES_MAX;
    const isShard = name.endsWith(SHARD_SUFFIX) && isShardName(name.slice(0, -SHARD_SUFFIX.length));
    if (type !== 'regular' || !(isManifest || isShard)) {
      throw createArchiveError(
        this.#archive,
        'contains an entry that is neither the manifest nor a shard',
      );
    }
    const target = path.join(this.#folder, name);
    if (fs.existsSync(target)) {
      throw createArchiveError(this.#archive, `contains ${name} twice`);
    }
    this.#handle = fs.openSync(target, 'wx');
  }

  onContent(piece: Uint8Array): void {
    if (this.#handle !== undefined) {
      fs.writeSync(this.#handle, piece);
    }
  }

  onEntryEnd(isComplete: boolean): void {
    this.close();
    this.#problem ??= isComplete ? undefined : 'is truncated';
  }

  onProblem(note: { readonly message: string }): void {
    this.#problem ??= `is malformed: ${note.message}`;
  }

  close(): void {
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

function createArchiveError(file: string, what: string): UserError {
  return new UserError('E_DB_IMPORT', `${path.basename(file)} ${what}`, {
    hint: 'export the database again; the database in use is unchanged',
  });
}
