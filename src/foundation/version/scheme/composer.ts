import { appendAll } from '../../core/append-all.ts';
import type { Scheme } from '../../core/scheme.ts';
import { compareDigits, compareNumbers } from '../digits.ts';

interface Token {
  readonly rank: number;
  readonly digits: string;
}

/** The version that Composer normalizes a text to, as split by PHP's version_compare. */
export interface ComposerVersion {
  readonly tokens: readonly Token[];
}

/** PHP's order of words; an unknown word comes first, the end of a version before every number. */
const RANK = { dev: 1, alpha: 2, beta: 3, rc: 4, end: 5, number: 6, patch: 7 } as const;
const END: Token = { rank: RANK.end, digits: '' };
const ZERO: Token = { rank: RANK.number, digits: '0' };

const RANK_BY_WORD: ReadonlyMap<string, number> = new Map(
  Object.entries({
    a: RANK.alpha,
    alpha: RANK.alpha,
    b: RANK.beta,
    beta: RANK.beta,
    p: RANK.patch,
    patch: RANK.patch,
    pl: RANK.patch,
    rc: RANK.rc,
  }),
);

const VERSION =
  /^v?(?<numbers>[0-9]+(?:\.[0-9]+)*)(?:[._-]?(?<word>stable|beta|b|rc|alpha|a|patch|pl|p)(?<more>[0-9]*(?:[.-][0-9]+)*))?(?<dev>[.-]?dev)?(?:\+[^ \t]*)?$/;

/** Composer treats a version as a date if its first number has more than five digits. */
const DATE = /^[0-9]{6}/;

export const composer: Scheme<ComposerVersion> = {
  id: 'composer',
  aliases: ['packagist', 'php-composer'],
  title: 'Composer',
  spec: 'Composer documentation, "Versions and constraints"; version_compare of the PHP manual',
  oracle: 'php: Composer\\Semver\\Comparator::lessThan',
  parse,
  compare,
};

/** Branches (`dev-main`) have no order. */
function parse(text: string): ComposerVersion | undefined {
  const groups = VERSION.exec(text.trim().toLowerCase())?.groups;
  if (groups === undefined) {
    return undefined;
  }
  const { numbers = '', word = '', more = '', dev } = groups;
  const tokens = numbers.split('.').map(createNumberToken);
  // A date is not padded, so that 20240101 comes before 20240101.0.
  while (tokens.length < 4 && !DATE.test(numbers)) {
    tokens.push(ZERO);
  }
  const rank = RANK_BY_WORD.get(word);
  if (rank !== undefined) {
    tokens.push({ rank, digits: '' });
    appendAll(
      tokens,
      Array.from(more.matchAll(/[0-9]+/g), ([digits]) => createNumberToken(digits)),
    );
  }
  if (dev !== undefined && word !== 'stable') {
    tokens.push({ rank: RANK.dev, digits: '' });
  }
  return { tokens };
}

function createNumberToken(digits: string): Token {
  return { rank: RANK.number, digits };
}

function compare(left: ComposerVersion, right: ComposerVersion): -1 | 0 | 1 {
  for (let i = 0; i < Math.max(left.tokens.length, right.tokens.length); i += 1) {
    const leftToken = left.tokens[i] ?? END;
    const rightToken = right.tokens[i] ?? END;
    const order =
      compareNumbers(leftToken.rank, rightToken.rank) ||
      compareDigits(leftToken.digits, rightToken.digits);
    if (order !== 0) {
      return order;
    }
  }
  return 0;
}
