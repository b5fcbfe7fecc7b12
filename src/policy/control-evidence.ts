import type { ControlEvidence } from '../core/control.ts';
import type { PolicyInput } from './fact.ts';
import type { Control } from './policy.ts';

/** Lists the results of other tools about a control. */
export function listControlEvidence(
  _: Control,
  __: string,
  ___: PolicyInput,
): readonly ControlEvidence[] {
  return [];
}
