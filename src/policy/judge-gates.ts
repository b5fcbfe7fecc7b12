import type { GateResult, Verdict } from '../core/verdict.ts';
import { gates } from './gate/registry.generated.ts';
import type { GateInput, GateSettings } from './gate-contract.ts';

const RANK: Readonly<Record<GateResult['outcome'], number>> = { pass: 0, unknown: 1, fail: 2 };

/**
 * Judges every enabled gate, even after one failed, so that all problems are reported at once.
 * Returns `undefined` if no gate is enabled.
 */
export function judgeGates(input: GateInput, settings: GateSettings): Verdict | undefined {
  const results = gates
    .filter((gate) => gate.isEnabled(settings))
    .map((gate) => gate.judge(input, settings));
  const outcome = results.reduce<GateResult['outcome']>(
    (worst, result) => (RANK[result.outcome] > RANK[worst] ? result.outcome : worst),
    'pass',
  );
  return results.length === 0 ? undefined : { outcome, gates: results };
}
