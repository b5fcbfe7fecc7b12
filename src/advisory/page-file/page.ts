import { hash } from 'node:crypto';
import zlib from 'node:zlib';
import { type ByteBuffer, ByteCursor } from './byte-buffer.ts';
import { countShared } from './byte-key.ts';

/**
 * A page is a sorted list. A page of level 0 has entries: keys with values. A page of a higher
 * level lists pages of the level below: the first key of each, and the SHA-256 of its bytes. So the
 * hash of the highest page, the root, stands for all entries.
 *
 * Bytes of a page: its level, then for each item the number of characters that its key shares with
 * the key before, the rest of the key, and the value with its length or the hash. Hashes are those
 * of uncompressed pages, so they do not depend on the version of the compressor.
 */
export const HASH_BYTES = 32;
export const LEVEL_MAX = 16;

const { ZSTD_c_compressionLevel: LEVEL } = zlib.constants;
const COMPRESSION = { params: { [LEVEL]: 3 } };

/** Entries of a page of level 0, in order. */
export interface Leaf {
  readonly keys: readonly string[];
  readonly values: readonly Buffer[];
}

/** Pages that a page of a higher level lists, in order. */
export interface Branch {
  readonly level: number;
  /** First key of each page. */
  readonly keys: readonly string[];
  readonly hashes: readonly Buffer[];
}

/** Place of a page in a file. It is not hashed, because it depends on the compressor. */
export interface PageSpan {
  readonly position: number;
  readonly storedBytes: number;
  /** Bytes before compression. */
  readonly pageBytes: number;
}

/** Adds a key, of which only the part that differs from the previous key is stored. */
export function addSharedKey(target: ByteBuffer, previous: string, key: string): void {
  const shared = countShared(previous, key);
  target.addNumber(shared);
  target.addNumber(key.length - shared);
  target.addKey(key, shared);
}

/** Reads a key that {@link addSharedKey} added. */
export function readSharedKey(cursor: ByteCursor, previous: string): string {
  const shared = cursor.readNumber();
  const rest = cursor.readKey(cursor.readNumber());
  if (shared > previous.length) {
    throw new RangeError('a key shares more than the previous key has');
  }
  return shared === 0 ? rest : previous.slice(0, shared) + rest;
}

export function hashPage(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer');
}

/** Returns the level of a page. */
export function readLevel(bytes: Buffer): number {
  return bytes[0] ?? LEVEL_MAX;
}

export function decodeLeaf(bytes: Buffer): Leaf {
  const keys: string[] = [];
  const values: Buffer[] = [];
  readItems(bytes, (key, cursor) => {
    keys.push(key);
    values.push(cursor.readBytes(cursor.readNumber()));
  });
  return { keys, values };
}

export function decodeBranch(bytes: Buffer): Branch {
  const keys: string[] = [];
  const hashes: Buffer[] = [];
  readItems(bytes, (key, cursor) => {
    keys.push(key);
    hashes.push(cursor.readBytes(HASH_BYTES));
  });
  return { level: readLevel(bytes), keys, hashes };
}

function readItems(bytes: Buffer, addItem: (key: string, cursor: ByteCursor) => void): void {
  const cursor = new ByteCursor(bytes);
  cursor.readByte();
  let previous = '';
  while (!cursor.isAtEnd) {
    previous = readSharedKey(cursor, previous);
    addItem(previous, cursor);
  }
}

export function compressPage(bytes: Uint8Array): Buffer {
  return zlib.zstdCompressSync(bytes, COMPRESSION);
}

/** Throws any error if the bytes are damaged or expand to another length. */
export function expandPage(stored: Uint8Array, pageBytes: number): Buffer {
  const bytes = zlib.zstdDecompressSync(stored, {
    maxOutputLength: Math.max(pageBytes, 1),
    chunkSize: Math.max(pageBytes + 1, zlib.constants.Z_MIN_CHUNK),
  });
  if (bytes.length !== pageBytes) {
    throw new RangeError(`a page of ${bytes.length} bytes, but ${pageBytes} were stored`);
  }
  return bytes;
}

/** Returns the number of the last key that is not after the wanted one; -1 if there is none. */
export function findPosition(keys: readonly string[], wanted: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') <= wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}
