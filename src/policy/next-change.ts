import type { PolicyVerdict, RuleProof } from '../core/policy-verdict.ts';
import { addDays } from './dates.ts';
import { evaluateRule, judgeSubject, type OpenSubjects } from './evaluate-rule.ts';
import { type ExceptionBook, type ExceptionContext, isForRule } from './exceptions.ts';
import { listFacts } from './expression/collect-facts.ts';
import { listCrossings, type Slope } from './expression/crossings.ts';
import type { Expression } from './expression/expression.ts';
import type { PolicyInput } from './fact.ts';
import type { OpenSubject } from './judge-condition.ts';
import type { Rule } from './policy.ts';

/** When time alone changes a verdict. */
export interface TimedEvent {
  /** RFC 3339; absent if the search needed more steps than allowed. */
  readonly date?: string;
  readonly reason: string;
}

/** A verdict with everything that it was computed from. */
export interface Judged {
  readonly verdict: PolicyVerdict;
  readonly input: PolicyInput;
  /** Rules in force. */
  readonly rules: readonly Rule[];
  /** Rules for this image, also those that are not in force now. */
  readonly mapped: readonly Rule[];
  readonly open: ReadonlyMap<string, OpenSubjects>;
  readonly book: ExceptionBook;
  readonly evaluate: (now: string) => PolicyVerdict;
}

/** A time in milliseconds, and the reason. */
interface Moment {
  readonly time: number;
  readonly reason: string;
}

const DAY_MS = 86_400_000;
/** Milliseconds in which a comparison may change, by rounding. */
const CLUSTER_MS = 3;
/** Steps for the search about one rule and one subject. */
const PAIR_STEPS = 100_000;
/** Steps of the whole search. */
const SEARCH_STEPS = 20_000_000;
const TOO_LONG: TimedEvent = { reason: 'not known: the search needed more steps than allowed' };

/**
 * Returns the earliest time at which the verdict changes without any other change: the outcome of a
 * rule, or of a subject. Between the times at which facts jump, all ages grow evenly, so that the
 * times at which comparisons change can be computed.
 */
export function findNextChange(judged: Judged): TimedEvent | undefined {
  const { verdict, input, evaluate } = judged;
  const jumps = listJumps(judged);
  const pairs = listPairs(judged);
  const budget = { left: SEARCH_STEPS };
  const before = summarize(verdict);
  let start = Date.parse(input.now);
  for (const end of [...jumps, { time: Number.POSITIVE_INFINITY, reason: '' }]) {
    const found = searchSpan({ start, end: end.time }, pairs, { judged, budget });
    if (found !== undefined || budget.left < 0) {
      return found === undefined ? TOO_LONG : toEvent(found);
    }
    if (Number.isFinite(end.time) && summarize(evaluate(toText(end.time))) !== before) {
      return toEvent(end);
    }
    start = end.time;
  }
  return undefined;
}

/** When a rule begins to fire for a subject, by time alone. */
export interface RuleDate {
  readonly rule: string;
  readonly subject: OpenSubject;
  /** RFC 3339. */
  readonly date: string;
}

/** Lists when rules about ages begin to fire for subjects for which they do not fire now. */
export function listRuleDates(
  judged: Judged,
  isWanted: (fact: string) => boolean,
): readonly RuleDate[] {
  const now = Date.parse(judged.input.now);
  const search = { judged, budget: { left: SEARCH_STEPS } };
  return listPairs(judged)
    .filter(({ rule, ages }) => rule.quantifier === 'some' && ages.some(isWanted))
    .flatMap((pair) => {
      const { rule, subject } = pair;
      const span = { start: now, end: Number.POSITIVE_INFINITY };
      const isDue = describeOutcome(pair, now, search) !== NO_MATCH;
      const found = isDue ? undefined : searchPair(pair, span, search);
      return found === undefined ? [] : [{ rule: rule.id, subject, date: toText(found.time) }];
    });
}

function toEvent({ time, reason }: Moment): TimedEvent {
  return { date: toText(time), reason };
}

function toText(time: number): string {
  return new Date(time).toISOString();
}

/** The outcomes that a reader would see: of the verdict, of rules, and of subjects. */
export function summarize({ outcome, rules }: Pick<PolicyVerdict, 'outcome' | 'rules'>): string {
  return [outcome, ...rules.map(summarizeRule)].join('\n');
}

function summarizeRule({ rule, outcome, matches }: RuleProof): string {
  return [
    `${rule} ${outcome}`,
    ...matches.map((match) => `${match.subject} ${match.outcome}`),
  ].join('\n');
}

