import type { ControlResult } from '../../../foundation/core/control.ts';
import type { PolicyVerdict, RuleProof } from '../../../foundation/core/policy-verdict.ts';

/** A control with a status that the rest of the verdict does not support. */
type Contradiction = readonly [control: string, fault: string];

/** Returns the contradictions of a verdict in JSON; a malformed one is a fault of its own. */
export function listControlFaults(text: string): readonly string[] {
  try {
    const verdict = JSON.parse(text) as PolicyVerdict;
    return listControlContradictions(verdict).map((one) => one.join(': '));
  } catch {
    return ['the controls are malformed'];
  }
}

/**
 * Compares the answers to controls with the rules, statements and results in the same verdict. This
 * belongs to the second implementation, and imports nothing from the first one.
 */
export function listControlContradictions(verdict: PolicyVerdict): readonly Contradiction[] {
  const rules = new Map(verdict.rules.map((rule) => [rule.rule, rule]));
  const controls = verdict.controls ?? [];
  return [
    ...controls.flatMap((control) => {
      const fault = findContradiction(control, rules, verdict.evaluatedAt);
      return fault === undefined ? [] : [[control.key, fault] as const];
    }),
    ...listOutcomeContradictions(controls, verdict),
  ];
}

function findContradiction(
  { status, kind, rules: ids, statement, results }: ControlResult,
  rules: ReadonlyMap<string, RuleProof>,
  evaluatedAt: string,
): string | undefined {
  const own = ids.map((id) => rules.get(id)?.outcome ?? 'unknown');
  const isFired = own.includes('fail') || own.includes('warn');
  const counted = results.filter(({ note }) => note === undefined);
  const checks = counted.flatMap((result) => result.checks.map((check) => check.status));
  const isStated =
    statement?.state === 'used' && Date.parse(statement.expires) > Date.parse(evaluatedAt);
  if (isFired && status !== 'failed' && status !== 'not-applicable') {
    return `a rule fired, but the control is ${status}`;
  }
  if (status === 'failed') {
    const isNotMet = isStated && statement.answer === 'not-met';
    return isFired || isNotMet || checks.includes('failed') ? undefined : 'nothing failed it';
  }
  if (status !== 'passed') {
    return undefined;
  }
  if (own.some((outcome) => outcome !== 'pass')) {
    return 'it passed, but a rule did not';
  }
  const isMet = isStated && statement.answer === 'met';
  return kind === 'automatic' || isMet || checks.includes('passed')
    ? undefined
    : 'it passed without a statement or a result';
}

/** A control that is open makes the verdict at least as bad as its force. */
function listOutcomeContradictions(
  controls: readonly ControlResult[],
  { outcome }: PolicyVerdict,
): readonly Contradiction[] {
  return controls.flatMap(({ key, status, force, mode }) => {
    const isOpen = ['failed', 'unknown', 'unanswered'].includes(status) && mode === 'enforce';
    const isMust = isOpen && force.startsWith('MUST');
    const isWeaker =
      (isOpen && outcome === 'pass') ||
      (isMust && outcome === 'warn') ||
      (isMust && status === 'failed' && outcome !== 'fail');
    return isWeaker ? [[key, `it is ${status}, but the verdict is ${outcome}`] as const] : [];
  });
}
