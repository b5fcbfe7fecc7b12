import type { Bytes } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import { ELF_TYPE, type ElfFile, type ElfSegment, readElf, SEGMENT } from '../elf/elf.ts';
import { SECTION } from '../elf/sections.ts';
import { type MachOSlice, readMachOSlices } from '../macho/macho.ts';
import { type PeSection, readPeHeaders } from '../pe/pe.ts';

/** A part of the file with its load address. */
export interface LoadedRange {
  readonly address: number;
  readonly offset: number;
  /** Bytes in the file, possibly fewer than in memory. */
  readonly sizeBytes: number;
}

export interface ImageSection extends LoadedRange {
  readonly name: string;
}

/**
 * An executable for one architecture in any format. Headers are not trusted: reading outside of the
 * file returns fewer bytes.
 */
export interface ExecutableImage {
  readonly format: 'elf' | 'macho' | 'pe';
  /**
   * Name of the architecture in the format's own terms, such as `x86_64` or `arm64`; a number if it
   * has no name.
   */
  readonly architecture: string;
  readonly isLittleEndian: boolean;
  /** Loaded parts of the file. */
  readonly loaded: readonly LoadedRange[];
  /** The first part with writable data. */
  readonly data: LoadedRange | undefined;
  /** Whether the file has the full symbol table, which stripping removes. */
  readonly hasSymbolTable: boolean;
  /** Returns the first section of a name with content in the file. */
  findSection(name: string): ImageSection | undefined;
  read(offset: number, length: number): Uint8Array;
}

interface ImagesRead {
  readonly limits: Limits;
  readonly images: readonly ExecutableImage[];
}

/** Several extractors read the same file in turn. */
const lastRead = new WeakMap<Bytes, ImagesRead>();

/**
 * Returns the executables in a file: one, or one per architecture of a universal file; none for
 * other content.
 */
export function readExecutableImages(content: Bytes, limits: Limits): readonly ExecutableImage[] {
  const last = lastRead.get(content);
  if (last?.limits === limits) {
    return last.images;
  }
  const images = listImages(content, limits);
  lastRead.set(content, { limits, images });
  return images;
}

/** Architectures of a universal file may overlap, so they share the limits. */
export function shareLimits(limits: Limits, shares: number): Limits {
  return shares <= 1
    ? limits
    : {
        ...limits,
        symbolBytesMax: Math.floor(limits.symbolBytesMax / shares),
        recordBytesMax: Math.floor(limits.recordBytesMax / shares),
      };
}

function listImages(content: Bytes, limits: Limits): readonly ExecutableImage[] {
  const first = content.read(0, 2);
  if (first[0] === 0x7f) {
    return readElfImage(content, limits);
  }
  if (first[0] === 0x4d && first[1] === 0x5a) {
    return readPeImage(content);
  }
  return readMachOSlices(content, limits).map((slice) => readMachOImage(slice, limits));
}

/** Returns the first section with one of the names, in the order of the names. */
export function findImageSection(
  image: ExecutableImage,
  names: readonly string[],
): ImageSection | undefined {
  for (const name of names) {
    const section = image.findSection(name);
    if (section !== undefined) {
      return section;
    }
  }
  return undefined;
}

/** Reads at most `length` bytes at a load address, within one part. */
export function readLoaded(image: ExecutableImage, address: number, length: number): Uint8Array {
  const part = image.loaded.find(
    (one) => address >= one.address && address < one.address + one.sizeBytes,
  );
  if (part === undefined) {
    return new Uint8Array(0);
  }
  const skipped = address - part.address;
  return image.read(part.offset + skipped, Math.min(length, part.sizeBytes - skipped));
}

/** `e_machine`. System V ABI, and the registry that continues it. */
const ELF_MACHINES: ReadonlyMap<number, string> = new Map([
  [3, '386'],
  [8, 'mips'],
  [20, 'ppc'],
  [21, 'ppc64'],
  [22, 's390'],
  [40, 'arm'],
  [62, 'x86_64'],
  [183, 'aarch64'],
  [243, 'riscv'],
  [258, 'loongarch'],
]);

function readElfImage(content: Bytes, limits: Limits): ExecutableImage[] {
  const elf = readElf(content, limits);
  return elf === undefined || elf.type === ELF_TYPE.relocatable || elf.type === ELF_TYPE.core
    ? []
    : [new ElfImage(elf)];
}

