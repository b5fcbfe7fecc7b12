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

/** Finds which signatures have a run of words, and where. */
export interface SignatureIndex {
  readonly signatures: readonly LicenseSignature[];
  /** The first entry for a run, or 0; see {@link SignatureIndex.next}. */
  first(runHash: number): number;
  /** The entry after an entry, or 0 where it was the last. */
  next(entry: number): number;
  signatureOf(entry: number): number;
  positionOf(entry: number): number;
  /** How many runs of a signature are in the index. */
  readonly entryCounts: Uint32Array;
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

/** Packed numbers have the low byte first. */
const IS_BIG_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;

function unpack(lines: readonly string[]): Uint16Array {
  const bytes = zstdDecompressSync(Buffer.from(lines.join(''), 'base64'));
  if (IS_BIG_ENDIAN) {
    bytes.swap16();
  }
  return new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
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

/** A hash of the words from a position on; the caller sees to it that there are enough. */
export function runHashAt(words: Uint16Array, at: number): number {
  let hash = 0;
  for (let offset = 0; offset < RUN_WORDS; offset++) {
    hash = Math.imul(hash ^ ((words[at + offset] ?? 0) & ~OPTIONAL_BIT), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
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
  const hashes = new Uint32Array(total);
  const hasHashes = new Uint8Array(slots);
  const hashSlot = (slot: number): void => {
    hasHashes[slot] = 1;
    for (let run = starts[slot] ?? 0; run < (starts[slot + 1] ?? 0); run++) {
      hashes[run] = runHashAt(signatures[owners[run] ?? 0]?.words ?? owners, positions[run] ?? 0);
    }
  };
  // Entries are the numbers of runs, from 1.
  const sameHash = (from: number, hash: number): number => {
    const end = starts[slotOf(hash) + 1] ?? 0;
    for (let run = from; run < end; run++) {
      if (hashes[run] === hash) {
        return run + 1;
      }
    }
    return 0;
  };
  return {
    signatures,
    first: (hash) => {
      const slot = slotOf(hash);
      if (hasHashes[slot] === 0) {
        hashSlot(slot);
      }
      return sameHash(starts[slot] ?? 0, hash);
    },
    next: (entry) => sameHash(entry, hashes[entry - 1] ?? 0),
    signatureOf: (entry) => owners[entry - 1] ?? 0,
    positionOf: (entry) => positions[entry - 1] ?? 0,
    entryCounts: countsOf(owners, signatures.length),
  };
}

/** Where the runs of each slot begin, and where the last ones end. */
function startsOf(counts: Uint16Array): Uint32Array {
  const starts = new Uint32Array(counts.length + 1);
  let start = 0;
  for (let slot = 0; slot < counts.length; slot++) {
    start += counts[slot] ?? 0;
    starts[slot + 1] = start;
  }
  return starts;
}

function countsOf(owners: Uint16Array, signatureCount: number): Uint32Array {
  const counts = new Uint32Array(signatureCount);
  for (let run = 0; run < owners.length; run++) {
    const owner = owners[run] ?? 0;
    counts[owner] = (counts[owner] ?? 0) + 1;
  }
  return counts;
}
