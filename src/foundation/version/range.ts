import type { Comparison } from '../core/comparison.ts';
import { DEFAULT_LIMITS, type Limits } from '../core/limits.ts';
import type { Scheme } from '../core/scheme.ts';
import { fuzzy } from './scheme/fuzzy.ts';

export type RangeOperator = Comparison['operator'];

/** A version text with its parsed values, each parsed once, when a scheme first needs it. */
export interface VersionText {
  readonly text: string;
  /** The scheme named by the package's type or the range's source; absent if there is none. */
  readonly scheme: Scheme<unknown> | undefined;
  /** Returns the value in this scheme; `undefined` if the text is not a version of it. */
  parseInScheme(scheme: Scheme<unknown>): unknown;
}

/** One bound of a range. */
export interface RangeTerm {
  readonly operator: RangeOperator;
  readonly bound: VersionText;
}

/** A parsed range: it contains a version that satisfies all terms of one alternative. */
export interface Range {
  readonly text: string;
  /** Empty if the range has no bounds and therefore contains every version. */
  readonly alternatives: readonly (readonly RangeTerm[])[];
  /** Parse error, if any; the range then evaluates to unknown. */
  readonly parseError?: string;
}

/** The text that prevented the evaluation, as a part of a sentence. */
export interface ParseFailure {
  readonly operand: 'version' | 'range';
  readonly text: string;
  readonly detail: string;
}

export interface RangeVerdict {
  /**
   * `undefined`: could not be evaluated, see `parseFailure`; it must never be read as "not
   * affected".
   */
  readonly inRange: boolean | undefined;
  /** The comparisons that were needed, in the order of the range. */
  readonly comparisons: readonly Comparison[];
  readonly parseFailure?: ParseFailure;
}

export interface RangeOptions {
  /**
   * Meaning of an absent epoch. `of-bound`: the installed version has the epoch of the bound, for
   * example if the name of a source package comes from a file name. `of-other`: the side without an
   * epoch takes that of the other, so that epochs only count if both are stated. If absent, the
   * rule of the scheme applies.
   */
  readonly missingEpoch?: 'of-bound' | 'of-other';
}

/** Creates the version text of a package, ready for any number of comparisons. */
export function readVersion(
  text: string,
  scheme: Scheme<unknown> | undefined,
  limits: Limits = DEFAULT_LIMITS,
): VersionText {
  return createVersionText((asked) => asked.parse(text), { text, scheme }, limits);
}

function readBound(text: string, scheme: Scheme<unknown> | undefined, limits: Limits): VersionText {
  const parseVersion = (asked: Scheme<unknown>): unknown =>
    asked.parse(text) ?? asked.parseMisspelt?.(text);
  return createVersionText(parseVersion, { text, scheme }, limits);
}

function createVersionText(
  parse: (scheme: Scheme<unknown>) => unknown,
  { text, scheme }: Pick<VersionText, 'text' | 'scheme'>,
  limits: Limits,
): VersionText {
  // Nearly all are only parsed by one scheme.
  let first: Scheme<unknown> | undefined;
  let value: unknown;
  let others: Map<Scheme<unknown>, unknown> | undefined;
  return {
    text,
    scheme,
    parseInScheme(asked) {
      if (asked === first || text.length > limits.versionCharsMax) {
        return value;
      }
      if (first === undefined) {
        first = asked;
        value = parse(asked);
        return value;
      }
      others ??= new Map();
      if (!others.has(asked)) {
        others.set(asked, parse(asked));
      }
      return others.get(asked);
    },
  };
}

/**
 * Parses alternatives joined by `||`, each of terms joined by `,`. A term is an operator (`=` if
 * missing) and a version, which may be in single or double quotes. Never throws: invalid text gives
 * a range with a `fault`.
 */
