import { compareText } from '../../core/compare-text.ts';
import type { Scheme } from '../../core/scheme.ts';
import { compareDigits, compareNumbers } from '../digits.ts';

/** Three lists of numbers and words; an absent pre-release or build is `undefined`. */
export interface ConanVersion {
  readonly main: readonly string[];
  readonly preRelease: readonly string[] | undefined;
  readonly build: readonly string[] | undefined;
}

const VERSION = /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/;
/** Python also parses a number with a sign. */
const ZERO = /^\+?0+$/;

export const conan: Scheme<ConanVersion> = {
  id: 'conan',
  aliases: ['conancenter'],
  title: 'Conan',
  spec: 'Conan documentation, "Version ranges"; conan.tools.scm.Version',
  oracle: 'python3 -c "from conan.tools.scm import Version; print(Version(LEFT) < Version(RIGHT))"',
  parse,
  compare: (left, right) =>
    compareItems(left.main, right.main) ||
    comparePreReleases(left.preRelease, right.preRelease) ||
    compareBuilds(left.build, right.build),
};

/** Accepts the version of any recipe, such as `cci.20200101` and `1.2.3-rc.1+b2`. */
function parse(text: string): ConanVersion | undefined {
  const trimmed = text.trim();
  if (!VERSION.test(trimmed)) {
    return undefined;
  }
  const plus = trimmed.lastIndexOf('+');
  const released = plus < 0 ? trimmed : trimmed.slice(0, plus);
  const hyphen = released.indexOf('-');
  return {
    main: parseItems(hyphen < 0 ? released : released.slice(0, hyphen)),
    preRelease: hyphen < 0 ? undefined : parseItems(released.slice(hyphen + 1)),
    build: plus < 0 ? undefined : parseItems(trimmed.slice(plus + 1)),
  };
}

/** Trailing zeros do not count. */
function parseItems(text: string): readonly string[] {
  const items = text.split('.');
  return items.slice(0, items.findLastIndex((item) => !ZERO.test(item)) + 1);
}

/** A release comes after its pre-releases. */
function comparePreReleases(
  left: readonly string[] | undefined,
  right: readonly string[] | undefined,
): -1 | 0 | 1 {
  return left === undefined || right === undefined
    ? compareNumbers(left === undefined ? 1 : 0, right === undefined ? 1 : 0)
    : compareItems(left, right);
}

/** A build comes after the version without one. */
function compareBuilds(
  left: readonly string[] | undefined,
  right: readonly string[] | undefined,
): -1 | 0 | 1 {
  return left === undefined || right === undefined
    ? compareNumbers(left === undefined ? 0 : 1, right === undefined ? 0 : 1)
    : compareItems(left, right);
}

function compareItems(left: readonly string[], right: readonly string[]): -1 | 0 | 1 {
  for (const [at, one] of left.entries()) {
    const other = right[at];
    const order = other === undefined ? 1 : compareItem(one, other);
    if (order !== 0) {
      return order;
    }
  }
  return left.length < right.length ? -1 : 0;
}

/**
 * Numbers by value, each before the words that begin with it, such as 1k; absent items and words
 * that begin with a sign come before numbers, other words after them. Conan compares a number with
 * a word as text, which puts 9, 10 and 1a in a circle.
 */
function compareItem(left: string, right: string): -1 | 0 | 1 {
  const [one, other] = [left, right].map((item) => item.replace(/^\+(?=[0-9]+$)/, '')) as [
    string,
    string,
  ];
  return (
    compareNumbers(rankItem(one), rankItem(other)) ||
    compareDigits(readDigits(one), readDigits(other)) ||
    compareText(one.slice(readDigits(one).length), other.slice(readDigits(other).length))
  );
}

function readDigits(item: string): string {
  return item.slice(0, item.length - item.replace(/^[0-9]+/, '').length);
}

function rankItem(item: string): number {
  if (/^[0-9]/.test(item)) {
    return 1;
  }
  return /^[A-Za-z_]/.test(item) ? 2 : 0;
}
