import type { GateResult } from '../../foundation/core/verdict.ts';
import type { BareDifference } from '../../hardening/compare/difference.ts';
import type { ChangeSubject } from './changes.ts';
import type { Gate } from './gate-contract.ts';
import { createCondition, judgeRuleGate } from './judge-rule-gate.ts';
import type { Condition } from './policy.ts';

interface DifferenceGate {
  readonly id: string;
  /** Changes of the section; `undefined` if the difference does not contain them. */
  listChanges(difference: BareDifference): readonly ChangeSubject[] | undefined;
  /** Returns whether the absence of failing changes is unknown. */
  isIncomplete?(difference: BareDifference): boolean;
  /** A change fails the gate if all of these hold, and no decision accepts it. */
  readonly conditions: readonly Condition[];
  describeChange(change: ChangeSubject): string;
}

const LISTED_MAX = 3;
const NOT_KNOWN = 'it is not known for both targets';

/** Creates a gate over the difference between two targets, enabled by its ID. */
export function createDifferenceGate(gate: DifferenceGate): Gate {
  const { id, conditions, describeChange } = gate;
  return {
    id,
    isEnabled: ({ differences = [] }) => differences.includes(id),
    judge: ({ assessment, difference }) => {
      const changes = difference && gate.listChanges(difference);
      const isIncomplete = difference === undefined || gate.isIncomplete?.(difference) === true;
      const { outcome, failing } = judgeRuleGate(
        `fail-on-difference ${id}`,
        {
          kind: 'change',
          subjects: changes ?? [],
          missing: changes === undefined || isIncomplete ? [NOT_KNOWN] : [],
          conditions: [createCondition('accepted', false), ...conditions],
        },
        assessment,
      );
      const reason = describe(outcome, failing.map(describeChange));
      return { gate: `fail-on-difference ${id}`, outcome, reason, failedBy: [] };
    },
  };
}

function describe(outcome: GateResult['outcome'], failing: readonly string[]): string {
  if (outcome === 'unknown') {
    return NOT_KNOWN;
  }
  if (failing.length === 0) {
    return 'nothing new';
  }
  const more = failing.length - LISTED_MAX;
  const rest = more > 0 ? ` and ${more} more` : '';
  return `${failing.slice(0, LISTED_MAX).join(', ')}${rest}`;
}