export function parseRange(
  text: string,
  scheme: Scheme<unknown> | undefined,
  limits: Limits = DEFAULT_LIMITS,
): Range {
  const pieces = splitUnquoted(text);
  if (typeof pieces === 'string') {
    return { text, alternatives: [], parseError: pieces };
  }
  const alternatives: RangeTerm[][] = [];
  let termsCount = 0;
  for (const piecesOfAlternative of pieces) {
    const terms: RangeTerm[] = [];
    for (const piece of piecesOfAlternative) {
      termsCount += 1;
      const term = termsCount > limits.rangeTermsMax ? TOO_MANY : parseTerm(piece, scheme, limits);
      if (typeof term === 'string') {
        return { text, alternatives: [], parseError: term };
      }
      terms.push(term);
    }
    if (terms.length > 0) {
      alternatives.push(terms);
    }
  }
  return { text, alternatives };
}

const TOO_MANY = 'it has more terms than the limit rangeTermsMax allows';

/** Returns the terms of each alternative without blank ones, or the error in the text. */
function splitUnquoted(text: string): string[][] | string {
  const alternatives: string[][] = [[]];
  let start = 0;
  let quote = '';
  const endPiece = (end: number): void => {
    const piece = text.slice(start, end).trim();
    if (piece !== '') {
      alternatives.at(-1)?.push(piece);
    }
  };
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charAt(i);
    if (quote !== '') {
      quote = character === quote ? '' : quote;
    } else if (character === '"' || character === "'") {
      quote = character;
    } else if (character === ',') {
      endPiece(i);
      start = i + 1;
    } else if (character === '|') {
      if (text.charAt(i + 1) !== '|') {
        return 'it has a single | instead of ||';
      }
      endPiece(i);
      alternatives.push([]);
      i += 1;
      start = i + 1;
    }
  }
  endPiece(text.length);
  return quote === '' ? alternatives : 'it has an unclosed quotation mark';
}

const SIGNS = /^[<>=!]+/;
const OPERATORS: ReadonlyMap<string, RangeOperator> = new Map([
  ['', '='],
  ['=', '='],
  ['==', '='],
  ['!=', '!='],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
]);

function parseTerm(
  piece: string,
  scheme: Scheme<unknown> | undefined,
  limits: Limits,
): RangeTerm | string {
  const bare = piece.replace(SIGNS, '');
  const signs = piece.slice(0, piece.length - bare.length);
  const operator = OPERATORS.get(signs);
  if (operator === undefined) {
    return `"${signs}" is not an operator`;
  }
  const written = bare.trim();
  const bound = stripQuotes(written);
  if (bound === '') {
    return `the operator ${operator} is not followed by a version`;
  }
  if (bound === written && !isPlainBound(bound)) {
    return `"${bound}" is not a version`;
  }
  return { operator, bound: readBound(bound, scheme, limits) };
}

function stripQuotes(text: string): string {
  const quote = text.charAt(0);
  const isQuoted = (quote === '"' || quote === "'") && text.length > 1 && text.endsWith(quote);
  return isQuoted ? text.slice(1, -1) : text;
}

