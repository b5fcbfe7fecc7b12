import { POLICY_OUTCOMES, type PolicyOutcome, type PolicyVerdict } from './policy-verdict.ts';

/** Result of one gate that the user set. */
export interface GateResult {
  /** Its option without dashes, such as `fail-on`. */
  readonly gate: string;
  /** `unknown` if it cannot be evaluated, which is never a pass. */
  readonly outcome: 'pass' | 'fail' | 'unknown';
  /** One sentence for a person, without the full stop. */
  readonly reason: string;
  /** Package key and vulnerability ID of each finding that failed it. */
  readonly failedBy: readonly { readonly packageKey: string; readonly id: string }[];
}

/** The worst outcome of all gates and of the policies, with each result. */
export interface Verdict {
  readonly outcome: PolicyOutcome;
  readonly gates: readonly GateResult[];
  /** Absent if no policy was evaluated. */
  readonly policy?: PolicyVerdict;
}

/** Returns the worst outcome; `pass` if there is none. */
export function findWorstOutcome(outcomes: readonly PolicyOutcome[]): PolicyOutcome {
  const ranks = outcomes.map((outcome) => POLICY_OUTCOMES.indexOf(outcome));
  return POLICY_OUTCOMES[Math.max(0, ...ranks)] ?? 'unknown';
}
