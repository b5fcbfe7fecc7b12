import { compareText } from '../../core/compare-text.ts';
import type { Scheme } from '../../core/scheme.ts';
import { compareDigits, compareNumbers, isDigitCode, readRun } from '../digits.ts';

/**
 * Kinds of tokens in the order in which they may follow each other, and by which an absent one is
 * compared.
 */
const RANK = {
  initialDigits: 0,
  digits: 1,
  letter: 2,
  suffix: 3,
  suffixNumber: 4,
  hash: 5,
  revision: 6,
  end: 7,
} as const;

interface Token {
  readonly rank: number;
  readonly text: string;
}

/** An apk version as tokens. */
export interface ApkVersion {
  readonly tokens: readonly Token[];
}

/** Suffixes in ascending order; those before {@link FIRST_AFTER} come before the release itself. */
const SUFFIXES = ['alpha', 'beta', 'pre', 'rc', 'cvs', 'svn', 'git', 'hg', 'p'];
const FIRST_AFTER = SUFFIXES.indexOf('cvs');

const END: Token = { rank: RANK.end, text: '' };

export const apk: Scheme<ApkVersion> = {
  id: 'apk',
  aliases: ['alpine'],
  title: 'Alpine Package Keeper',
  spec: 'apk-package(5), "pkgver"; src/foundation/version.c of apk-tools 3',
  oracle: 'apk version -t LEFT RIGHT',
  parse,
  parseMisspelt,
  compare,
};

/** A stray dot before the revision, or a dot in place of its hyphen. */
const DOTTED_REVISION = /(?:\.-|\.)(?=r[0-9]+$)/;
/** A hyphen in place of a dot. */
const HYPHENED_NUMBER = /(?<=[0-9])-(?=[0-9]+-r[0-9]+$)/;
/** A revision without its letter. */
const BARE_REVISION = /-(?=[0-9]+$)/;

function parseMisspelt(text: string): ApkVersion | undefined {
  const dotted = text.replace(DOTTED_REVISION, '-').replace(HYPHENED_NUMBER, '.');
  return parse(dotted.replace(BARE_REVISION, '-r'));
}

function parse(text: string): ApkVersion | undefined {
  const tokens: Token[] = [];
  let before: number | undefined;
  let at = 0;
  while (at < text.length) {
    const sign = readSign(text, at);
    const token = readToken(sign, text, at + sign.length, before);
    if (token === undefined) {
      return undefined;
    }
    tokens.push(token);
    before = token.rank;
    at += sign.length + token.text.length;
  }
  return tokens.length > 0 ? { tokens } : undefined;
}

type Sign = '' | '.' | '_' | '~' | '-r';

/**
 * Returns the first character of a token; the first digits of a version, and a letter, have no
 * sign.
 */
function readSign(text: string, at: number): Sign {
  const first = text.charAt(at);
  if (first === '.' || first === '_' || first === '~') {
    return first;
  }
  return first === '-' && text.charAt(at + 1) === 'r' ? '-r' : '';
}

/** Returns `undefined` if there is no token, or if it may not follow the previous one. */
function readToken(
  sign: Sign,
  text: string,
  at: number,
  before: number | undefined,
): Token | undefined {
  if (before === undefined) {
    const digits = sign === '' ? readRun(text, at, isDigitCode) : '';
    return digits === '' ? undefined : { rank: RANK.initialDigits, text: digits };
  }
  switch (sign) {
    case '.':
      return before <= RANK.digits
        ? createToken(RANK.digits, readRun(text, at, isDigitCode))
        : undefined;
    case '_': {
      const suffix = readRun(text, at, isLowerCaseCode);
      const isKnown = before <= RANK.suffixNumber && SUFFIXES.includes(suffix);
      return isKnown ? { rank: RANK.suffix, text: suffix } : undefined;
    }
    case '~':
      return before < RANK.hash ? createToken(RANK.hash, readRun(text, at, isHashCode)) : undefined;
    case '-r':
      return before < RANK.revision
        ? createToken(RANK.revision, readRun(text, at, isDigitCode))
        : undefined;
    default:
      return readBareToken(text, at, before);
  }
}

/**
 * apk 3 refuses digits directly after a letter, but apk 2 accepts them, and packages such as
 * opensmtpd 6.6.2p1 are built and installed with it, so they are accepted here, too.
 */
function readBareToken(text: string, at: number, before: number): Token | undefined {
  if (isLowerCaseCode(text.charCodeAt(at))) {
    return before <= RANK.digits ? { rank: RANK.letter, text: text.charAt(at) } : undefined;
  }
  // Every other token includes the digits after it.
  const rank = before === RANK.suffix ? RANK.suffixNumber : RANK.digits;
  return createToken(rank, readRun(text, at, isDigitCode));
}

function createToken(rank: number, text: string): Token | undefined {
  return text === '' ? undefined : { rank, text };
}

/** Versions never contain upper-case letters. */
function isLowerCaseCode(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

function isHashCode(code: number): boolean {
  return isDigitCode(code) || (code >= 0x61 && code <= 0x66);
}

function compare(left: ApkVersion, right: ApkVersion): -1 | 0 | 1 {
  const length = Math.max(left.tokens.length, right.tokens.length);
  for (let i = 0; i < length; i += 1) {
    const leftToken = left.tokens[i] ?? END;
    const rightToken = right.tokens[i] ?? END;
    const order =
      leftToken.rank === rightToken.rank
        ? compareTokens(leftToken, rightToken)
        : compareKinds(leftToken, rightToken);
    if (order !== 0) {
      return order;
    }
  }
  return 0;
}

/**
 * For equal beginnings: the longer version is the later one, unless it continues with a
 * pre-release.
 */
function compareKinds(left: Token, right: Token): -1 | 1 {
  if (isPreRelease(left)) {
    return -1;
  }
  if (isPreRelease(right)) {
    return 1;
  }
  return left.rank > right.rank ? -1 : 1;
}

function isPreRelease(token: Token): boolean {
  return token.rank === RANK.suffix && SUFFIXES.indexOf(token.text) < FIRST_AFTER;
}

function compareTokens(left: Token, right: Token): -1 | 0 | 1 {
  switch (left.rank) {
    case RANK.digits:
      // With a leading zero on either side, digits are compared as text, as in Gentoo's
      // specification.
      return left.text.startsWith('0') || right.text.startsWith('0')
        ? compareText(left.text, right.text)
        : compareDigits(left.text, right.text);
    case RANK.initialDigits:
    case RANK.suffixNumber:
    case RANK.revision:
      return compareDigits(left.text, right.text);
    case RANK.suffix:
      return compareNumbers(SUFFIXES.indexOf(left.text), SUFFIXES.indexOf(right.text));
    default:
      return compareText(left.text, right.text);
  }
}
