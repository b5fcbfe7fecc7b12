import { toBuffer, toDataView } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import { type ElfFile, readBounded, readSection, SEGMENT, toFileOffset } from './elf.ts';
import { SECTION } from './sections.ts';
import { readName, readWord } from './word.ts';

/** Tags of the dynamic section. System V ABI, chapter 5, "Dynamic Section". */
const TAG = {
  end: 0,
  needed: 1,
  hash: 4,
  strings: 5,
  symbols: 6,
  stringBytes: 10,
  soname: 14,
  rpath: 15,
  textRelocations: 22,
  bindNow: 24,
  runpath: 29,
  flags: 30,
  gnuHash: 0x6ffffef5,
  versionsDefined: 0x6ffffffc,
  versionsNeeded: 0x6ffffffe,
  flags1: 0x6ffffffb,
  auxiliary: 0x7ffffffd,
  filter: 0x7fffffff,
  audit: 0x6ffffefc,
  dependencyAudit: 0x6ffffefb,
} as const;

const FLAG_TEXT_RELOCATIONS = 4;
const FLAG_BIND_NOW = 8;
const FLAG_1_NOW = 1;
const FLAG_1_PIE = 0x08000000;
const FLAG_1_NO_DEFAULT_FOLDERS = 0x800;

/**
 * Instructions for the dynamic loader. Strings are as written, with `$ORIGIN` unexpanded; absent
 * tags are `undefined`.
 */
export interface ElfDynamic {
  readonly needed: readonly string[];
  readonly soname: string | undefined;
  readonly rpath: string | undefined;
  readonly runpath: string | undefined;
  /** Whether all symbols are resolved at start: `DT_BIND_NOW`, `DF_BIND_NOW` or `DF_1_NOW`. */
  readonly isBindNow: boolean;
  /** Whether the loader writes to code: `DT_TEXTREL` or `DF_TEXTREL`. */
  readonly hasTextRelocations: boolean;
  /** `DF_1_NODEFLIB`: neither the cache nor the default directories are searched. */
  readonly isDefaultOff: boolean;
  /** Libraries that replace, filter or audit this one: `DT_AUXILIARY`, `DT_FILTER`, `DT_AUDIT`. */
  readonly companions: readonly string[];
  /** `DF_1_PIE`: a program rather than a library, although its type is that of a shared object. */
  readonly isPie: boolean;
  /** The part of the string table with the names that is inside the file. */
  readonly strings: Buffer;
  /** Addresses. */
  readonly symbolsAddress: number | undefined;
  readonly hashAddress: number | undefined;
  readonly gnuHashAddress: number | undefined;
  readonly versionsDefinedAddress: number | undefined;
  readonly versionsNeededAddress: number | undefined;
}

interface DynamicTable {
  readonly bytes: Uint8Array;
  /** The strings if a section names them; otherwise they are found by loaded addresses. */
  readonly linkedStrings?: Uint8Array;
}

/**
 * Reads the dynamic segment, as the loader does, or the dynamic section if the file has no such
 * segment. `undefined` for a statically linked file.
 */
export function readDynamic(elf: ElfFile): ElfDynamic | undefined {
  const known = tables.get(elf) ?? { dynamic: readTable(elf) };
  tables.set(elf, known);
  return known.dynamic;
}

/** Several extractors need the section of the same file. */
const tables = new WeakMap<ElfFile, { readonly dynamic: ElfDynamic | undefined }>();

/** Returns `undefined` for a statically linked file. */
function readTable(elf: ElfFile): ElfDynamic | undefined {
  const table = readDynamicTable(elf);
  return table === undefined ? undefined : new DynamicSection(elf, table);
}

/**
 * Values of the tags: the first one of a number, any one of a flag. Names are lazy: for most files
 * only the needed ones are read.
 */
class DynamicSection implements ElfDynamic {
  readonly strings: Buffer;
  readonly needed: readonly string[];
  isBindNow = false;
  hasTextRelocations = false;
  isPie = false;
  isDefaultOff = false;
  symbolsAddress: number | undefined;
  hashAddress: number | undefined;
  gnuHashAddress: number | undefined;
  versionsDefinedAddress: number | undefined;
  versionsNeededAddress: number | undefined;
  readonly #limits: Limits;
  readonly #neededNames: number[] = [];
  readonly #companions: Companion[] = [];
  #stringsAddress: number | undefined;
  #stringBytes: number | undefined;
  #soname: number | undefined;
  #rpath: number | undefined;
  #runpath: number | undefined;

  constructor(elf: ElfFile, table: DynamicTable) {
    this.#limits = elf.limits;
    this.#takeTags(elf, table.bytes);
    this.strings = toBuffer(table.linkedStrings ?? this.#readLoadedStrings(elf));
    this.needed = this.#readNames(this.#neededNames);
  }

  get soname(): string | undefined {
    return this.#readText(this.#soname);
  }

  get rpath(): string | undefined {
    return this.#readText(this.#rpath);
  }

  get runpath(): string | undefined {
    return this.#readText(this.#runpath);
  }

  get companions(): readonly string[] {
    return this.#readNames(sortCompanions(this.#companions));
  }

  #takeTags(elf: ElfFile, bytes: Uint8Array): void {
    const view = toDataView(bytes);
    const entryBytes = getEntryBytes(elf);
    const end = bytes.length - entryBytes;
    for (let at = 0; at <= end; at += entryBytes) {
      const tag = readWord(view, at, elf.layout);
      if (tag === TAG.end) {
        break;
      }
      this.#takeTag(tag, readWord(view, at + entryBytes / 2, elf.layout));
    }
  }

