import { bufferOf } from '../../core/bytes.ts';
/** How a file writes its numbers. */
export interface WordLayout {
  readonly is64: boolean;
  readonly isLittleEndian: boolean;
}

const HIGH = 2 ** 32;

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * An address, offset or size: 8 bytes in 64-bit files, 4 in others. Above 2^53 the last digits are
 * lost.
 */
export function wordAt(view: DataView, offset: number, layout: WordLayout): number {
  if (!layout.is64) {
    return view.getUint32(offset, layout.isLittleEndian);
  }
  // Two branches and no pair to take apart: a program has tens of thousands of words.
  return layout.isLittleEndian
    ? view.getUint32(offset, true) + view.getUint32(offset + 4, true) * HIGH
    : view.getUint32(offset + 4) + view.getUint32(offset) * HIGH;
}

/**
 * A NUL-terminated text in a string table, cut to `maxBytes`; empty where the offset lies outside.
 */
export function nameAt(strings: Uint8Array, offset: number, maxBytes: number): string {
  if (offset >= strings.length) {
    return '';
  }
  const limit = Math.min(strings.length, offset + maxBytes);
  let end = offset;
  while (end < limit && strings[end] !== 0) {
    end += 1;
  }
  return Buffer.from(strings.buffer, strings.byteOffset + offset, end - offset).toString('utf8');
}

const SHORT_TABLE_BYTES = 4_096;
const BEYOND_ASCII = /[^\0-\x7f]/;

/**
 * {@link nameAt} for many names of one string table: a short one, as most tables of section names
 * are, is decoded once.
 */
export function namesIn(strings: Uint8Array, maxBytes: number): (offset: number) => string {
  const text =
    strings.length > SHORT_TABLE_BYTES ? undefined : bufferOf(strings).toString('latin1');
  if (text === undefined || BEYOND_ASCII.test(text)) {
    return (offset) => nameAt(strings, offset, maxBytes);
  }
  return (offset) => {
    const end = text.indexOf('\0', offset);
    return text.slice(offset, Math.min(end < 0 ? text.length : end, offset + maxBytes));
  };
}
