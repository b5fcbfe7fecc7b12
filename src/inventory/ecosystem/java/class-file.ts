import { toBuffer } from '../../../foundation/core/bytes.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { Limits } from '../../../foundation/core/limits.ts';
import {
  collectDescriptorNames,
  collectTextNames,
  isDescriptor,
  isPlainLanguage,
} from './class-names.ts';
import {
  LOADING_CALLS,
  LOADING_METHODS,
  LOADING_PACKAGES,
  LOADING_SETTINGS,
} from './loading-calls.data.ts';

/** References of a class to other classes. Names are slashed: `java/lang/Object`. */
export interface ClassFile {
  readonly name: string;
  /** Its superclass and the interfaces that it implements, which are loaded before it. */
  readonly supers: readonly string[];
  /**
   * Classes named by its code, members or annotations, without itself, its supers and the most
   * common classes of the language. For arrays, the classes of their elements.
   */
  readonly classes: readonly string[];
  /** Possible class names in its strings, with their form in the string. */
  readonly texts: readonly ClassText[];
  /** The means by which it may load classes with unknown names; absent if it has none. */
  readonly loadsBy?: string;
}

export interface ClassText {
  readonly name: string;
  readonly token: string;
}

const NOT_ASCII = /[\u0080-\u00ff]/;
const LETTER_J = 0x6a;
const MAGIC = 0xcafebabe;
const POOL_OFFSET = 8;
const UTF8 = 1;
const CLASS = 7;
const METHOD = 10;
const INTERFACE_METHOD = 11;
const NAME_AND_TYPE = 12;
/** Length of an entry after its tag, by tag. JVM Specification, table 4.4-A and 4.4.1 on. */
const ENTRY_BYTES: Readonly<Record<number, number>> = {
  3: 4,
  4: 4,
  5: 8,
  6: 8,
  [CLASS]: 2,
  8: 2,
  9: 4,
  [METHOD]: 4,
  [INTERFACE_METHOD]: 4,
  [NAME_AND_TYPE]: 4,
  15: 3,
  16: 2,
  17: 4,
  18: 4,
  19: 2,
  20: 2,
};

/**
 * Reads the constant pool of a class file, which contains all names of a class, and its superclass
 * and interfaces. Returns `undefined` if the content is not a class file or is truncated. JVM
 * Specification, 4.1 and 4.4.
 */
export function readClassFile(content: Uint8Array, limits: Limits): ClassFile | undefined {
  const bytes = toBuffer(content);
  const pool = bytes.length > POOL_OFFSET + 2 ? ConstantPool.readPool(bytes) : undefined;
  if (pool === undefined || bytes.length < pool.endOffset + 8) {
    return undefined;
  }
  const name = pool.getClassName(bytes.readUInt16BE(pool.endOffset + 2));
  const count = bytes.readUInt16BE(pool.endOffset + 6);
  if (name === undefined || bytes.length < pool.endOffset + 8 + count * 2) {
    return undefined;
  }
  const numbers = [bytes.readUInt16BE(pool.endOffset + 4)];
  for (let at = 0; at < count; at += 1) {
    numbers.push(bytes.readUInt16BE(pool.endOffset + 8 + at * 2));
  }
  const supers = new Set(numbers.flatMap((number) => pool.getClassName(number) ?? []));
  return {
    name,
    supers: [...supers].filter(isTelling),
    ...pool.collectNames(name, supers, limits),
  };
}

function isTelling(name: string): boolean {
  return !isPlainLanguage(name);
}

interface LoadingOwner {
  readonly name: string;
  readonly calls: ReadonlySet<string>;
}

class ConstantPool {
  /** End of the last entry. */
  readonly endOffset: number;
  readonly #bytes: Buffer;
  /** The same bytes as Latin-1 characters: substrings cost nothing, and most are read only once. */
  readonly #latin: string;
  /** Offset of the tag of each entry; 0 for unused numbers. */
  readonly #offsets: Uint32Array;

  private constructor(bytes: Buffer, offsets: Uint32Array, endOffset: number) {
    this.#bytes = bytes;
    this.#latin = bytes.toString('latin1', 0, endOffset);
    this.#offsets = offsets;
    this.endOffset = endOffset;
  }

  static readPool(bytes: Buffer): ConstantPool | undefined {
    const count = bytes.readUInt16BE(POOL_OFFSET);
    if (bytes.readUInt32BE(0) !== MAGIC || bytes.length < count) {
      return undefined;
    }
    const offsets = new Uint32Array(count);
    let at = POOL_OFFSET + 2;
    for (let number = 1; number < count; number += 1) {
      const tag = bytes[at] ?? 0;
      offsets[number] = at;
      const ownBytes = tag === UTF8 ? 2 + readUint16(bytes, at) : ENTRY_BYTES[tag];
      if (ownBytes === undefined) {
        return undefined;
      }
      at += 1 + ownBytes;
      if (at > bytes.length) {
        return undefined;
      }
      // 8-byte numbers take two entries. JVM Specification, 4.4.5.
      number += tag === 5 || tag === 6 ? 1 : 0;
    }
    return new ConstantPool(bytes, offsets, at);
  }

  /**
   * Returns the name of a class, or the element class of an array of objects; `undefined` for an
   * array of primitives, and for index 0.
   */
  getClassName(number: number): string | undefined {
    const name =
      this.#getTag(number) === CLASS
        ? this.#readLatinText(this.#readReference(number, 0))
        : undefined;
    if (name === undefined || name[0] !== '[') {
      return name === undefined ? undefined : decodeUtf8(name);
    }
    const start = name.lastIndexOf('[') + 1;
    return name[start] === 'L' && name.endsWith(';')
      ? decodeUtf8(name.slice(start + 1, -1))
      : undefined;
  }

