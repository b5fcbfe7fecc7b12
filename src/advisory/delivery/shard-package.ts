import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import { hasPageFiles } from '../open-shard.ts';
import { packPageFile, unpackPageFile } from '../page-file/pack-page-file.ts';
import { PageFile } from '../page-file/page-file.ts';
import { applyDelta, createDelta } from '../page-file/page-file-delta.ts';

/** A shard in a file. */
export interface ShardFile {
  readonly name: string;
  readonly file: string;
  /** `sha256:…` of the root page; before schema 4, of the file. */
  readonly digest: string;
  /** Schema of its database: from 4 on, shards consist of pages. */
  readonly schema: number;
}

const PIECE_BYTES = 1024 * 1024;
/** Slower levels save little for shards whose contents are compressed already. */
const LEVEL = 12;

/** Writes a shard as one zstd stream to the new file `target`. */
export async function packShard(shard: ShardFile, target: string): Promise<void> {
  if (hasPageFiles(shard)) {
    using pages = openPages(shard);
    await pipeline(packPageFile(pages), createOutput(target));
    return;
  }
  const params = { [zlib.constants.ZSTD_c_compressionLevel]: LEVEL };
  await pipeline(openInput(shard.file), zlib.createZstdCompress({ params }), createOutput(target));
}

/**
 * Restores a shard in a new file from the stream in the file `packed`, and verifies its digest.
 *
 * @throws UserError `E_DB_IMPORT` if the stream is damaged or of another shard, `E_LIMIT`
 */
export async function unpackShard(packed: string, shard: ShardFile, limits: Limits): Promise<void> {
  if (hasPageFiles(shard)) {
    await unpackPageFile(openInput(packed), toTarget(shard, limits));
    return;
  }
  const sha256 = createHash('sha256');
  let restBytes = limits.databaseBytesMax;
  const verify = async function* (pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      restBytes -= piece.length;
      if (restBytes < 0) {
        throw new UserError('E_LIMIT', `the shard ${shard.name} expands too far`);
      }
      sha256.update(piece);
      yield piece;
    }
  };
  try {
    const expander = zlib.createZstdDecompress({ chunkSize: PIECE_BYTES });
    await pipeline(openInput(packed), expander, verify, createOutput(shard.file));
  } catch (cause) {
    const isDamage =
      cause instanceof Error && !(cause instanceof UserError) && !('syscall' in cause);
    throw isDamage ? createContentError(shard, cause) : cause;
  }
  if (`sha256:${sha256.digest('hex')}` !== shard.digest) {
    throw createContentError(shard);
  }
}

/**
 * Writes the changes from one state of a shard to another to the new file `target`. Returns whether
 * that is possible: both must consist of pages.
 */
export async function packDelta(
  older: ShardFile,
  newer: ShardFile,
  target: string,
): Promise<boolean> {
  if (!hasPageFiles(older) || !hasPageFiles(newer)) {
    return false;
  }
  using before = openPages(older);
  using after = openPages(newer);
  await pipeline(createDelta(before, after), createOutput(target));
  return true;
}

/**
 * Writes the new state of a shard from an older one and the changes in the file `delta`.
 *
 * @throws UserError `E_DB_IMPORT` if the result would be another shard, `E_DB_INVALID` if the older
 *   one is damaged, `E_LIMIT`
 */
export async function unpackDelta(
  older: ShardFile,
  delta: string,
  newer: ShardFile,
  limits: Limits,
): Promise<void> {
  using before = openPages(older);
  await applyDelta(before, openInput(delta), toTarget(newer, limits));
}

function toTarget({ file, digest }: ShardFile, limits: Limits) {
  return { target: file, expectedRoot: digest, limits };
}

function openPages({ name, file, digest }: ShardFile): PageFile {
  return new PageFile(name, file, digest);
}

function openInput(file: string): fs.ReadStream {
  return fs.createReadStream(file, { highWaterMark: PIECE_BYTES });
}

function createOutput(file: string): fs.WriteStream {
  return fs.createWriteStream(file, { flags: 'wx' });
}

function createContentError({ name, digest }: ShardFile, cause?: unknown): UserError {
  return new UserError('E_DB_IMPORT', `the delivered shard ${name} is not ${digest}`, {
    hint: 'the database in use is unchanged; try again, or another --db-url',
    cause,
  });
}
