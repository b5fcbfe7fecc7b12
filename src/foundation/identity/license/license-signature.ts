import { zstdDecompressSync } from 'node:zlib';
import { readPackedIndex, readSignatureNames } from './license-signature.data.ts';

/** A place in a signature at which a text may have its own words, such as a name. */
export const GAP = 0;
/** Marks an optional word. */
export const OPTIONAL_BIT = 0x8000;

/** The text of one license as hashes of its words (`license-words.ts`). */
export interface LicenseSignature {
  /** SPDX identifier. */
  readonly id: string;
  /**
   * `notice`: is put into each file; `exception`: grants additional permissions to another license.
   */
  readonly kind: 'text' | 'notice' | 'exception';
  readonly words: Uint16Array;
  /** Number of words that a text may not omit. */
  readonly requiredCount: number;
}

/**
 * All signatures, by number in the order of their identifiers, and the places of runs of words in
 * them. Plain arrays: a text with many licenses has a hundred thousand such runs.
 */
export interface SignatureIndex {
  readonly signatureCount: number;
  /** Number of required words of each signature. */
  readonly requiredCounts: Uint16Array;
  /** Number of runs of each signature in the index. */
  readonly runCounts: Uint16Array;
  /** The words of all signatures, concatenated. */
  readonly words: Uint16Array;
  /** Start of the words of each signature, and the end of the last ones. */
  readonly wordStarts: Uint32Array;
  /** Start of the runs of each slot, and the end of the last ones. Equal runs are adjacent. */
  readonly slotStarts: Uint32Array;
  /** Number of the signature of each run; {@link LAST_BIT} marks the last of equal runs. */
  readonly owners: Uint16Array;
  /** Start of each run in its signature. */
  readonly positions: Uint16Array;
  getSignature(number: number): LicenseSignature;
}

/** Number of words of an indexed run. */
export const RUN_WORDS = 5;
/** Only one run of a text in this many is looked up; enough of them remain. A power of 2. */
export const KEPT_OF_SHORT = 2;
/** Number of bits of a slot number, which is computed from the words of a run. */
export const SLOT_BITS = 15;
/** Marks the last one of runs that have the same words. */
export const LAST_BIT = 0x8000;

let loaded: SignatureIndex | undefined;

/** Returns all signatures. They are unpacked on first use. */
export function getSignatureIndex(): SignatureIndex {
  loaded ??= loadIndex();
  return loaded;
}

/** About the unpacked size, so that the output is one piece. */
const UNPACKING = { chunkSize: 2 * 1024 * 1024 };

/** Packed numbers are little-endian. */
const IS_BIG_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;

function unpack(text: string): Uint16Array {
  const bytes = zstdDecompressSync(Buffer.from(text, 'base64'), UNPACKING);
  if (IS_BIG_ENDIAN) {
    bytes.swap16();
  }
  return bytes.byteOffset % 2 === 0
    ? new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)
    : new Uint16Array(Uint8Array.from(bytes).buffer);
}

/** Splits the packed numbers, which are in the order of the members of {@link SignatureIndex}. */
function loadIndex(): SignatureIndex {
  const names = readSignatureNames().trim().split('\n');
  const signatureCount = names.length;
  const packed = unpack(readPackedIndex());
  let at = 0;
  const takeNumbers = (count: number): Uint16Array => packed.subarray(at, (at += count));
  const requiredCounts = takeNumbers(signatureCount);
  const runCounts = takeNumbers(signatureCount);
  const wordStarts = sumStarts(takeNumbers(signatureCount));
  const words = takeNumbers(wordStarts[signatureCount] ?? 0);
  const slotStarts = sumStarts(takeNumbers(1 << SLOT_BITS));
  const owners = takeNumbers(slotStarts.at(-1) ?? 0);
  const positions = takeNumbers(owners.length);
  const getSignature = (number: number): LicenseSignature => {
    const [id = '', kind] = names[number]?.split(' ') ?? [];
    return {
      id,
      kind: kind === 'notice' || kind === 'exception' ? kind : 'text',
      words: words.subarray(wordStarts[number], wordStarts[number + 1]),
      requiredCount: requiredCounts[number] ?? 0,
    };
  };
  return {
    signatureCount,
    requiredCounts,
    runCounts,
    words,
    wordStarts,
    slotStarts,
    owners,
    positions,
    getSignature,
  };
}

/** Returns the start of each part from the number of its members, and the end of the last part. */
function sumStarts(counts: Uint16Array): Uint32Array {
  const length = counts.length;
  const starts = new Uint32Array(length + 1);
  let start = 0;
  for (let part = 0; part < length; part++) {
    start += counts[part] ?? 0;
    starts[part + 1] = start;
  }
  return starts;
}

/** Whether a text must have the word: it is neither a gap nor optional. */
export function isRequired(word: number): boolean {
  return word !== GAP && word < OPTIONAL_BIT;
}

/**
 * Whether a run is looked up, by its first two words: a hash of all of them would cost more than it
 * saves.
 */
export function isSampled(words: Uint16Array, at: number, keptOf: number = KEPT_OF_SHORT): boolean {
  const pair = ((words[at] ?? 0) * 31) ^ (words[at + 1] ?? 0);
  return ((pair >> 2) & (keptOf - 1)) === 0;
}

/**
 * Returns the slot of the run of words at a position. The caller ensures that there are enough
 * words and that none of them is optional.
 */
export function getSlot(words: Uint16Array, at: number): number {
  const bits =
    (words[at] ?? 0) ^
    ((words[at + 1] ?? 0) << 4) ^
    ((words[at + 2] ?? 0) << 8) ^
    ((words[at + 3] ?? 0) << 12) ^
    ((words[at + 4] ?? 0) << 16);
  return (bits ^ (bits >>> SLOT_BITS)) & ((1 << SLOT_BITS) - 1);
}
