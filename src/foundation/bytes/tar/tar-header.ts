import { decodeText } from './tar-text.ts';

/** POSIX.1-2024, pax, "ustar Interchange Format": the size of all blocks. */
export const BLOCK_BYTES = 512;

/** Dialects of Go's archive/tar, with which container runtimes read. */
export type TarDialect = 'v7' | 'ustar' | 'star' | 'gnu';

/** One decoded header block, before extended headers are applied. */
export interface TarHeader {
  readonly name: string;
  /** The name that other readers derive from the block, such as the one without a prefix. */
  readonly otherName: string | undefined;
  readonly linkName: string;
  /**
   * The type flag, such as `0` for a regular file; NUL in old headers, for files and directories.
   */
  readonly typeFlag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** As recorded, also for types without content; may be negative. */
  readonly sizeBytes: number;
  /** Seconds since 1970. */
  readonly modifiedSeconds: number;
  /** Seconds of the last access and of the last change, if a GNU or star header has them. */
  readonly otherTimes: OtherTimes | undefined;
  /** Major and minor number of a device; zeros for all other types. */
  readonly device: readonly [number, number];
  readonly dialect: TarDialect;
}

export interface OtherTimes {
  readonly accessedSeconds: number | undefined;
  readonly changedSeconds: number | undefined;
}

export type HeaderOutcome = TarHeader | 'zero' | 'bad-checksum' | 'bad-number';

/** Decodes a block of {@link BLOCK_BYTES} as Go's archive/tar does, `Reader.readHeader`. */
export function decodeHeader(block: Uint8Array): HeaderOutcome {
  const sum = sumChecksum(block);
  const recorded = decodeOctal(block, 148, 8);
  if (sum === 0 && isZero(block, 148, 156)) {
    return 'zero';
  }
  if (
    recorded !== sum + CHECKSUM_AS_SPACES &&
    recorded !== sum - signBytes() + CHECKSUM_AS_SPACES
  ) {
    return 'bad-checksum';
  }
  const dialect = detectDialect();
  const mode = decodeNumber(ALIGNED, 100, 8);
  const uid = decodeNumber(ALIGNED, 108, 8);
  const gid = decodeNumber(ALIGNED, 116, 8);
  const sizeBytes = decodeNumber(ALIGNED, 124, 12);
  const modifiedSeconds = decodeNumber(ALIGNED, 136, 12);
  if (
    mode === undefined ||
    uid === undefined ||
    gid === undefined ||
    sizeBytes === undefined ||
    modifiedSeconds === undefined ||
    !areOtherNumbersValid(dialect)
  ) {
    return 'bad-number';
  }
  const { name, otherName } = decodeName(dialect);
  const typeFlag = String.fromCharCode(ALIGNED[156] ?? 0);
  return {
    name,
    otherName,
    linkName: readHeaderText(157, 100),
    typeFlag,
    mode,
    uid,
    gid,
    sizeBytes,
    modifiedSeconds,
    otherTimes: decodeOtherTimes(dialect),
    device: typeFlag === '3' || typeFlag === '4' ? decodeDevice(dialect) : NO_DEVICE,
    dialect,
  };
}

/** GNU headers have the times in place of a prefix, star headers behind it. NUL means absent. */
function decodeOtherTimes(dialect: TarDialect): OtherTimes | undefined {
  const at = dialect === 'gnu' ? 345 : dialect === 'star' ? 476 : undefined;
  if (at === undefined || (ALIGNED[at] === 0 && ALIGNED[at + 12] === 0)) {
    return undefined;
  }
  const readTime = (offset: number): number | undefined =>
    ALIGNED[offset] === 0 ? undefined : decodeNumber(ALIGNED, offset, 12);
  const isOther = dialect === 'gnu' && !areGnuTimesValid();
  return isOther ? undefined : { accessedSeconds: readTime(at), changedSeconds: readTime(at + 12) };
}

const NO_DEVICE = [0, 0] as const;

function decodeDevice(dialect: TarDialect): readonly [number, number] {
  return dialect === 'v7'
    ? NO_DEVICE
    : [decodeNumber(ALIGNED, 329, 8) ?? 0, decodeNumber(ALIGNED, 337, 8) ?? 0];
}

/** These numbers are not used, but Go refuses an archive if one is malformed. */
function areOtherNumbersValid(dialect: TarDialect): boolean {
  if (dialect === 'v7') {
    return true;
  }
  const areDevicesValid =
    decodeNumber(ALIGNED, 329, 8) !== undefined && decodeNumber(ALIGNED, 337, 8) !== undefined;
  return dialect === 'star'
    ? areDevicesValid &&
        decodeNumber(ALIGNED, 476, 12) !== undefined &&
        decodeNumber(ALIGNED, 488, 12) !== undefined
    : areDevicesValid;
}

/** The prefix of star leaves room for two times after it. */
const PREFIX_LENGTHS = { v7: 155, ustar: 155, star: 131, gnu: 155 } as const;

/**
 * POSIX headers have a prefix. GNU headers have two times in its place; Go treats it as a prefix if
 * one of these is not a number, because its own writer once created such headers.
 */
function decodeName(dialect: TarDialect): Pick<TarHeader, 'name' | 'otherName'> {
  const name = readHeaderText(0, 100);
  if (ALIGNED[345] === 0 || (dialect === 'v7' && !hasUstarMagic())) {
    return { name, otherName: undefined };
  }
  const prefix = readHeaderText(345, PREFIX_LENGTHS[dialect]);
  const joined = prefix === '' ? name : `${prefix}/${name}`;
  switch (dialect) {
    case 'ustar':
    case 'star':
      return { name: joined, otherName: undefined };
    case 'gnu':
      return areGnuTimesValid() || !isAscii(prefix)
        ? { name, otherName: undefined }
        : { name: joined, otherName: name };
    default:
      return { name, otherName: joined };
  }
}

