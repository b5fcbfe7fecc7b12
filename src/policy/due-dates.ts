import { formatTargetTitle } from '../core/target-title.ts';
import { clocks } from './clock/registry.generated.ts';
import type { Clock } from './clock-contract.ts';
import { evaluateOnce } from './evaluate-policy.ts';
import { listFacts } from './expression/collect-facts.ts';
import type { PolicyInput } from './fact.ts';
import { computeDueDate, type FindingSubject } from './finding-clocks.ts';
import { nameFinding } from './ledger.ts';
import { type Judged, listRuleDates } from './next-change.ts';
import type { Policy } from './policy.ts';
import { findingSubject } from './subject/finding.ts';

/** A date until which something must be done. */
export interface DueEntry {
  /** Stays the same for other tags, digests and versions of the package. */
  readonly key: string;
  /** RFC 3339. */
  readonly date: string;
  readonly title: string;
  /** Lines about the basis, missing facts and the latest possible date. */
  readonly notes: readonly string[];
}

/**
 * Lists the due dates by the clocks and ages that the rules in force read, sorted by date. Of
 * several packages with the same name, the earliest date counts.
 */
export function listDueDates(policies: readonly Policy[], input: PolicyInput): readonly DueEntry[] {
  const judged = evaluateOnce(policies, input);
  const read = new Set(
    judged.rules
      .flatMap(({ conditions }) => conditions)
      .flatMap(({ expression }) => listFacts(expression)),
  );
  const used = clocks.filter(({ id }) => read.has(`overdue-${id}`));
  const { subjects } = findingSubject.list(input);
  const all = [
    ...used.flatMap((clock) => subjects.flatMap((subject) => createEntry(clock, subject, input))),
    ...listRuleEntries(judged),
  ].toSorted((left, right) => compareDates(left, right));
  const seen = new Set<string>();
  return all.filter(({ key }) => {
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function compareDates(left: DueEntry, right: DueEntry): number {
  return Date.parse(left.date) - Date.parse(right.date) || (left.key < right.key ? -1 : 1);
}

function createEntry(
  clock: Clock,
  subject: FindingSubject,
  input: PolicyInput,
): readonly DueEntry[] {
  const due = computeDueDate(clock, subject, input);
  if (due.kind !== 'due') {
    return [];
  }
  const {
    image,
    package: name,
    vulnerability,
  } = nameFinding(subject.finding, subject.item, input.assessment.target);
  return [
    {
      key: [clock.id, image, name, vulnerability].join('\n'),
      date: due.earliest,
      title: `${findingSubject.describe(subject)} is due by ${clock.title}`,
      notes: [
        `image: ${formatTargetTitle(input.assessment.target)}`,
        due.basis,
        ...(due.missing.length === 0
          ? []
          : [`missing facts: ${due.missing.join(', ')}; latest date: ${due.latest ?? 'none'}`]),
      ],
    },
  ];
}

/** Rules about ages are clocks of one's own. */
function listRuleEntries(judged: Judged): readonly DueEntry[] {
  const title = formatTargetTitle(judged.input.assessment.target);
  const isAge = (fact: string): boolean => !fact.startsWith('overdue-');
  return listRuleDates(judged, isAge).map(({ rule, subject, date }) => ({
    key: ['rule', rule, title.replace(/[:@].*$/, ''), subject.title].join('\n'),
    date,
    title: `${subject.title} becomes due by the rule ${rule}`,
    notes: [`image: ${title}`],
  }));
}
