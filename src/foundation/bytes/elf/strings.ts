import { toBuffer } from '../../core/bytes.ts';
import { hasBit } from './dynamic.ts';
import { type ElfFile, readBounded, SEGMENT } from './elf.ts';
import { SECTION } from './sections.ts';

/** A string that ends in a NUL byte, as compilers write literals of C and C++. */
export interface ElfString {
  readonly text: string;
  /** Byte offset in the file. */
  readonly offset: number;
  /** Bits of {@link STRING_SIGN}. */
  readonly signs: number;
}

/** Character classes of a string, as bits. */
export const STRING_SIGN = {
  slash: 1,
  dot: 2,
  blank: 4,
  /** Capital letters, and punctuation that plain names do not contain. */
  other: 8,
} as const;

/** Selects strings before they are created; most are rejected. */
export interface StringFilter {
  /** Shorter strings are skipped, faster for a larger value: 2 or 3. */
  readonly bytesMin: 2 | 3;
  /** Decides by the signs of a string, its first byte and its length. */
  isWanted(signs: number, first: number, length: number): boolean;
}

const LONGEST_BYTES = 4_096;
const ALLOCATED_FLAG = 2;
const EXECUTABLE_FLAG = 4;
const PROGRAM_BITS = 1;

/** Read-only data of a file that may contain strings. */
export interface LiteralBlock {
  /** Byte offset in the file. */
  readonly offset: number;
  readonly content: Uint8Array;
}

/** Returns the blocks of literals in file order, in total at most `executableTableBytesMax`. */
export function listLiteralBlocks(elf: ElfFile): readonly LiteralBlock[] {
  let left = elf.limits.executableTableBytesMax;
  return listDataBlocks(elf).map(({ offset, bytes }) => {
    const content = readBounded(elf.content, offset, Math.min(bytes, left));
    left -= content.length;
    return { offset, content };
  });
}

interface Block {
  readonly offset: number;
  readonly bytes: number;
}

/** Names of sections with literals; other read-only sections hold tables and unwinding data. */
const LITERALS = /^\.(?:rodata|lrodata|data$)/;

function listDataBlocks(elf: ElfFile): readonly Block[] {
  const all = [...elf.sections];
  const sections = all.filter(
    ({ type, flags, name }) =>
      type === PROGRAM_BITS &&
      hasBit(flags, ALLOCATED_FLAG) &&
      !hasBit(flags, EXECUTABLE_FLAG) &&
      LITERALS.test(name),
  );
  if (sections.length > 0 || all.some(({ type }) => type !== SECTION.noBits && type > 0)) {
    return sections.map(({ offset, sizeBytes }) => ({ offset, bytes: sizeBytes }));
  }
  return elf.segments
    .filter(({ type, isExecutable }) => type === SEGMENT.load && !isExecutable)
    .map(({ offset, fileBytes }) => ({ offset, bytes: fileBytes }));
}

const NOT_PRINTED = 255;
const SIGN_OF = signTable();

function signTable(): Uint8Array {
  const table = new Uint8Array(256).fill(NOT_PRINTED);
  for (let code = 0x20; code < 0x7f; code += 1) {
    const char = String.fromCharCode(code);
    table[code] = /[a-z0-9_+-]/.test(char) ? 0 : STRING_SIGN.other;
  }
  table[0x20] = STRING_SIGN.blank;
  table[0x2e] = STRING_SIGN.dot;
  table[0x2f] = STRING_SIGN.slash;
  return table;
}

/**
 * Yields the strings of a block in one pass without going back: after a byte that is not printable
 * it skips ahead, because a shorter string does not count.
 */
export function readLiterals(
  { offset: base, content: block }: LiteralBlock,
  { bytesMin, isWanted }: StringFilter,
  each: (found: ElfString) => void,
): void {
  const buffer = toBuffer(block);
  const table = SIGN_OF;
  const last = block.length - 1;
  const step = bytesMin - 1;
  let start = 0;
  while (start + step < last) {
    // Most bytes belong to tables of numbers, for which this is the only test.
    if (table[block[start + step] as number] === NOT_PRINTED) {
      start += bytesMin;
      continue;
    }
    if (table[block[start + 1] as number] === NOT_PRINTED) {
      start += 2;
      continue;
    }
    const first = block[start] as number;
    let signs = table[first] as number;
    if (signs === NOT_PRINTED) {
      start += 1;
      continue;
    }
    let at = start + 1;
    let sign = table[block[at] as number] as number;
    while (sign !== NOT_PRINTED && at < last) {
      signs |= sign;
      at += 1;
      sign = table[block[at] as number] as number;
    }
    const length = at - start;
    if (block[at] === 0 && length <= LONGEST_BYTES && isWanted(signs, first, length)) {
      each({ text: buffer.toString('latin1', start, at), offset: base + start, signs });
    }
    start = at + 1;
  }
}
