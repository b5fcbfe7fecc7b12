import { toBuffer } from '../../core/bytes.ts';

/** Layout of the numbers in a file. */
export interface WordLayout {
  readonly is64: boolean;
  readonly isLittleEndian: boolean;
}

const HIGH = 2 ** 32;

/**
 * Reads an address, offset or size: 8 bytes in 64-bit files, 4 in others. Above 2^53 the last
 * digits are lost.
 */
export function readWord(view: DataView, offset: number, layout: WordLayout): number {
  if (!layout.is64) {
    return view.getUint32(offset, layout.isLittleEndian);
  }
  // Two branches and no destructured pair: a program has tens of thousands of words.
  return layout.isLittleEndian
    ? view.getUint32(offset, true) + view.getUint32(offset + 4, true) * HIGH
    : view.getUint32(offset + 4) + view.getUint32(offset) * HIGH;
}

/**
 * Reads a NUL-terminated string in a string table, cut to `maxBytes`; empty if the offset is
 * outside.
 */
export function readName(strings: Uint8Array, offset: number, maxBytes: number): string {
  if (offset >= strings.length) {
    return '';
  }
  const limit = Math.min(strings.length, offset + maxBytes);
  let end = offset;
  while (end < limit && strings[end] !== 0) {
    end += 1;
  }
  return toBuffer(strings).toString('utf8', offset, end);
}
