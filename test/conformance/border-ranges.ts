import { NATIVE_TOOLS } from '../../tools/native-versions.ts';
import type { BorderRow, HeldRange } from './border-rows.ts';
import { type NativeOrders, PLAIN_NUMBERS, type Sign } from './native-orders.ts';

/** The scheme of each type of package that has one. */
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

/** Bitnami's advisories have NVD's pre-releases, which its own library takes for revisions. */
const PRE_RELEASE = /^[0-9.]+-(?!r?[0-9]+$)/;

/** The scheme that settles a range; {@link PLAIN_NUMBERS} where the type has none. */
function schemeOf({ type }: BorderRow, { version }: HeldRange): string {
  const scheme = SCHEMES[type] ?? PLAIN_NUMBERS;
  return scheme === 'bitnami' && PRE_RELEASE.test(version) ? 'npm' : scheme;
}

/** Schemes of statements by Grype's words. */
const FORMATS: Readonly<Record<string, string>> = {
  ...SCHEMES,
  go: 'go',
  maven: 'maven',
  pacman: 'pacman',
  python: 'pep440',
  semantic: 'npm',
};

/** The scheme of the statement, where the package has another; `undefined`: it names none. */
export function statedSchemeOf({ format }: HeldRange): string | undefined {
  return FORMATS[format];
}

interface Term {
  readonly operator: string;
  readonly bound: string;
}

/** Alternatives of terms; none where every version is meant. */
function alternativesOf(constraint: string): readonly (readonly Term[])[] {
  return constraint === 'none'
    ? []
    : constraint.split('||').map((terms) =>
        terms.split(',').flatMap((term): Term[] => {
          const [, operator = '', bound = ''] = /^\s*([<>=]*)\s*(.*?)\s*$/.exec(term) ?? [];
          return bound === '' ? [] : [{ operator: operator === '' ? '=' : operator, bound }];
        }),
      );
}

/** A source's version from a file name tells no epoch: it has that of what it is compared with. */
function boundFor({ bound }: Term, { version, isOfSource }: HeldRange): string {
  return isOfSource && !version.includes(':') ? bound.replace(/^[0-9]+:/, '') : bound;
}

/** Gathers what has to be asked to settle a row. */
export function wantOrders(row: BorderRow, orders: NativeOrders): void {
  for (const range of row.ranges) {
    const bounds = alternativesOf(range.constraint).flat();
    for (const scheme of new Set([schemeOf(row, range), statedSchemeOf(range) ?? PLAIN_NUMBERS])) {
      orders.want(scheme, range.version, range.version);
      for (const bound of bounds.map((term) => boundFor(term, range))) {
        orders.want(scheme, bound, bound);
        orders.want(scheme, range.version, bound);
      }
    }
  }
}

/** What native tools make of a range. */
export type NativeVerdict = 'in' | 'out' | 'version-refused' | 'bound-refused';

const HOLDS: Readonly<Record<string, readonly Sign[]>> = {
  '<': ['<'],
  '<=': ['<', '='],
  '=': ['='],
  '==': ['='],
  '>': ['>'],
  '>=': ['>', '='],
};

export function nativeVerdict(
  row: BorderRow,
  range: HeldRange,
  orders: NativeOrders,
  scheme = schemeOf(row, range),
): NativeVerdict {
  const { version } = range;
  if (orders.sign(scheme, version, version) === 'invalid') {
    return 'version-refused';
  }
  let isRefused = false;
  const alternatives = alternativesOf(range.constraint);
  const isIn = alternatives.some((terms) =>
    terms.every((term) => {
      const sign = orders.sign(scheme, version, boundFor(term, range)) ?? 'invalid';
      isRefused ||= sign === 'invalid';
      return HOLDS[term.operator]?.includes(sign) ?? false;
    }),
  );
  if (isIn || alternatives.length === 0) {
    return 'in';
  }
  return isRefused ? 'bound-refused' : 'out';
}

/** Whether there is more in a range than numbers, where nothing but a guess can settle it. */
export function isGuessed(row: BorderRow, range: HeldRange): boolean {
  const texts = [
    range.version,
    ...alternativesOf(range.constraint)
      .flat()
      .map(({ bound }) => bound),
  ];
  return schemeOf(row, range) === PLAIN_NUMBERS && texts.some((text) => /[^0-9.]/.test(text));
}

/** Whether the version is one of those that the tool is known to order in another way. */
export function isOrderedOtherwise(row: BorderRow, range: HeldRange): boolean {
  const tool = NATIVE_TOOLS.find(({ scheme }) => scheme === schemeOf(row, range));
  return tool?.otherwise?.test(range.version) ?? false;
}
