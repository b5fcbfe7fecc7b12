import type { Decision } from '../../core/decision.ts';
import type { Case, Decider, Surroundings } from '../decider.ts';
import { evidenceRecord } from '../evidence.ts';
import type { Derivation } from './derivation.ts';

/** What the program concludes itself, signed as a tool and never as a person. */
export function createDerivedDecider(
  derivations: readonly Derivation[],
  surroundings: Surroundings,
): Decider {
  return {
    decide: (one) => derivations.flatMap((rule) => decisionOf(rule, one, surroundings)),
    alerts: () => [],
  };
}

function decisionOf(rule: Derivation, one: Case, surroundings: Surroundings): readonly Decision[] {
  const conclusion = rule.conclude(one, surroundings);
  if (conclusion === undefined) {
    return [];
  }
  const { inputs, ...words } = conclusion;
  return [
    {
      kind: 'derived',
      ...words,
      author: 'plimsoll (tool)',
      source: `rule ${rule.id} version ${rule.version}`,
      trace: [rule.title],
      evidence: evidenceRecord(rule, inputs),
    },
  ];
}
