import type { Anchors } from './align-license.ts';
import {
  isSampled,
  type LicenseSignature,
  RUN_WORDS,
  runHashAt,
  signatureIndex,
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
  const index = signatureIndex();
  const runs = findRuns(words);
  const ends = new Uint32Array(index.signatures.length);
  const numbers: number[] = [];
  for (const entry of runs.entries) {
    const number = index.signatureOf(entry);
    if (ends[number] === 0) {
      numbers.push(number);
    }
    ends[number] = (ends[number] ?? 0) + 1;
  }
  let end = 0;
  for (const number of numbers) {
    const count = ends[number] ?? 0;
    ends[number] = end;
    end += count;
  }
  const texts = new Uint32Array(end);
  const signatures = new Uint16Array(end);
  for (let run = 0; run < end; run++) {
    const entry = runs.entries[run] ?? 0;
    const number = index.signatureOf(entry);
    const at = ends[number] ?? 0;
    texts[at] = runs.texts[run] ?? 0;
    signatures[at] = index.positionOf(entry);
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
  /** Where in the text each run begins. */
  readonly texts: Uint32Array;
  /** Where the index has it. */
  readonly entries: Uint32Array;
}

function findRuns(words: Uint16Array): Runs {
  const index = signatureIndex();
  const most = Math.min(words.length * ANCHORS_PER_WORD_MAX, ANCHORS_MAX);
  const texts = new Uint32Array(most);
  const entries = new Uint32Array(most);
  let count = 0;
  for (let text = 0; text + RUN_WORDS <= words.length && count < most; text++) {
    if (!isSampled(words, text)) {
      continue;
    }
    const runHash = runHashAt(words, text);
    let entry = index.first(runHash);
    for (; entry !== 0 && count < most; entry = index.next(entry)) {
      texts[count] = text;
      entries[count] = entry;
      count++;
    }
  }
  return { texts: texts.subarray(0, count), entries: entries.subarray(0, count) };
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
  const copyOf = new Uint32Array(texts.length);
  for (let at = 0; at < texts.length; at++) {
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
  copyOf: Uint32Array,
  counts: readonly number[],
  least: number,
): Anchors[] {
  const copies = counts.map((count) =>
    count < least
      ? undefined
      : { texts: new Uint32Array(count), signatures: new Uint16Array(count), filled: 0 },
  );
  for (let at = 0; at < texts.length; at++) {
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