/** Everything is lazy, because most files are only searched for a few names. */
class ElfImage implements ExecutableImage {
  readonly format = 'elf';
  readonly #elf: ElfFile;
  #loaded: readonly LoadedRange[] | undefined;

  constructor(elf: ElfFile) {
    this.#elf = elf;
  }

  get architecture(): string {
    const { machine } = this.#elf;
    return ELF_MACHINES.get(machine) ?? String(machine);
  }

  get isLittleEndian(): boolean {
    return this.#elf.layout.isLittleEndian;
  }

  get loaded(): readonly LoadedRange[] {
    this.#loaded ??= this.#elf.segments.filter(isLoaded).map(toRange);
    return this.#loaded;
  }

  get data(): LoadedRange | undefined {
    const data = this.#elf.segments.find(
      (segment) => isLoaded(segment) && segment.isWritable && !segment.isExecutable,
    );
    return data && toRange(data);
  }

  get hasSymbolTable(): boolean {
    return this.#elf.sections.findByType(SECTION.symbolTable) !== undefined;
  }

  findSection(name: string): ImageSection | undefined {
    return this.#elf.sections.findNamedInFile(name);
  }

  read(offset: number, length: number): Uint8Array {
    return readAvailable(this.#elf.content, offset, length);
  }
}

function isLoaded({ type }: ElfSegment): boolean {
  return type === SEGMENT.load;
}

function toRange(part: {
  readonly address: number;
  readonly offset: number;
  readonly fileBytes: number;
}): LoadedRange {
  return { address: part.address, offset: part.offset, sizeBytes: part.fileBytes };
}

function createSectionFinder(sections: readonly ImageSection[]): ExecutableImage['findSection'] {
  return (name) => sections.find((section) => section.name === name);
}

function readAvailable(content: Bytes, offset: number, length: number): Uint8Array {
  return offset < content.sizeBytes
    ? content.read(offset, Math.min(length, content.sizeBytes - offset))
    : new Uint8Array(0);
}

/** Flags of a section with readable and writable data. PE format, "Section Flags". */
const PE_DATA_FLAGS = 0xc0000040;
const PE_ALIGNMENT_FLAGS = 0x00600000;

function readPeImage(content: Bytes): ExecutableImage[] {
  const pe = readPeHeaders(content);
  if (pe === undefined) {
    return [];
  }
  const placeSection = (section: PeSection): ImageSection => ({
    name: section.name,
    address: pe.imageBase + section.address,
    offset: section.offset,
    sizeBytes: section.fileBytes,
  });
  const data = pe.sections.find(
    ({ address, fileBytes, flags }) =>
      address !== 0 && fileBytes !== 0 && (flags & ~PE_ALIGNMENT_FLAGS) >>> 0 === PE_DATA_FLAGS,
  );
  const sections = pe.sections.filter(({ fileBytes }) => fileBytes > 0).map(placeSection);
  return [
    {
      format: 'pe',
      architecture: String(pe.machine),
      isLittleEndian: true,
      loaded: sections,
      data: data && placeSection(data),
      hasSymbolTable: pe.hasSymbolTable,
      findSection: createSectionFinder(sections),
      read: (offset, length) => readAvailable(content, offset, length),
    },
  ];
}

/** `cputype`. Apple, `mach/machine.h`. */
const MACHO_PROCESSORS: ReadonlyMap<number, string> = new Map([
  [7, '386'],
  [12, 'arm'],
  [18, 'ppc'],
  [0x01000007, 'amd64'],
  [0x0100000c, 'arm64'],
  [0x01000012, 'ppc64'],
]);

/** Load commands. Apple, `mach-o/loader.h`. */
const MACHO_COMMAND = { segment: 0x1, dynamicSymbolTable: 0xb, segment64: 0x19 } as const;
const READ_WRITE = 3;
const NAME_BYTES = 16;
/**
 * Section types without content in the file: zero fill, including the large and thread-local kinds.
 */
const ZERO_FILL_TYPES: ReadonlySet<number> = new Set([0x1, 0xc, 0x12]);

interface MachOParts {
  readonly sections: ImageSection[];
  readonly loaded: LoadedRange[];
  data?: LoadedRange;
  hasSymbolTable: boolean;
}

