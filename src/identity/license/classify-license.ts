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

/** One licence in a text. */
export interface FoundLicense {
  /** A valid SPDX expression: an identifier, with its exception where the text has one. */
  readonly expression: string;
  /** Characters of the text, from the first to the one behind the last. */
  readonly start: number;
  readonly end: number;
}

export interface LicenseReading {
  /** In the order of the text; one that is there several times is named once. */
  readonly licenses: readonly FoundLicense[];
  /** Which part of the words belongs to licences that are known, from 0 to 1. */
  readonly coverage: number;
}

/** A text is made up of licences where at least this part of it is: as Syft has it by default. */
const LICENSE_COVERAGE_MIN = 0.75;

/** What may be missing of a licence, and what may be added, by its words. */
const MISSING_PART_MAX = 0.12;
/** Notices of these licences are often cut, and are told apart by the words that remain. */
const CUT_NOTICE = /^(?:[AL]?GPL-|Apache-2)/;
const GNU_NOTICE = /^[AL]?GPL-/;
const CUT_MISSING_PART_MAX = 0.5;
const CUT_EXTRA_PART_MAX = 0.6;
const EXTRA_PART_MAX = 0.25;
/** Of all licences that a part of the text may be, so many are compared word by word. */
const LOOKS_MAX = 8;
/** Comparisons for each word of a text, and at most: who asks for more is up to something. */
const STEPS_PER_WORD_MAX = 400;
const STEPS_MAX = 8_000_000;

/**
 * The licences that a text is made up of. It is compared word by word with those of the SPDX list:
 * case, line ends, marks, numbering and who holds the rights do not count.
 */
export function readLicenses(text: string): LicenseReading {
  return TEXTS.memoizeReading(hash('sha256', text), () => readText(text));
}

function readText(text: string): LicenseReading {
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

/** The last readings, by the digest of what they follow from alone. */
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
/** Thousands of packages have the very same words but for who holds the rights. */
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

/** The SPDX expressions of a text that is made up of licences, else none. */
export function classifyText(text: string): readonly FoundLicense[] {
  const { licenses, coverage } = readLicenses(text);
  return coverage >= LICENSE_COVERAGE_MIN ? licenses : [];
}

interface Candidate {
  readonly id: string;
  readonly signature: ComparedSignature;
  readonly alignment: Alignment;
}

/** Best first: what explains most of the text, and adds least. */
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
    literal.add(alignment);
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

/** A signature with what is asked of it for each copy. */
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

  /** Made for those that are laid over a text. */
  get words(): BothWays {
    this.#words ??= readSignatureBothWays(this.#signature.words);
    return this.#words;
  }
}

/** By number: a text has copies of few of all signatures, and many of these. */
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
 * Whether of the same words another licence has more, and misses less of its own. What it has not
 * are then names, for which the texts of the list leave room in some places only.
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
  /** What the score will be, as far as anchors tell. */
  readonly estimate: number;
}

/** Where licences seem to be, the likeliest first. */
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

/** Parts of a text that a licence explains to the letter. */
class LiteralParts {
  /** For each word the number of the part that it belongs to, or 0. */
  readonly #partOf: Uint32Array;
  readonly #lengths: number[] = [0];

  constructor(words: number) {
    this.#partOf = new Uint32Array(words);
  }

  add({ start, end, missing, extra }: Alignment): void {
    if (missing === 0 && extra === 0) {
      this.#partOf.fill(this.#lengths.length, start, end);
      this.#lengths.push(end - start);
    }
  }

  /**
   * Whether one part has all anchors of a copy, and room for what a text must have of its licence:
   * then it could only explain less of the same words, since likelier ones come first.
   */
  explain(signature: ComparedSignature, firstText: number, lastText: number): boolean {
    const part = this.#partOf[firstText] ?? 0;
    const length = this.#lengths[part] ?? 0;
    return (
      part !== 0 &&
      this.#partOf[lastText] === part &&
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
 * The words that it explains, names in gaps among them; of two that explain the same, the one that
 * has more of them literally counts.
 */
function rateAlignment({ start, end, matched, missing, missingAtEnds, extra }: Alignment): number {
  const missed =
    missing -
    missingAtEnds +
    Math.min(missingAtEnds, Math.max(END_WORDS_MAX, matched * END_PART_MAX));
  return end - start - 2 * (extra + missed) + matched * LITERAL_WEIGHT;
}

/** What is cut at the ends, such as an introduction, tells less than what is left out between. */
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

/** One licence, between two numbers of words or of characters. */
interface NamedPart {
  readonly id: string;
  readonly isException: boolean;
  readonly start: number;
  readonly end: number;
}

/** Licences that exceptions are made from. */
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
