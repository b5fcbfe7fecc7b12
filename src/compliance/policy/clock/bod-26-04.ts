import {
  createDueRange,
  createUnseenDate,
  readDeclaredFlag,
  readExploited,
} from '../clock-answers.ts';
import type { Clock, ClockInput, DueDate } from '../clock-contract.ts';

/** A fact that is true, false, or missing. */
type Answer = boolean | undefined;

/**
 * Days by: in KEV, exposed, automatable, total impact. The table is that of CERT/CC, SSVC
 * `cisa_bod_26_04_1_0_0.csv` (MIT); without a number, the fix waits for the next upgrade.
 */
const DAYS: ReadonlyMap<string, number | undefined> = new Map([
  ['no no no partial', undefined],
  ['yes no no partial', 14],
  ['no yes no partial', 60],
  ['no no yes partial', 60],
  ['no no no total', undefined],
  ['yes yes no partial', 14],
  ['yes no yes partial', 14],
  ['no yes yes partial', 14],
  ['yes no no total', 14],
  ['no yes no total', 14],
  ['no no yes total', 60],
  ['yes yes yes partial', 3],
  ['yes yes no total', 3],
  ['yes no yes total', 3],
  ['no yes yes total', 3],
  ['yes yes yes total', 3],
]);

/** Rows that also require a forensic investigation. */
const FORENSICS: ReadonlySet<string> = new Set([
  'yes yes no total',
  'yes no yes total',
  'yes yes yes total',
]);

/** Due dates of CISA's Binding Operational Directive 26-04. */
export const bod2604: Clock = {
  id: 'bod-26-04',
  title: 'CISA BOD 26-04',
  source:
    'BOD 26-04 (10 June 2026) by the table of CERT/CC, SSVC 1.0.0; the directive itself was not read, so the days of vulnerabilities outside of KEV are assumed to count from the day when they were first seen',
  reads: ['exposed'],
  compute: computeDue,
};

function computeDue(input: ClockInput): DueDate {
  const { finding, times } = input;
  const [record] = finding.matches.flatMap(({ exploited }) => exploited);
  const facts = {
    'in KEV': readExploited(input),
    exposed: readDeclaredFlag('exposed', input),
    automatable: readAnswer(input, 'automatable', ['no', 'yes']),
    'technical impact': readAnswer(input, 'technicalImpact', ['partial', 'total']),
  };
  const missing = Object.entries(facts).flatMap(([name, value]) =>
    value === undefined ? name : [],
  );
  const rows = listPossibleRows(Object.values(facts));
  const days = rows.map((row) => DAYS.get(row));
  if (days.every((one) => one === undefined)) {
    return { kind: 'no-date', basis: 'with the next scheduled upgrade' };
  }
  const start = record?.dateAdded ?? times.firstSeen;
  if (start === undefined) {
    return createUnseenDate(input);
  }
  const event = record?.dateAdded === undefined ? 'it was first seen' : 'it was added to KEV';
  const forensics = rows.every((row) => FORENSICS.has(row))
    ? ', with a forensic investigation'
    : '';
  return createDueRange({ start, days, event: `${event}${forensics}`, missing });
}

/** An answer of SSVC counts only if all sources agree; other words than the two are missing. */
function readAnswer(
  { finding }: ClockInput,
  question: 'automatable' | 'technicalImpact',
  [no, yes]: readonly [no: string, yes: string],
): Answer {
  const answers = new Set(
    finding.matches
      .flatMap(({ ssvc = [] }) => ssvc)
      .map((decision) => decision[question].toLowerCase())
      .filter((word) => word === no || word === yes),
  );
  const [answer] = answers;
  return answers.size === 1 ? answer === yes : undefined;
}

/** The rows of the table that the known answers leave possible. */
function listPossibleRows(answers: readonly Answer[]): readonly string[] {
  return [...DAYS.keys()].filter((row) => {
    const words = row.split(' ').map((word) => word === 'yes' || word === 'total');
    return answers.every((answer, index) => (answer ?? words[index]) === words[index]);
  });
}
