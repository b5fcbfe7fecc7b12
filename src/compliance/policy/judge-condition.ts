import { evaluate, evaluateTest } from './expression/evaluate.ts';
import { type StepBudget, takeStep, Unknown } from './expression/expression.ts';
import type { PolicyInput, SubjectIdentity } from './fact.ts';
import type { Condition } from './policy.ts';
import type { SubjectFacts } from './subject-facts.ts';

/** Steps that one evaluation may take: far above any real condition. */
const STEPS_PER_EVALUATION = 100_000;

/** The part that all evaluations of a check share. */
export interface CheckContext {
  readonly input: Pick<PolicyInput, 'now'>;
  /** Steps that are left for the whole check. */
  readonly budget: StepBudget;
}

/** A subject with its facts and IDs. */
export interface OpenSubject {
  readonly facts: SubjectFacts;
  readonly identity: SubjectIdentity;
  readonly title: string;
  /** Returns the facts at another time, RFC 3339. */
  readDatedFacts(now: string): SubjectFacts;
  /** Lists the times, RFC 3339, after which a fact differs, other than an age that grows. */
  listChanges(): readonly string[];
}

/** Replaces the facts of a subject by those at another time. */
export function replaceFacts(subject: OpenSubject, facts: SubjectFacts): OpenSubject {
  return {
    facts,
    identity: subject.identity,
    title: subject.title,
    readDatedFacts: (now) => subject.readDatedFacts(now),
    listChanges: () => subject.listChanges(),
  };
}

/** Evaluates a condition, within the steps of one evaluation and of the whole check. */
export function judgeCondition(
  condition: Condition,
  { facts }: { readonly facts: Pick<SubjectFacts, 'readFact'> },
  { budget }: Pick<CheckContext, 'budget'>,
): boolean | Unknown {
  if (condition.expression.kind === 'test') {
    // Policies have hundreds of thousands of these evaluations.
    return takeStep(budget) ?? evaluateTest(condition.expression, facts.readFact, budget);
  }
  const steps = Math.min(STEPS_PER_EVALUATION, Math.max(budget.left, 0));
  const own: StepBudget = { left: steps };
  const value = evaluate(condition.expression, { readFact: facts.readFact, budget: own });
  budget.left -= steps - Math.max(own.left, 0);
  return typeof value === 'boolean' || value instanceof Unknown
    ? value
    : new Unknown([{ fact: 'expression', reason: 'the result is neither true nor false' }]);
}
