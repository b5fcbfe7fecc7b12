import { compareText } from '../../core/compare-text.ts';
import type { Scheme } from '../../core/scheme.ts';
import { compareDigits, compareNumbers } from '../digits.ts';

interface Suffix {
  readonly rank: number;
  readonly number: string;
}

/** A Gentoo version. Absent parts (letter, suffixes, revision) are empty. */
export interface PortageVersion {
  readonly numbers: readonly string[];
  readonly letter: string;
  readonly suffixes: readonly Suffix[];
  readonly revision: string;
}

/** In ascending order; the empty one is the end of a version. */
const SUFFIXES = ['alpha', 'beta', 'pre', 'rc', '', 'p'];
const END: Suffix = { rank: SUFFIXES.indexOf(''), number: '' };

const VERSION =
  /^(?<numbers>[0-9]+(?:\.[0-9]+)*)(?<letter>[a-z]?)(?<suffixes>(?:_(?:alpha|beta|pre|rc|p)[0-9]*)*)(?:-r(?<revision>[0-9]+))?$/;
const SUFFIX = /_(?<word>[a-z]+)(?<number>[0-9]*)/g;

export const portage: Scheme<PortageVersion> = {
  id: 'portage',
  aliases: ['ebuild', 'gentoo'],
  title: 'Portage',
  spec: 'Package Manager Specification, 3.2 and 3.3',
  oracle: 'python3 -c "from portage.versions import vercmp; print(vercmp(LEFT, RIGHT))"',
  parse,
  compare: (left, right) =>
    compareNumberLists(left.numbers, right.numbers) ||
    compareText(left.letter, right.letter) ||
    compareSuffixes(left.suffixes, right.suffixes) ||
    compareDigits(left.revision, right.revision),
};

function parse(text: string): PortageVersion | undefined {
  const groups = VERSION.exec(text.trim())?.groups;
  if (groups === undefined) {
    return undefined;
  }
  const { numbers = '', letter = '', suffixes = '', revision = '' } = groups;
  return {
    numbers: numbers.split('.'),
    letter,
    suffixes: Array.from(
      suffixes.matchAll(SUFFIX),
      ({ groups: { word = '', number = '' } = {} }) => ({
        rank: SUFFIXES.indexOf(word),
        number,
      }),
    ),
    revision,
  };
}

/**
 * Algorithms 3.2 and 3.3: the first number by value, the others as decimals if one begins with 0.
 */
function compareNumberLists(left: readonly string[], right: readonly string[]): -1 | 0 | 1 {
  for (const [at, leftPart] of left.entries()) {
    const rightPart = right[at];
    if (rightPart === undefined) {
      return 1;
    }
    const isDecimal = at > 0 && (leftPart.startsWith('0') || rightPart.startsWith('0'));
    const order = isDecimal
      ? compareText(trimTrailingZeros(leftPart), trimTrailingZeros(rightPart))
      : compareDigits(leftPart, rightPart);
    if (order !== 0) {
      return order;
    }
  }
  return left.length < right.length ? -1 : 0;
}

function trimTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits.charAt(end - 1) === '0') {
    end -= 1;
  }
  return digits.slice(0, end);
}

function compareSuffixes(left: readonly Suffix[], right: readonly Suffix[]): -1 | 0 | 1 {
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [one, other] = [left[at] ?? END, right[at] ?? END];
    const order = compareNumbers(one.rank, other.rank) || compareDigits(one.number, other.number);
    if (order !== 0) {
      return order;
    }
  }
  return 0;
}
