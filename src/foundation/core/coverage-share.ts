import type { SystemCoverage } from './advisory.ts';

/** A source that lists unfixed vulnerabilities has more than this share of such statements. */
const UNFIXED_SHARE_MIN = 0.01;

/**
 * A release has little data if another release of the same system has more than fifty times as
 * much.
 */
const LITTLE_SHARE = 0.02;

/** Returns whether the statements about releases also list unfixed vulnerabilities. */
export function isUnfixedStated(coverages: readonly (SystemCoverage | undefined)[]): boolean {
  let statements = 0;
  let unfixed = 0;
  for (const coverage of coverages) {
    statements += coverage?.statements ?? 0;
    unfixed += coverage?.unfixed ?? 0;
  }
  return unfixed > statements * UNFIXED_SHARE_MIN;
}

/** Returns whether there are few statements, compared with the most about any release. */
export function isLittleData(statements: number, most: number): boolean {
  return statements < most * LITTLE_SHARE;
}