function areGnuTimesValid(): boolean {
  return [345, 357].every(
    (offset) => ALIGNED[offset] === 0 || decodeNumber(ALIGNED, offset, 12) !== undefined,
  );
}

function isAscii(text: string): boolean {
  return !/[\u0080-\uffff]/.test(text);
}

const CHECKSUM_AS_SPACES = 8 * 0x20;

/**
 * The block to decode, without its checksum: aligned, so that it can be read four bytes at a time
 * and decoded without a window per text.
 */
const ALIGNED = new Uint8Array(BLOCK_BYTES);
const ALIGNED_TEXT = Buffer.from(ALIGNED.buffer);
const ALIGNED_WORDS = new Int32Array(ALIGNED.buffer);
const BLOCK_WORDS = BLOCK_BYTES / 4;

/** Sums all bytes except the checksum's own. */
function sumChecksum(block: Uint8Array): number {
  ALIGNED.set(block);
  ALIGNED.fill(0, 148, 156);
  // Two 16-bit sums each: a block is too short to overflow them.
  let odd = 0;
  let even = 0;
  for (let index = 0; index < BLOCK_WORDS; index++) {
    const word = ALIGNED_WORDS[index] ?? 0;
    even += word & 0x00ff00ff;
    odd += (word >>> 8) & 0x00ff00ff;
  }
  return (even & 0xffff) + (even >>> 16) + (odd & 0xffff) + (odd >>> 16);
}

/** The difference to the sum of some old writers, which treated bytes as signed. */
function signBytes(): number {
  return 256 * ALIGNED.reduce((count, byte) => count + (byte >>> 7), 0);
}

/** The five letters in all headers except V7. */
function hasUstarMagic(): boolean {
  return (
    ALIGNED[257] === 0x75 &&
    ALIGNED[258] === 0x73 &&
    ALIGNED[259] === 0x74 &&
    ALIGNED[260] === 0x61 &&
    ALIGNED[261] === 0x72
  );
}

function detectDialect(): TarDialect {
  if (!hasUstarMagic()) {
    return 'v7';
  }
  if (ALIGNED[262] === 0) {
    const isStar = ALIGNED_TEXT.toString('latin1', 508, 512) === 'tar\0';
    return isStar ? 'star' : 'ustar';
  }
  const isGnu = ALIGNED[262] === SPACE && ALIGNED[263] === SPACE && ALIGNED[264] === 0;
  return isGnu ? 'gnu' : 'v7';
}

/** Decodes the text of the block up to the first NUL. */
function readHeaderText(offset: number, length: number): string {
  if (ALIGNED[offset] === 0) {
    return '';
  }
  const nul = ALIGNED.indexOf(0, offset);
  const end = offset + length;
  return decodeText(ALIGNED_TEXT, offset, nul < 0 || nul > end ? end : nul);
}

function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes.subarray(start, end).every((byte) => byte === 0);
}

const SPACE = 0x20;
const DIGIT_ZERO = 0x30;
const DIGIT_SEVEN = 0x37;

/**
 * Decodes an octal number, or one in base 256 if the top bit is set; it may be negative.
 * `undefined` if Go rejects it as malformed.
 */
function decodeNumber(block: Uint8Array, offset: number, length: number): number | undefined {
  if ((block[offset] ?? 0) < 0x80) {
    return decodeOctal(block, offset, length);
  }
  const value = decodeBase256(block, offset, length);
  return value === undefined ? undefined : Number(value);
}

/** The same for numbers that must be exact beyond 53 bits. */
export function decodeBigInt(
  block: Uint8Array,
  offset: number,
  length: number,
): bigint | undefined {
  if ((block[offset] ?? 0) >= 0x80) {
    return decodeBase256(block, offset, length);
  }
  const value = decodeOctal(block, offset, length);
  return value === undefined ? undefined : BigInt(value);
}

/** Ignores spaces and NULs around the digits, and everything after a NUL that follows them. */
function decodeOctal(block: Uint8Array, offset: number, length: number): number | undefined {
  let at = offset;
  let end = offset + length;
  while (at < end && isPadding(block[at])) {
    at++;
  }
  while (end > at && isPadding(block[end - 1])) {
    end--;
  }
  let value = 0;
  for (; at < end; at++) {
    const byte = block[at] ?? 0;
    if (byte === 0) {
      return value;
    }
    if (byte < DIGIT_ZERO || byte > DIGIT_SEVEN) {
      return undefined;
    }
    value = value * 8 + (byte - DIGIT_ZERO);
  }
  return value;
}

function isPadding(byte: number | undefined): boolean {
  return byte === SPACE || byte === 0;
}

/** Two's complement without the top bit; more than 64 bits are malformed. */
function decodeBase256(block: Uint8Array, offset: number, length: number): bigint | undefined {
  const isNegative = ((block[offset] ?? 0) & 0x40) !== 0;
  let value = 0n;
  for (let index = 0; index < length; index++) {
    const byte = (block[offset + index] ?? 0) ^ (isNegative ? 0xff : 0);
    value = (value << 8n) | BigInt(index === 0 ? byte & 0x7f : byte);
  }
  if (value >= 1n << 63n) {
    return undefined;
  }
  return isNegative ? -value - 1n : value;
}
