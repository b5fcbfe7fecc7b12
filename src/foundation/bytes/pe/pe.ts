import { type Bytes, toDataView } from '../../core/bytes.ts';
import { defined } from '../../core/defined.ts';
import type { ExecutableMitigations } from '../../core/inventory.ts';
import type { Limits } from '../../core/limits.ts';

/** Facts of a Portable Executable. */
export interface PeFacts {
  /** `IMAGE_FILE_DLL`: a library, whose entry point is only called at loading. */
  readonly isLibrary: boolean;
  /** Relative address of the entry point; 0 if there is none. */
  readonly entry: number;
  readonly hasExports: boolean;
  /** Names of the libraries in the import table in file order, each once. */
  readonly importedLibraries: readonly string[];
  /** Absent if it has no machine code, as in .NET assemblies. */
  readonly mitigations?: ExecutableMitigations;
}

/** Addresses are relative to the load address of the file. */
export interface PeSection {
  /** At most 8 characters. */
  readonly name: string;
  readonly address: number;
  readonly offset: number;
  readonly fileBytes: number;
  readonly memoryBytes: number;
  /** `IMAGE_SCN_…` */
  readonly flags: number;
}

/** The headers of a Portable Executable. */
export interface PeFile {
  /** `IMAGE_FILE_MACHINE_…`, such as 0x8664 for x86-64. */
  readonly machine: number;
  /** Preferred load address. */
  readonly imageBase: number;
  readonly sections: readonly PeSection[];
  readonly hasSymbolTable: boolean;
  readonly directories: PeDirectories;
}

/** A part that the headers refer to by address; both are 0 if there is none. */
export interface PeDirectory {
  readonly address: number;
  readonly sizeBytes: number;
}

export interface PeDirectories {
  readonly exports: PeDirectory;
  readonly imports: PeDirectory;
  readonly resources: PeDirectory;
  /** Further instructions for the loader. */
  readonly loadConfiguration: PeDirectory;
  /** The header of the common language runtime, present in .NET assemblies. */
  readonly runtime: PeDirectory;
}

const DOS_HEADER_BYTES = 64;
const FILE_HEADER_BYTES = 24;
const SECTION_BYTES = 40;
const SECTION_NAME_BYTES = 8;
/** Loaders refuse more than 96. PE format, "COFF File Header". */
const SECTIONS_MAX = 96;
const HIGH = 2 ** 32;
const IMPORT_BYTES = 20;
const LIBRARY_FLAG = 0x2000;
const OPTIONAL_MAGIC = { pe32: 0x10b, pe32Plus: 0x20b } as const;

/**
 * Reads a PE file; `undefined` for other content, including plain DOS programs. PE format,
 * Microsoft.
 */
export function readPe(content: Bytes, limits: Limits): PeFacts | undefined {
  const headers = readHeaders(content);
  if (headers === undefined) {
    return undefined;
  }
  const { header, optional, directories, sections } = headers;
  const isManaged = directories.runtime.address !== 0;
  return {
    ...(isManaged ? {} : { mitigations: detectMitigations(content, headers) }),
    isLibrary: (header.getUint16(22, true) & LIBRARY_FLAG) !== 0,
    entry: optional.getUint32(16, true),
    hasExports: directories.exports.sizeBytes > 0,
    importedLibraries: readImportedLibraries(
      content,
      sections,
      directories.imports.address,
      limits,
    ),
  };
}

/** Bits of `DllCharacteristics`. PE format, "DLL Characteristics". */
const CHARACTERISTIC = { dynamicBase: 0x40, noExecute: 0x100, controlFlowGuard: 0x4000 } as const;
const RELOCATIONS_STRIPPED_FLAG = 0x1;

/** 64-bit programs never execute data. */
function detectMitigations(content: Bytes, headers: Headers): ExecutableMitigations {
  const { header, optional } = headers;
  const hasFlag = (flag: number): boolean => (optional.getUint16(70, true) & flag) !== 0;
  const isFixed = (header.getUint16(22, true) & RELOCATIONS_STRIPPED_FLAG) !== 0;
  const stackCanary = hasStackCookie(content, headers);
  return {
    randomAddress: hasFlag(CHARACTERISTIC.dynamicBase) && !isFixed,
    noExecute: hasFlag(CHARACTERISTIC.noExecute) || !is32Bit(optional),
    ...defined({ stackCanary }),
    controlFlowGuard: hasFlag(CHARACTERISTIC.controlFlowGuard),
  };
}

function is32Bit(optional: DataView): boolean {
  return optional.getUint16(0, true) === OPTIONAL_MAGIC.pe32;
}

/** Returns `undefined` if the table is missing, which compilers other than Microsoft's omit. */
function hasStackCookie(content: Bytes, headers: Headers): boolean | undefined {
  const { optional, directories, sections } = headers;
  const { address } = directories.loadConfiguration;
  const offset = address === 0 ? undefined : toPeOffset(sections, address);
  const [at, bytes] = is32Bit(optional) ? [60, 4] : [88, 8];
  const table = offset === undefined ? undefined : content.read(offset, at + bytes);
  return table === undefined || table.length < at + bytes
    ? undefined
    : table.subarray(at).some((byte) => byte !== 0);
}

