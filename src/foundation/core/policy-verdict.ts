import type { ControlResult, PackProof, StatementProof } from './control.ts';
import type { JustificationSummary } from './justification.ts';

/** Outcomes, the best first: fail > unknown > warn > pass. */
export const POLICY_OUTCOMES = ['pass', 'warn', 'unknown', 'fail'] as const;

export type PolicyOutcome = (typeof POLICY_OUTCOMES)[number];

/** One condition of a rule with the value that decided it. */
export interface ConditionProof {
  /** As in the policy: `severity: high or worse`. */
  readonly condition: string;
  readonly holds: boolean | 'unknown';
  /** The value of the fact, or of each fact that an expression reads. */
  readonly values: readonly FactProof[];
}

/** The value of a fact with its evidence, or the reason why it is unknown. */
export interface FactProof {
  readonly fact: string;
  readonly value?: string | number | boolean | readonly string[];
  readonly evidence?: Readonly<Record<string, string>>;
  readonly unknown?: string;
}

/** A subject for which a rule fired, or could not be evaluated. */
export interface SubjectProof {
  /** Stable ID, such as `finding CVE-2026-1111 0123456789abcdef`. */
  readonly subject: string;
  /** For people, such as `CVE-2026-1111 in openssl 3.0.11-1`. */
  readonly title: string;
  readonly outcome: PolicyOutcome;
  readonly conditions: readonly ConditionProof[];
  /** Exceptions about this subject, with the reason why each does or does not apply. */
  readonly exceptions: readonly ExceptionProof[];
}

export interface ExceptionProof {
  readonly source: string;
  readonly applies: boolean;
  readonly reason: string;
}

/** The result of one rule. */
export interface RuleProof {
  readonly rule: string;
  readonly source: string;
  /** Kind of its subjects. */
  readonly subject: string;
  /** `none`: it fires if no subject meets the conditions. */
  readonly quantifier: 'some' | 'none';
  /** As in the policy; `fact` is absent for an expression. */
  readonly conditions: readonly { readonly text: string; readonly fact?: string }[];
  readonly action: 'warn' | 'fail';
  readonly mode: 'enforce' | 'log';
  readonly outcome: PolicyOutcome;
  /** Number of subjects. */
  readonly evaluated: number;
  /** `sha256:…` of the sorted keys of all subjects, one per line. */
  readonly subjects: string;
  /** Why further subjects may exist. */
  readonly missing: readonly string[];
  /** Subjects that fired or could not be evaluated, also those that an exception covers. */
  readonly matches: readonly SubjectProof[];
  /** The next step. */
  readonly recommendation?: string;
}

/** How an exception of the policy was used. */
export interface ExceptionUse {
  readonly source: string;
  readonly rule: string;
  readonly about: string;
  readonly reason: string;
  readonly approvedBy: string;
  readonly evidence: string;
  readonly expires: string;
  readonly state: 'used' | 'unused' | 'expired' | 'lapsed' | 'too-long';
}

/** A policy or pack that took part. */
export interface PolicyInputProof {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly digest: string;
}

/** Digests of the inputs of a verdict, as `sha256:…`. */
export interface VerdictInputs {
  readonly inventory: string;
  readonly findings: string;
  /** Digest of ignored and suppressed findings. */
  readonly decisions: string;
  readonly database: string;
  /** Digest of the declared facts. */
  readonly facts: string;
  /** Absent without a ledger. */
  readonly ledger?: string;
  /** The following are absent if they were not given. */
  readonly dockerfile?: string;
  readonly results?: string;
  readonly packageLists?: string;
  readonly lifecycles?: string;
  readonly attestations?: string;
  readonly baseline?: string;
  readonly justifications?: string;
  readonly statements?: string;
}

/** The answer to "may it ship", with its proof. */
export interface PolicyVerdict {
  readonly outcome: PolicyOutcome;
  /** A sentence without a full stop if something other than a rule decided. */
  readonly reason?: string;
  /** Name of the target; absent if the verdict was not computed from one. */
  readonly target?: string;
  /** RFC 3339. */
  readonly evaluatedAt: string;
  /** Absent if the verdict was not computed from a target. */
  readonly inputs?: VerdictInputs;
  readonly policies: readonly PolicyInputProof[];
  readonly rules: readonly RuleProof[];
  readonly exceptions: readonly ExceptionUse[];
  /** The number of items left to justify; absent if they were not counted. */
  readonly justifications?: JustificationSummary;
  /** The packs whose controls were answered; absent, like the controls, if no pack is used. */
  readonly packs?: readonly PackProof[];
  readonly controls?: readonly ControlResult[];
  /** Answers by people, also those that do not count; absent if none was given. */
  readonly statements?: readonly StatementProof[];
  /**
   * The earliest time at which time alone changes the verdict, a rule or a subject; absent if there
   * is none. Without `date`, it is not known, for the reason.
   */
  readonly nextChange?: { readonly date?: string; readonly reason: string };
  /** `sha256:…` of everything else in the verdict, with sorted members. */
  readonly proof?: string;
}

const RULES_NAMED_MAX = 3;

/** Names the reason of a verdict, or the rules that decided it; `every rule passes` if none did. */
export function describePolicyVerdict({ outcome, reason, rules }: PolicyVerdict): string {
  const deciding = rules
    .filter(({ mode }) => mode === 'enforce')
    .filter((rule) => weighRule(rule) === outcome && outcome !== 'pass')
    .map(({ rule }) => rule);
  const more = deciding.length - RULES_NAMED_MAX;
  const named = deciding.slice(0, RULES_NAMED_MAX).join(', ');
  const list = more > 0 ? `${named} and ${more} more` : named;
  return (
    reason ??
    (list === '' ? 'every rule passes' : `${deciding.length === 1 ? 'rule' : 'rules'} ${list}`)
  );
}

/** An unknown rule weighs no more than its action. */
export function weighRule({
  outcome,
  action,
}: Pick<RuleProof, 'outcome' | 'action'>): PolicyOutcome {
  return outcome === 'unknown' && action === 'warn' ? 'warn' : outcome;
}

/** An open control weighs no more than its force. */
export function weighControl({
  status,
  force,
  mode,
}: Pick<ControlResult, 'status' | 'force' | 'mode'>): PolicyOutcome {
  if (mode === 'log' || status === 'passed' || status === 'not-applicable') {
    return 'pass';
  }
  if (force.startsWith('SHOULD')) {
    return 'warn';
  }
  return status === 'failed' ? 'fail' : 'unknown';
}

/**
 * Lists the rules that no control reports: those that belong to none, and those with a worse
 * outcome than each of their controls, such as a control that does not apply or is only logged.
 */
export function listSeparateRules({
  rules,
  controls = [],
}: Pick<PolicyVerdict, 'rules' | 'controls'>): readonly RuleProof[] {
  return rules.filter((proof) => {
    const rank = proof.mode === 'log' ? 0 : POLICY_OUTCOMES.indexOf(weighRule(proof));
    return controls
      .filter((control) => control.rules.includes(proof.rule))
      .every((control) => POLICY_OUTCOMES.indexOf(weighControl(control)) < rank);
  });
}
