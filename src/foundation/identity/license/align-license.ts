import { GAP, OPTIONAL_BIT } from './license-signature.ts';

/**
 * Pairs of a text's word and the signature's word that it probably matches, in the order of the
 * text.
 */
export interface Anchors {
  readonly texts: readonly number[];
  readonly signatures: readonly number[];
}

/** The match between a part of a text and a signature. */
export interface Alignment {
  /** Word range of the text; the end is exclusive. */
  readonly start: number;
  readonly end: number;
  /** Number of words that are in both. */
  readonly matched: number;
  /** Number of required words of the signature that the text lacks. */
  readonly missing: number;
  /** The part of `missing` before the first and after the last matched word. */
  readonly missingAtEnds: number;
  /** Number of words of the text that the signature does not have. */
  readonly extra: number;
  /** Number of comparisons made. */
  readonly steps: number;
}

/** Maximum number of words in a gap. */
const GAP_WORDS_MAX = 40;
/** Maximum distance at which the texts are resynchronized without the next anchor. */
const DRIFT_WORDS_MAX = 16;
/** Number of equal words required to be in step again; it grows with the distance. */
const SYNC_WORDS = 3;

/** Number of padding words after the end, so that lookahead needs no bounds check. */
const PADDING = GAP_WORDS_MAX + DRIFT_WORDS_MAX + SYNC_WORDS;
/** Follows the words of a text; no signature contains it. */
const TEXT_END = 0xffff;

/**
 * Words in both directions, so that the words before a place are compared by the same code as those
 * after it.
 */
export interface BothWays {
  readonly length: number;
  /** Followed by words that never match. */
  readonly forward: Uint16Array;
  readonly backward: Uint16Array;
}

/** Returns the words of a text for {@link alignLicense}. */
export function readTextBothWays(words: Uint16Array): BothWays {
  return readBothWays(words, TEXT_END);
}

/** Returns the words of a signature for {@link alignLicense}. */
export function readSignatureBothWays(words: Uint16Array): BothWays {
  return readBothWays(words, GAP);
}

function readBothWays(words: Uint16Array, end: number): BothWays {
  const { length } = words;
  const forward = new Uint16Array(length + PADDING);
  forward.set(words);
  const backward = forward.toReversed();
  backward.copyWithin(0, PADDING);
  if (end !== GAP) {
    forward.fill(end, length);
  }
  backward.fill(end, length);
  return { length, forward, backward };
}

/**
 * Aligns a signature with a text along its anchors, which are in the order of the text, and word by
 * word between them. Differences count, except for gaps and optional words.
 */
export function alignLicense(text: BothWays, signature: BothWays, anchors: Anchors): Alignment {
  const seed = chooseSeed(anchors);
  const firstText = anchors.texts[seed] ?? 0;
  const firstWord = anchors.signatures[seed] ?? 0;
  const forward = new Walk(text.forward, text.length, signature.forward, signature.length);
  forward.follow(firstText, firstWord, () => anchors);
  const backward = new Walk(text.backward, text.length, signature.backward, signature.length);
  backward.follow(text.length - firstText, signature.length - firstWord, () => ({
    texts: mirrorPlaces(anchors.texts, text.length),
    signatures: mirrorPlaces(anchors.signatures, signature.length),
  }));
  return {
    start: backward.lastMatch < 0 ? firstText : text.length - 1 - backward.lastMatch,
    end: forward.lastMatch + 1,
    matched: forward.matched + backward.matched,
    missing: forward.missing + backward.missing,
    missingAtEnds: forward.missingAtEnd + backward.missingAtEnd,
    extra: forward.extra + backward.extra,
    steps: forward.steps + backward.steps,
  };
}

/** Returns places in a sequence of this length, counted from its other end. */
function mirrorPlaces(places: readonly number[], among: number): number[] {
  const seen: number[] = [];
  for (let at = places.length - 1; at >= 0; at--) {
    seen.push(among - 1 - (places[at] ?? 0));
  }
  return seen;
}

/**
 * Returns the middle one of the anchors that agree best. Phrases that occur several times in a
 * license yield misleading anchors.
 */
