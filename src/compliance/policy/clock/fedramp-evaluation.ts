import { createDueRange, createUnseenDate, readDeclaredWord } from '../clock-answers.ts';
import type { Clock } from '../clock-contract.ts';

/** Days by class. FedRAMP Consolidated Rules 2026.07.14, VER-TFR-EVU. */
const DAYS: ReadonlyMap<string, number> = new Map([
  ['A', 14],
  ['B', 7],
  ['C', 5],
  ['D', 2],
]);

/** Until when a finding must be evaluated by FedRAMP. */
export const fedrampEvaluation: Clock = {
  id: 'fedramp-evaluation',
  title: 'evaluation by FedRAMP',
  source: 'FedRAMP Consolidated Rules 2026.07.14: VER-TFR-EVU (should); days count from detection',
  reads: ['fedramp-class'],
  compute: (input) => {
    const { evaluated, firstSeen } = input.times;
    if (evaluated !== undefined) {
      return { kind: 'no-date', basis: `evaluated on ${evaluated}` };
    }
    const className = readDeclaredWord('fedramp-class', input);
    const days = [...DAYS].flatMap(([name, one]) => ((className ?? name) === name ? [one] : []));
    const missing = className === undefined ? ['fedramp-class'] : [];
    return firstSeen === undefined
      ? createUnseenDate(input)
      : createDueRange({ start: firstSeen, days, event: 'it was first seen', missing });
  },
};
