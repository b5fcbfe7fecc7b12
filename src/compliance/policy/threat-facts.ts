import type { ExploitedRecord, SsvcDecision } from '../../foundation/core/advisory.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { Finding } from '../../foundation/core/finding.ts';
import { countDays } from './dates.ts';
import { createFact, createUnknownFact, type FactDefinition, type FactValue } from './fact.ts';

interface ThreatSubject {
  readonly finding: Finding;
}

/** Facts of KEV and SSVC about a finding. */
export const THREAT_FACTS: readonly FactDefinition<ThreatSubject>[] = [
  {
    name: 'exploited-age',
    type: { kind: 'amount', unit: 'days' },
    about: 'days since it was added to the catalog of exploited vulnerabilities (KEV)',
    absence: 'not in the catalog, or the catalog states no date: unknown',
    read: ({ finding }, { now }) => readExploitedDays(finding, 'dateAdded', now),
  },
  {
    name: 'exploited-overdue',
    type: { kind: 'amount', unit: 'days' },
    about:
      'days since its due date in the catalog of exploited vulnerabilities; negative before that',
    absence: 'not in the catalog, or the catalog states no date: unknown',
    read: ({ finding }, { now }) => readExploitedDays(finding, 'dueDate', now),
  },
  {
    name: 'ransomware',
    type: { kind: 'flag' },
    about: 'whether ransomware uses it, according to the catalog of exploited vulnerabilities',
    absence: 'not in the catalog, or the catalog states no use: unknown',
    read: ({ finding }) => {
      const records = listExploited(finding);
      return records.some((record) => /^known$/i.test(record.knownRansomwareCampaignUse))
        ? createFact(true)
        : createUnknownFact(`no catalog states whether ransomware uses ${finding.id}`);
    },
  },
  {
    name: 'forensic-triage',
    type: { kind: 'flag' },
    about: 'whether the catalog of exploited vulnerabilities requires a forensic triage',
    absence: 'not in the catalog, or an entry before June 2026, which states none: unknown',
    read: ({ finding }) => {
      const stated = listExploited(finding).flatMap(({ forensicTriage }) => forensicTriage ?? []);
      return stated.length === 0
        ? createUnknownFact(`no catalog states whether ${finding.id} needs a forensic triage`)
        : createFact(stated.includes(true));
    },
  },
  {
    name: 'exploitation',
    type: { kind: 'scale', words: ['none', 'poc', 'active'] },
    about: 'its exploitation by SSVC; of several sources, the worst',
    absence: 'no source has decided: unknown',
    read: ({ finding }) => readWorst(finding, 'exploitation', ['none', 'poc', 'active']),
  },
  {
    name: 'automatable',
    type: { kind: 'flag' },
    about: 'whether an attack can be automated, by SSVC; of several sources, the worst',
    absence: 'no source has decided: unknown',
    read: ({ finding }) => {
      const value = readWorst(finding, 'automatable', ['no', 'yes']);
      return value.isKnown ? { ...value, value: value.value === 'yes' } : value;
    },
  },
  {
    name: 'technical-impact',
    type: { kind: 'scale', words: ['partial', 'total'] },
    about: 'the control that an attacker gains, by SSVC; of several sources, the worst',
    absence: 'no source has decided: unknown',
    read: ({ finding }) => readWorst(finding, 'technicalImpact', ['partial', 'total']),
  },
];

function listExploited({ matches }: Finding): readonly ExploitedRecord[] {
  return matches.flatMap(({ exploited }) => exploited);
}

function readExploitedDays(
  finding: Finding,
  member: 'dateAdded' | 'dueDate',
  now: string,
): FactValue {
  const dates = listExploited(finding).flatMap((record) => record[member] ?? []);
  const [first] = dates.toSorted(compareText);
  return first === undefined
    ? createUnknownFact(`no catalog of exploited vulnerabilities has a date for ${finding.id}`)
    : createFact(countDays(first, now), { date: first });
}

/** Sources write these words in different cases. */
function readWorst(
  finding: Finding,
  member: 'exploitation' | 'automatable' | 'technicalImpact',
  words: readonly string[],
): FactValue {
  const decisions = finding.matches.flatMap(({ ssvc = [] }) => ssvc);
  const ranked = decisions
    .map((decision: SsvcDecision) => ({
      decision,
      rank: words.indexOf(decision[member].toLowerCase()),
    }))
    .filter(({ rank }) => rank !== -1)
    .toSorted((left, right) => right.rank - left.rank);
  const [worst] = ranked;
  return worst === undefined
    ? createUnknownFact(`no source of SSVC has decided about ${finding.id}`)
    : createFact(words[worst.rank] ?? '', {
        source: worst.decision.source,
        date: worst.decision.date,
      });
}
