import { bufferOf } from '../../core/bytes.ts';
import { boundedRead, type ElfFile, SEGMENT } from './elf.ts';
import { SECTION } from './sections.ts';

/** A text that ends in a NUL byte, as compilers write the literals of C and C++. */
export interface ElfString {
  readonly text: string;
  /** Byte offset in the file. */
  readonly offset: number;
  /** Bits of {@link STRING_SIGN}. */
  readonly signs: number;
}

/** Which signs a text has, as bits. */
export const STRING_SIGN = {
  slash: 1,
  dot: 2,
  blank: 4,
  /** Capital letters, and punctuation that no plain name has. */
  other: 8,
} as const;

/** Which texts are looked at at all: most are not, and are never made. */
export interface StringFilter {
  /** Shorter texts are passed over, the faster the more it is: 2 or 3. */
  readonly bytesMin: 2 | 3;
  /** Tells by the signs of a text, its first byte and its length. */
  isWanted(signs: number, first: number, length: number): boolean;
}

const LONGEST_BYTES = 4_096;
const ALLOCATED_FLAG = 2;
const EXECUTABLE_FLAG = 4;
const PROGRAM_BITS = 1;

/** Read-only data of a file in which texts may stand. */
export interface LiteralBlock {
  /** Byte offset in the file. */
  readonly offset: number;
  readonly content: Uint8Array;
}

/** Where literals lie, in the order of the file, in all at most `executableTableBytesMax`. */
export function literalBlocks(elf: ElfFile): readonly LiteralBlock[] {
  let left = elf.limits.executableTableBytesMax;
  return dataBlocks(elf).map(({ offset, bytes }) => {
    const content = boundedRead(elf.content, offset, Math.min(bytes, left));
    left -= content.length;
    return { offset, content };
  });
}

interface Block {
  readonly offset: number;
  readonly bytes: number;
}

/** Names of sections that hold literals; others of read-only data hold tables and unwinding. */
const LITERALS = /^\.(?:rodata|lrodata|data$)/;

function dataBlocks(elf: ElfFile): readonly Block[] {
  const all = [...elf.sections];
  const sections = all.filter(
    ({ type, flags, name }) =>
      type === PROGRAM_BITS &&
      hasFlag(flags, ALLOCATED_FLAG) &&
      !hasFlag(flags, EXECUTABLE_FLAG) &&
      LITERALS.test(name),
  );
  if (sections.length > 0 || all.some(({ type }) => type !== SECTION.noBits && type > 0)) {
    return sections.map(({ offset, sizeBytes }) => ({ offset, bytes: sizeBytes }));
  }
  return elf.segments
    .filter(({ type, isExecutable }) => type === SEGMENT.load && !isExecutable)
    .map(({ offset, fileBytes }) => ({ offset, bytes: fileBytes }));
}

function hasFlag(flags: number, flag: number): boolean {
  return Math.floor(flags / flag) % 2 === 1;
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
 * Texts of a block. One pass over the bytes, without going back, whatever they are: a step to the
 * byte behind one that is no sign, since what is shorter than a step is no text.
 */
export function readLiterals(
  { offset: base, content: block }: LiteralBlock,
  { bytesMin, isWanted }: StringFilter,
  each: (found: ElfString) => void,
): void {
  const buffer = bufferOf(block);
  const table = SIGN_OF;
  const last = block.length - 1;
  const step = bytesMin - 1;
  let start = 0;
  while (start + step < last) {
    // Most bytes belong to tables of numbers, where this is all that is looked at.
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
