import { GAP, isRequired, type LicenseSignature, OPTIONAL_BIT } from './license-signature.ts';

/**
 * Words of a text with the words of a signature that they seem to be, in the order of the text. Two
 * plain arrays: a text with many licences has a hundred thousand of them.
 */
export interface Anchors {
  readonly texts: Uint32Array;
  readonly signatures: Uint16Array;
}

/** How well a part of a text fits a signature. */
export interface Alignment {
  /** Words of the text, from the first to the one behind the last. */
  readonly start: number;
  readonly end: number;
  /** Words that are in both. */
  readonly matched: number;
  /** Words of the signature that the text leaves out, although it may not. */
  readonly missing: number;
  /** Of those, the ones before its first word in the text and behind its last. */
  readonly missingAtEnds: number;
  /** Words of the text that the signature does not have. */
  readonly extra: number;
  /** Comparisons made. */
  readonly steps: number;
}

/** Words that may stand in a gap. */
const GAP_WORDS_MAX = 40;
/** How far texts may be apart before the next anchor is waited for. */
const DRIFT_WORDS_MAX = 16;
/** Words that must be the same for two texts to be in step again, and more the farther they are. */
const SYNC_WORDS = 3;

/**
 * Lays a signature over a text along its anchors, which are in the order of the text. Between them
 * it goes word by word: what differs costs, but for gaps and what may be left out.
 */
export function alignLicense(
  text: Uint16Array,
  { words: signature }: LicenseSignature,
  anchors: Anchors,
): Alignment {
  const seed = seedOf(anchors);
  const firstText = anchors.texts[seed] ?? 0;
  const firstWord = anchors.signatures[seed] ?? 0;
  const forward = new Walk(text, signature, 1);
  forward.go(firstText, firstWord, anchors);
  const backward = new Walk(text, signature, -1);
  backward.go(firstText - 1, firstWord - 1, {
    texts: anchors.texts.toReversed(),
    signatures: anchors.signatures.toReversed(),
  });
  return {
    start: backward.lastMatch < 0 ? firstText : backward.lastMatch,
    end: forward.lastMatch + 1,
    matched: forward.matched + backward.matched,
    missing: forward.missing + backward.missing,
    missingAtEnds: forward.missingAtEnd + backward.missingAtEnd,
    extra: forward.extra + backward.extra,
    steps: forward.steps + backward.steps,
  };
}

/**
 * The middle one of those anchors that agree best: phrases that a licence has several times make
 * some that lead astray.
 */
function seedOf({ texts, signatures }: Anchors): number {
  const counts = new Map<number, number>();
  const length = texts.length;
  // Most agree with the one before, and are counted without a look into the map.
  let begin = (texts[0] ?? 0) - (signatures[0] ?? 0);
  let inARow = 0;
  for (let at = 0; at < length; at++) {
    const next = (texts[at] ?? 0) - (signatures[at] ?? 0);
    if (next !== begin) {
      counts.set(begin, (counts.get(begin) ?? 0) + inARow);
      begin = next;
      inARow = 0;
    }
    inARow++;
  }
  counts.set(begin, (counts.get(begin) ?? 0) + inARow);
  let best = 0;
  let most = 0;
  for (const [each, count] of counts) {
    if (count > most) {
      best = each;
      most = count;
    }
  }
  let left = most >> 1;
  for (let at = 0; at < length; at++) {
    if ((texts[at] ?? 0) - (signatures[at] ?? 0) === best && left-- === 0) {
      return at;
    }
  }
  return -1;
}

/**
 * One walk from a seed to one end of both texts. A text with many licences takes a hundred thousand
 * steps in code that is run for the first time: hence loops over local names without calls, and no
 * look beyond the end of an array.
 */
class Walk {
  matched = 0;
  missing = 0;
  missingAtEnd = 0;
  extra = 0;
  steps = 0;
  lastMatch = -1;
  readonly #text: Uint16Array;
  readonly #signature: Uint16Array;
  readonly #by: 1 | -1;
  /** Words of the text since the last match: those behind the end do not count. */
  #pendingExtra = 0;

  constructor(text: Uint16Array, signature: Uint16Array, by: 1 | -1) {
    this.#text = text;
    this.#signature = signature;
    this.#by = by;
  }

