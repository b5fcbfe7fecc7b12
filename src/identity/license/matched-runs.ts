import type { Anchors } from './align-license.ts';
import {
  getSignatureIndex,
  getSlot,
  isSampled,
  LAST_BIT,
  RUN_WORDS,
  type SignatureIndex,
} from './license-signature.ts';

/** Places of signatures that are noted for each word of a text, and at most. */
const ANCHORS_PER_WORD_MAX = 30;
const ANCHORS_MAX = 600_000;
/** Runs of one copy of a licence lie at about the same distance from those of the signature. */
const DRIFT_PART_MAX = 0.3;
const DRIFT_WORDS_MIN = 30;
/** Copies that the next anchor may belong to: those that the text has begun with last. */
const OPEN_COPIES_MAX = 8;
/** Runs of a signature that a text must have for a closer look, of those in the index. */
const ANCHORS_PART_MIN = 0.3;

const NO_ANCHOR = -1;

/** What seems to be one copy of a licence, which a text may have several times. */
export interface LicenseCopy {
  /** The number of its signature in the index. */
  readonly number: number;
  /** Where in the text it would begin by its first anchor, and how far others may lie from that. */
  readonly begin: number;
  readonly drift: number;
  /** How many anchors it must have for a closer look. */
  readonly least: number;
  /** The number of its first anchor. */
  readonly firstAnchor: number;
  /** Where it would begin by its last anchor, and the number of that. */
  lastBegin: number;
  lastAnchor: number;
  /** How many anchors it has. */
  count: number;
  /** The one of the same signature that was begun with before, as long as both are open. */
  previous: LicenseCopy | undefined;
}

/**
 * The runs of a text that signatures have, too. A text with many licences has a hundred thousand
 * anchors in thousands of copies, few of which are ever looked at: all that is kept of an anchor is
 * which one of its copy came before it. Hence the plain loops and arrays, too.
 */
export class MatchedRuns {
  /** Those with enough anchors for a closer look. */
  readonly copies: LicenseCopy[] = [];
  readonly #index: SignatureIndex = getSignatureIndex();
  /**
   * Of each run of the text: where it begins, the first of its places in the index, its anchors.
   */
  readonly #texts: Int32Array;
  readonly #runs: Int32Array;
  readonly #firstAnchors: Int32Array;
  /** Of each anchor: the run of the text that it is of, and the one before it in its copy. */
  readonly #textRuns: Int32Array;
  readonly #before: Int32Array;

  constructor(words: Uint16Array) {
    const anchorsMax = Math.min(words.length * ANCHORS_PER_WORD_MAX, ANCHORS_MAX);
    this.#texts = new Int32Array(words.length);
    this.#runs = new Int32Array(words.length);
    this.#firstAnchors = new Int32Array(words.length);
    this.#textRuns = new Int32Array(anchorsMax);
    this.#before = new Int32Array(anchorsMax);
    this.#addAnchors(this.#findRuns(words), anchorsMax);
  }

