import type { Decision } from '../../core/decision.ts';
import type { MatchEntry } from './match-model.ts';

/** Options that set aside by the state of the fix; Grype makes rules of them. */
const STATE_OPTIONS: ReadonlySet<string> = new Set([
  '--only-fixed',
  '--only-notfixed',
  '--ignore-states',
]);

/** Namespace of rules that come from a VEX statement, and of what Grype has no word for. */
const VEX_NAMESPACE = 'vex';
const OWN_NAMESPACE = 'plimsoll';

/**
 * What set a match aside, as the rules that Grype would name; only what did it, not what was noted
 * besides.
 */
export function appliedRules(
  decisions: readonly Decision[],
  entry: MatchEntry,
  isParity: boolean,
): readonly object[] {
  return decisions
    .filter(({ effect }) => effect === 'set-aside')
    .map((decision) => ruleOf(decision, entry, isParity));
}

function ruleOf(decision: Decision, { match }: MatchEntry, isParity: boolean): object {
  const { kind, source, status, justification, reason } = decision;
  if (kind === 'rule' && STATE_OPTIONS.has(source)) {
    return { reason: isParity ? undefined : reason, namespace: '', 'fix-state': match.fixState };
  }
  if (kind === 'rule') {
    return { vulnerability: match.record.id, reason, namespace: '' };
  }
  return {
    vulnerability: match.record.id,
    reason: isParity ? undefined : reason,
    namespace: kind === 'vex' ? VEX_NAMESPACE : OWN_NAMESPACE,
    'vex-status': status,
    'vex-justification': justification,
  };
}
