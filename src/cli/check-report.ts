import type { VerdictReport } from '../core/verdict-format.ts';
import type { PolicyInput } from '../policy/fact.ts';
import type { Policy } from '../policy/policy.ts';

/** Everything that an output of `plimsoll check` may contain. */
export interface CheckReport extends VerdictReport {
  readonly input: PolicyInput;
  readonly policies: readonly Policy[];
}
