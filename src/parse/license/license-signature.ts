import { zstdDecompressSync } from 'node:zlib';
import { packedRuns, packedWords, signatureLines } from './license-signature.data.ts';

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
 * Finds which signatures have a run of words, and where. Plain arrays: a text with many licences
 * asks for a hundred thousand runs.
 */
export interface SignatureIndex {
  readonly signatures: readonly LicenseSignature[];
  /** How many runs of a signature are in the index. */
  readonly entryCounts: Uint32Array;
  /** Where the runs of each slot begin, and where the last ones end. */
  readonly starts: Int32Array;
  /** The number of the signature that each run is of. */
  readonly owners: Uint16Array;
  /** Where in its signature each run begins. */
  readonly positions: Uint16Array;
  /** The hashes of all runs, of which those in the slot are there after the call. */
  hashesOf(slot: number): Int32Array;
}

/** Words of a run that is looked up. */
export const RUN_WORDS = 5;
/** Texts are asked about one run in this many: enough of them remain. A power of 2. */
export const KEPT_OF_SHORT = 2;
/** Runs are sorted by the first bits of their hash. */
export const SLOT_BITS = 16;

let loaded: SignatureIndex | undefined;

/** All signatures, unpacked when they are first asked for. */
export function signatureIndex(): SignatureIndex {
  loaded ??= indexOf(unpackSignatures());
  return loaded;
}

/** About as much as there is to unpack, so that it comes in few pieces. */
const UNPACKING = { chunkSize: 1024 * 1024 };

/** Packed numbers have the low byte first. */
const IS_BIG_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;

function unpack(lines: readonly string[]): Uint16Array {
  const bytes = zstdDecompressSync(Buffer.from(lines.join(''), 'base64'), UNPACKING);
  if (IS_BIG_ENDIAN) {
    bytes.swap16();
  }
  return bytes.byteOffset % 2 === 0
    ? new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)
    : new Uint16Array(Uint8Array.from(bytes).buffer);
}

function unpackSignatures(): LicenseSignature[] {
  const words = unpack(packedWords());
  let at = 0;
  return signatureLines().map((line) => {
    const [id = '', kind, count, requiredCount] = line.split(' ');
    const own = words.subarray(at, at + Number(count));
    at += own.length;
    return {
      id,
      kind: kind === 'notice' || kind === 'exception' ? kind : 'text',
      words: own,
      requiredCount: Number(requiredCount),
    };
  });
}

/** Whether a text must have the word: it is no gap, and may not be left out. */
export function isRequired(word: number): boolean {
  return word !== GAP && word < OPTIONAL_BIT;
}

/**
 * A hash of the words from a position on, of 32 bits with a sign; the caller sees to it that there
 * are enough words.
 */
export function runHashAt(words: Uint16Array, at: number): number {
  let hash = 0;
  for (let offset = 0; offset < RUN_WORDS; offset++) {
    hash = Math.imul(hash ^ ((words[at + offset] ?? 0) & ~OPTIONAL_BIT), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}

/**
 * Whether a run is looked up at all, by its first two words: a hash of the whole would cost more
 * than it saves.
 */
export function isSampled(words: Uint16Array, at: number, keptOf: number = KEPT_OF_SHORT): boolean {
  const pair = ((words[at] ?? 0) * 31) ^ (words[at + 1] ?? 0);
  return ((pair >> 2) & (keptOf - 1)) === 0;
}

/** Which of the slots a run is in. */
export function slotOf(runHash: number): number {
  return runHash >>> (32 - SLOT_BITS);
}

/**
 * The runs are packed in the order of their slots: how many each has, then of all runs the numbers
 * of the signatures, then the positions in these. Hashes are taken of the slots that are asked for.
 */
function indexOf(signatures: readonly LicenseSignature[]): SignatureIndex {
  const packed = unpack(packedRuns());
  const slots = 1 << SLOT_BITS;
  const total = (packed.length - slots) / 2;
  const owners = packed.subarray(slots, slots + total);
  const positions = packed.subarray(slots + total);
  const starts = startsOf(packed.subarray(0, slots));
  const hashes = new Int32Array(total);
  const hasHashes = new Uint8Array(slots);
  const hashesOf = (slot: number): Int32Array => {
    if (hasHashes[slot] === 0) {
      hasHashes[slot] = 1;
      const end = starts[slot + 1] ?? 0;
      for (let run = starts[slot] ?? 0; run < end; run++) {
        hashes[run] = runHashAt(signatures[owners[run] ?? 0]?.words ?? owners, positions[run] ?? 0);
      }
    }
    return hashes;
  };
  const entryCounts = countsOf(owners, signatures.length);
  return { signatures, entryCounts, starts, owners, positions, hashesOf };
}

/** Where the runs of each slot begin, and where the last ones end. */
function startsOf(counts: Uint16Array): Int32Array {
  const slots = counts.length;
  const starts = new Int32Array(slots + 1);
  let start = 0;
  for (let slot = 0; slot < slots; slot++) {
    start += counts[slot] ?? 0;
    starts[slot + 1] = start;
  }
  return starts;
}

function countsOf(owners: Uint16Array, signatureCount: number): Uint32Array {
  const counts = new Uint32Array(signatureCount);
  const runs = owners.length;
  for (let run = 0; run < runs; run++) {
    const owner = owners[run] ?? 0;
    counts[owner] = (counts[owner] ?? 0) + 1;
  }
  return counts;
}