function readMachOImage(slice: MachOSlice, limits: Limits): ExecutableImage {
  const parts: MachOParts = { sections: [], loaded: [], hasSymbolTable: false };
  for (const command of slice.loadCommands()) {
    const kind = command.getUint32(0, slice.isLittleEndian);
    if (kind === MACHO_COMMAND.segment || kind === MACHO_COMMAND.segment64) {
      addSegment(parts, new SegmentReader(command, slice, kind), limits);
    } else if (kind === MACHO_COMMAND.dynamicSymbolTable && command.byteLength >= 16) {
      // The number of local symbols: imports remain in a stripped file.
      parts.hasSymbolTable ||= command.getUint32(12, slice.isLittleEndian) > 0;
    }
  }
  return {
    format: 'macho',
    architecture: MACHO_PROCESSORS.get(slice.processor) ?? String(slice.processor),
    isLittleEndian: slice.isLittleEndian,
    loaded: parts.loaded,
    data: parts.data,
    hasSymbolTable: parts.hasSymbolTable,
    findSection: createSectionFinder(parts.sections),
    read: (offset, length) => slice.readSlice(offset, length),
  };
}

/** Reads the members of a segment command, whose word width depends on its kind. */
class SegmentReader {
  readonly #view: DataView;
  readonly #isLittleEndian: boolean;
  readonly is64: boolean;

  constructor(view: DataView, { isLittleEndian }: MachOSlice, kind: number) {
    this.#view = view;
    this.#isLittleEndian = isLittleEndian;
    this.is64 = kind === MACHO_COMMAND.segment64;
  }

  get sizeBytes(): number {
    return this.#view.byteLength;
  }

  number(at: number): number {
    return this.#view.getUint32(at, this.#isLittleEndian);
  }

  readWord(at: number): number {
    if (!this.is64) {
      return this.number(at);
    }
    const [low, high] = this.#isLittleEndian ? [at, at + 4] : [at + 4, at];
    return this.number(low) + this.number(high) * 2 ** 32;
  }

  name(at: number): string {
    const bytes = Buffer.from(this.#view.buffer, this.#view.byteOffset + at, NAME_BYTES);
    const end = bytes.indexOf(0);
    return bytes.toString('latin1', 0, end < 0 ? NAME_BYTES : end);
  }
}

function addSegment(parts: MachOParts, segment: SegmentReader, limits: Limits): void {
  const wordBytes = segment.is64 ? 8 : 4;
  const headerBytes = 24 + 4 * wordBytes + 16;
  const sectionBytes = segment.is64 ? 80 : 68;
  if (segment.sizeBytes < headerBytes) {
    return;
  }
  const protection = 24 + 4 * wordBytes;
  const range = {
    address: segment.readWord(24),
    offset: segment.readWord(24 + 2 * wordBytes),
    sizeBytes: segment.readWord(24 + 3 * wordBytes),
  };
  if (range.sizeBytes > 0) {
    parts.loaded.push(range);
    const isData =
      range.address !== 0 &&
      segment.number(protection) === READ_WRITE &&
      segment.number(protection + 4) === READ_WRITE;
    if (isData) {
      parts.data ??= range;
    }
  }
  const sectionsMax = Math.floor((segment.sizeBytes - headerBytes) / sectionBytes);
  const count = Math.min(segment.number(protection + 8), sectionsMax);
  for (let index = 0; index < count; index++) {
    if (parts.sections.length >= limits.executableRecordsMax) {
      return;
    }
    addSection(parts, segment, headerBytes + index * sectionBytes);
  }
}

function addSection(parts: MachOParts, segment: SegmentReader, at: number): void {
  const wordBytes = segment.is64 ? 8 : 4;
  const afterSize = at + 2 * NAME_BYTES + 2 * wordBytes;
  const sectionType = segment.number(afterSize + 16) & 0xff;
  if (!ZERO_FILL_TYPES.has(sectionType)) {
    parts.sections.push({
      name: segment.name(at),
      address: segment.readWord(at + 2 * NAME_BYTES),
      offset: segment.number(afterSize),
      sizeBytes: segment.readWord(at + 2 * NAME_BYTES + wordBytes),
    });
  }
}
