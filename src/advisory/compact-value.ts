import zlib from 'node:zlib';
import { bufferOf } from '../core/bytes.ts';

/** First byte of a stored value. */
const FORM = { raw: 0, deflated: 1, zstd: 2 } as const;

/** Below this a compressor saves nothing worth a call. */
const PLAIN_BYTES_MAX = 64;

/**
 * Bytes that the value may have when it is expanded: far above any real row, far below the memory.
 */
const EXPANDED_BYTES_MAX = 512 * 1024 * 1024;

/**
 * Stores one value on its own. A dictionary of typical content makes small values pay too: with it,
 * rows of a shard take half of what they take without (measured, see `docs/database.md`).
 */
export function packValue(bytes: Uint8Array, dictionary: Uint8Array): Uint8Array {
  if (bytes.length > PLAIN_BYTES_MAX) {
    const packed = zlib.deflateRawSync(bytes, dictionary.length === 0 ? {} : { dictionary });
    if (packed.length < bytes.length) {
      return withForm(FORM.deflated, packed);
    }
  }
  return withForm(FORM.raw, bytes);
}

/** Stores a page of many values, which needs no dictionary. */
export function packPage(bytes: Uint8Array): Uint8Array {
  const packed = zlib.zstdCompressSync(bytes);
  return packed.length < bytes.length ? withForm(FORM.zstd, packed) : withForm(FORM.raw, bytes);
}

/**
 * The text of a value stored by {@link packValue} or {@link packPage}. Throws where it is damaged.
 */
export function unpackText(stored: Uint8Array, dictionary: Uint8Array): string {
  return unpackBytes(stored, dictionary).toString('utf8');
}

/** The same before it is a text. */
export function unpackBytes(stored: Uint8Array, dictionary: Uint8Array): Buffer {
  const body = stored.subarray(1);
  const limit = { maxOutputLength: EXPANDED_BYTES_MAX, chunkSize: pieceBytesFor(body) };
  switch (stored[0]) {
    case FORM.raw:
      return bufferOf(body);
    case FORM.deflated:
      return zlib.inflateRawSync(body, dictionary.length === 0 ? limit : { ...limit, dictionary });
    case FORM.zstd:
      return zlib.zstdDecompressSync(body, limit);
    default:
      throw new RangeError(`a stored value begins with ${stored[0]}`);
  }
}

/** Most values are short, and the usual 16 KiB for each would keep the garbage collector busy. */
function pieceBytesFor(body: Uint8Array): number {
  return Math.min(Math.max(body.length * USUAL_EXPANSION, PIECE_BYTES_MIN), PIECE_BYTES_MAX);
}

const USUAL_EXPANSION = 8;
const PIECE_BYTES_MIN = 256;
const PIECE_BYTES_MAX = 64 * 1024;

function withForm(form: number, body: Uint8Array): Uint8Array {
  const stored = new Uint8Array(body.length + 1);
  stored[0] = form;
  stored.set(body, 1);
  return stored;
}