/** Times at which facts change otherwise than by growing: each is tried, and the one after it. */
function listJumps({ input, open, mapped }: Judged): readonly Moment[] {
  const now = Date.parse(input.now);
  const stated = (input.declaredFacts ?? []).map(({ name, expires, source }) => {
    return { date: expires, reason: `the statement about "${name}" expires (${source})` };
  });
  const changes = [...open.values()].flatMap(({ subjects }) =>
    subjects.flatMap((subject) =>
      subject.listChanges().map((date) => ({ date, reason: `${subject.title} changes` })),
    ),
  );
  const windows = mapped.flatMap(({ id, from, until }) => [
    ...(from === undefined ? [] : [{ date: from, reason: `the rule ${id} begins` }]),
    ...(until === undefined ? [] : [{ date: until, reason: `the rule ${id} ends` }]),
  ]);
  const all = [...stated, ...changes, ...windows].flatMap(({ date, reason }) => {
    const time = Date.parse(date);
    return [time, time + 1].map((one): [number, Moment] => [one, { time: one, reason }]);
  });
  // Of several reasons for one time, the first counts.
  return [...new Map(all.toReversed()).values()]
    .filter(({ time }) => time > now)
    .toSorted((left, right) => left.time - right.time);
}

/** A rule and a subject whose outcome may depend on the time. */
interface Pair {
  readonly rule: Rule;
  readonly subject: OpenSubject;
  readonly subjects: OpenSubjects;
  readonly expressions: readonly Expression[];
  /** Facts in days that the expressions read. */
  readonly ages: readonly string[];
  /** When exceptions begin or end to apply. */
  readonly dates: readonly Moment[];
}

function listPairs({ rules, open, book, input, verdict }: Judged): readonly Pair[] {
  return rules.flatMap((rule, index) => {
    const subjects = open.get(rule.subject);
    const entries = book.entries.filter(({ exception }) => isForRule(exception, rule));
    const expressions = [
      ...rule.conditions,
      ...entries.flatMap(({ exception }) => exception.condition ?? []),
    ].map(({ expression }) => expression);
    const ages = [...new Set(expressions.flatMap(listFacts))].filter((name) => {
      const type = subjects?.kind.facts.find((fact) => fact.name === name)?.type;
      return type?.kind === 'amount' && type.unit === 'days';
    });
    const now = Date.parse(input.now);
    const dates = entries
      .flatMap(({ exception: { expires, source }, maxDays }): Moment[] => {
        const title = `the exception ${source} for ${rule.id}`;
        const end = { time: Date.parse(expires), reason: `${title} expires` };
        const start = { time: end.time - (maxDays ?? 0) * DAY_MS, reason: `${title} begins` };
        return maxDays === undefined ? [end] : [start, end];
      })
      .filter(({ time }) => time > now);
    if (subjects === undefined || (ages.length === 0 && dates.length === 0)) {
      return [];
    }
    // Without ages, only the subjects that an exception is about may change.
    const keys = new Set(verdict.rules[index]?.matches.map((match) => match.subject));
    const isNone = rule.quantifier === 'none';
    const listed = subjects.subjects.filter(
      ({ identity }) => ages.length > 0 || keys.has(identity.key),
    );
    const chosen = isNone && listed.length === 0 ? [undefined] : listed;
    return chosen.map((subject = NO_ONE) => {
      return { rule, subject, subjects, expressions, ages, dates };
    });
  });
}

/** Stands for the subject of a rule that requires one, if there is none. */
const NO_ONE: OpenSubject = {
  facts: { readFact: () => 0, prove: (fact) => ({ fact }) },
  readFactsAt: () => NO_ONE.facts,
  listChanges: () => [],
  identity: { key: '' },
  title: '',
};

interface Span {
  readonly start: number;
  readonly end: number;
}

interface Search {
  readonly judged: Judged;
  readonly budget: { left: number };
}

/** Returns the first change between two jumps. */
function searchSpan(
  { start, end }: Span,
  pairs: readonly Pair[],
  search: Search,
): Moment | undefined {
  let best: Moment | undefined;
  for (const pair of end - start > 1 ? pairs : []) {
    const found = searchPair(pair, { start, end: best?.time ?? end }, search);
    best = found ?? best;
    if (search.budget.left < 0) {
      return undefined;
    }
  }
  return best;
}

/** Returns the first change of one pair before the end of a span. */
function searchPair(pair: Pair, { start, end }: Span, search: Search): Moment | undefined {
  if (pair.dates.length === 0 && isAlwaysFalse(pair, start, search)) {
    return undefined;
  }
  const now = Date.parse(search.judged.input.now);
  const before = describeOutcome(pair, now, search);
  let at = start;
  while (search.budget.left >= 0) {
    const next = findMoments(pair, { start: at, end }, search);
    const changed = next.find(({ time }) => hasChanged(pair, { time, now, before }, search));
    if (changed !== undefined || next.length === 0) {
      return changed === undefined ? undefined : describeChange(changed, pair, search);
    }
    at = Math.max(...next.map(({ time }) => time));
  }
  return undefined;
}