  #takeTag(tag: number, value: number): void {
    switch (tag) {
      case TAG.needed:
        this.#neededNames.push(value);
        break;
      case TAG.flags:
        this.isBindNow ||= hasBit(value, FLAG_BIND_NOW);
        this.hasTextRelocations ||= hasBit(value, FLAG_TEXT_RELOCATIONS);
        break;
      case TAG.flags1:
        this.isBindNow ||= hasBit(value, FLAG_1_NOW);
        this.isPie ||= hasBit(value, FLAG_1_PIE);
        this.isDefaultOff ||= hasBit(value, FLAG_1_NO_DEFAULT_FOLDERS);
        break;
      case TAG.bindNow:
        this.isBindNow = true;
        break;
      case TAG.textRelocations:
        this.hasTextRelocations = true;
        break;
      case TAG.auxiliary:
      case TAG.filter:
      case TAG.audit:
      case TAG.dependencyAudit:
        this.#companions.push({ tag, value });
        break;
      default:
        this.#takePlace(tag, value);
    }
  }

  #takePlace(tag: number, value: number): void {
    switch (tag) {
      case TAG.strings:
        this.#stringsAddress ??= value;
        break;
      case TAG.stringBytes:
        this.#stringBytes ??= value;
        break;
      case TAG.symbols:
        this.symbolsAddress ??= value;
        break;
      case TAG.hash:
        this.hashAddress ??= value;
        break;
      case TAG.gnuHash:
        this.gnuHashAddress ??= value;
        break;
      case TAG.versionsDefined:
        this.versionsDefinedAddress ??= value;
        break;
      case TAG.versionsNeeded:
        this.versionsNeededAddress ??= value;
        break;
      case TAG.soname:
        this.#soname ??= value;
        break;
      case TAG.rpath:
        this.#rpath ??= value;
        break;
      case TAG.runpath:
        this.#runpath ??= value;
        break;
      default:
    }
  }

  #readLoadedStrings(elf: ElfFile): Uint8Array {
    const address = this.#stringsAddress;
    const offset = address === undefined ? undefined : toFileOffset(elf, address);
    if (offset === undefined) {
      return new Uint8Array(0);
    }
    const maxBytes = elf.limits.executableTableBytesMax;
    return readBounded(elf.content, offset, Math.min(this.#stringBytes ?? maxBytes, maxBytes));
  }

  #readText(offset: number | undefined): string | undefined {
    return offset === undefined
      ? undefined
      : readName(this.strings, offset, this.#limits.pathBytesMax);
  }

  /** All tags may name the end of one long string, so the total length has its own limit. */
  #readNames(offsets: readonly number[]): string[] {
    const { executableNameBytesMax, executableLibrariesMax, pathBytesMax } = this.#limits;
    const names: string[] = [];
    let left = executableNameBytesMax;
    for (let index = 0; index < Math.min(offsets.length, executableLibrariesMax); index++) {
      const name = readName(this.strings, offsets[index] ?? 0, pathBytesMax);
      left -= name.length;
      if (left < 0) {
        break;
      }
      if (name !== '') {
        names.push(name);
      }
    }
    return names;
  }
}

/** Returns whether a value has a flag; values may exceed the 32 bits of `&`. */
export function hasBit(value: number, flag: number): boolean {
  return Math.floor(value / flag) % 2 === 1;
}

function getEntryBytes(elf: ElfFile): number {
  return elf.layout.is64 ? 16 : 8;
}

function readDynamicTable(elf: ElfFile): DynamicTable | undefined {
  const maxBytes = elf.limits.executableRecordsMax * getEntryBytes(elf);
  const segment = elf.segments.find(({ type }) => type === SEGMENT.dynamic);
  if (segment !== undefined) {
    const bytes = readBounded(elf.content, segment.offset, Math.min(segment.fileBytes, maxBytes));
    if (bytes.length >= getEntryBytes(elf)) {
      return { bytes };
    }
  }
  const section = elf.sections.findByType(SECTION.dynamic);
  if (section === undefined) {
    return undefined;
  }
  const strings = elf.sections.at(section.link);
  return {
    bytes: readSection(elf, section, maxBytes),
    ...(strings === undefined
      ? {}
      : { linkedStrings: readSection(elf, strings, elf.limits.executableTableBytesMax) }),
  };
}

interface Companion {
  readonly tag: number;
  readonly value: number;
}

const COMPANION_TAGS: readonly number[] = [
  TAG.auxiliary,
  TAG.filter,
  TAG.audit,
  TAG.dependencyAudit,
];

function sortCompanions(companions: readonly Companion[]): number[] {
  return companions
    .toSorted((left, right) => COMPANION_TAGS.indexOf(left.tag) - COMPANION_TAGS.indexOf(right.tag))
    .map(({ value }) => value);
}
