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

/** What the dynamic loader is told. Texts are as written, `$ORIGIN` not replaced. */
export interface ElfDynamic {
  readonly needed: readonly string[];
  readonly soname?: string;
  readonly rpath?: string;
  readonly runpath?: string;
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
  /** Addresses; absent where the tag is. */
  readonly symbolsAddress?: number;
  readonly hashAddress?: number;
  readonly gnuHashAddress?: number;
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
  const values = tagValues(elf, table.bytes);
  const first = (tag: number): number | undefined => values.get(tag)?.[0];
  const strings = stringsOf(elf, table, first(TAG.strings), first(TAG.stringBytes));
  const textOf = (offset: number): string => nameAt(strings, offset, elf.limits.pathBytesMax);
  const has = (tag: number, flag: number): boolean =>
    values.get(tag)?.some((value) => hasBit(value, flag)) ?? false;
  const [soname, rpath, runpath] = [TAG.soname, TAG.rpath, TAG.runpath].map(first);
  const [symbolsAddress, hashAddress, gnuHashAddress] = [TAG.symbols, TAG.hash, TAG.gnuHash].map(
    first,
  );
  return {
    needed: neededNames(elf, values.get(TAG.needed) ?? [], textOf),
    ...(soname === undefined ? {} : { soname: textOf(soname) }),
    ...(rpath === undefined ? {} : { rpath: textOf(rpath) }),
    ...(runpath === undefined ? {} : { runpath: textOf(runpath) }),
    isBindNow:
      values.has(TAG.bindNow) || has(TAG.flags, FLAG_BIND_NOW) || has(TAG.flags1, FLAG_1_NOW),
    hasTextRelocations: values.has(TAG.textRelocations) || has(TAG.flags, FLAG_TEXT_RELOCATIONS),
    isPie: has(TAG.flags1, FLAG_1_PIE),
    isDefaultOff: has(TAG.flags1, FLAG_1_NO_DEFAULT_FOLDERS),
    companions: neededNames(
      elf,
      [TAG.auxiliary, TAG.filter, TAG.audit, TAG.dependencyAudit].flatMap(
        (tag) => values.get(tag) ?? [],
      ),
      textOf,
    ),
    strings,
    ...(symbolsAddress === undefined ? {} : { symbolsAddress }),
    ...(hashAddress === undefined ? {} : { hashAddress }),
    ...(gnuHashAddress === undefined ? {} : { gnuHashAddress }),
  };
}

/** Tags may all name the end of one long text, so that what they come to has its own limit. */
function neededNames(
  { limits }: ElfFile,
  offsets: readonly number[],
  textOf: (offset: number) => string,
): string[] {
  const names: string[] = [];
  let left = limits.executableNameBytesMax;
  for (const offset of offsets.slice(0, limits.executableLibrariesMax)) {
    const name = textOf(offset);
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

/** Flags may be wider than the 32 bits of `&`. */
function hasBit(value: number, flag: number): boolean {
  return Math.floor(value / flag) % 2 === 1;
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

function tagValues(elf: ElfFile, bytes: Uint8Array): Map<number, number[]> {
  const view = viewOf(bytes);
  const entryBytes = entryBytesOf(elf);
  const values = new Map<number, number[]>();
  for (let at = 0; at + entryBytes <= bytes.length; at += entryBytes) {
    const tag = wordAt(view, at, elf.layout);
    if (tag === TAG.end) {
      break;
    }
    const value = wordAt(view, at + entryBytes / 2, elf.layout);
    const known = values.get(tag);
    if (known === undefined) {
      values.set(tag, [value]);
    } else {
      known.push(value);
    }
  }
  return values;
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
