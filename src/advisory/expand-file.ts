import fs from 'node:fs';
import path from 'node:path';
import { pipeline, Readable } from 'node:stream';
import zlib from 'node:zlib';
import { expandBzip2 } from '../bytes/bzip2/expand-bzip2.ts';
import { detectCompression } from '../bytes/compression/detect-compression.ts';
import { Gauge } from '../bytes/compression/expansion-gauge.ts';
import { expandXz } from '../bytes/xz/xz.ts';
import { Budget } from '../core/budget.ts';
import { UserError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';

const PIECE_BYTES = 512 * 1024;
const HINT = 'fetch the file again; the database in use is unchanged';

/**
 * Yields the content of a file that may be compressed by gzip, zstd, bzip2 or xz, piece by piece,
 * as fast as the caller takes them. Only the compressed bytes of xz are kept in memory.
 *
 * @throws UserError `E_DB_IMPORT` if the file is unreadable or damaged, `E_LIMIT` if it expands too
 *   far
 */
export async function* expandFile(file: string, limits: Limits): AsyncGenerator<Uint8Array> {
  const subject = `the feed ${path.basename(file)}`;
  const onOutput = (): void => undefined;
  const gauge = new Gauge({ subject, limits, maxBytes: 'databaseBytesMax', onOutput });
  const compression = detectCompression(readFileHead(file));
  try {
    for await (const piece of openPieces(file, compression, { gauge, limits })) {
      gauge.countOutput(piece);
      yield piece;
    }
  } catch (cause) {
    if (cause instanceof UserError || !(cause instanceof Error) || !('code' in cause)) {
      throw cause;
    }
    throw new UserError('E_DB_IMPORT', `could not read ${subject}: ${cause.message}`, {
      hint: HINT,
      cause,
    });
  }
}

/** Returns up to the first 512 bytes of a file. */
export function readFileHead(file: string): Uint8Array {
  const head = Buffer.alloc(512);
  try {
    const handle = fs.openSync(file, 'r');
    try {
      return head.subarray(0, fs.readSync(handle, head));
    } finally {
      fs.closeSync(handle);
    }
  } catch (cause) {
    throw new UserError('E_DB_IMPORT', `could not read the feed "${file}"`, {
      hint: 'check the path and its permissions',
      cause,
    });
  }
}

interface Reading {
  readonly gauge: Gauge;
  readonly limits: Limits;
}

function openPieces(
  file: string,
  compression: ReturnType<typeof detectCompression>,
  reading: Reading,
): AsyncIterable<Uint8Array> {
  const stored = readStored(file, reading);
  switch (compression) {
    case 'none':
      return stored;
    case 'gzip':
      return pipePieces(zlib.createGunzip({ chunkSize: PIECE_BYTES }), stored);
    case 'zstd':
      return pipePieces(zlib.createZstdDecompress({ chunkSize: PIECE_BYTES }), stored);
    case 'bzip2':
      return expandBzip2(stored);
    case 'xz':
      return expandWhole(file, stored, reading.limits);
  }
}

/** Opens the file when the first piece is taken. */
async function* readStored(file: string, { gauge }: Reading): AsyncGenerator<Uint8Array> {
  for await (const piece of fs.createReadStream(file, { highWaterMark: PIECE_BYTES })) {
    gauge.countInput(piece);
    yield piece;
  }
}

function pipePieces(
  expander: zlib.Gunzip | zlib.ZstdDecompress,
  stored: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  // Errors of either stream are thrown where the pieces are taken.
  pipeline(Readable.from(stored, { objectMode: false }), expander, () => undefined);
  return expander;
}

async function* expandWhole(
  file: string,
  stored: AsyncIterable<Uint8Array>,
  limits: Limits,
): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of stored) {
    sizeBytes += piece.length;
    if (sizeBytes > limits.wholeFileBytesMax) {
      throw new UserError(
        'E_LIMIT',
        `the feed "${file}" has more than ${limits.wholeFileBytesMax} bytes in xz`,
        { hint: 'compress it with zstd instead' },
      );
    }
    pieces.push(piece);
  }
  // The gauge limits the expansion; a feed needs more steps than one file of an image may take.
  const budget = new Budget({ ...limits, catalogerStepsMax: Number.MAX_SAFE_INTEGER });
  const expansion = expandXz(Buffer.concat(pieces), { budget, maxBytes: 'databaseBytesMax' });
  for (let step = expansion.next(); ; step = expansion.next()) {
    if (step.done === true) {
      if (step.value !== undefined) {
        throw new UserError('E_DB_IMPORT', `"${file}": ${step.value.message}`, { hint: HINT });
      }
      return;
    }
    yield Uint8Array.from(step.value);
  }
}