  /** Finds the runs of the text that are in the index, and tells how many there are. */
  #findRuns(text: Uint16Array): number {
    const { slotStarts, owners, positions, words, wordStarts } = this.#index;
    const texts = this.#texts;
    const runs = this.#runs;
    const last = text.length - RUN_WORDS;
    let found = 0;
    for (let at = 0; at <= last; at++) {
      if (!isSampled(text, at)) {
        continue;
      }
      const slot = getSlot(text, at);
      const end = slotStarts[slot + 1] ?? 0;
      let run = slotStarts[slot] ?? 0;
      while (run < end) {
        const owner = (owners[run] ?? 0) & ~LAST_BIT;
        if (isSameRun(text, at, words, (wordStarts[owner] ?? 0) + (positions[run] ?? 0))) {
          texts[found] = at;
          runs[found] = run;
          found++;
          break;
        }
        while ((owners[run] ?? LAST_BIT) < LAST_BIT) {
          run++;
        }
        run++;
      }
    }
    return found;
  }

  /** Parts all anchors by signature, and by where each copy would begin. */
  #addAnchors(found: number, anchorsMax: number): void {
    const { owners, positions, signatureCount } = this.#index;
    const texts = this.#texts;
    const runs = this.#runs;
    const textRuns = this.#textRuns;
    const before = this.#before;
    // Of each signature: the copy that the last anchor was of, and the one that was begun with
    // last.
    const current = Array.from<LicenseCopy | undefined>({ length: signatureCount });
    const newest = current.slice();
    let anchor = 0;
    for (let textRun = 0; textRun < found && anchor < anchorsMax; textRun++) {
      const text = texts[textRun] ?? 0;
      const first = anchor;
      let owner = 0;
      for (let run = runs[textRun] ?? 0; owner < LAST_BIT && anchor < anchorsMax; run++) {
        owner = owners[run] ?? 0;
        const number = owner & ~LAST_BIT;
        const begin = text - (positions[run] ?? 0);
        let copy = current[number];
        if (copy === undefined || copy.lastBegin !== begin) {
          copy = openCopy(newest[number], begin);
          if (copy === undefined) {
            copy = this.#openNew(newest[number], number, begin, anchor);
            newest[number] = copy;
          }
          copy.lastBegin = begin;
          current[number] = copy;
        }
        before[anchor] = copy.lastAnchor;
        copy.lastAnchor = anchor;
        copy.count++;
        anchor++;
      }
      this.#firstAnchors[textRun] = first;
      textRuns.fill(textRun, first, anchor);
    }
    for (const last of newest) {
      for (let copy = last; copy !== undefined; copy = copy.previous) {
        this.#close(copy);
      }
    }
  }

  #openNew(
    newest: LicenseCopy | undefined,
    number: number,
    begin: number,
    firstAnchor: number,
  ): LicenseCopy {
    this.#closeOldest(newest);
    return {
      number,
      begin,
      drift: newest?.drift ?? this.#getDrift(number),
      least: newest?.least ?? Math.ceil((this.#index.runCounts[number] ?? 0) * ANCHORS_PART_MIN),
      firstAnchor,
      lastBegin: begin,
      lastAnchor: NO_ANCHOR,
      count: 0,
      previous: newest,
    };
  }

  /** Makes room for one more among the open copies of a signature. */
  #closeOldest(newest: LicenseCopy | undefined): void {
    let copy = newest;
    for (let open = 2; copy !== undefined && open < OPEN_COPIES_MAX; open++) {
      copy = copy.previous;
    }
    if (copy?.previous !== undefined) {
      this.#close(copy.previous);
      copy.previous = undefined;
    }
  }

  /** Keeps a copy to which no more anchors come, where it has enough. */
  #close(copy: LicenseCopy): void {
    if (copy.count >= copy.least) {
      this.copies.push(copy);
    }
  }

  #getDrift(number: number): number {
    const { wordStarts } = this.#index;
    const words = (wordStarts[number + 1] ?? 0) - (wordStarts[number] ?? 0);
    return Math.max(DRIFT_WORDS_MIN, Math.floor(words * DRIFT_PART_MAX));
  }

  /** Where in the text the run of an anchor begins. */
  getTextPlace(anchor: number): number {
    return this.#texts[this.#textRuns[anchor] ?? 0] ?? 0;
  }

  /** The number of the middle one of a copy's anchors. */
  findMiddleAnchor({ count, lastAnchor }: LicenseCopy): number {
    const before = this.#before;
    let anchor = lastAnchor;
    for (let after = count - 1 - (count >> 1); after > 0; after--) {
      anchor = before[anchor] ?? 0;
    }
    return anchor;
  }

  listAnchors({ count, lastAnchor }: LicenseCopy): Anchors {
    const { positions } = this.#index;
    const allTexts = this.#texts;
    const runs = this.#runs;
    const firstAnchors = this.#firstAnchors;
    const textRuns = this.#textRuns;
    const before = this.#before;
    const texts: number[] = [];
    const signatures: number[] = [];
    let anchor = lastAnchor;
    for (let left = count; left > 0; left--) {
      const textRun = textRuns[anchor] ?? 0;
      const run = (runs[textRun] ?? 0) + anchor - (firstAnchors[textRun] ?? 0);
      texts.push(allTexts[textRun] ?? 0);
      signatures.push(positions[run] ?? 0);
      anchor = before[anchor] ?? 0;
    }
    return { texts: texts.reverse(), signatures: signatures.reverse() };
  }
}

/** Of the copies that are open, the newest that would begin about there. */
function openCopy(newest: LicenseCopy | undefined, begin: number): LicenseCopy | undefined {
  let copy = newest;
  while (copy !== undefined) {
    const distance = copy.begin - begin;
    if (distance <= copy.drift && -distance <= copy.drift) {
      return copy;
    }
    copy = copy.previous;
  }
  return undefined;
}

function isSameRun(text: Uint16Array, at: number, words: Uint16Array, from: number): boolean {
  return (
    text[at] === words[from] &&
    text[at + 1] === words[from + 1] &&
    text[at + 2] === words[from + 2] &&
    text[at + 3] === words[from + 3] &&
    text[at + 4] === words[from + 4]
  );
}
