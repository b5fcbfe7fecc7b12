/** POSIX.1-2024, pax, "ustar Interchange Format": everything lies in blocks of this size. */
export const BLOCK_BYTES = 512;

/** One header block, decoded, before any extended header is applied to it. */
export interface TarHeader {
  readonly name: string;
  readonly linkName: string;
  /** The type flag, e.g. `0` for a regular file; an old header without one has `0`. */
  readonly typeFlag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** As recorded, also for types that have no content. */
  readonly sizeBytes: number;
  readonly isGnu: boolean;
}

export type HeaderOutcome = TarHeader | 'zero' | 'bad-checksum' | 'bad-number';

/** Decodes a block of {@link BLOCK_BYTES}. */
export function decodeHeader(block: Uint8Array): HeaderOutcome {
  const sum = checksum(block);
  if (sum === 0) {
    return 'zero';
  }
  const recorded = decodeNumber(block, 148, 8);
  if (
    recorded !== sum + CHECKSUM_AS_SPACES &&
    recorded !== sum - signBytes() + CHECKSUM_AS_SPACES
  ) {
    return 'bad-checksum';
  }
  const sizeBytes = decodeNumber(block, 124, 12);
  if (sizeBytes === undefined || sizeBytes < 0 || !Number.isSafeInteger(sizeBytes)) {
    return 'bad-number';
  }
  const isUstar = hasUstarMagic();
  const isGnu = isUstar && ALIGNED[262] === SPACE;
  const typeFlag = block[156] === 0 ? '0' : String.fromCharCode(block[156] ?? 0);
  return {
    name: nameOf(isUstar && ALIGNED[262] === 0),
    linkName: textAt(157, 100),
    typeFlag,
    mode: decodeNumber(block, 100, 8) ?? 0,
    uid: decodeNumber(block, 108, 8) ?? 0,
    gid: decodeNumber(block, 116, 8) ?? 0,
    sizeBytes,
    isGnu,
  };
}

/** Only POSIX headers have a prefix; GNU ones keep times and sparse maps in its place. */
function nameOf(isPosix: boolean): string {
  const name = textAt(0, 100);
  if (!isPosix || ALIGNED[345] === 0) {
    return name;
  }
  // "tar" and a NUL at the end mark the star dialect, whose prefix leaves room for two times.
  const isStar = textAt(508, 4) === 'tar';
  return `${textAt(345, isStar ? 131 : 155)}/${name}`;
}

/**
 * Whether an old GNU sparse header is continued in the next block. GNU tar manual, "Basic Tar
 * Format".
 */
export function isSparseMapContinued(block: Uint8Array, isFirst: boolean): boolean {
  return block[isFirst ? 482 : 504] !== 0;
}

/** Size of an old GNU sparse file with its holes. */
export function sparseSizeBytes(block: Uint8Array): number {
  return decodeNumber(block, 483, 12) ?? 0;
}

const CHECKSUM_AS_SPACES = 8 * 0x20;

/**
 * The block that is decoded, without its checksum: to be looked at four bytes at a time, wherever
 * in its piece it lies, and to take texts out of without a window for each.
 */
const ALIGNED = new Uint8Array(BLOCK_BYTES);
const ALIGNED_TEXT = Buffer.from(ALIGNED.buffer);
const ALIGNED_WORDS = new Int32Array(ALIGNED.buffer);
const BLOCK_WORDS = BLOCK_BYTES / 4;

/** Sum of all bytes but the checksum's own. Takes the block to be decoded. */
function checksum(block: Uint8Array): number {
  ALIGNED.set(block);
  ALIGNED.fill(0, 148, 156);
  // Two sums of 16 bits for each: a block is too short to fill them.
  let odd = 0;
  let even = 0;
  for (let index = 0; index < BLOCK_WORDS; index++) {
    const word = ALIGNED_WORDS[index] ?? 0;
    even += word & 0x00ff00ff;
    odd += (word >>> 8) & 0x00ff00ff;
  }
  return (even & 0xffff) + (even >>> 16) + (odd & 0xffff) + (odd >>> 16);
}

/** What the sum is greater by than that of some old writers, who took the bytes as signed. */
function signBytes(): number {
  return 256 * ALIGNED.reduce((count, byte) => count + (byte >>> 7), 0);
}

/** `ustar`, after which POSIX headers have a NUL and GNU ones a space. */
function hasUstarMagic(): boolean {
  return (
    ALIGNED[257] === 0x75 &&
    ALIGNED[258] === 0x73 &&
    ALIGNED[259] === 0x74 &&
    ALIGNED[260] === 0x61 &&
    ALIGNED[261] === 0x72
  );
}

/** Text of the block up to the first NUL. Invalid UTF-8 becomes U+FFFD. */
function textAt(offset: number, length: number): string {
  if (ALIGNED[offset] === 0) {
    return '';
  }
  const nul = ALIGNED.indexOf(0, offset);
  const end = offset + length;
  return ALIGNED_TEXT.toString('utf8', offset, nul < 0 || nul > end ? end : nul);
}

export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}

const SPACE = 0x20;
const DIGIT_ZERO = 0x30;
const DIGIT_SEVEN = 0x37;

/**
 * An octal number, or one in base 256 where the top bit is set. `undefined` where it is neither.
 */
function decodeNumber(block: Uint8Array, offset: number, length: number): number | undefined {
  const first = block[offset] ?? 0;
  if (first >= 0x80) {
    return decodeBase256(block, offset, length);
  }
  let at = offset;
  const end = offset + length;
  while (at < end && (block[at] === SPACE || block[at] === 0)) {
    at++;
  }
  let value = 0;
  for (; at < end; at++) {
    const byte = block[at] ?? 0;
    if (byte === SPACE || byte === 0) {
      break;
    }
    if (byte < DIGIT_ZERO || byte > DIGIT_SEVEN) {
      return undefined;
    }
    value = value * 8 + (byte - DIGIT_ZERO);
  }
  return value;
}

function decodeBase256(block: Uint8Array, offset: number, length: number): number {
  const first = block[offset] ?? 0;
  const isNegative = (first & 0x40) !== 0;
  let value = isNegative ? (first & 0x7f) - 0x80 : first & 0x3f;
  for (let index = offset + 1; index < offset + length; index++) {
    value = value * 256 + (block[index] ?? 0);
  }
  return value;
}
