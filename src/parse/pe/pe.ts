import type { Bytes } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';

/** What a Portable Executable says of itself. */
export interface PeFacts {
  /** `IMAGE_FILE_DLL`: a library, whose entry point is called at loading only. */
  readonly isLibrary: boolean;
  /** Relative address of the entry point, 0 where there is none. */
  readonly entry: number;
  readonly hasExports: boolean;
  /** Names of the libraries in the import table, in the order of the file, each once. */
  readonly importedLibraries: readonly string[];
}

interface PeSection {
  readonly address: number;
  readonly offset: number;
  readonly fileBytes: number;
}

const DOS_HEADER_BYTES = 64;
const FILE_HEADER_BYTES = 24;
const SECTION_BYTES = 40;
const IMPORT_BYTES = 20;
const LIBRARY_FLAG = 0x2000;
const OPTIONAL_MAGIC = { pe32: 0x10b, pe32Plus: 0x20b } as const;

/**
 * Reads a PE file; `undefined` where the content is none, a plain DOS program included. PE format,
 * Microsoft.
 */
export function readPe(content: Bytes, limits: Limits): PeFacts | undefined {
  const dos = viewOf(content.read(0, DOS_HEADER_BYTES));
  if (dos.byteLength < DOS_HEADER_BYTES || dos.getUint16(0) !== 0x4d5a) {
    return undefined;
  }
  const start = dos.getUint32(60, true);
  const header = viewOf(content.read(start, FILE_HEADER_BYTES));
  if (header.byteLength < FILE_HEADER_BYTES || header.getUint32(0) !== 0x50450000) {
    return undefined;
  }
  const sectionCount = header.getUint16(6, true);
  const optionalBytes = header.getUint16(20, true);
  const optional = viewOf(content.read(start + FILE_HEADER_BYTES, optionalBytes));
  const directories = directoriesOf(optional);
  if (directories === undefined) {
    return undefined;
  }
  const sections = sectionsOf(content, start + FILE_HEADER_BYTES + optionalBytes, sectionCount);
  return {
    isLibrary: (header.getUint16(22, true) & LIBRARY_FLAG) !== 0,
    entry: optional.getUint32(16, true),
    hasExports: directories.exports.sizeBytes > 0,
    importedLibraries: importedLibraries(content, sections, directories.imports.address, limits),
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

interface Directory {
  readonly address: number;
  readonly sizeBytes: number;
}

function directoriesOf(
  optional: DataView,
): { readonly exports: Directory; readonly imports: Directory } | undefined {
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
  const directory = (number: number): Directory => {
    const at = countAt + 4 + 8 * number;
    return number < count && at + 8 <= optional.byteLength
      ? { address: optional.getUint32(at, true), sizeBytes: optional.getUint32(at + 4, true) }
      : { address: 0, sizeBytes: 0 };
  };
  return { exports: directory(0), imports: directory(1) };
}

function sectionsOf(content: Bytes, offset: number, count: number): PeSection[] {
  const table = viewOf(content.read(offset, count * SECTION_BYTES));
  const sections: PeSection[] = [];
  for (let at = 0; at + SECTION_BYTES <= table.byteLength; at += SECTION_BYTES) {
    sections.push({
      address: table.getUint32(at + 12, true),
      fileBytes: table.getUint32(at + 16, true),
      offset: table.getUint32(at + 20, true),
    });
  }
  return sections;
}

function fileOffsetOf(sections: readonly PeSection[], address: number): number | undefined {
  const section = sections.find(
    (one) => address >= one.address && address < one.address + one.fileBytes,
  );
  return section && section.offset + (address - section.address);
}

/** The import table ends with an empty descriptor. PE format, "The .idata Section". */
function importedLibraries(
  content: Bytes,
  sections: readonly PeSection[],
  address: number,
  limits: Limits,
): string[] {
  const offset = address === 0 ? undefined : fileOffsetOf(sections, address);
  if (offset === undefined) {
    return [];
  }
  const names = new Set<string>();
  const table = viewOf(content.read(offset, IMPORT_BYTES * limits.executableLibrariesMax));
  for (let at = 0; at + IMPORT_BYTES <= table.byteLength; at += IMPORT_BYTES) {
    const nameAddress = table.getUint32(at + 12, true);
    if (nameAddress === 0) {
      break;
    }
    const nameOffset = fileOffsetOf(sections, nameAddress);
    const name = nameOffset === undefined ? '' : textAt(content, nameOffset);
    if (name !== '') {
      names.add(name);
    }
  }
  return [...names];
}

const LIBRARY_NAME_BYTES = 260;

function textAt(content: Bytes, offset: number): string {
  const bytes = content.read(offset, LIBRARY_NAME_BYTES);
  const end = bytes.indexOf(0);
  const length = end < 0 ? bytes.length : end;
  return Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('latin1');
}
