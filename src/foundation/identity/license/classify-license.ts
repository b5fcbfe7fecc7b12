import { hash } from 'node:crypto';
import { compareText } from '../../core/compare-text.ts';
import {
  type Alignment,
  alignLicense,
  type BothWays,
  readSignatureBothWays,
  readTextBothWays,
} from './align-license.ts';
import { detectGnuNotice } from './gnu-notice.ts';
import { getSignatureIndex, type LicenseSignature } from './license-signature.ts';
import { splitLicenseWords } from './license-words.ts';
import { type LicenseCopy, MatchedRuns } from './matched-runs.ts';

/** One license in a text. */
export interface FoundLicense {
  /** A valid SPDX expression: an identifier, with an exception if the text has one. */
  readonly expression: string;
  /** Character range of the text; the end is exclusive. */
  readonly start: number;
  readonly end: number;
}

export interface LicenseReading {
  /** In the order of the text; a repeated license is listed once. */
  readonly licenses: readonly FoundLicense[];
  /** Share of the words that belong to known licenses, from 0 to 1. */
  readonly coverage: number;
}

/**
 * A text counts as license text if licenses cover at least this share of its words. The value is
 * Syft's default.
 */
const LICENSE_COVERAGE_MIN = 0.75;

/** Maximum share of a license's words that may be missing. */
const MISSING_PART_MAX = 0.12;
/** Notices of these licenses are often cut, and are distinguished by the remaining words. */
const CUT_NOTICE = /^(?:[AL]?GPL-|Apache-2)/;
const GNU_NOTICE = /^[AL]?GPL-/;
const CUT_MISSING_PART_MAX = 0.5;
const CUT_EXTRA_PART_MAX = 0.6;
const EXTRA_PART_MAX = 0.25;
/** Maximum number of licenses that are aligned with the same part of a text. */
const LOOKS_MAX = 8;
/** Limits on comparisons, per word and in total. Only hostile texts exceed them. */
const STEPS_PER_WORD_MAX = 400;
const STEPS_MAX = 8_000_000;

/**
 * Returns the licenses in a text. Compares it word by word with those of the SPDX list, without
 * regard to case, line ends, punctuation, numbering and copyright holders.
 */
export function readLicenses(text: string): LicenseReading {
  return TEXTS.memoizeReading(hash('sha256', text), () => readLicense(text));
}

function readLicense(text: string): LicenseReading {
  const { hashes, starts, ends } = splitLicenseWords(text);
  const { parts, coverage } = WORDS.memoizeReading(
    hash('sha256', new Uint8Array(hashes.buffer, hashes.byteOffset, hashes.byteLength)),
    () => readWords(hashes),
  );
  const inText = parts.map((part) => ({
    ...part,
    start: starts[part.start] ?? 0,
    end: ends[part.end - 1] ?? 0,
  }));
  return { licenses: mergeNamed(inText), coverage };
}

interface WordsReading {
  readonly parts: readonly NamedPart[];
  readonly coverage: number;
}

/** Caches recent results by the digest of their input. */
class LastReadings<Reading> {
  readonly #known = new Map<string, Reading>();

  memoizeReading(digest: string, read: () => Reading): Reading {
    const known = this.#known.get(digest);
    if (known !== undefined) {
      return known;
    }
    if (this.#known.size >= READINGS_MAX) {
      this.#known.clear();
    }
    const reading = read();
    this.#known.set(digest, reading);
    return reading;
  }
}

const READINGS_MAX = 512;
/** Packages of one source have the same file. */
const TEXTS = new LastReadings<LicenseReading>();
/** Thousands of packages have the same words except for the copyright holder. */
const WORDS = new LastReadings<WordsReading>();

function readWords(words: Uint16Array): WordsReading {
  const covered = new Uint8Array(words.length);
  const parts: NamedPart[] = [];
  for (const { id, signature, alignment } of findCandidates(words)) {
    const { start, end } = alignment;
    if (countCovered(covered, start, end) * 2 > end - start) {
      continue;
    }
    covered.fill(1, start, end);
    parts.push({ id, isException: signature.kind === 'exception', start, end });
  }
  parts.sort((left, right) => left.start - right.start);
  const wordsCovered = countCovered(covered, 0, covered.length);
  return { parts, coverage: words.length === 0 ? 0 : wordsCovered / words.length };
}

