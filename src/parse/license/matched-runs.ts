import type { Anchors } from './align-license.ts';
import {
  isSampled,
  type LicenseSignature,
  RUN_WORDS,
  runHashAt,
  signatureIndex,
  slotOf,
} from './license-signature.ts';

/** Places of signatures that are noted for each word of a text, and at most. */
const ANCHORS_PER_WORD_MAX = 30;
const ANCHORS_MAX = 600_000;
/** Runs of one copy of a licence lie at about the same distance from those of the signature. */
const DRIFT_PART_MAX = 0.3;
const DRIFT_WORDS_MIN = 30;
/** Copies that the next anchor may belong to: those that the text has begun with last. */
const OPEN_COPIES_MAX = 8;

/** The runs of a text that one signature has, too. */
export interface MatchedSignature {
  /** Its number in the index. */
  readonly number: number;
  readonly anchors: Anchors;
}

/**
 * The runs of a text that signatures have, too, by signature, in the order in which the text meets
 * them. Found first, then put in order: no list grows for each of hundreds of signatures.
 */
export function matchedSignatures(words: Uint16Array): MatchedSignature[] {
  const { signatures: all, owners, positions } = signatureIndex();
  const { texts: textsFound, runs, count } = findRuns(words);
  const ends = new Int32Array(all.length);
  const numbers: number[] = [];
  for (let at = 0; at < count; at++) {
    const number = owners[runs[at] ?? 0] ?? 0;
    const before = ends[number] ?? 0;
    if (before === 0) {
      numbers.push(number);
    }
    ends[number] = before + 1;
  }
  let end = 0;
  for (const number of numbers) {
    const own = ends[number] ?? 0;
    ends[number] = end;
    end += own;
  }
  const texts = new Uint32Array(end);
  const signatures = new Uint16Array(end);
  for (let found = 0; found < end; found++) {
    const run = runs[found] ?? 0;
    const number = owners[run] ?? 0;
    const at = ends[number] ?? 0;
    texts[at] = textsFound[found] ?? 0;
    signatures[at] = positions[run] ?? 0;
    ends[number] = at + 1;
  }
  let start = 0;
  return numbers.map((number) => {
    const stop = ends[number] ?? start;
    const anchors = {
      texts: texts.subarray(start, stop),
      signatures: signatures.subarray(start, stop),
    };
    start = stop;
    return { number, anchors };
  });
}

interface Runs {
  /** Where in the text each run begins, and its number in the index. */
  readonly texts: Int32Array;
  readonly runs: Int32Array;
  /** How many there are; the arrays are longer. */
  readonly count: number;
}

function findRuns(words: Uint16Array): Runs {
  const { starts, hashesOf } = signatureIndex();
  const most = Math.min(words.length * ANCHORS_PER_WORD_MAX, ANCHORS_MAX);
  const texts = new Int32Array(most);
  const runs = new Int32Array(most);
  const last = words.length - RUN_WORDS;
  let count = 0;
  for (let text = 0; text <= last && count < most; text++) {
    if (!isSampled(words, text)) {
      continue;
    }
    const runHash = runHashAt(words, text);
    const slot = slotOf(runHash);
    const hashes = hashesOf(slot);
    const end = starts[slot + 1] ?? 0;
    for (let run = starts[slot] ?? 0; run < end && count < most; run++) {
      if (hashes[run] === runHash) {
        texts[count] = text;
        runs[count] = run;
        count++;
      }
    }
  }
  return { texts, runs, count };
}

/**
 * A text may have a licence several times: parts its anchors by where each copy would begin, and
 * leaves out copies with fewer anchors than `least`.
 */
export function copiesIn(anchors: Anchors, { words }: LicenseSignature, least: number): Anchors[] {
  const { texts, signatures } = anchors;
  const drift = Math.max(DRIFT_WORDS_MIN, words.length * DRIFT_PART_MAX);
  const begins: number[] = [];
  const counts: number[] = [];
  const length = texts.length;
  const copyOf = new Int32Array(length);
  for (let at = 0; at < length; at++) {
    const begin = (texts[at] ?? 0) - (signatures[at] ?? 0);
    const copy = openCopy(begins, begin, drift);
    if (copy === begins.length) {
      begins.push(begin);
      counts.push(0);
    }
    copyOf[at] = copy;
    counts[copy] = (counts[copy] ?? 0) + 1;
  }
  return counts.length === 1 ? [anchors] : parted(anchors, copyOf, counts, least);
}

function parted(
  { texts, signatures }: Anchors,
  copyOf: Int32Array,
  counts: readonly number[],
  least: number,
): Anchors[] {
  const copies = counts.map((count) =>
    count < least
      ? undefined
      : { texts: new Uint32Array(count), signatures: new Uint16Array(count), filled: 0 },
  );
  const length = texts.length;
  for (let at = 0; at < length; at++) {
    const copy = copies[copyOf[at] ?? 0];
    if (copy !== undefined) {
      copy.texts[copy.filled] = texts[at] ?? 0;
      copy.signatures[copy.filled] = signatures[at] ?? 0;
      copy.filled++;
    }
  }
  return copies.filter((copy) => copy !== undefined);
}

/** The number of the copy that would begin there, or of a new one. */
function openCopy(begins: readonly number[], begin: number, drift: number): number {
  const first = Math.max(0, begins.length - OPEN_COPIES_MAX);
  for (let copy = begins.length - 1; copy >= first; copy--) {
    if (Math.abs((begins[copy] ?? 0) - begin) <= drift) {
      return copy;
    }
  }
  return begins.length;
}
