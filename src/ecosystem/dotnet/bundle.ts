import { findImageSection, readExecutableImages } from '../../bytes/executable/executable-image.ts';
import { type Bytes, toBuffer, toDataView } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';

/** The mark in the host of a program: SHA-256 of ".net core bundle". */
const MARK = Buffer.from('8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae', 'hex');
const OFFSET_BYTES = 8;
const FIXED_BYTES = 12;
const FIRST_WITH_PLACES = 2;
const FIRST_WITH_COMPRESSION = 6;
const DEPS_KIND = 3;
/** A path of a file, and what stands before it. */
const ENTRY_BYTES_MAX = 8_192;

/**
 * The dependency file of a .NET program that was published as a single file; `undefined` where the
 * content is no such program, or holds none. The number before the mark says where the table of
 * files is; it is 0 in a host that nothing was bundled with. .NET, "Single-file Bundler".
 */
export function bundledDeps(content: Bytes, limits: Limits): Uint8Array | undefined {
  for (const image of readExecutableImages(content, limits)) {
    const data = findImageSection(image, ['.data', '__data']) ?? image.data;
    const length = Math.min(data?.sizeBytes ?? 0, limits.bundleSearchBytesMax);
    const bytes = image.read(data?.offset ?? 0, length);
    const at = toBuffer(bytes).indexOf(MARK);
    const start = at < OFFSET_BYTES ? 0 : longAt(bytes, at - OFFSET_BYTES);
    if (start > 0) {
      return new TableReader(content, start).deps(limits);
    }
  }
  return undefined;
}

/** Numbers that no file is as long as become 0, as those that are negative. */
function longAt(bytes: Uint8Array, at: number): number {
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

  /** From version 2 on, the place of the file stands before the table. */
  deps(limits: Limits): Uint8Array | undefined {
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
      const [offset, sizeBytes] = [longAt(places, 0), longAt(places, 8)];
      this.#at += 40;
      if (offset > 0 && sizeBytes > 0) {
        return this.#file(offset, sizeBytes, limits);
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
        return this.#file(longAt(entry, 0), longAt(entry, 8), limits);
      }
    }
    return undefined;
  }

  #file(offset: number, sizeBytes: number, limits: Limits): Uint8Array | undefined {
    if (offset <= 0 || sizeBytes <= 0 || sizeBytes > limits.lockFileBytesMax) {
      return undefined;
    }
    const file = this.#content.read(offset, sizeBytes);
    return file.length < sizeBytes ? undefined : file;
  }

  /** A text begins with its length, seven bits a byte, the lowest first. */
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
