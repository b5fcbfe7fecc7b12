import { toBuffer, toDataView } from '../../core/bytes.ts';
import { readName, readWord, type WordLayout } from './word.ts';

/** Section types, `sh_type`. System V ABI, chapter 4, "Sections". */
export const SECTION = {
  symbolTable: 2,
  note: 7,
  noBits: 8,
  dynamic: 6,
  dynamicSymbols: 11,
} as const;

export type SectionType = (typeof SECTION)[keyof typeof SECTION];

/** For each type with a name here, a number that means no section. */
const NO_FIRSTS = Array.from({ length: Math.max(...Object.values(SECTION)) + 1 }, () => -1);

export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly sizeBytes: number;
  /** Number of the linked section, such as the string table of a symbol table. */
  readonly link: number;
}

/** Section headers as stored in the file. */
export interface SectionTable {
  readonly bytes: Uint8Array;
  /** Size of one header in bytes; at least the size in the specification. */
  readonly entryBytes: number;
  readonly layout: WordLayout;
  /** The string table with the names. */
  readonly strings: Uint8Array;
}

/**
 * The section headers of an ELF file, read in place: a program has about thirty and one or two are
 * needed, mostly by a name that none of them has.
 */
export class ElfSections implements Iterable<ElfSection> {
  readonly length: number;
  /** Size in bytes of the longest symbol table. */
  readonly symbolBytes: number;
  readonly #table: SectionTable;
  readonly #view: DataView;
  /** Number of the first section of each type, or a negative number. */
  readonly #firsts: readonly number[];
  #names: SectionNames | undefined;

  constructor(table: SectionTable) {
    this.length = Math.floor(table.bytes.length / table.entryBytes);
    this.#table = table;
    this.#view = toDataView(table.bytes);
    // One pass, because several types are looked up in each of hundreds of files.
    const firsts = NO_FIRSTS.slice();
    let symbolBytes = 0;
    for (let index = 0; index < this.length; index++) {
      const type = this.#getType(index);
      if ((firsts[type] ?? 0) < 0) {
        firsts[type] = index;
      }
      if (type === SECTION.symbolTable || type === SECTION.dynamicSymbols) {
        symbolBytes = Math.max(symbolBytes, this.#sizeBytes(index));
      }
    }
    this.#firsts = firsts;
    this.symbolBytes = symbolBytes;
  }

  at(index: number): ElfSection | undefined {
    if (!(index < this.length)) {
      return undefined;
    }
    const { entryBytes, layout, strings } = this.#table;
    this.#names ??= new SectionNames(strings);
    const name = this.#names.at(this.#nameOffset(index));
    return readHeader(this.#view, index * entryBytes, layout, name);
  }

  /** Returns the first section of a type. */
  findByType(type: SectionType): ElfSection | undefined {
    const index = this.#firsts[type] ?? -1;
    return index < 0 ? undefined : this.at(index);
  }

  /** Returns the first section of a name that is not empty. */
  findNamed(name: string): ElfSection | undefined {
    return this.#findNamed(name, false);
  }

  /** Returns the first section of a name with content in the file. */
  findNamedInFile(name: string): ElfSection | undefined {
    return this.#findNamed(name, true);
  }

  *[Symbol.iterator](): Iterator<ElfSection> {
    for (let index = 0; index < this.length; index++) {
      yield this.at(index) as ElfSection;
    }
  }

  #findNamed(name: string, isInFile: boolean): ElfSection | undefined {
    this.#names ??= new SectionNames(this.#table.strings);
    if (!this.#names.canHave(name)) {
      return undefined;
    }
    for (let index = 0; index < this.length; index++) {
      const isSought = !isInFile || this.#getType(index) !== SECTION.noBits;
      if (isSought && this.#names.at(this.#nameOffset(index)) === name) {
        return this.at(index);
      }
    }
    return undefined;
  }

  #nameOffset(index: number): number {
    return this.#view.getUint32(index * this.#table.entryBytes, this.#table.layout.isLittleEndian);
  }

  #getType(index: number): number {
    const { entryBytes, layout } = this.#table;
    return this.#view.getUint32(index * entryBytes + 4, layout.isLittleEndian);
  }

  #sizeBytes(index: number): number {
    const { entryBytes, layout } = this.#table;
    return readWord(this.#view, index * entryBytes + (layout.is64 ? 32 : 20), layout);
  }
}

/** Reads the section header at an offset. */
export function readHeader(
  view: DataView,
  at: number,
  layout: WordLayout,
  name: string,
): ElfSection {
  const little = layout.isLittleEndian;
  const wordBytes = layout.is64 ? 8 : 4;
  return {
    name,
    type: view.getUint32(at + 4, little),
    flags: readWord(view, at + 8, layout),
    address: readWord(view, at + 8 + wordBytes, layout),
    offset: readWord(view, at + 8 + 2 * wordBytes, layout),
    sizeBytes: readWord(view, at + 8 + 3 * wordBytes, layout),
    link: view.getUint32(at + 8 + 4 * wordBytes, little),
  };
}

const NAME_CHARS = 256;
const SHORT_TABLE_BYTES = 4_096;
const BEYOND_ASCII = /[^\0-\x7f]/;

/** A table of names. Short ones, which are nearly all, are decoded once. */
class SectionNames {
  readonly #strings: Uint8Array;
  readonly #text: string | undefined;

  constructor(strings: Uint8Array) {
    this.#strings = strings;
    const text =
      strings.length > SHORT_TABLE_BYTES ? undefined : toBuffer(strings).toString('latin1');
    this.#text = text === undefined || BEYOND_ASCII.test(text) ? undefined : text;
  }

  at(offset: number): string {
    const text = this.#text;
    if (text === undefined) {
      return readName(this.#strings, offset, NAME_CHARS);
    }
    const end = text.indexOf('\0', offset);
    return text.slice(offset, Math.min(end < 0 ? text.length : end, offset + NAME_CHARS));
  }

  /** Returns false if no section can have the name, by one search of the table. */
  canHave(name: string): boolean {
    return this.#text?.includes(name) ?? true;
  }
}
