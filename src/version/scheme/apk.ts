import { compareText } from '../../core/digest.ts';
import type { Scheme } from '../../core/scheme.ts';
import { compareDigits, compareNumbers } from '../digits.ts';

/** Kinds of token in the order in which they may follow, and in which an absent one is judged. */
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

/** An apk version taken apart into its tokens. */
export interface ApkVersion {
  readonly tokens: readonly Token[];
}

/**
 * Suffixes from the earliest to the latest; those before {@link FIRST_AFTER} come before the
 * release itself.
 */
const SUFFIXES = ['alpha', 'beta', 'pre', 'rc', 'cvs', 'svn', 'git', 'hg', 'p'];
const FIRST_AFTER = SUFFIXES.indexOf('cvs');

const TOKEN =
  /(?<digits>\.?[0-9]+)|(?<letter>[a-z])|_(?<suffix>[a-z]+)|~(?<hash>[0-9a-f]+)|-r(?<revision>[0-9]+)/y;

const END: Token = { rank: RANK.end, text: '' };

export const apk: Scheme<ApkVersion> = {
  id: 'apk',
  aliases: ['alpine'],
  title: 'Alpine Package Keeper',
  spec: 'apk-package(5), "pkgver"; src/version.c of apk-tools 3',
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
  let offset = 0;
  while (offset < text.length) {
    TOKEN.lastIndex = offset;
    const groups = TOKEN.exec(text)?.groups;
    const token = groups && nextToken(groups, tokens.at(-1)?.rank);
    if (token === undefined) {
      return undefined;
    }
    tokens.push(token);
    offset = TOKEN.lastIndex;
  }
  return tokens.length > 0 ? { tokens } : undefined;
}

type Groups = Readonly<Record<string, string | undefined>>;

/** `undefined` where the token may not stand after the one before it. */
function nextToken(groups: Groups, before: number | undefined): Token | undefined {
  if (groups['digits'] !== undefined) {
    return digitToken(groups['digits'], before);
  }
  if (before === undefined) {
    return undefined;
  }
  if (groups['letter'] !== undefined) {
    return before <= RANK.digits ? { rank: RANK.letter, text: groups['letter'] } : undefined;
  }
  if (groups['suffix'] !== undefined) {
    const known = before <= RANK.suffixNumber && SUFFIXES.includes(groups['suffix']);
    return known ? { rank: RANK.suffix, text: groups['suffix'] } : undefined;
  }
  if (groups['hash'] !== undefined) {
    return before < RANK.hash ? { rank: RANK.hash, text: groups['hash'] } : undefined;
  }
  const { revision = '' } = groups;
  return before < RANK.revision ? { rank: RANK.revision, text: revision } : undefined;
}

/**
 * Digits right after a letter are refused by apk 3 but read by apk 2, under which packages such as
 * opensmtpd 6.6.2p1 are built and installed, so they are read here too.
 */
function digitToken(text: string, before: number | undefined): Token | undefined {
  const dotted = text.startsWith('.');
  const digits = dotted ? text.slice(1) : text;
  if (before === undefined) {
    return dotted ? undefined : { rank: RANK.initialDigits, text: digits };
  }
  if (dotted) {
    return before <= RANK.digits ? { rank: RANK.digits, text: digits } : undefined;
  }
  // Every other token takes the digits after it along.
  return { rank: before === RANK.suffix ? RANK.suffixNumber : RANK.digits, text: digits };
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
 * All before is equal: the longer version is the later one unless it goes on with a pre-release.
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
      // With a leading zero on either side, digits order as text, as in Gentoo's specification.
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
