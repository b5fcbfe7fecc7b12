import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import type {
  ConditionProof,
  PolicyOutcome,
  RuleProof,
  SubjectProof,
} from '../../foundation/core/policy-verdict.ts';
import { digestText } from './digest-text.ts';
import { type ExceptionContext, judgeExceptions } from './exceptions.ts';
import { listFacts } from './expression/collect-facts.ts';
import { Unknown } from './expression/expression.ts';
import type { PolicyInput, SubjectIdentity, SubjectKind } from './fact.ts';
import { judgeCondition, type OpenSubject } from './judge-condition.ts';
import type { Condition, Rule } from './policy.ts';
import { fillRecommendation } from './recommendation.ts';
import { selectSubjects } from './select-subjects.ts';
import { FactTable, type SubjectFacts } from './subject-facts.ts';

/** Subjects of one kind, shared by all rules about it. */
export interface OpenSubjects {
  readonly kind: SubjectKind<unknown>;
  readonly subjects: readonly OpenSubject[];
  /** The facts of all subjects; absent if they were declared. */
  readonly table?: FactTable<unknown>;
  readonly missing: readonly string[];
  /** `sha256:…` of the sorted keys. */
  readonly digest: string;
}

/** Lists the subjects of a kind with access to their facts. */
export function openSubjects(kind: SubjectKind<unknown>, input: PolicyInput): OpenSubjects {
  const { subjects, missing } = kind.list(input);
  const table = new FactTable(kind, subjects, input);
  const setting = { kind, input, table };
  const open = subjects.map((subject, index) => new TableSubject(subject, index, setting));
  const keys = open.map(({ identity }) => identity.key).toSorted(compareText);
  return { kind, subjects: open, table, missing, digest: digestText(keys.join('\n')) };
}

interface TableSetting {
  readonly kind: SubjectKind<unknown>;
  readonly input: PolicyInput;
  readonly table: FactTable<unknown>;
}

/** One of thousands, of which most rules select few: titles and access to facts are deferred. */
class TableSubject implements OpenSubject {
  readonly identity: SubjectIdentity;
  readonly #subject: unknown;
  readonly #index: number;
  readonly #setting: TableSetting;
  #facts: SubjectFacts | undefined;

  constructor(subject: unknown, index: number, setting: TableSetting) {
    this.identity = setting.kind.identify(subject);
    this.#subject = subject;
    this.#index = index;
    this.#setting = setting;
  }

  get title(): string {
    return this.#setting.kind.describe(this.#subject);
  }

  get facts(): SubjectFacts {
    this.#facts ??= this.#setting.table.getFacts(this.#index);
    return this.#facts;
  }

