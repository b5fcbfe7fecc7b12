import type { AdvisoryRange, Fix } from '../../core/advisory.ts';
import type { Scheme } from '../../core/scheme.ts';
import { findSchemeByName } from '../../version/scheme-by-name.ts';

/** One end of an interval of versions. */
interface Bound {
  readonly version: string;
  readonly isInclusive: boolean;
}

/** Versions without a vulnerability; an absent bound: no limit. */
export interface SafeVersions {
  readonly low?: Bound;
  readonly high?: Bound;
  /** Whether the first of them fixes the vulnerability, or had none. */
  readonly isFix: boolean;
}

/** Requirements of one ecosystem that allow several versions, such as `~> 1.2` or `^1.2.3`. */
export interface RequirementSyntax {
  /** Name of the version scheme. */
  readonly scheme: string;
  /** Matches one term with its operator and version. */
  readonly term: RegExp;
  /**
   * Returns the exclusive upper bound of an operator with a lower bound; `undefined`: not supported.
   */
  readonly raise: (operator: string, version: string) => string | undefined;
}

const NO_FIX: Fix = { state: 'not-fixed', references: [] };

/**
 * Reads a requirement with one or more terms, of which all apply, such as `~> 7.0.8, >= 7.0.8.5`.
 *
 * @returns `undefined` if a term is not supported
 */
function parseRequirement(
  text: string,
  isFix: boolean,
  { scheme: schemeName, term, raise }: RequirementSyntax,
): SafeVersions | undefined {
  const scheme = findSchemeByName(schemeName);
  let versions: SafeVersions = { isFix };
  for (const part of text.split(',')) {
    const [, operator = '', version = ''] = term.exec(part.trim()) ?? [];
    const bounds = version === '' ? undefined : toBounds(operator, version, raise);
    if (bounds === undefined || scheme === undefined) {
      return undefined;
    }
    const { low = versions.low, high = versions.high } = bounds;
    versions = {
      isFix,
      ...defineBound('low', chooseBound(versions.low, low, scheme, 1)),
      ...defineBound('high', chooseBound(versions.high, high, scheme, -1)),
    };
  }
  return versions;
}

function defineBound<Name extends 'low' | 'high'>(
  name: Name,
  bound: Bound | undefined,
): Partial<Record<Name, Bound>> {
  return bound === undefined ? {} : ({ [name]: bound } as Record<Name, Bound>);
}

function toBounds(
  operator: string,
  version: string,
  raise: RequirementSyntax['raise'],
): Pick<SafeVersions, 'low' | 'high'> | undefined {
  const isInclusive = operator.endsWith('=');
  switch (operator) {
    case '>=':
    case '>':
      return { low: { version, isInclusive } };
    case '<=':
    case '<':
      return { high: { version, isInclusive } };
    case '=':
      return { low: { version, isInclusive }, high: { version, isInclusive } };
    default: {
      const high = raise(operator, version);
      return high === undefined
        ? undefined
        : { low: { version, isInclusive: true }, high: { version: high, isInclusive: false } };
    }
  }
}

/** `direction`: 1 for the greater bound, -1 for the smaller one. */
function chooseBound(
  left: Bound | undefined,
  right: Bound | undefined,
  scheme: Scheme<unknown>,
  direction: 1 | -1,
): Bound | undefined {
  if (left === undefined || right === undefined) {
    return left ?? right;
  }
  return compareTexts(left.version, right.version, scheme) * direction >= 0 ? left : right;
}

/** Compares two versions by the scheme with this name; 0 if one of them is not a version. */
export function compareVersions(left: string, right: string, schemeName: string): number {
  const scheme = findSchemeByName(schemeName);
  return scheme === undefined ? 0 : compareTexts(left, right, scheme);
}

function compareTexts(left: string, right: string, scheme: Scheme<unknown>): number {
  const [one, other] = [scheme.parse(left), scheme.parse(right)];
  return one === undefined || other === undefined ? 0 : scheme.compare(one, other);
}

