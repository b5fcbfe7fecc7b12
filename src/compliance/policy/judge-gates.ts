import { findWorstOutcome, type Verdict } from '../../foundation/core/verdict.ts';
import { gates } from './gate/registry.generated.ts';
import type { GateInput, GateSettings } from './gate-contract.ts';

/**
 * Judges every enabled gate, even after one failed, so that all problems are reported at once.
 * Returns `undefined` if no gate is enabled.
 */
export function judgeGates(input: GateInput, settings: GateSettings): Verdict | undefined {
  const results = gates
    .filter((gate) => gate.isEnabled(settings))
    .map((gate) => gate.judge(input, settings));
  const outcome = findWorstOutcome(results.map((one) => one.outcome));
  return results.length === 0 ? undefined : { outcome, gates: results };
}
