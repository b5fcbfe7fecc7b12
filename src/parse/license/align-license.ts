import { GAP, isRequired, type LicenseSignature, OPTIONAL_BIT } from './license-signature.ts';

/** A word of a text with the word of a signature that it seems to be. */
export interface Anchor {
  readonly text: number;
  readonly signature: number;
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
  anchors: readonly Anchor[],
): Alignment {
  const first = seedOf(anchors);
  const forward = new Walk(text, signature, 1);
  forward.go(first, anchors);
  const backward = new Walk(text, signature, -1);
  backward.go({ text: first.text - 1, signature: first.signature - 1 }, anchors.toReversed());
  return {
    start: backward.lastMatch < 0 ? first.text : backward.lastMatch,
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
function seedOf(anchors: readonly Anchor[]): Anchor {
  const agreeing = Map.groupBy(anchors, beginOf);
  let best: readonly Anchor[] = [];
  for (const group of agreeing.values()) {
    best = group.length > best.length ? group : best;
  }
  return best[best.length >> 1] ?? { text: 0, signature: 0 };
}

/** Where in the text the signature would begin. */
export function beginOf({ text, signature }: Anchor): number {
  return text - signature;
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

  go(from: Anchor, anchors: readonly Anchor[]): void {
    let { text: i, signature: j } = from;
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
      while (((anchors[nextAnchor]?.text ?? i) - i) * this.#by < 0) {
        nextAnchor++;
      }
      const anchor = this.#nearestAnchor({ text: i, signature: j }, anchors, nextAnchor);
      if (anchor === undefined) {
        break;
      }
      const text = Math.abs(anchor.text - i);
      this.#skip(j, { text, signature: Math.abs(anchor.signature - j), isInGap: false });
      i = anchor.text;
      j = anchor.signature;
    }
    this.#skipRest(j);
  }

  /** The next anchor by the distance in both texts. */
  #nearestAnchor(at: Anchor, anchors: readonly Anchor[], first: number): Anchor | undefined {
    let nearest: Anchor | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (let number = first; number < anchors.length; number++) {
      const anchor = anchors[number] ?? at;
      const text = (anchor.text - at.text) * this.#by;
      if (text >= least) {
        break;
      }
      this.steps++;
      const signature = (anchor.signature - at.signature) * this.#by;
      if (signature > 0 && Math.max(text, signature) < least) {
        least = Math.max(text, signature);
        nearest = anchor;
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
