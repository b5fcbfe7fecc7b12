import { NATIVE_TOOLS } from '../../tools/native-versions.ts';
import type { BorderRow, HeldRange } from './border-rows.ts';
import { type NativeOrders, PLAIN_NUMBERS, type Sign } from './native-orders.ts';

/** Version scheme of each package type that has one. */
const SCHEMES: Readonly<Record<string, string>> = {
  alpm: 'pacman',
  apk: 'apk',
  bitnami: 'bitnami',
  conan: 'conan',
  'dart-pub': 'pub',
  deb: 'deb',
  dotnet: 'nuget',
  gem: 'gem',
  'go-module': 'go',
  hex: 'hex',
  'java-archive': 'maven',
  npm: 'npm',
  'php-composer': 'composer',
  python: 'pep440',
  rpm: 'rpm',
  'rust-crate': 'cargo',
  swift: 'swift',
};

/**
 * Bitnami's advisories contain NVD's pre-releases, which Bitnami's own library reads as revisions.
 */
const PRE_RELEASE = /^[0-9.]+-(?!r?[0-9]+$)/;

/** Chooses the scheme that decides a range; {@link PLAIN_NUMBERS} if the type has none. */
function chooseScheme({ type }: BorderRow, { version }: HeldRange): string {
  const scheme = SCHEMES[type] ?? PLAIN_NUMBERS;
  return scheme === 'bitnami' && PRE_RELEASE.test(version) ? 'npm' : scheme;
}

/** Schemes of statements by Grype's format names. */
const FORMATS: Readonly<Record<string, string>> = {
  ...SCHEMES,
  go: 'go',
  maven: 'maven',
  pacman: 'pacman',
  python: 'pep440',
  semantic: 'npm',
};

/**
 * Returns the scheme of the statement if the package has another one; `undefined` if it names none.
 */
export function findStatedScheme({ format }: HeldRange): string | undefined {
  return FORMATS[format];
}

interface Term {
  readonly operator: string;
  readonly bound: string;
}

/** Parses alternatives of terms; returns none if every version is included. */
function parseAlternatives(constraint: string): readonly (readonly Term[])[] {
  return constraint === 'none'
    ? []
    : constraint.split('||').map((terms) =>
        terms.split(',').flatMap((term): Term[] => {
          const [, operator = '', bound = ''] = /^\s*([<>=]*)\s*(.*?)\s*$/.exec(term) ?? [];
          return bound === '' ? [] : [{ operator: operator === '' ? '=' : operator, bound }];
        }),
      );
}

/**
 * A source version from a file name has no epoch: it gets the epoch of the version it is compared
 * with.
 */
function adjustBound({ bound }: Term, { version, isOfSource }: HeldRange): string {
  return isOfSource && !version.includes(':') ? bound.replace(/^[0-9]+:/, '') : bound;
}

/** Collects the comparisons that are needed to decide a row. */
export function requestOrders(row: BorderRow, orders: NativeOrders): void {
  for (const range of row.ranges) {
    const bounds = parseAlternatives(range.constraint).flat();
    for (const scheme of new Set([
      chooseScheme(row, range),
      findStatedScheme(range) ?? PLAIN_NUMBERS,
    ])) {
      orders.requestPair(scheme, range.version, range.version);
      for (const bound of bounds.map((term) => adjustBound(term, range))) {
        orders.requestPair(scheme, bound, bound);
        orders.requestPair(scheme, range.version, bound);
      }
    }
  }
}

/** Result of the native tools for a range. */
export type NativeVerdict = 'in' | 'out' | 'version-refused' | 'bound-refused';

const HOLDS: Readonly<Record<string, readonly Sign[]>> = {
  '<': ['<'],
  '<=': ['<', '='],
  '=': ['='],
  '==': ['='],
  '>': ['>'],
  '>=': ['>', '='],
};

export function judgeNatively(
  row: BorderRow,
  range: HeldRange,
  orders: NativeOrders,
  scheme = chooseScheme(row, range),
): NativeVerdict {
  const { version } = range;
  if (orders.sign(scheme, version, version) === 'invalid') {
    return 'version-refused';
  }
  let isRefused = false;
  const alternatives = parseAlternatives(range.constraint);
  const isIn = alternatives.some((terms) =>
    terms.every((term) => {
      const sign = orders.sign(scheme, version, adjustBound(term, range)) ?? 'invalid';
      isRefused ||= sign === 'invalid';
      return HOLDS[term.operator]?.includes(sign) ?? false;
    }),
  );
  if (isIn || alternatives.length === 0) {
    return 'in';
  }
  return isRefused ? 'bound-refused' : 'out';
}

/** Returns whether a range contains more than numbers, so that only a guess can decide it. */
export function isGuessed(row: BorderRow, range: HeldRange): boolean {
  const texts = [
    range.version,
    ...parseAlternatives(range.constraint)
      .flat()
      .map(({ bound }) => bound),
  ];
  return chooseScheme(row, range) === PLAIN_NUMBERS && texts.some((text) => /[^0-9.]/.test(text));
}

/** Returns whether the version is one that the tool is known to order differently. */
export function isOrderedOtherwise(row: BorderRow, range: HeldRange): boolean {
  const tool = NATIVE_TOOLS.find(({ scheme }) => scheme === chooseScheme(row, range));
  return tool?.otherwise?.test(range.version) ?? false;
}