  /** Returns all names in the class, and the means by which it may load other classes. */
  collectNames(
    own: string,
    supers: ReadonlySet<string>,
    limits: Limits,
  ): Pick<ClassFile, 'classes' | 'texts' | 'loadsBy'> {
    const gathering = new Gathering(limits.reachStringsMax);
    const isClassText = new Uint8Array(this.#offsets.length);
    const owners = new Map<number, LoadingOwner>();
    for (let number = 1; number < this.#offsets.length; number += 1) {
      if (this.#getTag(number) === CLASS) {
        const name = this.getClassName(number);
        const calls = name?.startsWith('java') === true ? LOADING_CALLS.get(name) : undefined;
        if (name !== undefined && calls !== undefined) {
          owners.set(number, { name, calls });
        }
        isClassText[this.#readReference(number, 0)] = 1;
        gathering.addClass(name);
      }
    }
    if (owners.size > 0) {
      this.#addCalls(owners, gathering);
    }
    for (let number = 1; number < this.#offsets.length; number += 1) {
      if (isClassText[number] === 0 && this.#getTag(number) === UTF8) {
        this.#addText(number, gathering);
      }
    }
    const classes = [...gathering.classes].filter((name) => name !== own && !supers.has(name));
    const { loadsBy } = gathering;
    const texts = [...gathering.texts].map(([name, token]) => ({ name, token }));
    return { classes, texts, ...defined({ loadsBy }) };
  }

  #addCalls(owners: ReadonlyMap<number, LoadingOwner>, gathering: Gathering): void {
    for (let number = 1; number < this.#offsets.length; number += 1) {
      const tag = this.#getTag(number);
      const isCall = tag === METHOD || tag === INTERFACE_METHOD;
      const owner = isCall ? owners.get(this.#readReference(number, 0)) : undefined;
      const call =
        owner && this.#readLatinText(this.#readReference(this.#readReference(number, 2), 0));
      if (call !== undefined && owner?.calls.has(call) === true) {
        // Every class calls constructors: their owner is more informative.
        gathering.recordLoading(call === '<init>' ? owner.name : call);
      }
    }
  }

  #addText(number: number, gathering: Gathering): void {
    const text = this.#readLatinText(number) ?? '';
    if (isDescriptor(text)) {
      collectDescriptorNames(text, gathering.sink);
    } else if (text.includes('.') || text.includes('/')) {
      gathering.addText(decodeUtf8(text));
    } else {
      gathering.addMethod(text);
    }
  }

  #getTag(number: number): number {
    return this.#bytes[this.#offsets[number] ?? 0] ?? 0;
  }

  /** Returns the number in an entry, `at` bytes after its tag; 0 if there is no such entry. */
  #readReference(number: number, at: number): number {
    const offset = this.#offsets[number] ?? 0;
    return offset === 0 ? 0 : readUint16(this.#bytes, offset + at);
  }

  /** Returns Latin-1 characters. */
  #readLatinText(number: number): string | undefined {
    const offset = this.#offsets[number] ?? 0;
    if (offset === 0 || this.#getTag(number) !== UTF8) {
      return undefined;
    }
    return this.#latin.slice(offset + 3, offset + 3 + readUint16(this.#bytes, offset));
  }
}

/** Strings of a class file are UTF-8, except for surrogates and NUL. JVM Specification, 4.4.7. */
function decodeUtf8(text: string): string {
  return NOT_ASCII.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text;
}

/** Returns the 2-byte number after the tag of an entry. */
function readUint16(bytes: Buffer, offset: number): number {
  return ((bytes[offset + 1] ?? 0) << 8) | (bytes[offset + 2] ?? 0);
}

const METHOD_BEGINNINGS = new Set([...LOADING_METHODS].map((name) => name.charCodeAt(0)));
const METHOD_CHARS = [...LOADING_METHODS].map((name) => name.length);
const METHOD_CHARS_MIN = Math.min(...METHOD_CHARS);
const METHOD_CHARS_MAX = Math.max(...METHOD_CHARS);

/** Collects the names in one class, each once. */
class Gathering {
  readonly classes = new Set<string>();
  readonly texts = new Map<string, string>();
  loadsBy: string | undefined;
  readonly sink = (name: string): unknown => this.classes.add(decodeUtf8(name));
  readonly #textsMax: number;

  constructor(textsMax: number) {
    this.#textsMax = textsMax;
  }

  addClass(name: string | undefined): void {
    if (name !== undefined && isAboutLoading(name)) {
      this.recordLoading(name);
    }
    if (name !== undefined && isTelling(name)) {
      this.classes.add(name);
    }
  }

  addText(text: string): void {
    this.recordLoading(LOADING_SETTINGS.has(text) ? text : undefined);
    collectTextNames(text, (name, token) => {
      // Beyond the limit the names are unknown: the class may load anything.
      if (this.texts.size >= this.#textsMax) {
        this.recordLoading(token);
      } else if (!this.texts.has(name)) {
        this.texts.set(name, token);
      }
    });
  }

  addMethod(text: string): void {
    const isLikeOne = METHOD_BEGINNINGS.has(text.charCodeAt(0));
    if (isLikeOne && text.length >= METHOD_CHARS_MIN && text.length <= METHOD_CHARS_MAX) {
      this.recordLoading(LOADING_METHODS.has(text) ? text : undefined);
    }
  }

  /** One is enough as evidence. */
  recordLoading(by: string | undefined): void {
    this.loadsBy ??= by;
  }
}

function isAboutLoading(name: string): boolean {
  return (
    name.charCodeAt(0) === LETTER_J && LOADING_PACKAGES.some((folder) => name.startsWith(folder))
  );
}
