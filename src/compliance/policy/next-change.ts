import { DAY_MS } from '../../foundation/core/duration.ts';
import type { PolicyVerdict, RuleProof } from '../../foundation/core/policy-verdict.ts';
import { AgeColumns, measureSlope, PROBE_MS } from './age-columns.ts';
import { evaluateRule, judgeSubject, type OpenSubjects } from './evaluate-rule.ts';
import { type ExceptionBook, type ExceptionContext, isForRule } from './exceptions.ts';
import { listFacts } from './expression/collect-facts.ts';
import { listCrossings } from './expression/crossings.ts';
import type { Expression } from './expression/expression.ts';
import { listThresholds } from './expression/test.ts';
import type { PolicyInput } from './fact.ts';
import { type OpenSubject, replaceFacts } from './judge-condition.ts';
import type { Condition, Rule } from './policy.ts';
import type { SubjectFacts } from './subject-facts.ts';

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
  const rules = listTimedSubjects(judged);
  const search = createSearch(judged);
  const { budget } = search;
  const before = jumps.length === 0 ? '' : summarize(verdict);
  let start = Date.parse(input.now);
  for (const end of [...jumps, { time: Number.POSITIVE_INFINITY, reason: '' }]) {
    const found = searchSpan({ start, end: end.time }, rules, search);
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
  const search = createSearch(judged);
  return listTimedSubjects(judged)
    .filter(({ timed: { rule, ages } }) => rule.quantifier === 'some' && ages.some(isWanted))
    .flatMap(({ timed, subjects }) => subjects.map((subject): Pair => ({ timed, subject })))
    .flatMap((pair) => {
      const { timed, subject } = pair;
      const { rule } = timed;
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
export function summarize({
  outcome,
  rules,
  controls = [],
}: Pick<PolicyVerdict, 'outcome' | 'rules' | 'controls'>): string {
  const answers = controls.map(({ key, status }) => `${key} ${status}`);
  return [outcome, ...rules.map(summarizeRule), ...answers].join('\n');
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
  const answers = (input.statements ?? []).map(({ control, expires, source }) => {
    return { date: expires, reason: `the statement about ${control} expires (${source})` };
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
  const all = [...stated, ...answers, ...changes, ...windows].flatMap(({ date, reason }) => {
    const time = Date.parse(date);
    return [time, time + 1].map((one): [number, Moment] => [one, { time: one, reason }]);
  });
  // If several reasons have the same time, the first counts.
  return [...new Map(all.toReversed()).values()]
    .filter(({ time }) => time > now)
    .toSorted((left, right) => left.time - right.time);
}

/** The inputs of a rule's outcome that change with time. */
interface TimedRule {
  readonly rule: Rule;
  /** The rule with the conditions that do not depend on the time. */
  readonly fixed: Rule;
  readonly subjects: OpenSubjects;
  /** Facts in days that the expressions read. */
  readonly ages: readonly string[];
  /** Ages with the numbers at which tests of them change. */
  readonly tests: readonly { readonly age: string; readonly thresholds: readonly number[] }[];
  /** Other expressions that read ages. */
  readonly expressions: readonly Expression[];
  /** When exceptions begin or end to apply. */
  readonly dates: readonly Moment[];
}

/** A rule and a subject whose outcome may depend on the time. */
interface Pair {
  readonly timed: TimedRule;
  readonly subject: OpenSubject;
}

/** A rule with the subjects whose outcomes may depend on the time. */
interface TimedSubjects {
  readonly timed: TimedRule;
  readonly subjects: readonly OpenSubject[];
}

function listTimedSubjects(judged: Judged): readonly TimedSubjects[] {
  const { rules, open, verdict } = judged;
  return rules.flatMap((rule, index): readonly TimedSubjects[] => {
    const subjects = open.get(rule.subject);
    const timed = subjects && findTimes(rule, subjects, judged);
    if (timed === undefined || (timed.ages.length === 0 && timed.dates.length === 0)) {
      return [];
    }
    // Without ages, only the subjects that an exception is about may change.
    const keys = new Set(verdict.rules[index]?.matches.map((match) => match.subject));
    const all = timed.subjects.subjects;
    const listed =
      timed.ages.length > 0 ? all : all.filter(({ identity }) => keys.has(identity.key));
    const chosen = rule.quantifier === 'none' && listed.length === 0 ? [NO_ONE] : listed;
    return [{ timed, subjects: chosen }];
  });
}

function findTimes(rule: Rule, subjects: OpenSubjects, { book, input }: Judged): TimedRule {
  const entries = book.entries.filter(({ exception }) => isForRule(exception, rule));
  const days = new Set(
    subjects.kind.facts
      .filter(({ type }) => type.kind === 'amount' && type.unit === 'days')
      .map(({ name }) => name),
  );
  const isAboutAge = ({ expression }: Condition): boolean =>
    listFacts(expression).some((name) => days.has(name));
  const expressions = [
    ...rule.conditions,
    ...entries.flatMap(({ exception }) => exception.condition ?? []),
  ]
    .filter(isAboutAge)
    .map(({ expression }) => expression);
  const now = Date.parse(input.now);
  const dates = entries
    .flatMap(({ exception: { expires, source }, maxDays }): Moment[] => {
      const title = `the exception ${source} for ${rule.id}`;
      const end = { time: Date.parse(expires), reason: `${title} expires` };
      const start = { time: end.time - (maxDays ?? 0) * DAY_MS, reason: `${title} begins` };
      return maxDays === undefined ? [end] : [start, end];
    })
    .filter(({ time }) => time > now);
  return {
    rule,
    fixed: { ...rule, conditions: rule.conditions.filter((one) => !isAboutAge(one)) },
    subjects,
    ages: [...new Set(expressions.flatMap(listFacts))].filter((name) => days.has(name)),
    tests: expressions.flatMap((one) =>
      one.kind === 'test' ? [{ age: one.fact, thresholds: listThresholds(one.test) }] : [],
    ),
    expressions: expressions.filter(({ kind }) => kind !== 'test'),
    dates,
  };
}

/** Stands for the subject of a rule that requires one, if there is none. */
const NO_ONE: OpenSubject = {
  facts: { readFact: () => 0, prove: (fact) => ({ fact }) },
  readDatedFacts: () => NO_ONE.facts,
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
  /** The facts of subjects at the start of a span, which all rules read. */
  readonly trends: Map<OpenSubject, Trend>;
  /** Ages at the start of a span by fact, for the subjects of each kind. */
  readonly ages: AgeColumns;
}

/** The facts at one time, and how fast ages grow. */
interface Trend {
  readonly start: number;
  readonly facts: SubjectFacts;
  readonly readSlope: (fact: string) => number;
}

function createSearch(judged: Judged): Search {
  return {
    judged,
    budget: { left: SEARCH_STEPS },
    trends: new Map(),
    ages: new AgeColumns(judged.input.now),
  };
}

/** Returns the first change between two jumps. */
function searchSpan(
  { start, end }: Span,
  rules: readonly TimedSubjects[],
  search: Search,
): Moment | undefined {
  let best: Moment | undefined;
  const span = { start, end };
  for (const { timed, subjects } of end - start > 1 ? rules : []) {
    const isLater = createLaterTest({ timed, subjects }, start, search);
    for (let index = 0; index < subjects.length; index += 1) {
      const subject = subjects[index];
      if (subject === undefined || isLater(index, span.end)) {
        continue;
      }
      best = searchPair({ timed, subject }, span, search) ?? best;
      span.end = best?.time ?? end;
      if (search.budget.left < 0) {
        return undefined;
      }
    }
  }
  return best;
}

/**
 * Creates a test of whether a pair cannot change before an end: most pairs only test ages, and are
 * far from the next change. Their ages are read for all subjects at once.
 */
function createLaterTest(
  { timed, subjects: listed }: TimedSubjects,
  start: number,
  search: Search,
): (index: number, end: number) => boolean {
  const { expressions, dates, tests, subjects } = timed;
  if (expressions.length > 0 || dates.length > 0 || listed !== subjects.subjects) {
    return () => false;
  }
  const columns = tests.map(({ age, thresholds }) => {
    return { ...search.ages.readColumn(age, subjects, start), thresholds };
  });
  return (index, end) => {
    for (const { values, slopes, thresholds } of columns) {
      const value = values[index] ?? Number.NaN;
      const slope = slopes[index] ?? 0;
      for (const threshold of slope === 0 ? NO_THRESHOLDS : thresholds) {
        const time = start + ((threshold - value) / slope) * DAY_MS;
        if (time > start - CLUSTER_MS && time < end) {
          return false;
        }
      }
    }
    return true;
  };
}

/** Returns the first change of one pair before the end of a span. */
function searchPair(pair: Pair, { start, end }: Span, search: Search): Moment | undefined {
  let next = findMoments(pair, { start, end }, search);
  if (next.length === 0 || (pair.timed.dates.length === 0 && isAlwaysFalse(pair, start, search))) {
    return undefined;
  }
  const now = Date.parse(search.judged.input.now);
  const before = describeOutcome(pair, now, search);
  while (search.budget.left >= 0 && next.length > 0) {
    const changed = next.find(({ time }) => hasChanged(pair, { time, now, before }, search));
    if (changed !== undefined) {
      return describeChange(changed, pair, search);
    }
    const at = Math.max(...next.map(({ time }) => time));
    next = findMoments(pair, { start: at, end }, search);
  }
  return undefined;
}

/** Returns whether a condition that does not depend on the time is false. */
function isAlwaysFalse({ timed, subject }: Pair, start: number, search: Search): boolean {
  const { facts } = readTrend(subject, start, search);
  const context = createContext(start, search);
  return judgeSubject(timed.fixed, replaceFacts(subject, facts), context) === undefined;
}

function readTrend(subject: OpenSubject, start: number, search: Search): Trend {
  const known = search.trends.get(subject);
  if (known?.start === start) {
    return known;
  }
  const isNow = start === Date.parse(search.judged.input.now);
  const facts = isNow ? subject.facts : subject.readDatedFacts(toText(start));
  // No jump is within this time: they are at least a millisecond apart, or at the start.
  const later = subject.readDatedFacts(toText(start + PROBE_MS));
  const slopes = new Map<string, number>();
  const trend: Trend = {
    start,
    facts,
    readSlope: (name) => {
      const slope = slopes.get(name) ?? measureSlope(facts.readFact(name), later.readFact(name));
      slopes.set(name, slope);
      return slope;
    },
  };
  search.trends.set(subject, trend);
  return trend;
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

const NO_THRESHOLDS: readonly number[] = [];
const NO_MATCH = 'no match';

/** The outcome of a rule for a subject. */
function describeOutcome({ timed: { rule }, subject }: Pair, time: number, search: Search): string {
  const facts = subject.readDatedFacts(toText(time));
  const proof = judgeSubject(rule, replaceFacts(subject, facts), createContext(time, search));
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
  const { rule, dates } = pair.timed;
  if (rule.quantifier === 'none') {
    const isSame = describeOutcome(pair, time, search) === before && dates.length === 0;
    return !isSame && judgeWhole(pair, time, search) !== judgeWhole(pair, now, search);
  }
  return describeOutcome(pair, time, search) !== before;
}

function judgeWhole({ timed: { rule, subjects } }: Pair, time: number, search: Search): string {
  const now = toText(time);
  const list = subjects.subjects.map((one) => replaceFacts(one, one.readDatedFacts(now)));
  search.budget.left -= list.length;
  const { table: _, ...others } = subjects;
  const own = { ...others, subjects: list };
  return summarizeRule(evaluateRule(rule, own, createContext(time, search)));
}

function describeChange({ time, reason }: Moment, pair: Pair, search: Search): Moment {
  const { timed, subject } = pair;
  const { rule } = timed;
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
  const crossings = listTimes(pair, start, search).filter((time) => time < end);
  const { dates } = pair.timed;
  if (crossings.length === 0 && dates.length === 0) {
    return [];
  }
  const around = crossings.flatMap((time): Moment[] => {
    const base = Math.floor(time);
    return [base, base + 1, base + 2].map((one) => ({ time: one, reason: '' }));
  });
  const moments = [...dates, ...around]
    .filter(({ time }) => time > start && time < end)
    .toSorted((left, right) => left.time - right.time);
  const [first] = moments;
  return first === undefined ? [] : moments.filter(({ time }) => time <= first.time + CLUSTER_MS);
}

/** Lists when the comparisons of a pair change, if its ages go on growing as they do now. */
function listTimes({ timed, subject }: Pair, start: number, search: Search): readonly number[] {
  const { tests, expressions } = timed;
  if (timed.ages.length === 0) {
    return [];
  }
  const { facts, readSlope } = readTrend(subject, start, search);
  const times: number[] = [];
  // Those just before the start may change the result just after it.
  const addTime = (days: number): void => {
    const time = start + days * DAY_MS;
    if (time > start - CLUSTER_MS) {
      times.push(time);
    }
  };
  for (const { age, thresholds } of tests) {
    const [value, slope] = [facts.readFact(age), readSlope(age)];
    for (const threshold of typeof value === 'number' && slope !== 0 ? thresholds : []) {
      addTime((threshold - Number(value)) / slope);
    }
  }
  if (expressions.length > 0) {
    const own = { left: PAIR_STEPS };
    const scope = { readFact: facts.readFact, budget: own, readSlope };
    expressions.flatMap((expression) => listCrossings(expression, scope)).forEach(addTime);
    search.budget.left -= own.left < 0 ? SEARCH_STEPS : PAIR_STEPS - own.left;
  }
  return times;
}
