import { boundedRead, type ElfFile, fileOffsetOf, SECTION, SEGMENT, sectionBytes } from './elf.ts';
import { nameAt, viewOf, wordAt } from './word.ts';

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
 * What the dynamic loader is told. Texts are as written, `$ORIGIN` not replaced; what no tag tells
 * is `undefined`.
 */
export interface ElfDynamic {
  readonly needed: readonly string[];
  readonly soname: string | undefined;
  readonly rpath: string | undefined;
  readonly runpath: string | undefined;
  /** All symbols are resolved at start: `DT_BIND_NOW`, `DF_BIND_NOW` or `DF_1_NOW`. */
  readonly isBindNow: boolean;
  /** The loader writes to code: `DT_TEXTREL` or `DF_TEXTREL`. */
  readonly hasTextRelocations: boolean;
  /** `DF_1_NODEFLIB`: neither the cache nor the default folders are searched. */
  readonly isDefaultOff: boolean;
  /**
   * Libraries that stand in for, filter or audit this one: `DT_AUXILIARY`, `DT_FILTER`, `DT_AUDIT`.
   */
  readonly companions: readonly string[];
  /** `DF_1_PIE`: a program, not a library, though its type is that of a shared object. */
  readonly isPie: boolean;
  /** The string table that names lie in, as much of it as is in the file. */
  readonly strings: Uint8Array;
  /** Addresses. */
  readonly symbolsAddress: number | undefined;
  readonly hashAddress: number | undefined;
  readonly gnuHashAddress: number | undefined;
}

interface DynamicTable {
  readonly bytes: Uint8Array;
  /** The strings where a section names them; else they are found through the loaded addresses. */
  readonly linkedStrings?: Uint8Array;
}

/**
 * Reads what the loader reads: the dynamic segment, or where there is none in the file, the dynamic
 * section. `undefined` for a file that is linked statically.
 */
export function readDynamic(elf: ElfFile): ElfDynamic | undefined {
  const known = tables.get(elf) ?? { dynamic: readTable(elf) };
  tables.set(elf, known);
  return known.dynamic;
}

/** Several extractors ask for that of one file. */
const tables = new WeakMap<ElfFile, { readonly dynamic: ElfDynamic | undefined }>();

/** `undefined` for a file that is linked statically. */
function readTable(elf: ElfFile): ElfDynamic | undefined {
  const table = dynamicTable(elf);
  if (table === undefined) {
    return undefined;
  }
  const tags = tagValues(elf, table.bytes);
  const strings = stringsOf(
    elf,
    table,
    tags.first.get(TAG.strings),
    tags.first.get(TAG.stringBytes),
  );
  const { pathBytesMax } = elf.limits;
  const textOf = (offset: number | undefined): string | undefined =>
    offset === undefined ? undefined : nameAt(strings, offset, pathBytesMax);
  return {
    needed: neededNames(elf, tags.needed, strings),
    soname: textOf(tags.first.get(TAG.soname)),
    rpath: textOf(tags.first.get(TAG.rpath)),
    runpath: textOf(tags.first.get(TAG.runpath)),
    isBindNow:
      tags.first.has(TAG.bindNow) ||
      haveBit(tags.flags, FLAG_BIND_NOW) ||
      haveBit(tags.flags1, FLAG_1_NOW),
    hasTextRelocations:
      tags.first.has(TAG.textRelocations) || haveBit(tags.flags, FLAG_TEXT_RELOCATIONS),
    isPie: haveBit(tags.flags1, FLAG_1_PIE),
    isDefaultOff: haveBit(tags.flags1, FLAG_1_NO_DEFAULT_FOLDERS),
    companions: neededNames(elf, companionsInOrder(tags.companions), strings),
    strings,
    symbolsAddress: tags.first.get(TAG.symbols),
    hashAddress: tags.first.get(TAG.hash),
    gnuHashAddress: tags.first.get(TAG.gnuHash),
  };
}

/** Tags may all name the end of one long text, so that what they come to has its own limit. */
function neededNames(
  { limits }: ElfFile,
  offsets: readonly number[],
  strings: Uint8Array,
): string[] {
  const names: string[] = [];
  let left = limits.executableNameBytesMax;
  for (const offset of offsets.slice(0, limits.executableLibrariesMax)) {
    const name = nameAt(strings, offset, limits.pathBytesMax);
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

/** Whether one of the values has a flag; they may be wider than the 32 bits of `&`. */
function haveBit(values: readonly number[], flag: number): boolean {
  return values.some((value) => Math.floor(value / flag) % 2 === 1);
}

function entryBytesOf(elf: ElfFile): number {
  return elf.layout.is64 ? 16 : 8;
}

function dynamicTable(elf: ElfFile): DynamicTable | undefined {
  const maxBytes = elf.limits.executableRecordsMax * entryBytesOf(elf);
  const segment = elf.segments.find(({ type }) => type === SEGMENT.dynamic);
  if (segment !== undefined) {
    const bytes = boundedRead(elf.content, segment.offset, Math.min(segment.fileBytes, maxBytes));
    if (bytes.length >= entryBytesOf(elf)) {
      return { bytes };
    }
  }
  const section = elf.sections.find(({ type }) => type === SECTION.dynamic);
  if (section === undefined) {
    return undefined;
  }
  const strings = elf.sections[section.link];
  return {
    bytes: sectionBytes(elf, section, maxBytes),
    ...(strings === undefined
      ? {}
      : { linkedStrings: sectionBytes(elf, strings, elf.limits.executableTableBytesMax) }),
  };
}

interface TagValues {
  /** The first value of each tag but those below. */
  readonly first: ReadonlyMap<number, number>;
  readonly needed: readonly number[];
  readonly flags: readonly number[];
  readonly flags1: readonly number[];
  readonly companions: readonly Companion[];
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

function companionsInOrder(companions: readonly Companion[]): number[] {
  return companions
    .toSorted((left, right) => COMPANION_TAGS.indexOf(left.tag) - COMPANION_TAGS.indexOf(right.tag))
    .map(({ value }) => value);
}

function tagValues({ layout }: ElfFile, bytes: Uint8Array): TagValues {
  const view = viewOf(bytes);
  const entryBytes = layout.is64 ? 16 : 8;
  const end = bytes.length - entryBytes;
  const first = new Map<number, number>();
  const needed: number[] = [];
  const flags: number[] = [];
  const flags1: number[] = [];
  const companions: Companion[] = [];
  for (let at = 0; at <= end; at += entryBytes) {
    const tag = wordAt(view, at, layout);
    if (tag === TAG.end) {
      break;
    }
    const value = wordAt(view, at + entryBytes / 2, layout);
    if (tag === TAG.needed) {
      needed.push(value);
    } else if (tag === TAG.flags) {
      flags.push(value);
    } else if (tag === TAG.flags1) {
      flags1.push(value);
    } else if (COMPANION_TAGS.includes(tag)) {
      companions.push({ tag, value });
    } else if (!first.has(tag)) {
      first.set(tag, value);
    }
  }
  return { first, needed, flags, flags1, companions };
}

function stringsOf(
  elf: ElfFile,
  table: DynamicTable,
  address: number | undefined,
  sizeBytes: number | undefined,
): Uint8Array {
  if (table.linkedStrings !== undefined) {
    return table.linkedStrings;
  }
  const offset = address === undefined ? undefined : fileOffsetOf(elf, address);
  if (offset === undefined) {
    return new Uint8Array(0);
  }
  const maxBytes = elf.limits.executableTableBytesMax;
  return boundedRead(elf.content, offset, Math.min(sizeBytes ?? maxBytes, maxBytes));
}
