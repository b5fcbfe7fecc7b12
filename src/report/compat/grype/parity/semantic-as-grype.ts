import type { Scheme } from '../../../../foundation/core/scheme.ts';
import {
  compareDigits,
  compareNumbers,
  comparePaddedDigitLists,
} from '../../../../foundation/version/digits.ts';
import { comparePartsAsIntegers } from '../../../../foundation/version/semantic.ts';

/** A version that Grype reads as a semantic version. */
export interface SemanticAsGrype {
  readonly numbers: readonly string[];
  /** Parts between full stops; empty if there is no pre-release. */
  readonly preRelease: readonly string[];
}

const NUMBERS = 'v?(?<numbers>[0-9]+(?:\\.[0-9]+)*?)';
const BY_NUMBER = '-(?<byNumber>[0-9]+[0-9A-Za-z~-]*(?:\\.[0-9A-Za-z~-]+)*)';
const BY_WORD = '(?<byWord>[A-Za-z~-]+[0-9A-Za-z~-]*(?:\\.[0-9A-Za-z~-]+)*)';
const BUILD = '(?:\\+[0-9A-Za-z~-]+(?:\\.[0-9A-Za-z~-]+)*)?';

/** A word needs no hyphen before it. */
const LOOSE = new RegExp(`^${NUMBERS}(?:${BY_NUMBER}|-?${BY_WORD})?${BUILD}$`);
const STRICT = new RegExp(`^${NUMBERS}(?:${BY_NUMBER}|-${BY_WORD})?${BUILD}$`);

/** Grype does not accept a number that exceeds 64 bits. */
const GREATEST_NUMBER = '9223372036854775807';
const comparePartsOfPreRelease = comparePartsAsIntegers(64);

/** `isLoose`: a word may follow the numbers without a hyphen. */
export function readSemanticAsGrype(text: string, isLoose: boolean): SemanticAsGrype | undefined {
  const { groups } = (isLoose ? LOOSE : STRICT).exec(text) ?? {};
  const numbers = groups?.['numbers']?.split('.') ?? [];
  if (numbers.length === 0 || numbers.some((one) => compareDigits(one, GREATEST_NUMBER) > 0)) {
    return undefined;
  }
  const preRelease = groups?.['byWord'] ?? groups?.['byNumber'];
  return { numbers, preRelease: preRelease?.split('.') ?? [] };
}

/**
 * In versions with more than three numbers, a pre-release only counts against versions with as many
 * numbers.
 */
export function compareSemanticAsGrype(left: SemanticAsGrype, right: SemanticAsGrype): -1 | 0 | 1 {
  const order = comparePaddedDigitLists(left.numbers, right.numbers);
  const isEvenlyLong = Math.max(3, left.numbers.length) === Math.max(3, right.numbers.length);
  return order !== 0 || !isEvenlyLong ? order : comparePreReleases(left, right);
}

function comparePreReleases(
  { preRelease: left }: SemanticAsGrype,
  { preRelease: right }: SemanticAsGrype,
): -1 | 0 | 1 {
  if (left.length === 0 || right.length === 0) {
    return compareNumbers(right.length, left.length);
  }
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [one, other] = [left[at], right[at]];
    if (one === undefined || other === undefined) {
      return one === undefined ? -1 : 1;
    }
    const order = comparePartsOfPreRelease(one, other);
    if (order !== 0) {
      return order;
    }
  }
  return 0;
}

/** It reads a word after a full stop as a pre-release. */
const DOTTED_WORD = /\.(?=alpha|beta|rc)/g;
const LEADING_V = /^[vV](?=[0-9])/;

export function readLooselyAsGrype(text: string): SemanticAsGrype | undefined {
  return readSemanticAsGrype(text.replaceAll(DOTTED_WORD, '-').replace(LEADING_V, ''), true);
}

/**
 * Versions of npm, NuGet, Composer and others, as bounds of statements about packages of another
 * type.
 */
export const semanticAsGrype: Scheme<SemanticAsGrype> = {
  id: 'semantic',
  title: 'Semantic versions, as Grype reads and orders them',
  spec: 'https://semver.org',
  oracle: 'grype',
  parse: readLooselyAsGrype,
  compare: compareSemanticAsGrype,
};
