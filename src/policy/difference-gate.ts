import type { BareDifference } from '../compare/difference.ts';
import type { GateResult } from '../core/verdict.ts';
import type { Gate } from './gate-contract.ts';

interface DifferenceGate {
  readonly id: string;
  /** Lists each change that fails the gate; `undefined` if the difference does not contain them. */
  listFailing(difference: BareDifference): readonly string[] | undefined;
}

const LISTED_MAX = 3;

/** Creates a gate over the difference between two targets, enabled by its ID. */
export function createDifferenceGate({ id, listFailing }: DifferenceGate): Gate {
  return {
    id,
    isEnabled: ({ differences = [] }) => differences.includes(id),
    judge: ({ difference }) => {
      const failing = difference === undefined ? undefined : listFailing(difference);
      return { gate: `fail-on-difference ${id}`, ...describe(failing), failedBy: [] };
    },
  };
}

function describe(failing: readonly string[] | undefined): Pick<GateResult, 'outcome' | 'reason'> {
  if (failing === undefined) {
    return { outcome: 'unknown', reason: 'it is not known for both targets' };
  }
  if (failing.length === 0) {
    return { outcome: 'pass', reason: 'nothing new' };
  }
  const more = failing.length - LISTED_MAX;
  const rest = more > 0 ? ` and ${more} more` : '';
  return { outcome: 'fail', reason: `${failing.slice(0, LISTED_MAX).join(', ')}${rest}` };
}
