import type { Anchors } from './align-license.ts';
import {
  getSignatureIndex,
  getSlot,
  isSampled,
  LAST_BIT,
  RUN_WORDS,
  type SignatureIndex,
} from './license-signature.ts';

/** Limits on recorded places of signatures, per word and in total. */
const ANCHORS_PER_WORD_MAX = 30;
const ANCHORS_MAX = 600_000;
/** Runs of one copy of a license have about the same distance to those of the signature. */
const DRIFT_PART_MAX = 0.3;
const DRIFT_WORDS_MIN = 30;
/** Maximum number of copies that the next anchor may belong to: the newest ones. */
const OPEN_COPIES_MAX = 8;
/** Minimum share of a signature's indexed runs that a text must have for the copy to be aligned. */
const ANCHORS_PART_MIN = 0.3;

const NO_ANCHOR = -1;

/** A possible copy of a license in a text; a text may contain several. */
export interface LicenseCopy {
  /** Number of its signature in the index. */
  readonly number: number;
  /**
   * Start in the text according to its first anchor, and the maximum deviation of other anchors.
   */
  readonly begin: number;
  readonly drift: number;
  /** Minimum number of anchors for an alignment. */
  readonly anchorsMin: number;
  /** Number of its first anchor. */
  readonly firstAnchor: number;
  /** Start according to its last anchor, and the number of that anchor. */
  lastBegin: number;
  lastAnchor: number;
  /** Number of its anchors. */
  count: number;
  /** The copy of the same signature that was opened before, while both are open. */
  previous: LicenseCopy | undefined;
}

/**
 * The runs of a text that signatures have, too. A text with many licenses has a hundred thousand
 * anchors in thousands of copies, few of which are ever aligned. Therefore each anchor only stores
 * the previous anchor of its copy, and the code uses plain loops and arrays.
 */
export class MatchedRuns {
  /** Copies with enough anchors for an alignment. */
  readonly copies: LicenseCopy[] = [];
  readonly #index: SignatureIndex = getSignatureIndex();
  /**
   * For each run of the text: its start, the first of its places in the index, its first anchor.
   */
  readonly #texts: Int32Array;
  readonly #runs: Int32Array;
  readonly #firstAnchors: Int32Array;
  /**
   * For each anchor: the run of the text that it belongs to, and the previous anchor of the same
   * copy.
   */
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

  /** Finds the runs of the text that are in the index. Returns their number. */
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

  /** Groups all anchors by signature and by the start of the copy. */
  #addAnchors(found: number, anchorsMax: number): void {
    const { owners, positions, signatureCount } = this.#index;
    const texts = this.#texts;
    const runs = this.#runs;
    const textRuns = this.#textRuns;
    const before = this.#before;
    // For each signature: the copy of the last anchor, and the copy that was opened last.
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
        this.#closeCopy(copy);
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
      anchorsMin:
        newest?.anchorsMin ?? Math.ceil((this.#index.runCounts[number] ?? 0) * ANCHORS_PART_MIN),
      firstAnchor,
      lastBegin: begin,
      lastAnchor: NO_ANCHOR,
      count: 0,
      previous: newest,
    };
  }

  /** Makes room for one more open copy of a signature. */
  #closeOldest(newest: LicenseCopy | undefined): void {
    let copy = newest;
    for (let open = 2; copy !== undefined && open < OPEN_COPIES_MAX; open++) {
      copy = copy.previous;
    }
    if (copy?.previous !== undefined) {
      this.#closeCopy(copy.previous);
      copy.previous = undefined;
    }
  }

  /** Closes a copy to further anchors, and keeps it if it has enough of them. */
  #closeCopy(copy: LicenseCopy): void {
    if (copy.count >= copy.anchorsMin) {
      this.copies.push(copy);
    }
  }

  #getDrift(number: number): number {
    const { wordStarts } = this.#index;
    const words = (wordStarts[number + 1] ?? 0) - (wordStarts[number] ?? 0);
    return Math.max(DRIFT_WORDS_MIN, Math.floor(words * DRIFT_PART_MAX));
  }

  /** Returns the start of an anchor's run in the text. */
  getTextPlace(anchor: number): number {
    return this.#texts[this.#textRuns[anchor] ?? 0] ?? 0;
  }

  /** Returns the number of the middle one of a copy's anchors. */
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

/** Returns the newest open copy with about this start. */
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
