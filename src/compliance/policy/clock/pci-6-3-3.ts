import { findReleaseDate, readDeclaredWord } from '../clock-answers.ts';
import type { Clock, ClockInput, DueDate } from '../clock-contract.ts';
import { addMonths } from '../dates.ts';

/** Due dates of PCI DSS for critical patches. */
export const pci633: Clock = {
  id: 'pci-6-3-3',
  title: 'PCI DSS 6.3.3',
  source:
    "PCI DSS 4.0.1, 6.3.3, by a copy of the council's announcement: one month after the release of the fix, for vulnerabilities that your own method (6.3.1) ranks as critical",
  reads: ['ranking'],
  compute: computeDue,
};

function computeDue(input: ClockInput): DueDate {
  const { finding } = input;
  const ranking = readDeclaredWord('ranking', input);
  if (ranking !== undefined && ranking !== 'critical') {
    return { kind: 'no-date', basis: `ranked as ${ranking}` };
  }
  if (finding.fixState === 'not-fixed' || finding.fixState === 'wont-fix') {
    return { kind: 'no-date', basis: 'no fix was released' };
  }
  const released = findReleaseDate(input);
  if (released === undefined) {
    return { kind: 'unknown', reason: `the date of the fix for ${finding.id} is not known` };
  }
  const date = addMonths(released, 1);
  const basis = 'one month after the release of the fix';
  return ranking === undefined
    ? { kind: 'due', earliest: date, basis, missing: ['ranking'] }
    : { kind: 'due', earliest: date, latest: date, basis, missing: [] };
}