  readDatedFacts(now: string): SubjectFacts {
    const { kind, input } = this.#setting;
    return new FactTable(kind, [this.#subject], { ...input, now }).getFacts(0);
  }

  listChanges(): readonly string[] {
    const { kind, input } = this.#setting;
    return kind.facts.flatMap((fact) => fact.changesAt?.(this.#subject, input) ?? []);
  }
}

/** Evaluates a rule for every subject of its kind. */
export function evaluateRule(
  rule: Rule,
  { subjects, table, missing, digest }: OpenSubjects,
  context: ExceptionContext,
): RuleProof {
  const { budget } = context;
  const { conditions } = rule;
  const selected = table && selectSubjects(conditions, table, { count: subjects.length, budget });
  const possible = selected?.flatMap((position) => subjects[position] ?? []) ?? subjects;
  const proofs = possible.flatMap((subject) => judgeSubject(rule, subject, context) ?? []);
  const matches = rule.quantifier === 'none' ? proveNone(rule, proofs, context) : proofs;
  const recommendation = fillRecommendation(rule, subjects, matches);
  return {
    rule: rule.id,
    source: rule.source,
    subject: rule.subject,
    quantifier: rule.quantifier,
    conditions: conditions.map(({ text, fact }) => ({ text, ...defined({ fact }) })),
    action: rule.action,
    mode: rule.mode,
    outcome: concludeRule(rule, matches, missing),
    evaluated: subjects.length,
    subjects: digest,
    missing,
    matches,
    ...defined({ recommendation }),
  };
}

/** Returns the proof of one subject; `undefined` if a condition does not hold. */
export function judgeSubject(
  rule: Rule,
  subject: OpenSubject,
  context: ExceptionContext,
): SubjectProof | undefined {
  const results = judgeConditions(rule.conditions, subject, context);
  return results === undefined ? undefined : proveSubject(rule, subject, results, context);
}

/** Returns the result of each condition; `undefined` if one of them does not hold. */
function judgeConditions(
  conditions: readonly Condition[],
  subject: OpenSubject,
  context: ExceptionContext,
): readonly (boolean | Unknown)[] | undefined {
  // Without an array for each of a million pairs, most of which end at the first condition.
  let results: (boolean | Unknown)[] | undefined;
  for (const condition of conditions) {
    const result = judgeCondition(condition, subject, context);
    if (result === false) {
      return undefined;
    }
    results ??= [];
    results.push(result);
  }
  return results ?? [];
}

/** Returns the proof of a subject for which the conditions hold or are unknown. */
function proveSubject(
  rule: Rule,
  subject: OpenSubject,
  results: readonly (boolean | Unknown)[],
  context: ExceptionContext,
): SubjectProof {
  const isUnknown = results.some((result) => result instanceof Unknown);
  const conditions = rule.conditions.map((condition, index) =>
    proveCondition(condition, results[index] ?? false, subject),
  );
  const missing = results.flatMap((one) => (one instanceof Unknown ? one.missing : []));
  const raw: PolicyOutcome = isUnknown ? 'unknown' : rule.action;
  const plain = { subject: subject.identity.key, title: subject.title, conditions };
  // Exceptions accept a violation; if none may be present, meeting the conditions is none.
  if (rule.quantifier === 'none') {
    return { ...plain, outcome: raw, exceptions: [] };
  }
  const { outcome, proofs } = judgeExceptions(rule, subject, { outcome: raw, missing }, context);
  return { ...plain, outcome, exceptions: proofs };
}

function proveCondition(
  { text, expression }: Condition,
  result: boolean | Unknown,
  { facts }: OpenSubject,
): ConditionProof {
  const values = listFacts(expression).map((name) => facts.prove(name));
  if (!(result instanceof Unknown)) {
    return { condition: text, holds: result, values };
  }
  const known = new Set(values.map(({ fact }) => fact));
  const others = result.missing
    .filter(({ fact }) => !known.has(fact))
    .map(({ fact, reason }) => ({ fact, unknown: reason }));
  return { condition: text, holds: 'unknown', values: [...values, ...others] };
}

const NO_FACTS = {
  readFact: () => new Unknown([]),
  prove: (fact: string) => ({ fact }),
};
const NO_SUBJECT = { facts: NO_FACTS, readDatedFacts: () => NO_FACTS, listChanges: () => [] };

/** A rule that requires a subject fires once, for the target, if no subject meets it. */
function proveNone(
  rule: Rule,
  proofs: readonly SubjectProof[],
  context: ExceptionContext,
): readonly SubjectProof[] {
  if (proofs.some(({ outcome }) => outcome === rule.action)) {
    return [];
  }
  const unknown = proofs.filter(({ outcome }) => outcome === 'unknown');
  if (unknown.length > 0) {
    return unknown;
  }
  const key = `no ${rule.subject}`;
  const subject = {
    ...NO_SUBJECT,
    identity: { key },
    title: `no ${rule.subject} with ${rule.conditions.map(({ text }) => text).join(', ')}`,
  };
  const state = { outcome: rule.action, missing: [] };
  const { outcome, proofs: exceptions } = judgeExceptions(rule, subject, state, context);
  return [{ subject: key, title: subject.title, outcome, conditions: [], exceptions }];
}

/** Over an incomplete list, the best possible outcome is unknown. */
function concludeRule(
  { quantifier, action }: Rule,
  matches: readonly SubjectProof[],
  missing: readonly string[],
): PolicyOutcome {
  const outcomes = new Set(matches.map(({ outcome }) => outcome));
  if (quantifier === 'none') {
    // Further subjects could only meet the requirement.
    const isOpen = outcomes.has(action) && missing.length > 0;
    return isOpen || outcomes.has('unknown') ? 'unknown' : outcomes.has(action) ? action : 'pass';
  }
  if (outcomes.has('fail')) {
    return 'fail';
  }
  if (outcomes.has('unknown') || (missing.length > 0 && !outcomes.has('warn'))) {
    return 'unknown';
  }
  return outcomes.has('warn') ? 'warn' : 'pass';
}
