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
  for (let at = 0; at < texts.length; at++) {
    const begin = (texts[at] ?? 0) - (signatures[at] ?? 0);
    counts.set(begin, (counts.get(begin) ?? 0) + 1);
  }
  let best = 0;
  let most = 0;
  for (const [begin, count] of counts) {
    if (count > most) {
      best = begin;
      most = count;
    }
  }
  let left = most >> 1;
  return texts.findIndex((text, at) => text - (signatures[at] ?? 0) === best && left-- === 0);
}

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
    let i = text;
    let j = word;
    let nextAnchor = 0;
    while (this.#isInside(i, this.#text) && this.#isInside(j, this.#signature)) {
      this.steps++;
      if (this.#isSame(i, j)) {
        this.#take(i);
        i += this.#by;
        j += this.#by;
        continue;
      }
      const step = this.#resync(i, j);
      if (step !== undefined) {
        this.#skip(j, step);
        i += step.text * this.#by;
        j += step.signature * this.#by;
        continue;
      }
      while (((anchors.texts[nextAnchor] ?? i) - i) * this.#by < 0) {
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

  #isInside(at: number, words: Uint16Array): boolean {
    return at >= 0 && at < words.length;
  }

  #isSame(i: number, j: number): boolean {
    const word = this.#signature[j] ?? GAP;
    return word !== GAP && (word & ~OPTIONAL_BIT) === this.#text[i];
  }

  #take(i: number): void {
    this.matched++;
    this.lastMatch = i;
    this.extra += this.#pendingExtra;
    this.#pendingExtra = 0;
  }

  #skip(j: number, { text, signature, isInGap }: Step): void {
    for (let offset = 0; offset < signature; offset++) {
      this.missing += isRequired(this.#signature[j + offset * this.#by] ?? GAP) ? 1 : 0;
    }
    this.#pendingExtra += isInGap ? 0 : text;
  }

  #skipRest(from: number): void {
    for (let j = from; this.#isInside(j, this.#signature); j += this.#by) {
      this.missingAtEnd += isRequired(this.#signature[j] ?? GAP) ? 1 : 0;
    }
    this.missing += this.missingAtEnd;
  }

  /** The nearest place where both go on in the same words. */
  #resync(i: number, j: number): Step | undefined {
    const free = this.#freeWords(j);
    const isInGap = free.hasGap || this.#signature[j - this.#by] === GAP;
    const textMax = isInGap ? GAP_WORDS_MAX : DRIFT_WORDS_MAX;
    for (let drift = 0; drift <= textMax; drift++) {
      const most = Math.min(drift, DRIFT_WORDS_MAX);
      for (let skipped = 0; skipped <= most; skipped++) {
        // Words that may be left out are passed first, so that they cost nothing.
        const text = i + (drift - skipped) * this.#by;
        const least = SYNC_WORDS + (isInGap ? skipped >> 2 : drift >> 2);
        if (this.#isInStep(text, j + (free.count + skipped) * this.#by, least)) {
          return { text: drift - skipped, signature: free.count + skipped, isInGap };
        }
        if (free.count > 0 && this.#isInStep(text, j + skipped * this.#by, least)) {
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
    for (let j = from; this.#isInside(j, this.#signature); j += this.#by) {
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
    let same = 0;
    let at = j;
    for (let offset = 0; same < least; offset++) {
      this.steps++;
      const word = this.#signature[at];
      if (word === undefined || (word === GAP && same > 0)) {
        // The signature ends, or a name comes.
        return same > 0;
      }
      if ((word & ~OPTIONAL_BIT) !== this.#text[i + offset * this.#by]) {
        return false;
      }
      same++;
      at += this.#by;
    }
    return true;
  }
}

interface Step {
  readonly text: number;
  readonly signature: number;
  readonly isInGap: boolean;
}