/** A requirement that versions without the vulnerability fulfill. */
export interface SafeRequirement {
  readonly text: string;
  /** Whether the first of these versions fixes the vulnerability, or had none. */
  readonly isFix: boolean;
}

/**
 * Returns the affected ranges of an advisory that states the versions without the vulnerability,
 * and the requirements that are not supported, whose versions count as affected.
 */
export function readSafeRequirements(
  requirements: readonly SafeRequirement[],
  syntax: RequirementSyntax,
): { readonly ranges: readonly AdvisoryRange[]; readonly unsupported: readonly string[] } {
  const unsupported: string[] = [];
  const safe: SafeVersions[] = [];
  for (const { text, isFix } of requirements) {
    const versions = parseRequirement(text, isFix, syntax);
    if (versions !== undefined && isOrdered(versions, syntax.scheme)) {
      safe.push(versions);
    } else {
      unsupported.push(text);
    }
  }
  return { ranges: findAffectedRanges(safe, syntax.scheme) ?? [], unsupported };
}

/**
 * Returns the versions between and around the safe ones as affected ranges. The fix of a range is
 * the first fixed version above it.
 *
 * @returns `undefined` if a bound is not a version of the scheme
 */
export function findAffectedRanges(
  safe: readonly SafeVersions[],
  schemeName: string,
): readonly AdvisoryRange[] | undefined {
  const scheme = findSchemeByName(schemeName);
  if (scheme === undefined || !safe.every((versions) => isOrdered(versions, schemeName))) {
    return undefined;
  }
  const sorted = safe.toSorted((left, right) => compareLows(left.low, right.low, scheme));
  const ranges: AdvisoryRange[] = [];
  /** End of the safe versions so far; `undefined`: none yet. */
  let end: Bound | undefined;
  for (const { low, high, isFix } of sorted) {
    if (low !== undefined && !isCovered(low, end, scheme)) {
      ranges.push(createRange(schemeName, end, low, isFix));
    }
    if (high === undefined) {
      return ranges;
    }
    end = chooseBound(end, high, scheme, 1);
  }
  return [...ranges, createRange(schemeName, end, undefined, false)];
}

/** Returns whether both bounds are versions of the scheme. */
function isOrdered({ low, high }: SafeVersions, schemeName: string): boolean {
  const scheme = findSchemeByName(schemeName);
  return [low, high].every(
    (bound) => bound === undefined || scheme?.parse(bound.version) !== undefined,
  );
}

/** An absent bound comes first. */
function compareLows(
  left: Bound | undefined,
  right: Bound | undefined,
  scheme: Scheme<unknown>,
): number {
  if (left === undefined || right === undefined) {
    return Number(left !== undefined) - Number(right !== undefined);
  }
  return compareTexts(left.version, right.version, scheme);
}

/** Returns whether no version lies between the end of safe versions and the next ones. */
function isCovered(low: Bound, end: Bound | undefined, scheme: Scheme<unknown>): boolean {
  if (end === undefined) {
    return false;
  }
  const order = compareTexts(low.version, end.version, scheme);
  return order < 0 || (order === 0 && (low.isInclusive || end.isInclusive));
}

function createRange(
  scheme: string,
  end: Bound | undefined,
  next: Bound | undefined,
  isFix: boolean,
): AdvisoryRange {
  const isOne =
    end?.version === next?.version && end?.isInclusive === false && next?.isInclusive === false;
  const terms = [
    ...(end === undefined ? [] : [`>${end.isInclusive ? '' : '='} ${end.version}`]),
    ...(next === undefined ? [] : [`<${next.isInclusive ? '' : '='} ${next.version}`]),
  ];
  const constraint = isOne && end !== undefined ? `= ${end.version}` : terms.join(', ');
  const fix: Fix =
    next?.isInclusive === true && isFix
      ? { state: 'fixed', version: next.version, references: [] }
      : NO_FIX;
  return { scheme, constraint, fix };
}
