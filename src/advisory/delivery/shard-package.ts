import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { UserError } from '../../core/error.ts';

/** A shard as delivered: one zstd stream of the complete file. */
interface PackedContent {
  /** `sha256:…` of the unpacked shard. */
  readonly digest: string;
  readonly sizeBytes: number;
}

const PIECE_BYTES = 1024 * 1024;
/** Slower levels save little, and a publication packs every changed shard. */
const LEVEL = 12;

/** Writes a shard as one zstd stream to a new file. */
export async function packShard(file: string, target: string): Promise<void> {
  const { size } = fs.statSync(file);
  const params = {
    [zlib.constants.ZSTD_c_compressionLevel]: LEVEL,
    [zlib.constants.ZSTD_c_checksumFlag]: 0,
  };
  await pipeline(
    fs.createReadStream(file, { highWaterMark: PIECE_BYTES }),
    zlib.createZstdCompress({ params, pledgedSrcSize: size }),
    fs.createWriteStream(target, { flags: 'wx' }),
  );
}

/**
 * Restores a shard from its stream in a new file, and verifies it by its digest.
 *
 * @throws UserError `E_DIGEST_MISMATCH` if it is another one
 */
export async function unpackShard(
  packed: string,
  target: string,
  { digest, sizeBytes }: PackedContent,
): Promise<void> {
  const sha256 = createHash('sha256');
  let done = 0;
  const verify = async function* (pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      done += piece.length;
      if (done > sizeBytes) {
        break;
      }
      sha256.update(piece);
      yield piece;
    }
  };
  const input = fs.createReadStream(packed, { highWaterMark: PIECE_BYTES });
  const expander = zlib.createZstdDecompress({ chunkSize: PIECE_BYTES });
  try {
    await pipeline(input, expander, verify, fs.createWriteStream(target, { flags: 'wx' }));
  } catch (cause) {
    throw isDecodeError(cause) ? createContentError(digest, cause) : cause;
  }
  if (done !== sizeBytes || `sha256:${sha256.digest('hex')}` !== digest) {
    throw createContentError(digest);
  }
}

function isDecodeError(error: unknown): boolean {
  return error instanceof Error && !('syscall' in error);
}

function createContentError(digest: string, cause?: unknown): UserError {
  return new UserError(
    'E_DIGEST_MISMATCH',
    `a delivered shard does not have the digest ${digest}`,
    {
      hint: 'the database in use is unchanged; try again, or another --db-url',
      cause,
    },
  );
}
