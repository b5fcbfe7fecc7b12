import { zstdDecompressSync } from 'node:zlib';
import { readPackedIndex, readSignatureNames } from './license-signature.data.ts';

/** Stands in a signature where a text may have words of its own, such as a name. */
export const GAP = 0;
/** Marks a word that a text may leave out. */
export const OPTIONAL_BIT = 0x8000;

/** What the text of one licence looks like, as hashes of its words (`license-words.ts`). */
export interface LicenseSignature {
  /** SPDX identifier. */
  readonly id: string;
  /** `notice`: what is put into each file; `exception`: permits more beside another licence. */
  readonly kind: 'text' | 'notice' | 'exception';
  readonly words: Uint16Array;
  /** Words that a text may not leave out. */
  readonly requiredCount: number;
}

/**
 * All signatures, by number in the order of their identifiers, and where runs of words are in them.
 * Plain arrays: a text with many licences has a hundred thousand such runs.
 */
export interface SignatureIndex {
  readonly signatureCount: number;
  /** How many words of each signature a text may not leave out. */
  readonly requiredCounts: Uint16Array;
  /** How many runs of each signature are in the index. */
  readonly runCounts: Uint16Array;
  /** The words of all signatures, one behind the other. */
  readonly words: Uint16Array;
  /** Where the words of each signature begin, and where the last ones end. */
  readonly wordStarts: Uint32Array;
  /** Where the runs of each slot begin, and where the last ones end. The same runs lie together. */
  readonly slotStarts: Uint32Array;
  /**
   * The number of the signature that each run is of; {@link LAST_BIT} marks the last of the same.
   */
  readonly owners: Uint16Array;
  /** Where in its signature each run begins. */
  readonly positions: Uint16Array;
  getSignature(number: number): LicenseSignature;
}

/** Words of a run that is looked up. */
export const RUN_WORDS = 5;
/** Texts are asked about one run in this many: enough of them remain. A power of 2. */
export const KEPT_OF_SHORT = 2;
/** Runs are sorted by so many bits that follow from their words. */
export const SLOT_BITS = 15;
/** Marks the last one of runs that have the same words. */
export const LAST_BIT = 0x8000;

let loaded: SignatureIndex | undefined;

/** All signatures, unpacked when they are first asked for. */
export function getSignatureIndex(): SignatureIndex {
  loaded ??= loadIndex();
  return loaded;
}

/** About as much as there is to unpack, so that it comes in one piece. */
const UNPACKING = { chunkSize: 2 * 1024 * 1024 };

/** Packed numbers have the low byte first. */
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

/** Takes the packed numbers apart, which are in the order that the interface has them in. */
function loadIndex(): SignatureIndex {
  const names = readSignatureNames().trim().split('\n');
  const signatureCount = names.length;
  const packed = unpack(readPackedIndex());
  let at = 0;
  const take = (count: number): Uint16Array => packed.subarray(at, (at += count));
  const requiredCounts = take(signatureCount);
  const runCounts = take(signatureCount);
  const wordStarts = sumStarts(take(signatureCount));
  const words = take(wordStarts[signatureCount] ?? 0);
  const slotStarts = sumStarts(take(1 << SLOT_BITS));
  const owners = take(slotStarts.at(-1) ?? 0);
  const positions = take(owners.length);
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

/** Where each part begins of parts with so many members, and where the last one ends. */
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

/** Whether a text must have the word: it is no gap, and may not be left out. */
export function isRequired(word: number): boolean {
  return word !== GAP && word < OPTIONAL_BIT;
}

/**
 * Whether a run is looked up at all, by its first two words: a hash of the whole would cost more
 * than it saves.
 */
export function isSampled(words: Uint16Array, at: number, keptOf: number = KEPT_OF_SHORT): boolean {
  const pair = ((words[at] ?? 0) * 31) ^ (words[at + 1] ?? 0);
  return ((pair >> 2) & (keptOf - 1)) === 0;
}

/**
 * Which of the slots the run of words from a position on is in; the caller sees to it that there
 * are enough words, none of which may be left out.
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
