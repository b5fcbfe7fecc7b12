import { compareText } from '../../../../foundation/core/compare-text.ts';
import type { Scheme } from '../../../../foundation/core/scheme.ts';
import { compareNumbers } from '../../../../foundation/version/digits.ts';
import {
  compareSemanticAsGrype,
  readLooselyAsGrype,
  type SemanticAsGrype,
} from './semantic-as-grype.ts';

interface Guess {
  readonly text: string;
  /** Present if the version looks like a semantic version. */
  readonly semantic: SemanticAsGrype | undefined;
}

const NUMBER = '(?:0|[1-9][0-9]*)';
const PART = `(?:${NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`;
/** At most three numbers, none with a leading zero. */
const LOOKS_SEMANTIC = new RegExp(
  `^[vV]?${NUMBER}(?:\\.${NUMBER}){0,2}(?:(?:-|alpha|beta|rc)${PART}(?:\\.${PART})*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
);

/**
 * Compares versions of ecosystems without rules as Grype does: as semantic versions if both look
 * like one, else part by part as strings.
 */
export const guessAsGrype: Scheme<Guess> = {
  id: 'fuzzy',
  title: 'Versions of no known scheme, as Grype guesses',
  spec: 'docs/versions.md, "fuzzy"',
  oracle: 'grype',
  parse: (text) => ({
    text,
    semantic: LOOKS_SEMANTIC.test(text) ? readLooselyAsGrype(text) : undefined,
  }),
  compare: (left, right) =>
    left.semantic !== undefined && right.semantic !== undefined
      ? compareSemanticAsGrype(left.semantic, right.semantic)
      : compareParts(left.text.replace(LEADING_V, ''), right.text.replace(LEADING_V, '')),
};

const LEADING_V = /^[vV]/;

/**
 * Compares up to the next separator; a common prefix decides nothing, and then the longer string is
 * greater.
 */
function compareParts(left: string, right: string): -1 | 0 | 1 {
  let [leftRest, rightRest] = [left, right];
  while (leftRest !== '' && rightRest !== '') {
    const [one, other] = [leftRest, rightRest].map(getFirstPart) as [string, string];
    const order = comparePart(one, other);
    if (order !== 0) {
      return order;
    }
    leftRest = leftRest.slice(one.length + 1);
    rightRest = rightRest.slice(other.length + 1);
  }
  return compareNumbers(left.length, right.length);
}

const SIGN = /[!-/:-@[-`{-~]/;

function getFirstPart(text: string): string {
  const end = text.search(SIGN);
  return end < 0 ? text : text.slice(0, end);
}

/** Leading numbers are padded to the same length, so that they can be compared as strings. */
function comparePart(left: string, right: string): -1 | 0 | 1 {
  const [leftDigits, rightDigits] = [left, right].map(countLeadingDigits) as [number, number];
  const one = '0'.repeat(Math.max(0, rightDigits - leftDigits)) + left;
  const other = '0'.repeat(Math.max(0, leftDigits - rightDigits)) + right;
  const [oneTail, otherTail] = [one, other].map(findTail);
  if (oneTail === undefined || otherTail === undefined) {
    return compareText(one, other);
  }
  return (
    compareText(oneTail.before, otherTail.before) ||
    compareTails(oneTail.rest, otherTail.rest) ||
    compareText(one, other)
  );
}

function countLeadingDigits(text: string): number {
  return text.length - text.replace(/^[0-9]*/, '').length;
}

interface Tail {
  readonly before: string;
  readonly rest: string;
}

/** Returns the part from the first letter that is followed by a digit, as in `p9`. */
function findTail(text: string): Tail | undefined {
  const at = text.search(/[A-Za-z][0-9]/);
  return at < 0 ? undefined : { before: text.slice(0, at + 1), rest: text.slice(at + 1) };
}

function compareTails(left: string, right: string): -1 | 0 | 1 {
  const [one, other] = [left, right].map((text) =>
    /^[0-9]{1,18}$/.test(text) ? BigInt(text) : undefined,
  );
  return one === undefined || other === undefined ? 0 : compareNumbers(Number(one - other), 0);
}
