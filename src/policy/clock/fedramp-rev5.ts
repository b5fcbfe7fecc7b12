import type { SeverityWord } from '../../core/finding.ts';
import { type Clock } from '../clock-contract.ts';
import { addDays } from '../dates.ts';

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
  compute: ({ finding, firstSeen }) => {
    if (firstSeen === undefined) {
      return {
        kind: 'unknown',
        reason: `it is not known when ${finding.id} was first seen: add --ledger FILE`,
      };
    }
    const days = DAYS.get(finding.severity);
    return {
      kind: 'due',
      earliest: addDays(firstSeen, days ?? 30),
      latest: addDays(firstSeen, days ?? 180),
      basis: `${days ?? '30 to 180'} days after it was first seen`,
      missing: days === undefined ? ['severity'] : [],
    };
  },
};