function chooseSeed({ texts, signatures }: Anchors): number {
  const counts = new Map<number, number>();
  const length = texts.length;
  // Most anchors agree with the previous one and are counted without a map access.
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
 * Aligns from a seed to the end of both texts. A text with many licenses takes a hundred thousand
 * steps in code that is not optimized yet. Therefore it uses loops over local variables without
 * calls.
 */
class Walk {
  matched = 0;
  missing = 0;
  missingAtEnd = 0;
  extra = 0;
  steps = 0;
  lastMatch = -1;
  readonly #text: Uint16Array;
  readonly #textEnd: number;
  readonly #signature: Uint16Array;
  readonly #signatureEnd: number;
  /** Extra words of the text since the last match; those after the last match do not count. */
  #pendingExtra = 0;

  constructor(text: Uint16Array, textEnd: number, signature: Uint16Array, signatureEnd: number) {
    this.#text = text;
    this.#textEnd = textEnd;
    this.#signature = signature;
    this.#signatureEnd = signatureEnd;
  }

  /** `anchorsAhead` is called when resynchronization fails for the first time. */
  follow(text: number, word: number, anchorsAhead: () => Anchors): void {
    let i = text;
    let j = word;
    let anchors: Anchors | undefined;
    let nextAnchor = 0;
    for (;;) {
      const run = this.#takeRun(i, j);
      i += run;
      j += run;
      if (i >= this.#textEnd || j >= this.#signatureEnd) {
        break;
      }
      this.steps++;
      const step = this.#resynchronize(i, j);
      if (step !== undefined) {
        this.#skip(j, step);
        i += step.text;
        j += step.signature;
        continue;
      }
      anchors ??= anchorsAhead();
      while (nextAnchor < anchors.texts.length && (anchors.texts[nextAnchor] ?? i) < i) {
        nextAnchor++;
      }
      const nearest = this.#findNearestAnchor(i, j, anchors, nextAnchor);
      if (nearest < 0) {
        break;
      }
      const anchorText = anchors.texts[nearest] ?? i;
      const anchorWord = anchors.signatures[nearest] ?? j;
      this.#skip(j, { text: anchorText - i, signature: anchorWord - j, isInGap: false });
      i = anchorText;
      j = anchorWord;
    }
    this.missingAtEnd += this.#countRequired(j, this.#signatureEnd);
    this.missing += this.missingAtEnd;
  }

  /** Consumes words while both texts are equal. Returns their number. */
  #takeRun(from: number, word: number): number {
    const text = this.#text;
    const signature = this.#signature;
    let i = from;
    let j = word;
    // The padding of either side matches nothing, and no word of a text is a gap.
    while (((signature[j] ?? GAP) & ~OPTIONAL_BIT) === text[i]) {
      i++;
      j++;
    }
    const taken = i - from;
    if (taken > 0) {
      this.steps += taken;
      this.matched += taken;
      this.lastMatch = i - 1;
      this.extra += this.#pendingExtra;
      this.#pendingExtra = 0;
    }
    return taken;
  }

  /**
   * Returns the nearest anchor by the distance in both texts, or a negative number if there is
   * none.
   */
  #findNearestAnchor(i: number, j: number, { texts, signatures }: Anchors, first: number): number {
    let nearest = -1;
    let least = Number.POSITIVE_INFINITY;
    const count = texts.length;
    for (let number = first; number < count; number++) {
      const text = (texts[number] ?? i) - i;
      if (text >= least) {
        break;
      }
      this.steps++;
      const signature = (signatures[number] ?? j) - j;
      if (signature > 0 && Math.max(text, signature) < least) {
        least = Math.max(text, signature);
        nearest = number;
      }
    }
    return nearest;
  }

  #skip(j: number, { text, signature, isInGap }: Step): void {
    this.missing += this.#countRequired(j, Math.min(j + signature, this.#signatureEnd));
    this.#pendingExtra += isInGap ? 0 : text;
  }

  /** Counts the required words in a part of the signature. */
  #countRequired(from: number, end: number): number {
    const signature = this.#signature;
    let count = 0;
    for (let j = from; j < end; j++) {
      const word = signature[j] ?? GAP;
      if (word !== GAP && word < OPTIONAL_BIT) {
        count++;
      }
    }
    return count;
  }

  /** Finds the nearest place from which both texts continue with the same words. */
  #resynchronize(i: number, j: number): Step | undefined {
    const text = this.#text;
    const signature = this.#signature;
    const { free, hasGap } = this.#countFreeWords(j);
    const isInGap = hasGap || (j > 0 && signature[j - 1] === GAP);
    const textMax = isInGap ? GAP_WORDS_MAX : DRIFT_WORDS_MAX;
    for (let drift = 0; drift <= textMax; drift++) {
      const most = drift < DRIFT_WORDS_MAX ? drift : DRIFT_WORDS_MAX;
      this.steps += free > 0 ? 2 * most + 2 : most + 1;
      for (let skipped = 0; skipped <= most; skipped++) {
        const at = i + drift - skipped;
        const word = text[at];
        // Optional words are skipped first, so that they cost nothing.
        const ahead = j + free + skipped;
        if (
          ((signature[ahead] ?? GAP) & ~OPTIONAL_BIT) === word &&
          this.#isInStep(at, ahead, SYNC_WORDS + ((isInGap ? skipped : drift) >> 2))
        ) {
          return { text: drift - skipped, signature: free + skipped, isInGap };
        }
        if (
          free > 0 &&
          ((signature[j + skipped] ?? GAP) & ~OPTIONAL_BIT) === word &&
          this.#isInStep(at, j + skipped, SYNC_WORDS + ((isInGap ? skipped : drift) >> 2))
        ) {
          return { text: drift - skipped, signature: skipped, isInGap: false };
        }
      }
    }
    return undefined;
  }

  /** Counts gaps and optional words from a position on. */
  #countFreeWords(from: number): { readonly free: number; readonly hasGap: boolean } {
    const signature = this.#signature;
    const end = this.#signatureEnd;
    let j = from;
    let hasGap = false;
    for (; j < end; j++) {
      const word = signature[j] ?? GAP;
      if (word !== GAP && word < OPTIONAL_BIT) {
        break;
      }
      hasGap ||= word === GAP;
    }
    this.steps += j - from;
    return { free: j - from, hasGap };
  }

  /**
   * Whether `least` words are equal including the first, which is known to be, or the signature
   * ends before.
   */
  #isInStep(i: number, j: number, least: number): boolean {
    const text = this.#text;
    const signature = this.#signature;
    for (let same = 1; same < least; same++) {
      this.steps++;
      const word = signature[j + same] ?? GAP;
      if (word === GAP) {
        // The signature ends, or has a gap for a name.
        return true;
      }
      if ((word & ~OPTIONAL_BIT) !== text[i + same]) {
        return false;
      }
    }
    return true;
  }
}

interface Step {
  readonly text: number;
  readonly signature: number;
  readonly isInGap: boolean;
}
