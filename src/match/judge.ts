import type { Advisory, AdvisoryRange } from '../core/advisory.ts';
import type { Comparison } from '../core/finding.ts';
import {
  evaluateRange,
  type RangeOptions,
  readVersion,
  type VersionText,
} from '../version/range.ts';
import { schemeByName } from '../version/scheme-by-name.ts';
import type { MatchContext, Subject } from './matcher.ts';
import { FUZZY_MATCHERS } from './parity/fuzzy-matchers.data.ts';
import { joinRanges } from './parity/join-ranges.ts';

/** Whether a version lies in one of a statement's ranges, and how that was found. */
export interface Judgement {
  readonly advisory: Advisory;
  /** `undefined`: could not be found out. */
  readonly isInRange: boolean | undefined;
  /** The range that holds, or all that do not, as text with the scheme. */
  readonly range: string;
  readonly comparisons: readonly Comparison[];
  readonly fault?: { readonly operand: 'version' | 'range'; readonly detail: string };
}

/**
 * The version of what is searched for, or another text in its place, read as its ecosystem does.
 */
export function versionOf(
  { matcher, version }: Subject,
  context: MatchContext,
  text: string = version,
): VersionText {
  const isFuzzy = context.has('no-scheme-of-its-own') && FUZZY_MATCHERS.has(matcher.id);
  return versionFor(text, isFuzzy ? undefined : matcher.scheme);
}

/** A version read in a scheme. */
export function versionFor(text: string, scheme: string | undefined): VersionText {
  return readVersion(text, scheme === undefined ? undefined : schemeByName(scheme));
}

/**
 * Holds a version against every range of a statement. A statement without ranges speaks of every
 * version. The first range that holds decides; one that cannot be evaluated leaves the answer open
 * unless another holds.
 */
export function judge(
  advisory: Advisory,
  version: VersionText,
  context: MatchContext,
  options: RangeOptions = {},
): Judgement {
  const ranges = context.has('ranges-joined') ? joinRanges(advisory.ranges) : advisory.ranges;
  if (version.text === '' && context.has('empty-version-matches-all')) {
    return { advisory, isInRange: true, range: describeRanges(ranges), comparisons: [] };
  }
  const comparisons: Comparison[] = [];
  let fault: Judgement['fault'];
  for (const range of ranges) {
    const parsed = context.lookup.range(range.constraint, range.scheme);
    const verdict = evaluateRange(parsed, version, options);
    if (verdict.inRange === true) {
      return {
        advisory,
        isInRange: true,
        range: describeRanges([range]),
        comparisons: verdict.comparisons,
      };
    }
    comparisons.push(...verdict.comparisons);
    fault ??= verdict.ununderstood;
  }
  const range = describeRanges(ranges);
  if (ranges.length === 0) {
    return { advisory, isInRange: true, range, comparisons };
  }
  return fault === undefined
    ? { advisory, isInRange: false, range, comparisons }
    : { advisory, isInRange: undefined, range, comparisons, fault };
}

function describeRanges(ranges: readonly AdvisoryRange[]): string {
  if (ranges.length === 0) {
    return 'every version';
  }
  return ranges
    .map((range) => {
      const scheme = range.scheme === '' ? '' : ` (${range.scheme})`;
      return `${range.constraint === '' ? 'every version' : range.constraint}${scheme}`;
    })
    .join(' || ');
}
