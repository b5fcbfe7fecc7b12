import { compareText } from '../../core/compare-text.ts';
import type { Scheme } from '../../core/scheme.ts';
import { compareDigits, compareNumbers } from '../digits.ts';

/** A part of a version: a number, or a word that sorts before or after the bare release. */
interface Token {
  readonly rank: number;
  readonly text: string;
}

/** A version of no known scheme, as numbers and words. */
export interface FuzzyVersion {
  readonly tokens: readonly Token[];
}

/**
 * A word before the release sorts below the end of the version, one after it above. Zero equals the
 * end.
 */
const RANK = { before: 0, zero: 1, after: 2, number: 3 } as const;
const END: Token = { rank: RANK.zero, text: '' };
const TILDE: Token = { rank: RANK.before, text: '' };

const BEFORE = new Set(
  'alpha beta canary cr dev ea eap m milestone nightly pre preview rc snapshot'.split(' '),
);
const AFTER = new Set(
  'build fix hotfix p patch pl post r rel rev revision service sp u update'.split(' '),
);
/** Words for the release itself. */
const SILENT = new Set(['final', 'ga', 'release']);

const LEADING_V = /^[vV](?=[0-9])/;
const RUN = /(?<number>[0-9]+)|(?<word>[A-Za-z]+)|(?<separator>[^0-9A-Za-z]+)/g;

export const fuzzy: Scheme<FuzzyVersion> = {
  id: 'fuzzy',
  aliases: ['unknown'],
  title: 'Fallback for versions without a known scheme: a guess',
  spec: 'docs/versions.md, "fuzzy"',
  oracle: 'none',
  parse,
  compare,
};

/** Accepts any text with a digit. A plus sign starts build metadata, which does not count. */
function parse(text: string): FuzzyVersion | undefined {
  const plus = text.indexOf('+');
  const counted = (plus > 0 ? text.slice(0, plus) : text).trim().replace(LEADING_V, '');
  const tokens: Token[] = [];
  let hasNumber = false;
  let separator = '';
  for (const { groups } of counted.matchAll(RUN)) {
    if (groups?.['number'] !== undefined) {
      hasNumber = true;
      tokens.push(createNumberToken(groups['number']));
    } else if (groups?.['word'] !== undefined) {
      pushWord(tokens, groups['word'].toLowerCase(), separator);
    } else if (groups?.['separator']?.includes('~')) {
      tokens.push(TILDE);
    }
    separator = groups?.['separator'] ?? '';
  }
  dropTrailingZeros(tokens);
  return hasNumber ? { tokens } : undefined;
}

function createNumberToken(digits: string): Token {
  return /[1-9]/.test(digits) ? { rank: RANK.number, text: digits } : END;
}

function pushWord(tokens: Token[], word: string, separator: string): void {
  if (SILENT.has(word)) {
    return;
  }
  const isBefore = BEFORE.has(word) || (separator.endsWith('-') && !AFTER.has(word));
  dropTrailingZeros(tokens);
  tokens.push({ rank: isBefore ? RANK.before : RANK.after, text: word });
}

/** So that 1.0-rc1 equals 1.0.0-rc1, as 1.0 equals 1.0.0. */
function dropTrailingZeros(tokens: Token[]): void {
  while (tokens.at(-1)?.rank === RANK.zero) {
    tokens.pop();
  }
}

function compare(left: FuzzyVersion, right: FuzzyVersion): -1 | 0 | 1 {
  const length = Math.max(left.tokens.length, right.tokens.length);
  for (let i = 0; i < length; i += 1) {
    const order = compareTokens(left.tokens[i] ?? END, right.tokens[i] ?? END);
    if (order !== 0) {
      return order;
    }
  }
  return 0;
}

function compareTokens(left: Token, right: Token): -1 | 0 | 1 {
  if (left.rank !== right.rank) {
    return compareNumbers(left.rank, right.rank);
  }
  return left.rank === RANK.number
    ? compareDigits(left.text, right.text)
    : compareText(left.text, right.text);
}
