import type { ControlStatus } from './control.ts';
import { listSeparateRules, type PolicyVerdict, weighRule } from './policy-verdict.ts';

/** A control of a pack, or a rule that no control reports, as formats of findings list it. */
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

/** Lists every enforced control, and every enforced rule that no control reports. */
export function listVerdictChecks(verdict: PolicyVerdict): readonly VerdictCheck[] {
  const { controls = [] } = verdict;
  return [
    ...controls
      .filter(({ mode }) => mode === 'enforce')
      .map(({ key, title, status, force, reasons, isSourceVerified }): VerdictCheck => {
        const mark = isSourceVerified ? [] : ['unverified source'];
        const message = [status.replace('-', ' '), ...reasons, ...mark].join('; ');
        return { id: key, title, status, isRequired: force.startsWith('MUST'), message };
      }),
    ...listSeparateRules(verdict)
      .filter(({ mode }) => mode === 'enforce')
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

/** Returns whether a check is open: a person must act on it or answer it. */
export function isOpenCheck({ status }: Pick<VerdictCheck, 'status'>): boolean {
  return status === 'failed' || status === 'unknown' || status === 'unanswered';
}