/** Reads only the headers; `undefined` if the content is not a PE file. */
export function readPeHeaders(content: Bytes): PeFile | undefined {
  const headers = readHeaders(content);
  if (headers === undefined) {
    return undefined;
  }
  const { header, optional, directories, sections } = headers;
  const is32 = is32Bit(optional);
  return {
    machine: header.getUint16(4, true),
    imageBase: is32
      ? optional.getUint32(28, true)
      : optional.getUint32(24, true) + optional.getUint32(28, true) * HIGH,
    sections,
    directories,
    hasSymbolTable: header.getUint32(12, true) !== 0,
  };
}

interface Headers {
  /** The signature with the file header. */
  readonly header: DataView;
  readonly optional: DataView;
  readonly directories: PeDirectories;
  readonly sections: readonly PeSection[];
}

function readHeaders(content: Bytes): Headers | undefined {
  const dos = toDataView(content.read(0, DOS_HEADER_BYTES));
  if (dos.byteLength < DOS_HEADER_BYTES || dos.getUint16(0) !== 0x4d5a) {
    return undefined;
  }
  const start = dos.getUint32(60, true);
  const header = toDataView(content.read(start, FILE_HEADER_BYTES));
  if (header.byteLength < FILE_HEADER_BYTES || header.getUint32(0) !== 0x50450000) {
    return undefined;
  }
  const sectionCount = header.getUint16(6, true);
  const optionalBytes = header.getUint16(20, true);
  const optional = toDataView(content.read(start + FILE_HEADER_BYTES, optionalBytes));
  const directories = readDirectories(optional);
  if (directories === undefined) {
    return undefined;
  }
  const sections = readSections(content, start + FILE_HEADER_BYTES + optionalBytes, sectionCount);
  return { header, optional, directories, sections };
}

function readDirectories(optional: DataView): PeDirectories | undefined {
  if (optional.byteLength < 2) {
    return undefined;
  }
  const magic = optional.getUint16(0, true);
  if (magic !== OPTIONAL_MAGIC.pe32 && magic !== OPTIONAL_MAGIC.pe32Plus) {
    return undefined;
  }
  const countAt = magic === OPTIONAL_MAGIC.pe32 ? 92 : 108;
  if (optional.byteLength < countAt + 4) {
    return undefined;
  }
  const count = optional.getUint32(countAt, true);
  const getDirectory = (number: number): PeDirectory => {
    const at = countAt + 4 + 8 * number;
    return number < count && at + 8 <= optional.byteLength
      ? { address: optional.getUint32(at, true), sizeBytes: optional.getUint32(at + 4, true) }
      : { address: 0, sizeBytes: 0 };
  };
  return {
    exports: getDirectory(0),
    imports: getDirectory(1),
    resources: getDirectory(2),
    loadConfiguration: getDirectory(10),
    runtime: getDirectory(14),
  };
}

function readSections(content: Bytes, offset: number, count: number): PeSection[] {
  const table = toDataView(content.read(offset, Math.min(count, SECTIONS_MAX) * SECTION_BYTES));
  const sections: PeSection[] = [];
  for (let at = 0; at + SECTION_BYTES <= table.byteLength; at += SECTION_BYTES) {
    sections.push({
      name: readSectionName(table, at),
      memoryBytes: table.getUint32(at + 8, true),
      address: table.getUint32(at + 12, true),
      fileBytes: table.getUint32(at + 16, true),
      offset: table.getUint32(at + 20, true),
      flags: table.getUint32(at + 36, true),
    });
  }
  return sections;
}

function readSectionName(table: DataView, at: number): string {
  const name = Buffer.from(table.buffer, table.byteOffset + at, SECTION_NAME_BYTES);
  const end = name.indexOf(0);
  return name.toString('latin1', 0, end < 0 ? SECTION_NAME_BYTES : end);
}

/** Returns the file offset of an address; `undefined` if no section contains it. */
export function toPeOffset(sections: readonly PeSection[], address: number): number | undefined {
  const section = sections.find(
    (one) => address >= one.address && address < one.address + one.fileBytes,
  );
  return section && section.offset + (address - section.address);
}

/** The import table ends with an empty descriptor. PE format, "The .idata Section". */
function readImportedLibraries(
  content: Bytes,
  sections: readonly PeSection[],
  address: number,
  limits: Limits,
): string[] {
  const offset = address === 0 ? undefined : toPeOffset(sections, address);
  if (offset === undefined) {
    return [];
  }
  const names = new Set<string>();
  const table = toDataView(content.read(offset, IMPORT_BYTES * limits.executableLibrariesMax));
  for (let at = 0; at + IMPORT_BYTES <= table.byteLength; at += IMPORT_BYTES) {
    const nameAddress = table.getUint32(at + 12, true);
    if (nameAddress === 0) {
      break;
    }
    const nameOffset = toPeOffset(sections, nameAddress);
    const name = nameOffset === undefined ? '' : readCString(content, nameOffset);
    if (name !== '') {
      names.add(name);
    }
  }
  return [...names];
}

const LIBRARY_NAME_BYTES = 260;

function readCString(content: Bytes, offset: number): string {
  const bytes = content.read(offset, LIBRARY_NAME_BYTES);
  const end = bytes.indexOf(0);
  const length = end < 0 ? bytes.length : end;
  return Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('latin1');
}
