import type { Budget } from '../../core/budget.ts';
import { toDataView } from '../../core/bytes.ts';

/** Tags in use. rpm, include/rpm/rpmtag.h. */
export const TAG = {
  signaturePgp: 259,
  headerDsa: 267,
  headerRsa: 268,
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  installTime: 1008,
  size: 1009,
  vendor: 1011,
  license: 1014,
  architecture: 1022,
  fileSizes: 1028,
  fileModes: 1030,
  fileDigests: 1035,
  fileFlags: 1037,
  fileUserNames: 1039,
  fileGroupNames: 1040,
  sourceRpm: 1044,
  provideNames: 1047,
  requireNames: 1049,
  changelogNames: 1081,
  changelogTexts: 1082,
  directoryIndexes: 1116,
  baseNames: 1117,
  directoryNames: 1118,
  longSize: 5009,
  fileDigestAlgorithm: 5011,
  modularityLabel: 5096,
} as const;

/** Tags of the header with the signatures of an archive. rpm, include/rpm/rpmtag.h. */
export const SIGNATURE_TAG = { rsa: 268, pgp: 1002 } as const;

const INDEX_ENTRY_BYTES = 16;
const INDEX_ENTRIES_MAX = 65_536;
const TYPE = { int8: 2, int16: 3, int32: 4, int64: 5, string: 6, binary: 7, strings: 8, i18n: 9 };
const INTEGER_BYTES = new Map([
  [TYPE.int8, 1],
  [TYPE.int16, 2],
  [TYPE.int32, 4],
  [TYPE.int64, 8],
]);

interface IndexEntry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

/**
 * The header of one installed package: an index of tags and a data store, both big-endian. rpm,
 * docs/manual/format_v4.md, "Header". Absent or damaged tags read as `undefined` or empty.
 */
export class RpmHeader {
  readonly #index = new Map<number, IndexEntry>();
  readonly #store: DataView;
  readonly #budget: Budget;

  private constructor(index: Map<number, IndexEntry>, store: DataView, budget: Budget) {
    this.#index = index;
    this.#store = store;
    this.#budget = budget;
  }

  /** Returns `undefined` if the blob is not a header. */
  static parse(blob: Uint8Array, budget: Budget): RpmHeader | undefined {
    const content = toDataView(blob);
    if (content.byteLength < 8) {
      return undefined;
    }
    const entries = content.getUint32(0);
    const storeBytes = content.getUint32(4);
    const storeStart = 8 + entries * INDEX_ENTRY_BYTES;
    if (entries > INDEX_ENTRIES_MAX || storeStart + storeBytes > content.byteLength) {
      return undefined;
    }
    const index = new Map<number, IndexEntry>();
    for (let at = 8; at < storeStart; at += INDEX_ENTRY_BYTES) {
      const offset = content.getInt32(at + 8);
      if (offset >= 0 && offset <= storeBytes) {
        const type = content.getUint32(at + 4);
        index.set(content.getUint32(at), { type, offset, count: content.getUint32(at + 12) });
      }
    }
    const store = new DataView(blob.buffer, blob.byteOffset + storeStart, storeBytes);
    return new RpmHeader(index, store, budget);
  }

  has(tag: number): boolean {
    return this.#index.has(tag);
  }

  getText(tag: number): string | undefined {
    return this.getTexts(tag, 1)[0];
  }

  /** Returns the first texts of a tag, at most `count`. */
  getTexts(tag: number, count: number): string[] {
    const budget = this.#budget;
    return this.#readTexts(tag, count, (chars) => budget.takeText(chars));
  }

  /**
   * Returns all texts of a tag, such as file names, for which `take` accepts the length in bytes.
   */
  listTexts(tag: number, take: (bytes: number) => boolean): string[] {
    return this.#readTexts(tag, this.#budget.limits.recordsMax, take);
  }

  #readTexts(tag: number, count: number, take: (bytes: number) => boolean): string[] {
    const entry = this.#index.get(tag);
    const isText =
      entry?.type === TYPE.string || entry?.type === TYPE.strings || entry?.type === TYPE.i18n;
    if (entry === undefined || !isText) {
      return [];
    }
    const wanted = entry.type === TYPE.string ? 1 : Math.min(entry.count, count);
    const bytes = Buffer.from(this.#store.buffer, this.#store.byteOffset, this.#store.byteLength);
    const texts: string[] = [];
    for (let at = entry.offset; texts.length < wanted && at < bytes.length; ) {
      const end = bytes.indexOf(0, at);
      const stop = end < 0 ? bytes.length : end;
      if (!take(stop - at)) {
        break;
      }
      texts.push(bytes.toString('utf8', at, stop));
      at = stop + 1;
    }
    return texts;
  }

  number(tag: number): number | undefined {
    return this.getNumbers(tag, 1)[0];
  }

  /** Returns the first numbers of a tag, at most `count`. */
  getNumbers(tag: number, count: number): number[] {
    const entry = this.#index.get(tag);
    const width = entry && INTEGER_BYTES.get(entry.type);
    if (entry === undefined || width === undefined) {
      return [];
    }
    const numbers: number[] = [];
    const end = Math.min(
      entry.offset + Math.min(entry.count, count) * width,
      this.#store.byteLength,
    );
    for (let at = entry.offset; at + width <= end; at += width) {
      numbers.push(this.#readInteger(at, width));
    }
    return numbers;
  }

  getBinary(tag: number): Uint8Array | undefined {
    const entry = this.#index.get(tag);
    if (entry?.type !== TYPE.binary || entry.offset + entry.count > this.#store.byteLength) {
      return undefined;
    }
    const start = this.#store.byteOffset + entry.offset;
    return new Uint8Array(this.#store.buffer, start, entry.count);
  }

  #readInteger(at: number, width: number): number {
    switch (width) {
      case 1:
        return this.#store.getUint8(at);
      case 2:
        return this.#store.getUint16(at);
      case 4:
        return this.#store.getUint32(at);
      default:
        return Number(this.#store.getBigUint64(at));
    }
  }
}
