import zlib from 'node:zlib';
import { releaseWhole } from '../../core/bytes.ts';
import { UserError } from '../../core/error.ts';
import { type Compression, detectCompression } from './detect-compression.ts';
import {
  type ExpandingStream,
  type Expansion,
  expandStream,
  STREAM_OPTIONS,
} from './expanding-stream.ts';
import { Gauge, type GaugeOptions } from './expansion-gauge.ts';
import { expandVerified, getGzipHeaderLength } from './gunzip-verified.ts';

export interface DecompressOptions extends GaugeOptions {
  /** If true, the pieces are not shared, so the memory of each is released after use. */
  readonly isInputOwned?: boolean;
  /**
   * If true, the caller verifies digests, which are stronger than gzip's checksums; these are then
   * skipped if that saves time.
   */
  readonly isContentVerified?: boolean;
}

const AT_ONCE_INPUT_BYTES_MAX = 128 * 1024;
const AT_ONCE_OUTPUT_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Reads a stream that may be compressed by gzip or zstd, in any number of members or frames, and
 * passes on the expanded content. Decompression runs on the thread pool while the caller processes
 * the previous piece.
 *
 * @returns the detected compression
 * @throws UserError `E_IMAGE_INVALID` if the compression is unsupported or the content is damaged,
 *   `E_LIMIT` if it expands to more than `maxBytes` or by more than `expansionMax`.
 */
export async function decompress(
  input: AsyncIterable<Uint8Array>,
  options: DecompressOptions,
): Promise<Compression> {
  const chunks = input[Symbol.asyncIterator]();
  try {
    const head = await readHead(chunks);
    const compression = detectCompression(head.bytes);
    const gauge = new Gauge(options);
    gauge.countInput(head.bytes);
    const pieces = readPieces(head.bytes, chunks, gauge);
    const expansion: Expansion = {
      countOutput: (chunk) => gauge.countOutput(chunk),
      releaseInput: options.isInputOwned === true ? releaseWhole : keep,
    };
    switch (compression) {
      case 'none':
        for await (const piece of pieces) {
          expansion.countOutput(piece);
          expansion.releaseInput(piece);
        }
        break;
      case 'gzip':
      case 'zstd':
        if (!head.isComplete || !expandAtOnce(head.bytes, compression, gauge)) {
          const headerBytes =
            options.isContentVerified === true ? getGzipHeaderLength(head.bytes) : undefined;
          const damage =
            headerBytes === undefined
              ? await expandStream(createStream(compression), pieces, expansion)
              : await expandVerified(headerBytes, pieces, expansion);
          throwDamage(damage, compression, options.subject);
        }
        break;
      default:
        throw new UserError(
          'E_IMAGE_INVALID',
          `unsupported compression of ${options.subject}: ${compression}`,
          {
            hint: 'compress the layer with gzip or zstd, or leave it uncompressed',
          },
        );
    }
    return compression;
  } finally {
    await chunks.return?.();
  }
}

interface Head {
  readonly bytes: Uint8Array;
  /** Whether nothing follows it. */
  readonly isComplete: boolean;
}

/**
 * Reads until the compression is known, and whether the content is small enough for the fast path.
 */
async function readHead(chunks: AsyncIterator<Uint8Array>): Promise<Head> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  while (length <= AT_ONCE_INPUT_BYTES_MAX) {
    const next = await chunks.next();
    if (next.done === true) {
      return { bytes: concatPieces(pieces), isComplete: true };
    }
    pieces.push(next.value);
    length += next.value.length;
  }
  return { bytes: concatPieces(pieces), isComplete: false };
}

function concatPieces(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
}

/** Yields the bytes read already and all that follow, and counts each piece as it is read. */
async function* readPieces(
  head: Uint8Array,
  chunks: AsyncIterator<Uint8Array>,
  gauge: Gauge,
): AsyncGenerator<Uint8Array> {
  yield head;
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    gauge.countInput(next.value);
    yield next.value;
  }
}

/**
 * The fast path for small content: one call without a stream. Returns false if the stream must be
 * used.
 */
function expandAtOnce(bytes: Uint8Array, compression: 'gzip' | 'zstd', gauge: Gauge): boolean {
  if (bytes.length > AT_ONCE_INPUT_BYTES_MAX) {
    return false;
  }
  const options = { maxOutputLength: AT_ONCE_OUTPUT_BYTES_MAX };
  let expanded: Uint8Array;
  try {
    expanded =
      compression === 'gzip'
        ? zlib.gunzipSync(bytes, options)
        : zlib.zstdDecompressSync(bytes, options);
  } catch {
    // Too large or damaged: the stream returns the readable part and the problem.
    return false;
  }
  gauge.countOutput(expanded);
  return true;
}

function keep(): void {}

function createStream(compression: 'gzip' | 'zstd'): ExpandingStream {
  return compression === 'gzip'
    ? zlib.createGunzip(STREAM_OPTIONS)
    : zlib.createZstdDecompress(STREAM_OPTIONS);
}

function throwDamage(damage: Error | undefined, compression: Compression, subject: string): void {
  if (damage !== undefined) {
    throw new UserError('E_IMAGE_INVALID', `could not decompress ${subject} as ${compression}`, {
      hint: 'fetch or build the image again; the content is damaged or truncated',
      cause: damage,
    });
  }
}
