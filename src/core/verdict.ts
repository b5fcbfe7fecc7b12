/** Whether one condition that the user set lets the target sail. */
export interface GateResult {
  /** The option that set it, as its flag without dashes, e.g. `fail-on`. */
  readonly gate: string;
  /** What cannot be evaluated is `unknown`, which is never a pass. */
  readonly outcome: 'pass' | 'fail' | 'unknown';
  /** One sentence for a person, without the full stop. */
  readonly reason: string;
  /** What failed it: package key and vulnerability id of each finding. */
  readonly failedBy: readonly { readonly packageKey: string; readonly id: string }[];
}

/** The worst outcome of all gates, and each of them. */
export interface Verdict {
  readonly outcome: GateResult['outcome'];
  readonly gates: readonly GateResult[];
}
