import type { Finding, Findings } from '../foundation/core/finding.ts';
import type { Inventory } from '../foundation/core/inventory.ts';

/**
 * Adds to every finding whether the entry point can load its package, if reachability was
 * requested.
 */
export function withReach(findings: Findings, { reach }: Inventory): Findings {
  if (reach === undefined) {
    return findings;
  }
  const classes = new Map(reach.packages.map((one) => [one.packageKey, one.reach]));
  const isUnknown = reach.unknown !== undefined;
  const mark = (finding: Finding): Finding => ({
    ...finding,
    reach: isUnknown ? 'unknown' : (classes.get(finding.packageKey) ?? 'unknown'),
  });
  return {
    ...findings,
    findings: findings.findings.map(mark),
    ignored: findings.ignored.map((one) => ({ ...one, finding: mark(one.finding) })),
  };
}
