import {
  findImageSection,
  readExecutableImages,
} from '../../../foundation/bytes/executable/executable-image.ts';
import { type Bytes, toBuffer, toDataView } from '../../../foundation/core/bytes.ts';
import type { Limits } from '../../../foundation/core/limits.ts';

/** The marker in the host of a program: SHA-256 of ".net core bundle". */
const MARK = Buffer.from('8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae', 'hex');
const OFFSET_BYTES = 8;
const FIXED_BYTES = 12;
const FIRST_WITH_PLACES = 2;
const FIRST_WITH_COMPRESSION = 6;
const DEPS_KIND = 3;
/** Maximum length of a file's path. */
const ENTRY_BYTES_MAX = 8_192;

/**
 * Returns the dependency file of a .NET program published as a single file; `undefined` if the
 * content is not such a program or has no dependency file. The number before the marker is the
 * offset of the file table; it is 0 in a host without a bundle. .NET, "Single-file Bundler".
 */
export function readBundledDeps(content: Bytes, limits: Limits): Uint8Array | undefined {
  for (const image of readExecutableImages(content, limits)) {
    const data = findImageSection(image, ['.data', '__data']) ?? image.data;
    const length = Math.min(data?.sizeBytes ?? 0, limits.bundleSearchBytesMax);
    const bytes = image.read(data?.offset ?? 0, length);
    const at = toBuffer(bytes).indexOf(MARK);
    const start = at < OFFSET_BYTES ? 0 : readLong(bytes, at - OFFSET_BYTES);
    if (start > 0) {
      return new TableReader(content, start).findDeps(limits);
    }
  }
  return undefined;
}

/** Returns 0 for negative numbers, and for numbers that exceed any file size. */
function readLong(bytes: Uint8Array, at: number): number {
  const value = at + 8 > bytes.length ? 0n : toDataView(bytes).getBigInt64(at, true);
  return value > 0n && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : 0;
}

class TableReader {
  readonly #content: Bytes;
  #at: number;

  constructor(content: Bytes, start: number) {
    this.#content = content;
    this.#at = start;
  }

  /** Since version 2, the location of the file precedes the table. */
  findDeps(limits: Limits): Uint8Array | undefined {
    const head = this.#content.read(this.#at, FIXED_BYTES);
    if (head.length < FIXED_BYTES) {
      return undefined;
    }
    const version = toDataView(head).getUint32(0, true);
    const fileCount = toDataView(head).getInt32(8, true);
    this.#at += FIXED_BYTES;
    if (!this.#skipText()) {
      return undefined;
    }
    if (version >= FIRST_WITH_PLACES) {
      const places = this.#content.read(this.#at, 40);
      const [offset, sizeBytes] = [readLong(places, 0), readLong(places, 8)];
      this.#at += 40;
      if (offset > 0 && sizeBytes > 0) {
        return this.#readBundledFile(offset, sizeBytes, limits);
      }
    }
    return this.#findInTable(Math.min(fileCount, limits.recordsMax), version, limits);
  }

  #findInTable(count: number, version: number, limits: Limits): Uint8Array | undefined {
    const kindAt = version >= FIRST_WITH_COMPRESSION ? 24 : 16;
    for (let index = 0; index < count; index++) {
      const entry = this.#content.read(this.#at, kindAt + 1);
      this.#at += kindAt + 1;
      if (entry.length <= kindAt || !this.#skipText()) {
        return undefined;
      }
      if (entry[kindAt] === DEPS_KIND) {
        return this.#readBundledFile(readLong(entry, 0), readLong(entry, 8), limits);
      }
    }
    return undefined;
  }

  #readBundledFile(offset: number, sizeBytes: number, limits: Limits): Uint8Array | undefined {
    if (offset <= 0 || sizeBytes <= 0 || sizeBytes > limits.lockFileBytesMax) {
      return undefined;
    }
    const file = this.#content.read(offset, sizeBytes);
    return file.length < sizeBytes ? undefined : file;
  }

  /** A string begins with its length in 7-bit groups, the lowest first. */
  #skipText(): boolean {
    const bytes = this.#content.read(this.#at, 3);
    let length = 0;
    for (const [index, byte] of bytes.entries()) {
      length += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) {
        this.#at += index + 1 + length;
        return length <= ENTRY_BYTES_MAX;
      }
    }
    return false;
  }
}
