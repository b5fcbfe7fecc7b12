import type { Advisory, AdvisoryRange } from '../core/advisory.ts';
import type { Comparison } from '../core/comparison.ts';
import {
  evaluateRange,
  type RangeOptions,
  readVersion,
  type VersionText,
} from '../version/range.ts';
import type { Judgement } from './judgement.ts';
import type { MatchContext, Subject } from './matcher.ts';

/**
 * Parses the version of the subject, or another text in its place, in the scheme of its ecosystem.
 */
export function parseVersion(
  subject: Subject,
  { strategy: { versions } }: MatchContext,
  text: string = subject.version,
): VersionText {
  return readVersion(text, versions.findScheme(versions.findSchemeName(subject)));
}

/**
 * Compares a version with every range of a statement. A statement without ranges is about every
 * version. The first range that contains the version decides; a range that cannot be evaluated
 * leaves the result open unless another one contains the version.
 */
export function judge(
  advisory: Advisory,
  version: VersionText,
  context: MatchContext,
  options: RangeOptions = {},
): Judgement {
  const judgement = judgeRanges(advisory, version, context, options);
  context.observe?.(judgement);
  return judgement;
}

function judgeRanges(
  advisory: Advisory,
  version: VersionText,
  context: MatchContext,
  options: RangeOptions,
): Judgement {
  const { versions } = context.strategy;
  const ranges = versions.toRanges(advisory.ranges);
  if (version.text === '' && versions.isMissingInRange) {
    return { advisory, isInRange: true, range: describeRanges(ranges), comparisons: [] };
  }
  let comparisons: readonly Comparison[] = [];
  let parseFailure: Judgement['parseFailure'];
  for (const range of ranges) {
    const parsed = context.lookup.getRange(range.constraint, range.scheme);
    const verdict = evaluateRange(parsed, version, options);
    if (verdict.inRange === true) {
      return {
        advisory,
        isInRange: true,
        range: describeRange(range),
        comparisons: verdict.comparisons,
      };
    }
    comparisons =
      comparisons.length === 0 ? verdict.comparisons : [...comparisons, ...verdict.comparisons];
    parseFailure ??= verdict.parseFailure;
  }
  const range = describeRanges(ranges);
  if (ranges.length === 0) {
    return { advisory, isInRange: true, range, comparisons };
  }
  return parseFailure === undefined
    ? { advisory, isInRange: false, range, comparisons }
    : { advisory, isInRange: undefined, range, comparisons, parseFailure };
}

function describeRanges(ranges: readonly AdvisoryRange[]): string {
  const first = ranges[0];
  if (first === undefined) {
    return 'every version';
  }
  return ranges.length === 1 ? describeRange(first) : ranges.map(describeRange).join(' || ');
}

function describeRange({ scheme, constraint }: AdvisoryRange): string {
  const stated = constraint === '' ? 'every version' : constraint;
  return scheme === '' ? stated : `${stated} (${scheme})`;
}
