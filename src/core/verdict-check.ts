import type { ControlStatus } from './control.ts';
import { type PolicyVerdict, weighRule } from './policy-verdict.ts';

/** A control of a pack, or a rule that belongs to none, as formats of findings list it. */
export interface VerdictCheck {
  /** Key of the control, or ID of the rule. */
  readonly id: string;
  readonly title: string;
  readonly status: ControlStatus;
  /** Whether it fails the verdict, or only warns. */
  readonly isRequired: boolean;
  /** The reasons and the state of the source, without a full stop. */
  readonly message: string;
}

/** Lists every control and every other rule in force; those that are only logged are left out. */
export function listVerdictChecks(verdict: PolicyVerdict): readonly VerdictCheck[] {
  const { controls = [], rules } = verdict;
  const answered = new Set(controls.flatMap((control) => control.rules));
  return [
    ...controls
      .filter(({ mode }) => mode === 'enforce')
      .map(({ key, title, status, force, reasons, isSourceVerified }): VerdictCheck => {
        const mark = isSourceVerified ? [] : ['unverified source'];
        const message = [status.replace('-', ' '), ...reasons, ...mark].join('; ');
        return { id: key, title, status, isRequired: force.startsWith('MUST'), message };
      }),
    ...rules
      .filter(({ mode, rule }) => mode === 'enforce' && !answered.has(rule))
      .map((proof): VerdictCheck => {
        const { rule, outcome, action, matches, missing } = proof;
        const status = outcome === 'pass' ? 'passed' : outcome === 'unknown' ? outcome : 'failed';
        const titles = matches
          .filter((match) => match.outcome === outcome)
          .map(({ title }) => title);
        const message = [weighRule(proof), ...titles.slice(0, 3), ...missing].join('; ');
        return { id: rule, title: rule, status, isRequired: action === 'fail', message };
      }),
  ];
}

/** Whether a check needs a person: nobody may read it as passed. */
export function isOpenCheck({ status }: Pick<VerdictCheck, 'status'>): boolean {
  return status === 'failed' || status === 'unknown' || status === 'unanswered';
}
