import { toDataView } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';

const MAGIC: Uint8Array = Buffer.from('bplist0', 'latin1');
const TRAILER_BYTES = 32;
/** Kinds of objects by the upper half of their first byte. Apple, `CFBinaryPList.c`. */
const KIND = { integer: 1, ascii: 5, utf16: 6, list: 10, dictionary: 13 } as const;
const LONG_COUNT = 15;

export function isBinaryPlist(content: Uint8Array): boolean {
  return MAGIC.every((byte, at) => content[at] === byte);
}

/**
 * Returns the strings and lists of strings in the outermost dictionary; `undefined` if there is
 * none.
 */
export function readBinaryPlist(
  content: Uint8Array,
  limits: Limits,
): ReadonlyMap<string, string | readonly string[]> | undefined {
  const reader = BinaryPlist.open(content, limits);
  return reader?.readMembers();
}

interface Placed {
  readonly kind: number;
  readonly count: number;
  /** Offset of the content. */
  readonly at: number;
}

class BinaryPlist {
  readonly #view: DataView;
  readonly #offsets: { readonly at: number; readonly bytes: number; readonly count: number };
  readonly #referenceBytes: number;
  readonly #top: number;
  #stepsLeft: number;
  /**
   * Many references may point to one string: all strings together may not be longer than the file.
   */
  #textBytesLeft: number;

  private constructor(view: DataView, trailer: DataView, limits: Limits) {
    this.#view = view;
    this.#offsets = {
      at: readNumber(trailer, 24, 8),
      bytes: trailer.getUint8(6),
      count: readNumber(trailer, 8, 8),
    };
    this.#referenceBytes = trailer.getUint8(7);
    this.#top = readNumber(trailer, 16, 8);
    this.#stepsLeft = limits.recordsMax;
    this.#textBytesLeft = view.byteLength;
  }

  static open(content: Uint8Array, limits: Limits): BinaryPlist | undefined {
    const start = content.length - TRAILER_BYTES;
    return start < MAGIC.length
      ? undefined
      : new BinaryPlist(toDataView(content), toDataView(content.subarray(start)), limits);
  }

  readMembers(): ReadonlyMap<string, string | readonly string[]> | undefined {
    const top = this.#findObject(this.#top);
    if (top?.kind !== KIND.dictionary) {
      return undefined;
    }
    const members = new Map<string, string | readonly string[]>();
    for (let index = 0; index < top.count && this.#stepsLeft > 0; index++) {
      this.#stepsLeft--;
      const key = this.#readText(this.#readReference(top, index));
      const value = this.#readReference(top, top.count + index);
      const content = this.#readText(value) ?? this.#readTexts(value);
      if (key !== undefined && content !== undefined) {
        members.set(key, content);
      }
    }
    return members;
  }

  #readTexts(number: number): readonly string[] | undefined {
    const list = this.#findObject(number);
    if (list?.kind !== KIND.list) {
      return undefined;
    }
    const texts: string[] = [];
    for (let index = 0; index < list.count && this.#stepsLeft > 0; index++) {
      this.#stepsLeft--;
      texts.push(
        ...[this.#readText(this.#readReference(list, index))].filter((text) => text !== undefined),
      );
    }
    return texts;
  }

  #readText(number: number): string | undefined {
    const object = this.#findObject(number);
    if (object?.kind !== KIND.ascii && object?.kind !== KIND.utf16) {
      return undefined;
    }
    const isWide = object.kind === KIND.utf16;
    const length = object.count * (isWide ? 2 : 1);
    if (object.at + length > this.#view.byteLength || length > this.#textBytesLeft) {
      return undefined;
    }
    this.#textBytesLeft -= length;
    const bytes = Buffer.from(this.#view.buffer, this.#view.byteOffset + object.at, length);
    return isWide ? Buffer.from(bytes).swap16().toString('utf16le') : bytes.toString('latin1');
  }

  #readReference({ at }: Placed, index: number): number {
    return readNumber(this.#view, at + index * this.#referenceBytes, this.#referenceBytes);
  }

  #findObject(number: number): Placed | undefined {
    const { at: table, bytes, count } = this.#offsets;
    if (!(number < count)) {
      return undefined;
    }
    const offset = readNumber(this.#view, table + number * bytes, bytes);
    if (!(offset < this.#view.byteLength)) {
      return undefined;
    }
    const first = this.#view.getUint8(offset);
    const kind = first >> 4;
    if ((first & 15) !== LONG_COUNT || kind === KIND.integer) {
      return { kind, count: first & 15, at: offset + 1 };
    }
    // The count follows as an object of its own, an integer.
    const marker = readNumber(this.#view, offset + 1, 1);
    const width = 2 ** (marker & 3);
    return marker >> 4 === KIND.integer
      ? { kind, count: readNumber(this.#view, offset + 2, width), at: offset + 2 + width }
      : undefined;
  }
}

/** Returns a big-endian number of one to eight bytes; NaN if it is out of bounds. */
function readNumber(view: DataView, at: number, bytes: number): number {
  if (!(at >= 0 && at + bytes <= view.byteLength)) {
    return Number.NaN;
  }
  let value = 0;
  for (let index = 0; index < bytes; index++) {
    value = value * 256 + view.getUint8(at + index);
  }
  return value;
}
