import type { Findings } from './finding.ts';
import { weighRule } from './policy-verdict.ts';
import type { Verdict } from './verdict.ts';

/** Returns whether old or missing advisories are a reason why a target does not pass. */
export function isHeldByAdvisories({
  findings,
  verdict,
}: {
  readonly findings?: Pick<Findings, 'alerts'>;
  readonly verdict?: Verdict;
}): boolean {
  if (verdict === undefined || verdict.outcome === 'pass') {
    return false;
  }
  const alerts = findings?.alerts ?? [];
  return (
    alerts.some(({ kind }) => kind === 'database-outdated' || kind === 'database-missing') ||
    (verdict.policy?.rules ?? []).some(
      (rule) =>
        rule.subject === 'feed' && rule.mode === 'enforce' && weighRule(rule) === verdict.outcome,
    )
  );
}