/** Whether a condition that does not depend on the time is false. */
function isAlwaysFalse({ rule, ages, subject }: Pair, start: number, search: Search): boolean {
  const conditions = rule.conditions.filter(
    ({ expression }) => !listFacts(expression).some((name) => ages.includes(name)),
  );
  const isNow = start === Date.parse(search.judged.input.now);
  const facts = isNow ? subject.facts : subject.readFactsAt(toText(start));
  const context = createContext(start, search);
  return judgeSubject({ ...rule, conditions }, { ...subject, facts }, context) === undefined;
}

function createContext(time: number, { judged, budget }: Search): ExceptionContext {
  const { input, book } = judged;
  budget.left -= 1;
  return {
    input: { ...input, now: toText(time) },
    exceptions: book,
    budget: { left: PAIR_STEPS },
  };
}

const NO_MATCH = 'no match';

/** The outcome of a rule for a subject. */
function describeOutcome({ rule, subject }: Pair, time: number, search: Search): string {
  const facts = subject.readFactsAt(toText(time));
  const proof = judgeSubject(rule, { ...subject, facts }, createContext(time, search));
  return proof?.outcome ?? NO_MATCH;
}

interface Trial {
  readonly time: number;
  readonly now: number;
  /** The outcome for the subject now. */
  readonly before: string;
}

/** A rule that requires a subject only changes if its outcome as a whole does. */
function hasChanged(pair: Pair, { time, now, before }: Trial, search: Search): boolean {
  if (pair.rule.quantifier === 'none') {
    const isSame = describeOutcome(pair, time, search) === before && pair.dates.length === 0;
    return !isSame && judgeWhole(pair, time, search) !== judgeWhole(pair, now, search);
  }
  return describeOutcome(pair, time, search) !== before;
}

function judgeWhole({ rule, subjects }: Pair, time: number, search: Search): string {
  const now = toText(time);
  const list = subjects.subjects.map((one) => ({ ...one, facts: one.readFactsAt(now) }));
  search.budget.left -= list.length;
  const own = { ...subjects, subjects: list };
  return summarizeRule(evaluateRule(rule, own, createContext(time, search)));
}

function describeChange({ time, reason }: Moment, pair: Pair, search: Search): Moment {
  const { rule, subject } = pair;
  if (reason !== '') {
    return { time, reason };
  }
  if (rule.quantifier === 'none') {
    return { time, reason: `the outcome of ${rule.id} changes` };
  }
  const isOver = describeOutcome(pair, time, search) === NO_MATCH;
  const words = isOver ? 'no longer matches' : 'becomes due';
  return { time, reason: `${subject.title} ${words} (${rule.id})` };
}

/** The next times at which a comparison or an exception changes: the first, and those around it. */
function findMoments(pair: Pair, { start, end }: Span, search: Search): readonly Moment[] {
  const crossings = listTimes(pair, { start, end }, search).flatMap((time): Moment[] => {
    const base = Math.floor(time);
    return [base, base + 1, base + 2].map((one) => ({ time: one, reason: '' }));
  });
  const moments = [...pair.dates, ...crossings]
    .filter(({ time }) => time > start && time < end)
    .toSorted((left, right) => left.time - right.time);
  const [first] = moments;
  return first === undefined ? [] : moments.filter(({ time }) => time <= first.time + CLUSTER_MS);
}

/** Lists when the comparisons of a pair change, if its ages go on growing as they do now. */
function listTimes(pair: Pair, { start, end }: Span, search: Search): readonly number[] {
  const { subject, ages, expressions } = pair;
  if (ages.length === 0) {
    return [];
  }
  const facts = subject.readFactsAt(toText(start));
  // Within the span, so that no jump is between both times.
  const days = Math.min(1, (end - start) / DAY_MS / 2);
  const later = subject.readFactsAt(addDays(toText(start), days));
  const own = { left: PAIR_STEPS };
  const scope = {
    readFact: facts.readFact,
    budget: own,
    readSlope: (name: string): Slope => {
      const [one, other] = ages.includes(name) ? [facts.readFact(name), later.readFact(name)] : [];
      const isNumber = typeof one === 'number' && typeof other === 'number';
      return isNumber && days > 0 ? Math.sign(Math.round((other - one) / days)) : 0;
    },
  };
  const found = expressions.flatMap((expression) => listCrossings(expression, scope));
  search.budget.left -= own.left < 0 ? SEARCH_STEPS : PAIR_STEPS - own.left;
  // Those just before the start may change the result just after it.
  return found.map((one) => start + one * DAY_MS).filter((time) => time > start - CLUSTER_MS);
}