  go(text: number, word: number, anchors: Anchors): void {
    const by = this.#by;
    let i = text;
    let j = word;
    let nextAnchor = 0;
    for (;;) {
      const run = this.#takeRun(i, j) * by;
      i += run;
      j += run;
      if (!isInside(i, this.#text.length) || !isInside(j, this.#signature.length)) {
        break;
      }
      this.steps++;
      const step = this.#resync(i, j);
      if (step !== undefined) {
        this.#skip(j, step);
        i += step.text * by;
        j += step.signature * by;
        continue;
      }
      while (nextAnchor < anchors.texts.length && ((anchors.texts[nextAnchor] ?? i) - i) * by < 0) {
        nextAnchor++;
      }
      const nearest = this.#nearestAnchor(i, j, anchors, nextAnchor);
      if (nearest < 0) {
        break;
      }
      const anchorText = anchors.texts[nearest] ?? i;
      const anchorWord = anchors.signatures[nearest] ?? j;
      this.#skip(j, {
        text: Math.abs(anchorText - i),
        signature: Math.abs(anchorWord - j),
        isInGap: false,
      });
      i = anchorText;
      j = anchorWord;
    }
    this.#skipRest(j);
  }

  /** Takes words as long as both have the same ones, and tells how many. */
  #takeRun(from: number, word: number): number {
    const text = this.#text;
    const signature = this.#signature;
    const by = this.#by;
    const textEnd = text.length;
    const signatureEnd = signature.length;
    let i = from;
    let j = word;
    // No word of a text has the hash of a gap.
    while (
      i >= 0 &&
      i < textEnd &&
      j >= 0 &&
      j < signatureEnd &&
      ((signature[j] ?? GAP) & ~OPTIONAL_BIT) === text[i]
    ) {
      i += by;
      j += by;
    }
    const taken = (i - from) * by;
    if (taken > 0) {
      this.steps += taken;
      this.matched += taken;
      this.lastMatch = i - by;
      this.extra += this.#pendingExtra;
      this.#pendingExtra = 0;
    }
    return taken;
  }

  /** The next anchor by the distance in both texts, or a negative number where there is none. */
  #nearestAnchor(i: number, j: number, { texts, signatures }: Anchors, first: number): number {
    let nearest = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let number = first; number < texts.length; number++) {
      const text = ((texts[number] ?? i) - i) * this.#by;
      if (text >= least) {
        break;
      }
      this.steps++;
      const signature = ((signatures[number] ?? j) - j) * this.#by;
      if (signature > 0 && Math.max(text, signature) < least) {
        least = Math.max(text, signature);
        nearest = number;
      }
    }
    return nearest;
  }

  #skip(j: number, { text, signature, isInGap }: Step): void {
    this.missing += this.#countRequired(j, signature);
    this.#pendingExtra += isInGap ? 0 : text;
  }

  #skipRest(from: number): void {
    this.missingAtEnd += this.#countRequired(from, this.#signature.length);
    this.missing += this.missingAtEnd;
  }

  /** Of so many words of the signature, or of those that there are, the ones a text must have. */
  #countRequired(from: number, words: number): number {
    const signature = this.#signature;
    const by = this.#by;
    const left = Math.max(0, by > 0 ? signature.length - from : from + 1);
    const end = from + Math.min(words, left) * by;
    let count = 0;
    for (let j = from; j !== end; j += by) {
      const word = signature[j] ?? GAP;
      if (word !== GAP && word < OPTIONAL_BIT) {
        count++;
      }
    }
    return count;
  }

  /** The nearest place where both go on in the same words. */
  #resync(i: number, j: number): Step | undefined {
    const by = this.#by;
    const free = this.#freeWords(j);
    const isInGap =
      free.hasGap || (isInside(j - by, this.#signature.length) && this.#signature[j - by] === GAP);
    const textMax = isInGap ? GAP_WORDS_MAX : DRIFT_WORDS_MAX;
    for (let drift = 0; drift <= textMax; drift++) {
      const most = Math.min(drift, DRIFT_WORDS_MAX);
      for (let skipped = 0; skipped <= most; skipped++) {
        // Words that may be left out are passed first, so that they cost nothing.
        const text = i + (drift - skipped) * by;
        const least = SYNC_WORDS + (isInGap ? skipped >> 2 : drift >> 2);
        if (this.#isInStep(text, j + (free.count + skipped) * by, least)) {
          return { text: drift - skipped, signature: free.count + skipped, isInGap };
        }
        if (free.count > 0 && this.#isInStep(text, j + skipped * by, least)) {
          return { text: drift - skipped, signature: skipped, isInGap: false };
        }
      }
    }
    return undefined;
  }

  /** Gaps and words that may be left out, from a position on. */
  #freeWords(from: number): { readonly count: number; readonly hasGap: boolean } {
    let count = 0;
    let hasGap = false;
    for (let j = from; isInside(j, this.#signature.length); j += this.#by) {
      const word = this.#signature[j] ?? GAP;
      if (isRequired(word)) {
        break;
      }
      hasGap ||= word === GAP;
      count++;
    }
    this.steps += count;
    return { count, hasGap };
  }

  #isInStep(i: number, j: number, least: number): boolean {
    const text = this.#text;
    const signature = this.#signature;
    const by = this.#by;
    const textEnd = text.length;
    const signatureEnd = signature.length;
    let same = 0;
    while (same < least) {
      this.steps++;
      const at = j + same * by;
      const word = at >= 0 && at < signatureEnd ? (signature[at] ?? GAP) : GAP;
      if (word === GAP && same > 0) {
        // The signature ends, or a name comes.
        return true;
      }
      const other = i + same * by;
      if (other < 0 || other >= textEnd || (word & ~OPTIONAL_BIT) !== text[other]) {
        return false;
      }
      same++;
    }
    return true;
  }
}

function isInside(at: number, length: number): boolean {
  return at >= 0 && at < length;
}

interface Step {
  readonly text: number;
  readonly signature: number;
  readonly isInGap: boolean;
}
