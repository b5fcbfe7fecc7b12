import { compareText } from '../../core/compare-text.ts';
import type { Scheme } from '../../core/scheme.ts';
import { compareDigits, compareNumbers, isDigitCode, isLetterCode, readRun } from '../digits.ts';

/** Epoch, version and package release. An absent epoch is compared as 0. */
export interface PacmanVersion {
  readonly epoch: string;
  readonly version: string;
  readonly release: string | undefined;
}

const PRINTABLE = /^[\x21-\x7e]+$/;
const LEADING_EPOCH = /^([0-9]*):/;

export const pacman: Scheme<PacmanVersion> = {
  id: 'pacman',
  aliases: ['alpm', 'arch', 'archlinux'],
  title: 'pacman',
  spec: 'vercmp(8); alpm_pkg_vercmp of libalpm',
  oracle: 'vercmp LEFT RIGHT',
  parse,
  compare: (left, right) =>
    comparePackaged(left, right) || compareReleases(left.release, right.release),
  // Package releases are only compared if both sides have one.
  compareToBound: (version, bound) =>
    version.release === undefined || bound.release === undefined
      ? comparePackaged(version, bound)
      : pacman.compare(version, bound),
};

/** `[epoch:]version[-release]`; the release starts at the last hyphen. */
function parse(text: string): PacmanVersion | undefined {
  const trimmed = text.trim();
  if (!PRINTABLE.test(trimmed)) {
    return undefined;
  }
  const [prefix = '', epoch = ''] = LEADING_EPOCH.exec(trimmed) ?? [];
  const rest = trimmed.slice(prefix.length);
  const hyphen = rest.lastIndexOf('-');
  const version = hyphen < 0 ? rest : rest.slice(0, hyphen);
  if (version === '') {
    return undefined;
  }
  return { epoch, version, release: hyphen < 0 ? undefined : rest.slice(hyphen + 1) };
}

function comparePackaged(left: PacmanVersion, right: PacmanVersion): -1 | 0 | 1 {
  return compareDigits(left.epoch, right.epoch) || compareSegments(left.version, right.version);
}

/** A total order needs a place for an absent release: it comes before all others. */
function compareReleases(left: string | undefined, right: string | undefined): -1 | 0 | 1 {
  if (left === undefined || right === undefined) {
    return compareNumbers(left === undefined ? 0 : 1, right === undefined ? 0 : 1);
  }
  return compareSegments(left, right);
}

/**
 * Alternates between runs of digits and of letters. Separators only count by their length; a word
 * at the end comes before the version without it, anything else at the end after it.
 */
function compareSegments(left: string, right: string): -1 | 0 | 1 {
  let leftAt = 0;
  let rightAt = 0;
  while (leftAt < left.length && rightAt < right.length) {
    const leftStart = skipSeparators(left, leftAt);
    const rightStart = skipSeparators(right, rightAt);
    const separators = compareNumbers(leftStart - leftAt, rightStart - rightAt);
    [leftAt, rightAt] = [leftStart, rightStart];
    if (leftAt === left.length || rightAt === right.length) {
      break;
    }
    if (separators !== 0) {
      return separators;
    }
    const isNumber = isDigitCode(left.charCodeAt(leftAt));
    const isInRun = isNumber ? isDigitCode : isLetterCode;
    const leftRun = readRun(left, leftAt, isInRun);
    const rightRun = readRun(right, rightAt, isInRun);
    const order = rightRun === '' ? orderNumberFirst(isNumber) : compareRuns(leftRun, rightRun);
    if (order !== 0) {
      return order;
    }
    leftAt += leftRun.length;
    rightAt += rightRun.length;
  }
  return compareRests(left.slice(leftAt), right.slice(rightAt));
}

/** A number is later than a word. */
function orderNumberFirst(isLeftNumber: boolean): -1 | 1 {
  return isLeftNumber ? 1 : -1;
}

function compareRuns(left: string, right: string): -1 | 0 | 1 {
  return isDigitCode(left.charCodeAt(0)) ? compareDigits(left, right) : compareText(left, right);
}

/** One of the two is empty. */
function compareRests(left: string, right: string): -1 | 0 | 1 {
  if (left === right) {
    return 0;
  }
  const isWord = isLetterCode((left === '' ? right : left).charCodeAt(0));
  return (left === '') === isWord ? 1 : -1;
}

function skipSeparators(text: string, from: number): number {
  let at = from;
  while (
    at < text.length &&
    !isDigitCode(text.charCodeAt(at)) &&
    !isLetterCode(text.charCodeAt(at))
  ) {
    at += 1;
  }
  return at;
}
