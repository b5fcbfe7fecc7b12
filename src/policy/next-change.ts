import { compareText } from '../core/compare-text.ts';
import type { PolicyVerdict } from '../core/policy-verdict.ts';
import { addDays, countDays } from './dates.ts';
import { getThreshold } from './expression/test.ts';
import { type PolicyInput } from './fact.ts';
import type { Policy } from './policy.ts';
import { subjectKinds } from './subject/registry.generated.ts';
import { createSubjectFacts } from './subject-facts.ts';

interface TimedEvent {
  readonly date: string;
  readonly reason: string;
}

/** Dates that are tried before the search ends without an answer. */
const DATES_MAX = 4;

/**
 * Returns the next date on which time alone changes the outcome of a rule: an exception expires, a
 * rule begins or ends, or an age passes the threshold of a condition.
 */
export function findNextChange(
  policies: readonly Policy[],
  verdict: PolicyVerdict,
  input: PolicyInput,
  evaluate: (now: string) => PolicyVerdict,
): TimedEvent | undefined {
  const events = [...listPolicyEvents(policies), ...listAges(policies, input)]
    .filter(({ date }) => countDays(input.now, date) > 0)
    .toSorted((left, right) => compareText(left.date, right.date));
  const before = summarize(verdict);
  const dates = [...new Set(events.map(({ date }) => date))].slice(0, DATES_MAX);
  const changed = dates.find((date) => summarize(evaluate(date)) !== before);
  return events.find(({ date }) => date === changed);
}

/** The outcomes that a reader would see: of the verdict, of rules, and of subjects. */
function summarize({ outcome, rules }: PolicyVerdict): string {
  const parts = rules.flatMap(({ rule, outcome: word, matches }) => [
    `${rule} ${word}`,
    ...matches.map((match) => `${match.subject} ${match.outcome}`),
  ]);
  return [outcome, ...parts].join('\n');
}

function listPolicyEvents(policies: readonly Policy[]): readonly TimedEvent[] {
  return policies.flatMap(({ exceptions, rules }) => [
    ...exceptions.map(({ expires, source, rule }) => {
      return { date: toTime(expires), reason: `the exception ${source} for ${rule} expires` };
    }),
    ...rules.flatMap(({ id, from, until }) => [
      ...(from === undefined ? [] : [{ date: toTime(from), reason: `the rule ${id} begins` }]),
      ...(until === undefined ? [] : [{ date: toTime(until), reason: `the rule ${id} ends` }]),
    ]),
  ]);
}

function toTime(date: string): string {
  return new Date(date).toISOString();
}

/** Lists when an age of a subject passes a threshold. */
function listAges(policies: readonly Policy[], input: PolicyInput): readonly TimedEvent[] {
  const ages = policies
    .flatMap(({ rules }) => rules)
    .flatMap(({ id, subject, conditions }) =>
      conditions.flatMap(({ fact, expression }) => {
        const days = expression.kind === 'test' ? getThreshold(expression.test) : undefined;
        return fact === undefined || days === undefined ? [] : [{ id, subject, fact, days }];
      }),
    );
  return subjectKinds.flatMap((kind) => {
    const own = ages.filter(({ subject, fact }) => {
      const type = kind.facts.find(({ name }) => name === fact)?.type;
      return subject === kind.id && type?.kind === 'amount' && type.unit === 'days';
    });
    return own.length === 0
      ? []
      : kind.list(input).subjects.flatMap((subject) => {
          const { prove } = createSubjectFacts(kind, subject, input);
          return own.flatMap(({ id, fact, days }) => {
            const { value } = prove(fact);
            return typeof value === 'number' && value <= days
              ? [createAgeEvent(kind.describe(subject), { id, left: days - value }, input)]
              : [];
          });
        });
  });
}

/** The millisecond after the threshold, because "over 30 days" is not fulfilled at 30 days. */
function createAgeEvent(
  title: string,
  { id, left }: { readonly id: string; readonly left: number },
  { now }: PolicyInput,
): TimedEvent {
  const time = new Date(Date.parse(addDays(now, left)) + 1);
  return { date: time.toISOString(), reason: `${title} becomes due (${id})` };
}
