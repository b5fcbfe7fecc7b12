import { type Bytes, toDataView } from '../../core/bytes.ts';
import type { Want } from '../../core/cataloger.ts';
import { listMagics } from '../../core/executable-file.ts';
import type { Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { type ElfSection, ElfSections, readHeader, SECTION } from './sections.ts';
import { readWord, type WordLayout } from './word.ts';

/** Requests whole ELF files at any path. System V ABI, chapter 4, "Identification". */
export const ELF_WANT: Want = {
  role: 'elf',
  magic: listMagics('elf'),
  maxBytes: 'wholeFileBytesMax',
};

/** Object file types, `e_type`. System V ABI, chapter 4, "ELF Header". */
export const ELF_TYPE = { relocatable: 1, executable: 2, shared: 3, core: 4 } as const;

/** Segment types, `p_type`. System V ABI, chapter 5, and the GNU additions. */
export const SEGMENT = {
  load: 1,
  dynamic: 2,
  interpreter: 3,
  note: 4,
  gnuStack: 0x6474e551,
  gnuRelro: 0x6474e552,
} as const;

export interface ElfSegment {
  readonly type: number;
  readonly isExecutable: boolean;
  readonly isWritable: boolean;
  readonly offset: number;
  readonly address: number;
  readonly fileBytes: number;
}

/**
 * The headers of an ELF file. They are not trusted: offsets and sizes may be outside of the file,
 * and every reader bounds itself by the file. Numbers above 2^53 lose their last digits.
 */
export interface ElfFile {
  readonly content: Bytes;
  readonly limits: Limits;
  readonly layout: WordLayout;
  readonly type: number;
  /** `e_machine`, such as 62 for x86-64 or 183 for AArch64. */
  readonly machine: number;
  /** Address of the entry point; 0 if there is none. */
  readonly entry: number;
  readonly segments: readonly ElfSegment[];
  readonly sections: ElfSections;
  /** Problems of the headers, each once; empty for a valid file. */
  readonly problems: readonly ProblemNote[];
}

const IDENT_BYTES = 16;
const CLASS_64 = 2;
const BIG_ENDIAN = 2;
const HEADER_BYTES = { 32: 52, 64: 64 } as const;
const SEGMENT_BYTES = { 32: 32, 64: 56 } as const;
const SECTION_BYTES = { 32: 40, 64: 64 } as const;
/**
 * The values 0 in `e_shnum` and 0xffff in `e_shstrndx` refer to numbers in the first section
 * header.
 */
const EXTENDED_STRING_INDEX = 0xffff;
const EXECUTABLE_FLAG = 1;
const WRITABLE_FLAG = 2;

/** The last result: several extractors need the headers of the same file. */
const lastRead = new WeakMap<Bytes, { readonly limits: Limits; readonly elf?: ElfFile }>();

/**
 * Reads the headers. `undefined` if the content is not an ELF file or ends within its first header.
 */
export function readElf(content: Bytes, limits: Limits): ElfFile | undefined {
  const last = lastRead.get(content);
  if (last?.limits === limits) {
    return last.elf;
  }
  const elf = readHeaders(content, limits);
  lastRead.set(content, elf === undefined ? { limits } : { limits, elf });
  return elf;
}

function readHeaders(content: Bytes, limits: Limits): ElfFile | undefined {
  const layout = detectLayout(content.read(0, IDENT_BYTES));
  if (layout === undefined) {
    return undefined;
  }
  const headerBytes = HEADER_BYTES[layout.is64 ? 64 : 32];
  const header = toDataView(content.read(0, headerBytes));
  if (header.byteLength < headerBytes) {
    return undefined;
  }
  const little = layout.isLittleEndian;
  const wordBytes = layout.is64 ? 8 : 4;
  const afterAddresses = 24 + 3 * wordBytes;
  const problems = new Set<ProblemNote>();
  const tables: HeaderTables = {
    segmentOffset: readWord(header, 24 + wordBytes, layout),
    segmentEntryBytes: header.getUint16(afterAddresses + 6, little),
    segmentCount: header.getUint16(afterAddresses + 8, little),
    sectionOffset: readWord(header, 24 + 2 * wordBytes, layout),
    sectionEntryBytes: header.getUint16(afterAddresses + 10, little),
    sectionCount: header.getUint16(afterAddresses + 12, little),
    stringIndex: header.getUint16(afterAddresses + 14, little),
  };
  const source = { content, limits, layout };
  const sections = readSections(source, tables, problems);
  if (hasTooManySymbols(sections, source)) {
    problems.add(FAULT.symbols);
  }
  return {
    content,
    limits,
    layout,
    type: header.getUint16(16, little),
    machine: header.getUint16(18, little),
    entry: readWord(header, 24, layout),
    segments: readSegments(source, tables, problems),
    sections,
    problems: [...problems],
  };
}

function hasTooManySymbols(sections: ElfSections, { limits, layout }: ElfSource): boolean {
  const { executableSymbolsMax, executableTableBytesMax } = limits;
  const most = Math.min(executableTableBytesMax, executableSymbolsMax * (layout.is64 ? 24 : 16));
  return sections.symbolBytes > most;
}

/** Returns the stored content of a section, at most `maxBytes`; empty if it has none. */
export function readSection(elf: ElfFile, section: ElfSection, maxBytes: number): Uint8Array {
  if (section.type === SECTION.noBits) {
    return new Uint8Array(0);
  }
  return readBounded(elf.content, section.offset, Math.min(section.sizeBytes, maxBytes));
}

/** Reads a range that a header names; shorter or empty if the file ends before it. */
export function readBounded(content: Bytes, offset: number, length: number): Uint8Array {
  if (!(offset < content.sizeBytes)) {
    return new Uint8Array(0);
  }
  return content.read(offset, Math.min(length, content.sizeBytes - offset));
}

/** Returns the file offset of the byte that is loaded at an address. */
export function toFileOffset(elf: ElfFile, address: number): number | undefined {
  const segment = elf.segments.find(
    ({ type, address: start, fileBytes }) =>
      type === SEGMENT.load && address >= start && address < start + fileBytes,
  );
  return segment && segment.offset + (address - segment.address);
}

type Faults = Set<ProblemNote>;

const NO_SECTIONS = new ElfSections({
  bytes: new Uint8Array(0),
  entryBytes: SECTION_BYTES[64],
  layout: { is64: true, isLittleEndian: true },
  strings: new Uint8Array(0),
});

const FAULT = {
  symbols: {
    code: 'P_LIMIT',
    message:
      'the executable has more symbols than executableSymbolsMax or executableTableBytesMax allow',
  },
  limit: {
    code: 'P_LIMIT',
    message: 'the executable has more header records than executableRecordsMax allows',
  },
  truncated: { code: 'P_TRUNCATED', message: 'header tables of the executable are beyond its end' },
  malformed: { code: 'P_MALFORMED', message: 'header records of the executable are too small' },
} as const satisfies Record<string, ProblemNote>;

interface ElfSource {
  readonly content: Bytes;
  readonly limits: Limits;
  readonly layout: WordLayout;
}

interface HeaderTables {
  readonly segmentOffset: number;
  readonly segmentEntryBytes: number;
  readonly segmentCount: number;
  readonly sectionOffset: number;
  readonly sectionEntryBytes: number;
  readonly sectionCount: number;
  readonly stringIndex: number;
}

function detectLayout(ident: Uint8Array): WordLayout | undefined {
  const [first, e, l, f, elfClass, data] = ident;
  const isElf = first === 0x7f && e === 0x45 && l === 0x4c && f === 0x46;
  if (!isElf || ident.length < IDENT_BYTES) {
    return undefined;
  }
  return { is64: elfClass === CLASS_64, isLittleEndian: data !== BIG_ENDIAN };
}

/** Reads a table of equal records: all complete ones within the limit. */
function readTable(
  { content, limits }: ElfSource,
  table: { readonly offset: number; readonly entryBytes: number; readonly count: number },
  problems: Faults,
): Uint8Array {
  const wanted = Math.min(table.count, limits.executableRecordsMax);
  const read = readBounded(content, table.offset, wanted * table.entryBytes);
  const count = Math.floor(read.length / table.entryBytes);
  if (count < table.count) {
    problems.add(wanted < table.count ? FAULT.limit : FAULT.truncated);
  }
  return read.length === count * table.entryBytes
    ? read
    : read.subarray(0, count * table.entryBytes);
}

function readSegments(source: ElfSource, tables: HeaderTables, problems: Faults): ElfSegment[] {
  const { layout } = source;
  const least = SEGMENT_BYTES[layout.is64 ? 64 : 32];
  if (tables.segmentCount === 0) {
    return [];
  }
  if (tables.segmentEntryBytes < least) {
    problems.add(FAULT.malformed);
    return [];
  }
  const entryBytes = tables.segmentEntryBytes;
  const bytes = readTable(
    source,
    { offset: tables.segmentOffset, entryBytes, count: tables.segmentCount },
    problems,
  );
  const view = toDataView(bytes);
  const segments: ElfSegment[] = [];
  for (let at = 0; at < bytes.length; at += entryBytes) {
    segments.push(readSegment(view, at, layout));
  }
  return segments;
}

function readSegment(view: DataView, at: number, layout: WordLayout): ElfSegment {
  const little = layout.isLittleEndian;
  const flags = view.getUint32(at + (layout.is64 ? 4 : 24), little);
  return {
    type: view.getUint32(at, little),
    isExecutable: (flags & EXECUTABLE_FLAG) !== 0,
    isWritable: (flags & WRITABLE_FLAG) !== 0,
    offset: readWord(view, at + (layout.is64 ? 8 : 4), layout),
    address: readWord(view, at + (layout.is64 ? 16 : 8), layout),
    fileBytes: readWord(view, at + (layout.is64 ? 32 : 16), layout),
  };
}

function readSections(source: ElfSource, tables: HeaderTables, problems: Faults): ElfSections {
  const { content, limits, layout } = source;
  const entryBytes = tables.sectionEntryBytes;
  if (tables.sectionOffset === 0) {
    return NO_SECTIONS;
  }
  if (entryBytes < SECTION_BYTES[layout.is64 ? 64 : 32]) {
    problems.add(FAULT.malformed);
    return NO_SECTIONS;
  }
  const firstBytes = readBounded(content, tables.sectionOffset, entryBytes);
  if (firstBytes.length < entryBytes) {
    problems.add(FAULT.truncated);
    return NO_SECTIONS;
  }
  const first = readHeader(toDataView(firstBytes), 0, layout, '');
  const declared = tables.sectionCount === 0 ? first.sizeBytes : tables.sectionCount;
  const bytes = readTable(
    source,
    { offset: tables.sectionOffset, entryBytes, count: declared },
    problems,
  );
  const { stringIndex } = tables;
  const namesAt = entryBytes * (stringIndex === EXTENDED_STRING_INDEX ? first.link : stringIndex);
  const names =
    namesAt < bytes.length ? readHeader(toDataView(bytes), namesAt, layout, '') : undefined;
  const strings =
    names === undefined || names.type === SECTION.noBits
      ? new Uint8Array(0)
      : readBounded(
          content,
          names.offset,
          Math.min(names.sizeBytes, limits.executableTableBytesMax),
        );
  return new ElfSections({ bytes, entryBytes, layout, strings });
}
