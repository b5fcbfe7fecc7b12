import { toBuffer } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import { isDescriptor, isPlainLanguage, namesInDescriptor, namesInText } from './class-names.ts';
import {
  LOADING_CALLS,
  LOADING_METHODS,
  LOADING_PACKAGES,
  LOADING_SETTINGS,
} from './loading-calls.data.ts';

/** What a class says of other classes. Names are slashed: `java/lang/Object`. */
export interface ClassFile {
  readonly name: string;
  /** Its super class and the interfaces that it implements, which are loaded before it. */
  readonly supers: readonly string[];
  /**
   * Classes that its code, its members or its annotations name, without itself, its supers and the
   * plainest of the language; of arrays, those of their elements.
   */
  readonly classes: readonly string[];
  /** Names that its texts may mean, with what stands there. */
  readonly texts: readonly ClassText[];
  /** By what it may load classes whose names nobody can tell; absent where by nothing. */
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
/** Bytes of an entry after its tag, by the tag. JVM Specification, table 4.4-A and 4.4.1 on. */
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
 * Reads the constant pool of a class file, and who its super class and interfaces are: all that a
 * class names stands there. `undefined` where it is no class file, or is cut. JVM Specification,
 * 4.1 and 4.4.
 */
export function readClassFile(content: Uint8Array, limits: Limits): ClassFile | undefined {
  const bytes = toBuffer(content);
  const pool = bytes.length > POOL_OFFSET + 2 ? ConstantPool.read(bytes) : undefined;
  if (pool === undefined || bytes.length < pool.endOffset + 8) {
    return undefined;
  }
  const name = pool.className(bytes.readUInt16BE(pool.endOffset + 2));
  const count = bytes.readUInt16BE(pool.endOffset + 6);
  if (name === undefined || bytes.length < pool.endOffset + 8 + count * 2) {
    return undefined;
  }
  const numbers = [bytes.readUInt16BE(pool.endOffset + 4)];
  for (let at = 0; at < count; at += 1) {
    numbers.push(bytes.readUInt16BE(pool.endOffset + 8 + at * 2));
  }
  const supers = new Set(numbers.flatMap((number) => pool.className(number) ?? []));
  return { name, supers: [...supers].filter(isTelling), ...pool.named(name, supers, limits) };
}

function isTelling(name: string): boolean {
  return !isPlainLanguage(name);
}

interface LoadingOwner {
  readonly name: string;
  readonly calls: ReadonlySet<string>;
}

class ConstantPool {
  /** Just behind the last entry. */
  readonly endOffset: number;
  readonly #bytes: Buffer;
  /** The same, a character a byte: parts of it cost nothing, and most are looked at only once. */
  readonly #latin: string;
  /** Place of the tag of each entry; 0 for a number that none has. */
  readonly #offsets: Uint32Array;

  private constructor(bytes: Buffer, offsets: Uint32Array, endOffset: number) {
    this.#bytes = bytes;
    this.#latin = bytes.toString('latin1', 0, endOffset);
    this.#offsets = offsets;
    this.endOffset = endOffset;
  }

  static read(bytes: Buffer): ConstantPool | undefined {
    const count = bytes.readUInt16BE(POOL_OFFSET);
    if (bytes.readUInt32BE(0) !== MAGIC || bytes.length < count) {
      return undefined;
    }
    const offsets = new Uint32Array(count);
    let at = POOL_OFFSET + 2;
    for (let number = 1; number < count; number += 1) {
      const tag = bytes[at] ?? 0;
      offsets[number] = at;
      const ownBytes = tag === UTF8 ? 2 + textBytes(bytes, at) : ENTRY_BYTES[tag];
      if (ownBytes === undefined) {
        return undefined;
      }
      at += 1 + ownBytes;
      if (at > bytes.length) {
        return undefined;
      }
      // Numbers of eight bytes take two places. JVM Specification, 4.4.5.
      number += tag === 5 || tag === 6 ? 1 : 0;
    }
    return new ConstantPool(bytes, offsets, at);
  }

  /** The element's where it is an array of objects; `undefined` for one of numbers, and for 0. */
  className(number: number): string | undefined {
    const name = this.#tagOf(number) === CLASS ? this.#text(this.#reference(number, 0)) : undefined;
    if (name === undefined || name[0] !== '[') {
      return name === undefined ? undefined : decoded(name);
    }
    const start = name.lastIndexOf('[') + 1;
    return name[start] === 'L' && name.endsWith(';')
      ? decoded(name.slice(start + 1, -1))
      : undefined;
  }

