import { compareText } from '../../core/compare-text.ts';
import type { Scheme } from '../../core/scheme.ts';
import { compareDigits, compareNumbers, comparePaddedDigitLists } from '../digits.ts';

/** A public version as numbers in their order of precedence, and the local label. */
export interface Pep440Version {
  readonly epoch: string;
  /** Without trailing zeros. */
  readonly release: readonly string[];
  readonly preRelease: { readonly letter: string; readonly number: string } | undefined;
  readonly postRelease: string | undefined;
  readonly developmentRelease: string | undefined;
  readonly local: readonly string[];
}

/** PEP 440, appendix B, with the separators that normalization allows. */
const VERSION = new RegExp(
  [
    '^v?(?:(?<epoch>\\d+)!)?(?<release>\\d+(?:\\.\\d+)*)',
    '(?:[-_.]?(?<letter>alpha|beta|preview|pre|rc|a|b|c)[-_.]?(?<number>\\d*))?',
    '(?:-(?<postNumber>\\d+)|[-_.]?(?<postWord>post|rev|r)[-_.]?(?<postAfter>\\d*))?',
    '(?:[-_.]?(?<dev>dev)[-_.]?(?<devNumber>\\d*))?',
    '(?:\\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?$',
  ].join(''),
);

const LETTERS: ReadonlyMap<string, string> = new Map([
  ['alpha', 'a'],
  ['beta', 'b'],
  ['c', 'rc'],
  ['pre', 'rc'],
  ['preview', 'rc'],
]);

export const pep440: Scheme<Pep440Version> = {
  id: 'pep440',
  aliases: ['python', 'pypi', 'wheel'],
  title: 'Python version specifiers',
  spec: 'PEP 440 and the version specifiers page of the packaging user guide',
  oracle:
    'python -c "from packaging.version import Version; print(Version(LEFT) < Version(RIGHT))"',
  parse,
  compare,
  compareToBound,
};

function parse(text: string): Pep440Version | undefined {
  const groups = VERSION.exec(text.trim().toLowerCase())?.groups;
  if (groups === undefined) {
    return undefined;
  }
  const { epoch = '0', release = '', letter, number = '', local } = groups;
  const { postNumber, postAfter, devNumber } = groups;
  const numbers = release.split('.');
  return {
    epoch,
    release: numbers.slice(0, Math.max(1, numbers.findLastIndex((one) => !/^0+$/.test(one)) + 1)),
    preRelease:
      letter === undefined ? undefined : { letter: LETTERS.get(letter) ?? letter, number },
    // A number that is left out is empty, which compares as 0.
    postRelease: postNumber ?? postAfter,
    developmentRelease: devNumber,
    local: local === undefined ? [] : local.split(/[-_.]/),
  };
}

function compare(left: Pep440Version, right: Pep440Version): -1 | 0 | 1 {
  return comparePublic(left, right) || compareLocal(left.local, right.local);
}

/**
 * A bound without a local label only refers to the public version. PEP 440, "Version specifiers".
 */
function compareToBound(version: Pep440Version, bound: Pep440Version): -1 | 0 | 1 {
  return bound.local.length === 0 ? comparePublic(version, bound) : compare(version, bound);
}

function comparePublic(left: Pep440Version, right: Pep440Version): -1 | 0 | 1 {
  return (
    compareDigits(left.epoch, right.epoch) ||
    comparePaddedDigitLists(left.release, right.release) ||
    comparePreReleases(left, right) ||
    compareOptional(left.postRelease, right.postRelease, 'absent is first') ||
    compareOptional(left.developmentRelease, right.developmentRelease, 'absent is last')
  );
}

function comparePreReleases(left: Pep440Version, right: Pep440Version): -1 | 0 | 1 {
  return (
    compareNumbers(rankPreRelease(left), rankPreRelease(right)) ||
    compareText(left.preRelease?.letter ?? '', right.preRelease?.letter ?? '') ||
    compareDigits(left.preRelease?.number ?? '', right.preRelease?.number ?? '')
  );
}

/** A development release of a final release comes before that release's pre-releases. */
function rankPreRelease(version: Pep440Version): number {
  if (version.preRelease !== undefined) {
    return 1;
  }
  const isBareDevelopment =
    version.postRelease === undefined && version.developmentRelease !== undefined;
  return isBareDevelopment ? 0 : 2;
}

function compareOptional(
  left: string | undefined,
  right: string | undefined,
  place: 'absent is first' | 'absent is last',
): -1 | 0 | 1 {
  if (left !== undefined && right !== undefined) {
    return compareDigits(left, right);
  }
  if (left === right) {
    return 0;
  }
  const isLeftFirst = (left === undefined) === (place === 'absent is first');
  return isLeftFirst ? -1 : 1;
}

/** Numbers are later than words; if one label is a prefix of the other, the longer one is later. */
function compareLocal(left: readonly string[], right: readonly string[]): -1 | 0 | 1 {
  for (const [at, one] of left.entries()) {
    const other = right[at];
    const order = other === undefined ? 1 : compareLocalParts(one, other);
    if (order !== 0) {
      return order;
    }
  }
  return left.length < right.length ? -1 : 0;
}

function compareLocalParts(left: string, right: string): -1 | 0 | 1 {
  const isLeftNumber = /^\d+$/.test(left);
  const isRightNumber = /^\d+$/.test(right);
  if (isLeftNumber && isRightNumber) {
    return compareDigits(left, right);
  }
  return compareNumbers(isLeftNumber ? 1 : 0, isRightNumber ? 1 : 0) || compareText(left, right);
}
