import { compareText } from '../../core/compare-text.ts';
import type { Scheme } from '../../core/scheme.ts';
import { compareDigits, isDigitCode, isLetterCode, readRun } from '../digits.ts';

/**
 * Epoch, version and release. An absent epoch is compared as 0, an absent release before every
 * release.
 */
export interface RpmVersion {
  readonly epoch: string | undefined;
  readonly version: string;
  readonly release: string | undefined;
}

const PRINTABLE = /^[^\s\x00-\x1f\x7f]+$/;
const LEADING_EPOCH = /^(?<epoch>[0-9]*):/;
const TILDE = 0x7e;
const CARET = 0x5e;

export const rpm: Scheme<RpmVersion> = {
  id: 'rpm',
  aliases: ['redhat'],
  title: 'RPM Package Manager',
  spec: 'rpm-version(7); rpmio/rpmvercmp.c and rpmio/rpmver.c of rpm 4.18',
  oracle: 'rpm --eval \'%{lua:print(rpm.vercmp("LEFT", "RIGHT"))}\'',
  parse,
  parseMisspelt: (text) => parse(text.replace(/^([0-9]+:)[ ]+/, '$1')),
  compare,
  withOtherEpoch: (version, other) => ({ ...version, epoch: version.epoch ?? other.epoch }),
};

/**
 * `[epoch:]version[-release]`; the release starts at the last hyphen. Rpm itself refuses hardly
 * anything.
 */
function parse(text: string): RpmVersion | undefined {
  const trimmed = text.trim();
  if (!PRINTABLE.test(trimmed)) {
    return undefined;
  }
  const match = LEADING_EPOCH.exec(trimmed);
  const rest = match ? trimmed.slice(match[0].length) : trimmed;
  const hyphen = rest.lastIndexOf('-');
  const version = hyphen < 0 ? rest : rest.slice(0, hyphen);
  if (version === '') {
    return undefined;
  }
  return {
    epoch: match?.groups?.['epoch'],
    version,
    release: hyphen < 0 ? undefined : rest.slice(hyphen + 1),
  };
}

function compare(left: RpmVersion, right: RpmVersion): -1 | 0 | 1 {
  return (
    compareDigits(left.epoch ?? '', right.epoch ?? '') ||
    compareSegments(left.version, right.version) ||
    compareReleases(left.release, right.release)
  );
}

function compareReleases(left: string | undefined, right: string | undefined): -1 | 0 | 1 {
  if (left === undefined || right === undefined) {
    return left === right ? 0 : left === undefined ? -1 : 1;
  }
  return compareSegments(left, right);
}

/**
 * Alternates between runs of digits and of letters; other characters only separate them, except
 * tilde and caret.
 */
function compareSegments(left: string, right: string): -1 | 0 | 1 {
  let leftAt = 0;
  let rightAt = 0;
  for (;;) {
    leftAt = skipSeparators(left, leftAt);
    rightAt = skipSeparators(right, rightAt);
    const leftCode = readCode(left, leftAt);
    const rightCode = readCode(right, rightAt);
    const byMark = compareMarks(leftCode, rightCode);
    if (byMark === 'same mark') {
      leftAt += 1;
      rightAt += 1;
      continue;
    }
    if (byMark !== undefined) {
      return byMark;
    }
    if (leftCode === END || rightCode === END) {
      return leftCode === rightCode ? 0 : leftCode === END ? -1 : 1;
    }
    const isInRun = isDigitCode(leftCode) ? isDigitCode : isLetterCode;
    if (!isInRun(rightCode)) {
      // A number is later than a word.
      return isDigitCode(leftCode) ? 1 : -1;
    }
    const leftRun = readRun(left, leftAt, isInRun);
    const rightRun = readRun(right, rightAt, isInRun);
    const order =
      isInRun === isDigitCode ? compareDigits(leftRun, rightRun) : compareText(leftRun, rightRun);
    if (order !== 0) {
      return order;
    }
    leftAt += leftRun.length;
    rightAt += rightRun.length;
  }
}

const END = -1;

function readCode(text: string, at: number): number {
  return at < text.length ? text.charCodeAt(at) : END;
}

/**
 * A tilde comes before everything, including the end; a caret after the end and before everything
 * else.
 */
function compareMarks(left: number, right: number): -1 | 1 | 'same mark' | undefined {
  for (const mark of [TILDE, CARET]) {
    if (left === mark && right === mark) {
      return 'same mark';
    }
  }
  if (left === TILDE || right === TILDE) {
    return left === TILDE ? -1 : 1;
  }
  if (left === CARET) {
    return right === END ? 1 : -1;
  }
  if (right === CARET) {
    return left === END ? -1 : 1;
  }
  return undefined;
}

function skipSeparators(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSeparator(text.charCodeAt(at))) {
    at += 1;
  }
  return at;
}

function isSeparator(code: number): boolean {
  return code !== TILDE && code !== CARET && !isDigitCode(code) && !isLetterCode(code);
}
