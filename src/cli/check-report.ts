import type { PolicyInput } from '../compliance/policy/fact.ts';
import type { Policy } from '../compliance/policy/policy.ts';
import type { VerdictReport } from '../foundation/core/verdict-format.ts';

/** Everything that an output of `plimsoll check` may contain. */
export interface CheckReport extends VerdictReport {
  readonly input: PolicyInput;
  readonly policies: readonly Policy[];
}
