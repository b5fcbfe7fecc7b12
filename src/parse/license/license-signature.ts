import { brotliDecompressSync } from 'node:zlib';
import { assert } from '../../core/assert.ts';
import { packedWords, signatureLines } from './license-signature.data.ts';

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
/** Of long signatures one run in this many is kept: enough of them remain. A power of 2. */
const KEPT_OF = 16;
const KEPT_OF_SHORT = 2;
/** Signatures with fewer words are short. */
const SHORT_WORDS = 400;
const TABLE_BITS = 17;
const ENTRIES_MAX = 1 << TABLE_BITS;

let loaded: SignatureIndex | undefined;

/** All signatures, unpacked when they are first asked for. */
export function signatureIndex(): SignatureIndex {
  loaded ??= indexOf(unpackSignatures());
  return loaded;
}

/** Words are packed with the low byte first. */
const IS_BIG_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;

function unpackSignatures(): LicenseSignature[] {
  const bytes = brotliDecompressSync(Buffer.from(packedWords().join(''), 'base64'));
  if (IS_BIG_ENDIAN) {
    bytes.swap16();
  }
  const words = new Uint16Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  );
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

function indexOf(signatures: readonly LicenseSignature[]): SignatureIndex {
  const entries = new EntryTable(signatures.length);
  for (let number = 0; number < signatures.length; number++) {
    addRuns(entries, signatures[number]?.words ?? new Uint16Array(), number);
  }
  return { signatures, ...entries.reader() };
}

/** Half a million words go through this loop before the first text is looked at. */
function addRuns(entries: EntryTable, words: Uint16Array, number: number): void {
  const keptOf = words.length < SHORT_WORDS ? KEPT_OF_SHORT : KEPT_OF;
  let run = 0;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? GAP;
    run = word !== GAP && word < OPTIONAL_BIT ? run + 1 : 0;
    const start = at - RUN_WORDS + 1;
    if (run >= RUN_WORDS && isSampled(words, start, keptOf)) {
      entries.add(runHashAt(words, start), number, start);
    }
  }
}

/** A hash table of chains, in plain arrays: entries are numbered from 1. */
class EntryTable {
  readonly #heads = new Uint32Array(1 << TABLE_BITS);
  readonly #hashes = new Uint32Array(ENTRIES_MAX);
  readonly #nexts = new Uint32Array(ENTRIES_MAX);
  readonly #owners = new Uint16Array(ENTRIES_MAX);
  readonly #positions = new Uint16Array(ENTRIES_MAX);
  readonly #counts: Uint32Array;
  #last = 0;

  constructor(signatureCount: number) {
    this.#counts = new Uint32Array(signatureCount);
  }

  add(hash: number, owner: number, position: number): void {
    assert(this.#last + 1 < ENTRIES_MAX, 'the index is large enough for all signatures');
    const slot = hash >>> (32 - TABLE_BITS);
    const entry = ++this.#last;
    this.#hashes[entry] = hash;
    this.#nexts[entry] = this.#heads[slot] ?? 0;
    this.#owners[entry] = owner;
    this.#positions[entry] = position;
    this.#heads[slot] = entry;
    this.#counts[owner] = (this.#counts[owner] ?? 0) + 1;
  }

  reader(): Omit<SignatureIndex, 'signatures'> {
    const heads = this.#heads;
    const hashes = this.#hashes;
    const nexts = this.#nexts;
    const owners = this.#owners;
    const positions = this.#positions;
    const sameHash = (from: number, hash: number): number => {
      let entry = from;
      while (entry !== 0 && hashes[entry] !== hash) {
        entry = nexts[entry] ?? 0;
      }
      return entry;
    };
    return {
      first: (hash) => sameHash(heads[hash >>> (32 - TABLE_BITS)] ?? 0, hash),
      next: (entry) => sameHash(nexts[entry] ?? 0, hashes[entry] ?? 0),
      signatureOf: (entry) => owners[entry] ?? 0,
      positionOf: (entry) => positions[entry] ?? 0,
      entryCounts: this.#counts,
    };
  }
}
