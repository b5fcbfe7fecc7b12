import { present } from '../core/assert.ts';
import type { Decision } from '../core/decision.ts';
import type { DispositionedFinding, Finding, Findings } from '../core/finding.ts';
import type { Inventory } from '../core/inventory.ts';
import { indexByKey } from '../core/key-index.ts';
import type { Case, Decider } from './decider.ts';

/**
 * Collects the decisions of every decider on every finding. The first decision that is not a
 * suggestion counts: earlier deciders have precedence. Suppressed findings move to `dispositioned`
 * with all their decisions, all others stay; nothing is dropped.
 *
 * @param deciders in order of precedence: the user's rules, VEX statements, derived decisions
 */
export function decideFindings(
  findings: Findings,
  inventory: Inventory,
  deciders: readonly Decider[],
): Findings {
  const packages = indexByKey(inventory.packages, ({ key }) => key);
  const open: Finding[] = [];
  const dispositioned: DispositionedFinding[] = [];
  for (const finding of findings.findings) {
    const item = present(packages.get(finding.packageKey), 'the package of a finding');
    const decisions = collectDecisions({ finding, package: item }, deciders);
    const [first] = decisions;
    if (first?.effect === 'set-aside') {
      dispositioned.push({ finding, decisions });
    } else {
      open.push(first === undefined ? finding : { ...finding, decisions });
    }
  }
  return {
    ...findings,
    findings: open,
    dispositioned: [...(findings.dispositioned ?? []), ...dispositioned],
    alerts: [...findings.alerts, ...deciders.flatMap((decider) => decider.listAlerts())],
  };
}

/** Suggestions come last, because they never decide. */
function collectDecisions(one: Case, deciders: readonly Decider[]): readonly Decision[] {
  const all = deciders.flatMap((decider) => decider.decide(one));
  if (all.length === 0) {
    return all;
  }
  const isSuggestion = ({ effect }: Decision): boolean => effect === 'suggestion';
  return [...all.filter((decision) => !isSuggestion(decision)), ...all.filter(isSuggestion)];
}