/** Returns the SPDX expressions of a text that consists of licenses, else an empty list. */
export function classifyText(text: string): readonly FoundLicense[] {
  const { licenses, coverage } = readLicenses(text);
  return coverage >= LICENSE_COVERAGE_MIN ? licenses : [];
}

interface Candidate {
  readonly id: string;
  readonly signature: ComparedSignature;
  readonly alignment: Alignment;
}

/**
 * Returns candidates, the best first: those that explain the most of the text and add the least.
 */
function findCandidates(words: Uint16Array): Candidate[] {
  const stepsMax = Math.min(words.length * STEPS_PER_WORD_MAX, STEPS_MAX);
  const looks = new Uint8Array(words.length);
  const literal = new LiteralParts(words.length);
  const text = readTextBothWays(words);
  const runs = new MatchedRuns(words);
  let steps = 0;
  const found: Candidate[] = [];
  for (const { copy } of chooseLikely(runs.copies)) {
    const signature = getComparedSignature(copy.number);
    const firstText = runs.getTextPlace(copy.firstAnchor);
    if (
      steps > stepsMax ||
      literal.explain(signature, firstText, runs.getTextPlace(copy.lastAnchor))
    ) {
      continue;
    }
    const middle = runs.getTextPlace(runs.findMiddleAnchor(copy));
    const looked = looks[middle] ?? 0;
    if (looked >= LOOKS_MAX) {
      continue;
    }
    looks[middle] = looked + 1;
    const alignment = alignLicense(text, signature.words, runs.listAnchors(copy));
    looks.fill(looked + 1, alignment.start, alignment.end);
    literal.addAlignment(alignment);
    steps += alignment.steps;
    const id = isLicense(signature, alignment) ? findId(words, signature, alignment) : undefined;
    if (id !== undefined) {
      found.push({ id, signature, alignment });
    }
  }
  const likely = found.filter(
    ({ alignment }) =>
      alignment.missing === 0 || !found.some((other) => isOutdone(alignment, other.alignment)),
  );
  return likely.sort(
    (left, right) =>
      rateAlignment(right.alignment) - rateAlignment(left.alignment) ||
      left.signature.words.length - right.signature.words.length ||
      compareText(left.signature.id, right.signature.id),
  );
}

/** A signature with the properties that are read for each copy. */
class ComparedSignature {
  readonly id: string;
  readonly kind: LicenseSignature['kind'];
  readonly requiredCount: number;
  readonly isCutNotice: boolean;
  readonly isGnuNotice: boolean;
  readonly #signature: LicenseSignature;
  #words: BothWays | undefined;

  constructor(signature: LicenseSignature) {
    const { id, kind, requiredCount } = signature;
    this.id = id;
    this.kind = kind;
    this.requiredCount = requiredCount;
    this.isCutNotice = kind === 'notice' && CUT_NOTICE.test(id);
    this.isGnuNotice = kind === 'notice' && GNU_NOTICE.test(id);
    this.#signature = signature;
  }

  /** Only created for signatures that are aligned with a text. */
  get words(): BothWays {
    this.#words ??= readSignatureBothWays(this.#signature.words);
    return this.#words;
  }
}

/** By number: a text has many copies of a few signatures. */
const COMPARED = new Map<number, ComparedSignature>();

function getComparedSignature(number: number): ComparedSignature {
  let compared = COMPARED.get(number);
  if (compared === undefined) {
    compared = new ComparedSignature(getSignatureIndex().getSignature(number));
    COMPARED.set(number, compared);
  }
  return compared;
}

/**
 * Whether another license matches more of the same words and lacks fewer of its own. The words that
 * this license lacks are then names, for which the texts of the list have gaps in some places only.
 */
function isOutdone(one: Alignment, other: Alignment): boolean {
  return (
    other.missing < one.missing &&
    other.matched > one.matched &&
    other.start <= one.start &&
    other.end >= one.end
  );
}

interface LikelyCopy {
  readonly copy: LicenseCopy;
  /** Estimate of the score from the anchors. */
  readonly estimate: number;
}

