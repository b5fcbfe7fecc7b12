import { readWord } from '../../../foundation/bytes/elf/word.ts';
import {
  type ExecutableImage,
  findImageSection,
} from '../../../foundation/bytes/executable/executable-image.ts';
import { toDataView } from '../../../foundation/core/bytes.ts';
import type { Limits } from '../../../foundation/core/limits.ts';

/**
 * Names of the section with the table for stack traces. Go's runtime needs it, so stripping keeps
 * it.
 */
const SECTIONS = ['.gopclntab', '.data.rel.ro.gopclntab', '__gopclntab'];

/** First word of the table, by the release that introduced the layout. Go, runtime/symtab.go. */
const MAGIC = {
  go12: 0xfffffffb,
  go116: 0xfffffffa,
  go118: 0xfffffff0,
  go120: 0xfffffff1,
} as const;
const HEADER_BYTES = 8;
const NAME_BYTES_MAX = 64 * 1024;

export interface GoFunctionNames {
  /** In the order of the table, as the linker wrote them; may contain duplicates. */
  readonly names: readonly string[];
  /** Whether the program has more names than a limit permits or than the file contains. */
  readonly isCut: boolean;
}

/**
 * Returns the names of the functions in a Go program. Since Go 1.16 these include functions that
 * were inlined everywhere. Returns `undefined` if the table has no section of its own, as in PE
 * files, or its layout is unknown.
 */
export function readGoFunctionNames(
  image: ExecutableImage,
  limits: Limits,
): GoFunctionNames | undefined {
  const section = findImageSection(image, SECTIONS);
  if (section === undefined) {
    return undefined;
  }
  const sizeBytes = Math.min(section.sizeBytes, limits.executableTableBytesMax);
  const table = image.read(section.offset, sizeBytes);
  const wordBytes = table[7];
  if (table.length < HEADER_BYTES || (wordBytes !== 4 && wordBytes !== 8)) {
    return undefined;
  }
  const view = toDataView(table);
  const { isLittleEndian } = image;
  const readTableWord = (index: number): number => {
    const at = HEADER_BYTES + index * wordBytes;
    return at + wordBytes > table.length
      ? table.length
      : readWord(view, at, { is64: wordBytes === 8, isLittleEndian });
  };
  switch (view.getUint32(0, isLittleEndian)) {
    case MAGIC.go118:
    case MAGIC.go120:
      return splitNames(table, readTableWord(3), readTableWord(4), limits);
    case MAGIC.go116:
      return splitNames(table, readTableWord(2), readTableWord(3), limits);
    case MAGIC.go12:
      return readOldNames({ table, view, wordBytes, isLittleEndian }, limits);
    default:
      return undefined;
  }
}

/** Reads consecutive names, each terminated by NUL. */
function splitNames(
  table: Uint8Array,
  start: number,
  end: number,
  limits: Limits,
): GoFunctionNames {
  const from = Math.min(start, table.length);
  const to = Math.min(Math.max(end, from), table.length, from + limits.symbolBytesMax);
  const text = Buffer.from(table.buffer, table.byteOffset + from, to - from).toString('utf8');
  const pieces = text.split('\0', limits.executableSymbolsMax + 1);
  // The part after the last NUL is empty, or a name cut by a limit.
  const names = pieces.slice(0, -1).filter((name) => name !== '');
  return { names, isCut: to < end || pieces.length > limits.executableSymbolsMax };
}

interface FunctionTable {
  readonly table: Uint8Array;
  readonly view: DataView;
  readonly wordBytes: number;
  readonly isLittleEndian: boolean;
}

/**
 * Before Go 1.16: the table has pairs of address and offset; at the offset are the address again
 * and the offset of the name.
 */
function readOldNames(
  { table, view, wordBytes, isLittleEndian }: FunctionTable,
  limits: Limits,
): GoFunctionNames {
  const readTableWord = (at: number): number =>
    readWord(view, at, { is64: wordBytes === 8, isLittleEndian });
  const names: string[] = [];
  let bytesLeft = limits.symbolBytesMax;
  const count = table.length < HEADER_BYTES + wordBytes ? 0 : readTableWord(HEADER_BYTES);
  const wanted = Math.min(count, limits.executableSymbolsMax);
  for (let index = 0; index < wanted; index++) {
    const entry = HEADER_BYTES + wordBytes + index * 2 * wordBytes;
    if (entry + 2 * wordBytes > table.length) {
      break;
    }
    const nameField = readTableWord(entry + wordBytes) + wordBytes;
    if (nameField + 4 > table.length) {
      continue;
    }
    const name = readName(table, view.getUint32(nameField, isLittleEndian));
    bytesLeft -= name.length;
    if (bytesLeft < 0) {
      return { names, isCut: true };
    }
    if (name !== '') {
      names.push(name);
    }
  }
  return { names, isCut: wanted < count };
}

function readName(table: Uint8Array, offset: number): string {
  if (offset >= table.length) {
    return '';
  }
  const limit = Math.min(table.length, offset + NAME_BYTES_MAX);
  const bytes = Buffer.from(table.buffer, table.byteOffset + offset, limit - offset);
  const end = bytes.indexOf(0);
  return end < 0 ? '' : bytes.toString('utf8', 0, end);
}