  /** All that it names, and by what it may load what it does not name. */
  named(
    own: string,
    supers: ReadonlySet<string>,
    limits: Limits,
  ): Pick<ClassFile, 'classes' | 'texts' | 'loadsBy'> {
    const gathering = new Gathering(limits.reachStringsMax);
    const isClassText = new Uint8Array(this.#offsets.length);
    const owners = new Map<number, LoadingOwner>();
    for (let number = 1; number < this.#offsets.length; number += 1) {
      if (this.#tagOf(number) === CLASS) {
        const name = this.className(number);
        const calls = name?.startsWith('java') === true ? LOADING_CALLS.get(name) : undefined;
        if (name !== undefined && calls !== undefined) {
          owners.set(number, { name, calls });
        }
        isClassText[this.#reference(number, 0)] = 1;
        gathering.addClass(name);
      }
    }
    if (owners.size > 0) {
      this.#addCalls(owners, gathering);
    }
    for (let number = 1; number < this.#offsets.length; number += 1) {
      if (isClassText[number] === 0 && this.#tagOf(number) === UTF8) {
        this.#addText(number, gathering);
      }
    }
    const classes = [...gathering.classes].filter((name) => name !== own && !supers.has(name));
    const { loadsBy } = gathering;
    const texts = [...gathering.texts].map(([name, token]) => ({ name, token }));
    return { classes, texts, ...(loadsBy === undefined ? {} : { loadsBy }) };
  }

  #addCalls(owners: ReadonlyMap<number, LoadingOwner>, gathering: Gathering): void {
    for (let number = 1; number < this.#offsets.length; number += 1) {
      const tag = this.#tagOf(number);
      const isCall = tag === METHOD || tag === INTERFACE_METHOD;
      const owner = isCall ? owners.get(this.#reference(number, 0)) : undefined;
      const call = owner && this.#text(this.#reference(this.#reference(number, 2), 0));
      if (call !== undefined && owner?.calls.has(call) === true) {
        // Every class has calls of constructors: whose it is tells more.
        gathering.loads(call === '<init>' ? owner.name : call);
      }
    }
  }

  #addText(number: number, gathering: Gathering): void {
    const text = this.#text(number) ?? '';
    if (isDescriptor(text)) {
      namesInDescriptor(text, gathering.sink);
    } else if (text.includes('.') || text.includes('/')) {
      gathering.addText(decoded(text));
    } else {
      gathering.addMethod(text);
    }
  }

  #tagOf(number: number): number {
    return this.#bytes[this.#offsets[number] ?? 0] ?? 0;
  }

  /** The number that stands in an entry, `at` bytes behind its tag; 0 where the entry is none. */
  #reference(number: number, at: number): number {
    const offset = this.#offsets[number] ?? 0;
    return offset === 0 ? 0 : textBytes(this.#bytes, offset + at);
  }

  /** A character a byte. */
  #text(number: number): string | undefined {
    const offset = this.#offsets[number] ?? 0;
    if (offset === 0 || this.#tagOf(number) !== UTF8) {
      return undefined;
    }
    return this.#latin.slice(offset + 3, offset + 3 + textBytes(this.#bytes, offset));
  }
}

/** Texts of a class file are, but for surrogates and NUL, UTF-8. JVM Specification, 4.4.7. */
function decoded(text: string): string {
  return NOT_ASCII.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text;
}

/** The number of two bytes behind the tag of an entry. */
function textBytes(bytes: Buffer, offset: number): number {
  return ((bytes[offset + 1] ?? 0) << 8) | (bytes[offset + 2] ?? 0);
}

const METHOD_BEGINNINGS = new Set([...LOADING_METHODS].map((name) => name.charCodeAt(0)));
const METHOD_CHARS = [...LOADING_METHODS].map((name) => name.length);
const METHOD_CHARS_MIN = Math.min(...METHOD_CHARS);
const METHOD_CHARS_MAX = Math.max(...METHOD_CHARS);

/** What one class names, each once. */
class Gathering {
  readonly classes = new Set<string>();
  readonly texts = new Map<string, string>();
  loadsBy: string | undefined;
  readonly sink = (name: string): unknown => this.classes.add(decoded(name));
  readonly #textsMax: number;

  constructor(textsMax: number) {
    this.#textsMax = textsMax;
  }

  addClass(name: string | undefined): void {
    if (name !== undefined && isAboutLoading(name)) {
      this.loads(name);
    }
    if (name !== undefined && isTelling(name)) {
      this.classes.add(name);
    }
  }

  addText(text: string): void {
    this.loads(LOADING_SETTINGS.has(text) ? text : undefined);
    namesInText(text, (name, token) => {
      // Beyond the limit nobody knows what it names: it may name anything.
      if (this.texts.size >= this.#textsMax) {
        this.loads(token);
      } else if (!this.texts.has(name)) {
        this.texts.set(name, token);
      }
    });
  }

  addMethod(text: string): void {
    const isLikeOne = METHOD_BEGINNINGS.has(text.charCodeAt(0));
    if (isLikeOne && text.length >= METHOD_CHARS_MIN && text.length <= METHOD_CHARS_MAX) {
      this.loads(LOADING_METHODS.has(text) ? text : undefined);
    }
  }

  /** The first is enough to show it. */
  loads(by: string | undefined): void {
    this.loadsBy ??= by;
  }
}

function isAboutLoading(name: string): boolean {
  return (
    name.charCodeAt(0) === LETTER_J && LOADING_PACKAGES.some((folder) => name.startsWith(folder))
  );
}
