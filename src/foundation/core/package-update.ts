import { compareText } from './compare-text.ts';
import { type Finding, isExploited, SEVERITIES, type SeverityWord } from './finding.ts';

/** A package with a version that fixes some of its findings. */
export interface PackageUpdate {
  readonly name: string;
  readonly type: string;
  readonly installed: string;
  /** The lowest version that fixes all findings that have a fix. */
  readonly version: string;
  /** Number of findings that the update fixes. */
  readonly fixes: number;
  /** The highest severity among them. */
  readonly severity: SeverityWord;
}

/** The findings that an update clears, in numbers. */
export interface UpdateGain {
  readonly name: string;
  /** Whether one of the findings is known to be exploited. */
  readonly isExploited: boolean;
  /** Index of the worst severity in `SEVERITIES`. */
  readonly worst: number;
  /** Findings of the worst severity. */
  readonly worstFindings: number;
  readonly findings: number;
}

/** Counts the findings that an update clears; one in several places counts once. */
export function measureGain(name: string, cleared: readonly Finding[]): UpdateGain {
  const findings = [...new Map(cleared.map((finding) => [finding.id, finding])).values()];
  const ranks = findings.map(({ severity }) => SEVERITIES.indexOf(severity));
  const worst = Math.max(0, ...ranks);
  return {
    name,
    isExploited: findings.some(isExploited),
    worst,
    worstFindings: ranks.filter((rank) => rank === worst).length,
    findings: findings.length,
  };
}

/**
 * The one order of updates: known exploitation, the worst severity, the number of findings of this
 * severity, and the number of all findings that each clears.
 */
export function compareGains(left: UpdateGain, right: UpdateGain): number {
  return (
    Number(right.isExploited) - Number(left.isExploited) ||
    right.worst - left.worst ||
    right.worstFindings - left.worstFindings ||
    right.findings - left.findings ||
    compareText(left.name, right.name)
  );
}
