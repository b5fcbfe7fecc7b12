import { compareText } from '../core/compare-text.ts';
import { compareDigits, compareNumbers, comparePaddedDigitLists } from './digits.ts';

/**
 * A version as defined by Semantic Versioning 2.0.0, without build metadata, which does not affect
 * the order.
 */
export interface SemanticVersion {
  /** Major, minor and patch first; further numbers if the ecosystem allows them. */
  readonly core: readonly string[];
  readonly preRelease: readonly string[];
}

const NUMERIC = /^[0-9]+$/;

/** Semantic Versioning 2.0.0, section 11. Absent core numbers count as 0. */
export function compareSemantic(left: SemanticVersion, right: SemanticVersion): -1 | 0 | 1 {
  return (
    comparePaddedDigitLists(left.core, right.core) ||
    comparePreReleases(left.preRelease, right.preRelease)
  );
}

/**
 * A release comes after all its pre-releases; numbers come before words, fewer parts before more.
 */
export function comparePreReleases(
  left: readonly string[],
  right: readonly string[],
  compareParts = compareIdentifiers,
): -1 | 0 | 1 {
  if (left.length === 0 || right.length === 0) {
    return compareNumbers(right.length === 0 ? 0 : 1, left.length === 0 ? 0 : 1);
  }
  for (const [at, identifier] of left.entries()) {
    const other = right[at];
    const order = other === undefined ? 1 : compareParts(identifier, other);
    if (order !== 0) {
      return order;
    }
  }
  return left.length < right.length ? -1 : 0;
}

function compareIdentifiers(left: string, right: string): -1 | 0 | 1 {
  const isLeftNumber = NUMERIC.test(left);
  const isRightNumber = NUMERIC.test(right);
  if (isLeftNumber && isRightNumber) {
    return compareDigits(left, right);
  }
  return compareNumbers(isLeftNumber ? 0 : 1, isRightNumber ? 0 : 1) || compareText(left, right);
}

const INTEGER = /^-?[0-9]{1,20}$/;

/**
 * For libraries that parse a part as a signed integer of this many bits: a longer number is a word.
 */
export function comparePartsAsIntegers(bits: number): typeof compareIdentifiers {
  const parseInteger = (part: string): bigint | undefined => {
    const value = INTEGER.test(part) ? BigInt(part) : undefined;
    return value !== undefined && BigInt.asIntN(bits, value) === value ? value : undefined;
  };
  return (left, right) => {
    const leftNumber = parseInteger(left);
    const rightNumber = parseInteger(right);
    if (leftNumber !== undefined && rightNumber !== undefined) {
      return compareNumbers(Number(leftNumber - rightNumber), 0);
    }
    const isWord = (value: bigint | undefined): number => (value === undefined ? 1 : 0);
    return compareNumbers(isWord(leftNumber), isWord(rightNumber)) || compareText(left, right);
  };
}

const SHAPE =
  /^(?<core>[0-9]+(?:\.[0-9]+)*)(?:-(?<preRelease>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

export interface SemanticShape {
  /** Minimum count of core numbers. */
  readonly coreMin: number;
  readonly coreMax: number;
  /** If true, numbers may begin with a zero, which sections 2 and 9 forbid. */
  readonly allowsLeadingZeros: boolean;
}

/** Returns `undefined` if the text does not have this shape. */
export function parseSemantic(text: string, shape: SemanticShape): SemanticVersion | undefined {
  const groups = SHAPE.exec(text)?.groups;
  const core = groups?.['core']?.split('.') ?? [];
  if (core.length < shape.coreMin || core.length > shape.coreMax) {
    return undefined;
  }
  const preRelease = groups?.['preRelease']?.split('.') ?? [];
  const hasLeadingZero = [...core, ...preRelease].some((part) => /^0[0-9]+$/.test(part));
  return hasLeadingZero && !shape.allowsLeadingZeros ? undefined : { core, preRelease };
}

const LOOSE =
  /^(?<core>[0-9]{1,20}(?:\.[0-9]{1,20}){0,7})[.-]?(?<preRelease>[A-Za-z][0-9A-Za-z.-]*)$/;

/**
 * Parses bounds such as `1.9.0b1`, `1.0.0.beta.3` or `0.9.7.1`: a pre-release without its hyphen,
 * or more than three numbers.
 */
export function parseLooseSemantic(text: string): SemanticVersion | undefined {
  const exact = parseSemantic(text, { coreMin: 1, coreMax: 8, allowsLeadingZeros: true });
  const groups = LOOSE.exec(text)?.groups;
  if (exact !== undefined || groups === undefined) {
    return exact;
  }
  const { core = '', preRelease = '' } = groups;
  return { core: core.split('.'), preRelease: preRelease.split(/[.-]/) };
}
