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

/** The worst outcome of all gates, with each result. */
export interface Verdict {
  readonly outcome: GateResult['outcome'];
  readonly gates: readonly GateResult[];
}