/** Returns probable licenses, the most probable first. */
function chooseLikely(copies: readonly LicenseCopy[]): LikelyCopy[] {
  const { requiredCounts, runCounts } = getSignatureIndex();
  const likely = copies.map((copy) => {
    const part = Math.min(1, copy.count / (runCounts[copy.number] ?? 1));
    const estimate = (requiredCounts[copy.number] ?? 0) * (part - 2 * (1 - part));
    return { copy, estimate };
  });
  return likely.sort(
    (left, right) =>
      right.estimate - left.estimate ||
      left.copy.number - right.copy.number ||
      left.copy.firstAnchor - right.copy.firstAnchor,
  );
}

/** Parts of a text that a license matches exactly. */
class LiteralParts {
  /** For each word the number of its part, or 0. */
  readonly #partNumbers: Uint32Array;
  readonly #lengths: number[] = [0];

  constructor(words: number) {
    this.#partNumbers = new Uint32Array(words);
  }

  addAlignment({ start, end, missing, extra }: Alignment): void {
    if (missing === 0 && extra === 0) {
      this.#partNumbers.fill(this.#lengths.length, start, end);
      this.#lengths.push(end - start);
    }
  }

  /**
   * Whether one part contains all anchors of a copy and is long enough for the required words of
   * its license. The license could then only match fewer of the same words, because more probable
   * ones come first.
   */
  explain(signature: ComparedSignature, firstText: number, lastText: number): boolean {
    const part = this.#partNumbers[firstText] ?? 0;
    const length = this.#lengths[part] ?? 0;
    return (
      part !== 0 &&
      this.#partNumbers[lastText] === part &&
      signature.requiredCount * (1 - MISSING_PART_MAX) <= length &&
      !signature.isCutNotice
    );
  }
}

function findId(
  words: Uint16Array,
  signature: ComparedSignature,
  { start, end }: Alignment,
): string | undefined {
  return signature.isGnuNotice ? detectGnuNotice(words, start, end) : signature.id;
}

function isLicense(
  signature: ComparedSignature,
  { matched, missing, missingAtEnds, extra }: Alignment,
): boolean {
  const { requiredCount } = signature;
  const isCut = signature.isCutNotice;
  const missingMax = isCut ? CUT_MISSING_PART_MAX : MISSING_PART_MAX;
  const extraMax = isCut ? CUT_EXTRA_PART_MAX : EXTRA_PART_MAX;
  return missing - missingAtEnds / 2 <= requiredCount * missingMax && extra <= matched * extraMax;
}

/**
 * Number of matched words, including names in gaps. Of two licenses that match the same range, the
 * one with more literal matches scores higher.
 */
function rateAlignment({ start, end, matched, missing, missingAtEnds, extra }: Alignment): number {
  const missed =
    missing -
    missingAtEnds +
    Math.min(missingAtEnds, Math.max(END_WORDS_MAX, matched * END_PART_MAX));
  return end - start - 2 * (extra + missed) + matched * LITERAL_WEIGHT;
}

/** Words missing at the ends, such as an introduction, count less than words missing in between. */
const END_PART_MAX = 0.01;
const END_WORDS_MAX = 16;
const LITERAL_WEIGHT = 0.2;

function countCovered(covered: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) {
    count += covered[at] ?? 0;
  }
  return count;
}

/** One license in a range of words or of characters. */
interface NamedPart {
  readonly id: string;
  readonly isException: boolean;
  readonly start: number;
  readonly end: number;
}

/** Licenses that may have exceptions. */
const TAKES_EXCEPTIONS = /^(?:A?GPL|LGPL|Apache)-/;

function mergeNamed(parts: readonly NamedPart[]): FoundLicense[] {
  const found = new Map<string, FoundLicense>();
  for (const [number, part] of parts.entries()) {
    if (part.isException) {
      continue;
    }
    const next = parts[number + 1];
    const exception =
      next?.isException === true && TAKES_EXCEPTIONS.test(part.id) ? next : undefined;
    const expression = exception === undefined ? part.id : `${part.id} WITH ${exception.id}`;
    if (!found.has(expression)) {
      found.set(expression, { expression, start: part.start, end: exception?.end ?? part.end });
    }
  }
  return [...found.values()];
}
