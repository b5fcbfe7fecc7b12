import type { SeverityWord } from '../../../foundation/core/finding.ts';
import { createDueRange, createUnseenDate } from '../clock-answers.ts';
import type { Clock } from '../clock-contract.ts';

/** FedRAMP Continuous Monitoring Performance Management Guide: days by severity. */
const DAYS: ReadonlyMap<SeverityWord, number> = new Map([
  ['critical', 30],
  ['high', 30],
  ['medium', 90],
  ['low', 180],
  ['negligible', 180],
]);

/** Due dates of FedRAMP Rev. 5 for high, moderate and low findings. */
export const fedrampRev5: Clock = {
  id: 'fedramp-rev5',
  title: 'FedRAMP Rev. 5',
  source:
    'FedRAMP continuous monitoring, Rev. 5: 30, 90 and 180 days after the finding was first seen',
  reads: [],
  compute: (input) => {
    const { finding, times } = input;
    const days = DAYS.get(finding.severity);
    return times.firstSeen === undefined
      ? createUnseenDate(input)
      : createDueRange({
          start: times.firstSeen,
          days: days === undefined ? [...DAYS.values()] : [days],
          event: 'it was first seen',
          missing: days === undefined ? ['severity'] : [],
        });
  },
};
