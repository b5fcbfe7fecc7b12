import type { Decision } from '../../foundation/core/decision.ts';
import type { MatchEntry } from './match-model.ts';

/** Options that filter by fix state; Grype creates rules for them. */
const STATE_OPTIONS: ReadonlySet<string> = new Set([
  '--only-fixed',
  '--only-notfixed',
  '--ignore-states',
]);

/** Namespace of rules from a VEX statement, and of rules that Grype lacks. */
const VEX_NAMESPACE = 'vex';
const OWN_NAMESPACE = 'plimsoll';

/** The rules that suppressed a match, in Grype's form; notes are omitted. */
export function listAppliedRules(
  decisions: readonly Decision[],
  entry: MatchEntry,
  isParity: boolean,
): readonly object[] {
  return decisions
    .filter(({ effect }) => effect === 'set-aside')
    .map((decision) => createRule(decision, entry, isParity));
}

function createRule(decision: Decision, { match }: MatchEntry, isParity: boolean): object {
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