/** Caret, tilde and parenthesis ranges of package managers are not part of this language. */
function isPlainBound(bound: string): boolean {
  return !/[<>=]/.test(bound) && !/^[~^(!]/.test(bound);
}

/**
 * Returns whether a version is in a range. The scheme of the version compares each bound; if it
 * cannot parse one of the two, the scheme of the range does. If either side has no scheme, the
 * declared fallback, `fuzzy`, compares the rest. A bound that no scheme can parse makes the result
 * unknown, unless the rest of the range decides it.
 */
export function evaluateRange(
  range: Range,
  version: VersionText,
  options: RangeOptions = {},
): RangeVerdict {
  if (range.parseError !== undefined) {
    const parseFailure: ParseFailure = {
      operand: 'range',
      text: range.text,
      detail: `invalid range "${range.text}": ${range.parseError}`,
    };
    return { inRange: undefined, comparisons: [], parseFailure };
  }
  const [first] = range.alternatives;
  if (first === undefined) {
    return { inRange: true, comparisons: [] };
  }
  const [term] = first;
  if (term !== undefined && first.length === 1 && range.alternatives.length === 1) {
    return toVerdict(compareWithTerm(version, term, options));
  }
  const comparisons: Comparison[] = [];
  let parseFailure: ParseFailure | undefined;
  for (const terms of range.alternatives) {
    const outcome = evaluateTerms(terms, version, options, comparisons);
    if (outcome === true) {
      return { inRange: true, comparisons };
    }
    if (outcome !== false) {
      parseFailure ??= outcome;
    }
  }
  return parseFailure === undefined
    ? { inRange: false, comparisons }
    : { inRange: undefined, comparisons, parseFailure };
}

/** For a range of one term, like most. */
function toVerdict(comparison: Comparison | ParseFailure): RangeVerdict {
  return 'operand' in comparison
    ? { inRange: undefined, comparisons: [], parseFailure: comparison }
    : { inRange: comparison.holds, comparisons: [comparison] };
}

function evaluateTerms(
  terms: readonly RangeTerm[],
  version: VersionText,
  options: RangeOptions,
  comparisons: Comparison[],
): boolean | ParseFailure {
  let parseFailure: ParseFailure | undefined;
  for (const term of terms) {
    const comparison = compareWithTerm(version, term, options);
    if ('operand' in comparison) {
      parseFailure ??= comparison;
      continue;
    }
    comparisons.push(comparison);
    if (!comparison.holds) {
      return false;
    }
  }
  return parseFailure ?? true;
}

function compareWithTerm(
  version: VersionText,
  term: RangeTerm,
  options: RangeOptions,
): Comparison | ParseFailure {
  if (version.text === '') {
    return { operand: 'version', text: '', detail: 'the package has no version' };
  }
  const schemes = listSchemes(version, term.bound);
  for (const scheme of schemes) {
    const left = version.parseInScheme(scheme);
    const right = term.bound.parseInScheme(scheme);
    if (left !== undefined && right !== undefined) {
      if (scheme.isUnordered === true && !EQUALITIES.has(term.operator)) {
        return describeUnordered(term, scheme);
      }
      const order = compareToBound(scheme, left, right, options);
      return {
        comparator: scheme.id,
        left: version.text,
        operator: term.operator,
        right: term.bound.text,
        holds: HOLDS[term.operator](order),
      };
    }
  }
  return describeParseFailure(version, term.bound, schemes);
}

const EQUALITIES: ReadonlySet<RangeOperator> = new Set(['=', '!=']);

function describeUnordered({ operator, bound }: RangeTerm, scheme: Scheme<unknown>): ParseFailure {
  const detail = `"${operator} ${bound.text}" needs an order, which the scheme ${scheme.id} does not define`;
  return { operand: 'range', text: bound.text, detail };
}

function listSchemes(version: VersionText, bound: VersionText): readonly Scheme<unknown>[] {
  const ofBound = bound.scheme ?? fuzzy;
  if (version.scheme === undefined) {
    return ofBound === fuzzy ? [fuzzy] : [ofBound, fuzzy];
  }
  return version.scheme === ofBound ? [ofBound] : [version.scheme, ofBound];
}

function compareToBound(
  scheme: Scheme<unknown>,
  left: unknown,
  right: unknown,
  options: RangeOptions,
): -1 | 0 | 1 {
  const { missingEpoch } = options;
  const withEpoch = (one: unknown, other: unknown): unknown =>
    scheme.withOtherEpoch?.(one, other) ?? one;
  const version = missingEpoch === undefined ? left : withEpoch(left, right);
  const bound = missingEpoch === 'of-other' ? withEpoch(right, left) : right;
  return scheme.compareToBound
    ? scheme.compareToBound(version, bound)
    : scheme.compare(version, bound);
}

const HOLDS: Readonly<Record<RangeOperator, (order: -1 | 0 | 1) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '>=': (order) => order >= 0,
  '>': (order) => order > 0,
};

function describeParseFailure(
  version: VersionText,
  bound: VersionText,
  schemes: readonly Scheme<unknown>[],
): ParseFailure {
  const names = schemes.map((scheme) => scheme.id).join(' or ');
  const isVersionAtFault = schemes.every((scheme) => version.parseInScheme(scheme) === undefined);
  const text = isVersionAtFault ? version.text : bound.text;
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return {
    operand: isVersionAtFault ? 'version' : 'range',
    text,
    detail: `"${shown}" is not a version in the scheme ${names}`,
  };
}
