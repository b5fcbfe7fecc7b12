import { assessCompleteness } from '../../foundation/core/assessment.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { PolicyVerdict } from '../../foundation/core/policy-verdict.ts';
import { formatTargetTitle } from '../../foundation/core/target-title.ts';
import { clocks } from './clock/registry.generated.ts';
import type { Clock } from './clock-contract.ts';
import { evaluateOnce } from './evaluate-policy.ts';
import { listFacts } from './expression/collect-facts.ts';
import type { PolicyInput } from './fact.ts';
import type { OpenSubject } from './judge-condition.ts';
import { nameImage } from './ledger.ts';
import { type Judged, listRuleDates } from './next-change.ts';
import type { Policy } from './policy.ts';

/** A date until which something must be done. */
export interface DueEntry {
  /** Stays the same for other tags, digests and versions of the package. */
  readonly key: string;
  /** RFC 3339. */
  readonly date: string;
  readonly title: string;
  /** IDs of the vulnerability; absent if it is about something else. */
  readonly vulnerabilities?: readonly string[];
  /** From when the days count, and which facts are missing; absent for ages. */
  readonly basis?: string;
  /** Lines about the basis, missing facts and the latest possible date. */
  readonly notes: readonly string[];
}

/**
 * Lists the due dates by the clocks and ages that the rules in force read, sorted by date. Of
 * several packages with the same name, the earliest date counts.
 */
export function listDueDates(policies: readonly Policy[], input: PolicyInput): readonly DueEntry[] {
  const judged = evaluateOnce(policies, input);
  const conditions = judged.rules.flatMap((rule) => rule.conditions);
  const read = new Set(conditions.flatMap(({ expression }) => listFacts(expression)));
  const used = clocks.filter(({ id }) => read.has(`overdue-${id}`));
  const subjects = judged.open.get('finding')?.subjects ?? [];
  const all = [
    ...used.flatMap((clock) => subjects.flatMap((subject) => createEntry(clock, subject, input))),
    ...listRuleEntries(judged),
  ].toSorted(compareEntries);
  const seen = new Set<string>();
  return all.filter(({ key }) => {
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** Lists why due dates may be missing: gaps of the assessment, and rules that are unknown. */
export function listDueDateGaps(
  { assessment }: Pick<PolicyInput, 'assessment'>,
  { rules }: Pick<PolicyVerdict, 'rules'>,
): readonly string[] {
  const unknown = rules.filter(({ outcome }) => outcome === 'unknown');
  return [
    ...assessCompleteness(assessment).reasons.map(({ reason }) => reason),
    ...unknown.map(({ rule }) => `the rule ${rule} is unknown`),
  ];
}

function compareEntries(left: DueEntry, right: DueEntry): number {
  return Date.parse(left.date) - Date.parse(right.date) || (left.key < right.key ? -1 : 1);
}

/** The evidence of the fact has the date; a finding without a date has no basis. */
function createEntry(
  { id, title }: Clock,
  { facts, identity, title: name }: OpenSubject,
  { assessment: { target } }: PolicyInput,
): readonly DueEntry[] {
  const { due, basis, missing, latest } = facts.prove(`overdue-${id}`).evidence ?? {};
  if (due === undefined || basis === undefined) {
    return [];
  }
  const [vulnerability = ''] = identity.vulnerabilities ?? [];
  const packageName = identity.packages?.at(-1) ?? identity.key;
  return [
    {
      key: [id, nameImage(target), packageName, vulnerability].join('\n'),
      date: due,
      title: `${name} is due by ${title}`,
      ...defined({ vulnerabilities: identity.vulnerabilities }),
      basis:
        missing === undefined
          ? basis
          : `${basis}; the earliest date counts until these facts are declared: ${missing}`,
      notes: [
        `image: ${formatTargetTitle(target)}`,
        basis,
        ...(missing === undefined ? [] : [`missing facts: ${missing}; latest date: ${latest}`]),
      ],
    },
  ];
}

/** Rules about ages are clocks of one's own. */
function listRuleEntries(judged: Judged): readonly DueEntry[] {
  const { target } = judged.input.assessment;
  const isAge = (fact: string): boolean => !fact.startsWith('overdue-');
  return listRuleDates(judged, isAge).map(({ rule, subject, date }) => ({
    key: ['rule', rule, nameImage(target), subject.title].join('\n'),
    date,
    title: `${subject.title} becomes due by the rule ${rule}`,
    ...defined({ vulnerabilities: subject.identity.vulnerabilities }),
    notes: [`image: ${formatTargetTitle(target)}`],
  }));
}
