import { type Clock, type ClockInput, type DueDate } from '../clock-contract.ts';
import { addDays } from '../dates.ts';
import { findDeclaredFact } from '../declared-facts.ts';

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

/** Due dates of CISA's Binding Operational Directive 26-04. */
export const bod2604: Clock = {
  id: 'bod-26-04',
  title: 'CISA BOD 26-04',
  source:
    'BOD 26-04 (10 June 2026) by the table of CERT/CC, SSVC 1.0.0; the directive itself was not read, so the days of vulnerabilities outside of KEV are assumed to count from the day when they were first seen',
  compute: computeDue,
};

function computeDue(input: ClockInput): DueDate {
  const { finding, firstSeen, hasCatalog } = input;
  const [record] = finding.matches.flatMap(({ exploited }) => exploited);
  const isExploited = record !== undefined || (hasCatalog ? false : undefined);
  const facts = {
    'in KEV': isExploited,
    exposed: readExposed(input),
    automatable: readAnswer(input, 'automatable', 'yes'),
    'technical impact': readAnswer(input, 'technicalImpact', 'total'),
  };
  const missing = Object.entries(facts).flatMap(([name, value]) =>
    value === undefined ? name : [],
  );
  const days = listPossibleDays(Object.values(facts));
  const start = record?.dateAdded ?? firstSeen;
  const known = days.filter((one) => one !== undefined);
  const basis = `${[...new Set(known)].toSorted((left, right) => left - right).join(' or ')} days after ${record?.dateAdded === undefined ? 'it was first seen' : 'it was added to KEV'}`;
  if (known.length === 0) {
    return { kind: 'next-upgrade', basis: 'with the next scheduled upgrade' };
  }
  if (start === undefined) {
    return {
      kind: 'unknown',
      reason: `it is not known when ${finding.id} was first seen: add --ledger FILE`,
    };
  }
  const isAlwaysDue = known.length === days.length;
  return {
    kind: 'due',
    earliest: addDays(start, Math.min(...known)),
    ...(isAlwaysDue ? { latest: addDays(start, Math.max(...known)) } : {}),
    basis,
    missing,
  };
}

function readExposed({ declaredFacts, now }: ClockInput): Answer {
  const fact = findDeclaredFact('exposed', { declaredFacts, now });
  return fact.isKnown ? fact.value === true : undefined;
}

/** An answer of SSVC counts only if all sources agree. */
function readAnswer(
  { finding }: ClockInput,
  question: 'automatable' | 'technicalImpact',
  expected: string,
): Answer {
  const answers = finding.matches
    .flatMap(({ ssvc = [] }) => ssvc)
    .map((decision) => decision[question] === expected);
  const [first] = answers;
  return first !== undefined && answers.every((one) => one === first) ? first : undefined;
}

/** The days of every row of the table that the known answers leave possible. */
function listPossibleDays(answers: readonly Answer[]): readonly (number | undefined)[] {
  return [...DAYS].flatMap(([row, days]) => {
    const words = row.split(' ').map((word) => word === 'yes' || word === 'total');
    const isPossible = answers.every((answer, index) => (answer ?? words[index]) === words[index]);
    return isPossible ? [days] : [];
  });
}
