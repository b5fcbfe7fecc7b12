import type { FindingCounts, Side } from '../../../hardening/compare/difference.ts';

/**
 * Returns whether the findings of a side can be counted. If data is missing for it, its number of
 * findings is unknown, however few were found.
 */
export function isJudged({ findings, coverage }: Side): boolean {
  const { verdict, unreadable } = coverage;
  return findings !== undefined && verdict === 'supported' && unreadable === undefined;
}

/**
 * Returns whether the number of findings is at least a lower bound: the database covers the target,
 * but not all of it, or not any more.
 */
export function isPartlyJudged({ findings, coverage }: Side): boolean {
  return findings !== undefined && coverage.verdict !== 'unsupported';
}

/** Returns why the findings of a side are incomplete, as a sentence without the full stop. */
export function describeDoubt({ findings, coverage }: Side): string {
  const { reasons, unreadable } = coverage;
  const fallback = findings === undefined ? 'no advisory database was used' : coverage.verdict;
  return unreadable ?? reasons[0] ?? fallback;
}

/**
 * Returns the findings of a side by kind; `undefined` if the database does not cover the target.
 * The number of findings is then unknown, not zero.
 */
export function readJudgedCounts(side: Side): FindingCounts | undefined {
  return isPartlyJudged(side) ? side.findings : undefined;
}
