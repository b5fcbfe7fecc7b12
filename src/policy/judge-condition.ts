import { evaluate } from './expression/evaluate.ts';
import {
  type Expression,
  type StepBudget,
  takeStep,
  takeSteps,
  Unknown,
} from './expression/expression.ts';
import { countTestSteps, isTestPassed } from './expression/test.ts';
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
  /** Returns the facts at another time, RFC 3339. */
  readonly readFactsAt: (now: string) => SubjectFacts;
  /** Lists the times, RFC 3339, after which a fact differs, other than an age that grows. */
  readonly listChanges: () => readonly string[];
  readonly identity: SubjectIdentity;
  readonly title: string;
}

/** Evaluates a condition, within the steps of one evaluation and of the whole check. */
export function judgeCondition(
  condition: Condition,
  { facts }: Pick<OpenSubject, 'facts'>,
  { budget }: Pick<CheckContext, 'budget'>,
): boolean | Unknown {
  if (condition.expression.kind === 'test') {
    return judgeTest(condition.expression, facts, budget);
  }
  const steps = Math.min(STEPS_PER_EVALUATION, Math.max(budget.left, 0));
  const own: StepBudget = { left: steps };
  const value = evaluate(condition.expression, { readFact: facts.readFact, budget: own });
  budget.left -= steps - Math.max(own.left, 0);
  return typeof value === 'boolean' || value instanceof Unknown
    ? value
    : new Unknown([{ fact: 'expression', reason: 'the result is neither true nor false' }]);
}

/** A test of one fact takes one step; policies have hundreds of thousands of these evaluations. */
function judgeTest(
  { fact, test }: Extract<Expression, { readonly kind: 'test' }>,
  { readFact }: SubjectFacts,
  budget: StepBudget,
): boolean | Unknown {
  const data = takeStep(budget) ?? readFact(fact);
  if (data instanceof Unknown) {
    return data;
  }
  return takeSteps(budget, countTestSteps(test, data)) ?? isTestPassed(test, data);
}
