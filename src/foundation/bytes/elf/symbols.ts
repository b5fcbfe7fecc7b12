import { toBuffer, toDataView } from '../../core/bytes.ts';
import type { ElfDynamic } from './dynamic.ts';
import { type ElfFile, readBounded, readSection, toFileOffset } from './elf.ts';
import { SECTION, type SectionType } from './sections.ts';
import { readName, readWord, type WordLayout } from './word.ts';

/** Type of a function symbol. System V ABI, chapter 4, "Symbol Table". */
export const FUNCTION_TYPE = 2;
/** `STT_GNU_IFUNC`: a function that selects its implementation at load time. */
export const INDIRECT_FUNCTION_TYPE = 10;

/**
 * A symbol table, read in place because a table may have millions of symbols. Index 0 is the empty
 * symbol.
 */
export class ElfSymbols {
  readonly count: number;
  /** The table as stored in the file. */
  readonly bytes: Uint8Array;
  readonly strings: Buffer;
  readonly #view: DataView;
  readonly #layout: WordLayout;
  readonly #entryBytes: number;
  readonly #nameBytesMax: number;

  constructor(elf: Pick<ElfFile, 'layout' | 'limits'>, bytes: Uint8Array, strings: Uint8Array) {
    const { layout, limits } = elf;
    this.bytes = bytes;
    this.strings = toBuffer(strings);
    this.#view = toDataView(bytes);
    this.#layout = layout;
    this.#entryBytes = getSymbolSize(elf);
    this.#nameBytesMax = limits.pathBytesMax;
    this.count = Math.min(Math.floor(bytes.length / this.#entryBytes), limits.executableSymbolsMax);
  }

  nameOffset(index: number): number {
    return this.#view.getUint32(index * this.#entryBytes, this.#layout.isLittleEndian);
  }

  /** Returns the name, cut to `maxBytes`, by default the limit of a path. */
  name(index: number, maxBytes = this.#nameBytesMax): string {
    return readName(this.strings, this.nameOffset(index), maxBytes);
  }

  /** `STT_…` */
  getType(index: number): number {
    return (this.bytes[index * this.#entryBytes + (this.#layout.is64 ? 4 : 12)] ?? 0) & 0xf;
  }

  /** Returns whether the file needs the symbol from elsewhere: its `st_shndx` is 0. */
  isUndefined(index: number): boolean {
    // Tested for every symbol: 0 is the same in both byte orders.
    const at = index * this.#entryBytes + (this.#layout.is64 ? 6 : 14);
    return this.bytes[at] === 0 && this.bytes[at + 1] === 0;
  }

  /** Returns the address of the symbol. */
  getValue(index: number): number {
    const at = index * this.#entryBytes + (this.#layout.is64 ? 8 : 4);
    return readWord(this.#view, at, this.#layout);
  }
}

/**
 * Reads the symbols that the loader uses; `undefined` if the file has no such table. Only the
 * section header and the hash tables contain their number.
 */
export function readDynamicSymbols(
  elf: ElfFile,
  dynamic: ElfDynamic | undefined,
): ElfSymbols | undefined {
  const known = tables.get(elf) ?? { symbols: findDynamicSymbols(elf, dynamic) };
  tables.set(elf, known);
  return known.symbols;
}

/** Several extractors need the symbols of the same file. */
const tables = new WeakMap<ElfFile, { readonly symbols: ElfSymbols | undefined }>();

function findDynamicSymbols(elf: ElfFile, dynamic: ElfDynamic | undefined): ElfSymbols | undefined {
  const section = elf.sections.findByType(SECTION.dynamicSymbols);
  const address = dynamic?.symbolsAddress;
  const offset = address === undefined ? undefined : toFileOffset(elf, address);
  if (dynamic === undefined || offset === undefined || offset === section?.offset) {
    return readSectionSymbols(elf, SECTION.dynamicSymbols);
  }
  const count = countSymbols(elf, dynamic);
  const bytes = readBounded(elf.content, offset, count * getSymbolSize(elf));
  return bytes.length < getSymbolSize(elf)
    ? undefined
    : new ElfSymbols(elf, bytes, dynamic.strings);
}

/** Reads the full symbol table, which stripping removes. */
export function readFullSymbols(elf: ElfFile): ElfSymbols | undefined {
  return readSectionSymbols(elf, SECTION.symbolTable);
}

function getSymbolSize({ layout }: Pick<ElfFile, 'layout'>): number {
  return layout.is64 ? 24 : 16;
}

function readSectionSymbols(elf: ElfFile, type: SectionType): ElfSymbols | undefined {
  const section = elf.sections.findByType(type);
  if (section === undefined) {
    return undefined;
  }
  const maxBytes = elf.limits.executableTableBytesMax;
  const bytes = readSection(elf, section, maxBytes);
  if (bytes.length < getSymbolSize(elf)) {
    return undefined;
  }
  const strings = elf.sections.at(section.link);
  return new ElfSymbols(
    elf,
    bytes,
    strings === undefined ? new Uint8Array(0) : readSection(elf, strings, maxBytes),
  );
}

function countSymbols(elf: ElfFile, dynamic: ElfDynamic): number {
  const count =
    countByHash(elf, dynamic.hashAddress) ?? countByGnuHash(elf, dynamic.gnuHashAddress);
  return Math.min(count ?? 0, elf.limits.executableSymbolsMax);
}

/** `nchain` of the hash table is the number of symbols. System V ABI, chapter 5, "Hash Table". */
function countByHash(elf: ElfFile, address: number | undefined): number | undefined {
  const view = readView(elf, address, 8);
  return view?.getUint32(4, elf.layout.isLittleEndian);
}

/** The symbol with the highest number ends the last chain: the lowest bit of its hash is set. */
function countByGnuHash(elf: ElfFile, address: number | undefined): number | undefined {
  const little = elf.layout.isLittleEndian;
  const header = readView(elf, address, 16);
  if (header === undefined || address === undefined) {
    return undefined;
  }
  const [bucketCount, firstHashed, bloomWords] = [0, 4, 8].map((at) =>
    header.getUint32(at, little),
  ) as [number, number, number];
  const bucketsAddress = address + 16 + bloomWords * (elf.layout.is64 ? 8 : 4);
  const buckets = readView(elf, bucketsAddress, getWordsSize(elf, bucketCount));
  if (buckets === undefined) {
    return undefined;
  }
  let last = 0;
  for (let at = 0; at + 4 <= buckets.byteLength; at += 4) {
    last = Math.max(last, buckets.getUint32(at, little));
  }
  if (last < firstHashed) {
    return firstHashed;
  }
  const chainAddress = bucketsAddress + 4 * bucketCount + 4 * (last - firstHashed);
  const chain = readView(elf, chainAddress, getWordsSize(elf, elf.limits.executableSymbolsMax));
  for (let at = 0; chain !== undefined && at + 4 <= chain.byteLength; at += 4) {
    if (chain.getUint32(at, little) % 2 === 1) {
      return last + at / 4 + 1;
    }
  }
  return undefined;
}

function getWordsSize(elf: ElfFile, words: number): number {
  return 4 * Math.min(words, elf.limits.executableSymbolsMax);
}

function readView(elf: ElfFile, address: number | undefined, length: number): DataView | undefined {
  const offset = address === undefined ? undefined : toFileOffset(elf, address);
  const bytes = offset === undefined ? undefined : readBounded(elf.content, offset, length);
  return bytes === undefined || bytes.length < Math.min(length, 8) ? undefined : toDataView(bytes);
}
