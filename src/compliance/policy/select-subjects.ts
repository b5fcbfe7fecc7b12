import { listFacts } from './expression/collect-facts.ts';
import { type Expression, type StepBudget, Unknown } from './expression/expression.ts';
import { judgeCondition } from './judge-condition.ts';
import type { Condition } from './policy.ts';
import type { FactGroups, FactTable } from './subject-facts.ts';

/** A part of a condition that reads one fact, and that must hold. */
interface Requirement {
  readonly expression: Expression;
  readonly groups: FactGroups;
}

const NOT_JUDGED = 0;
const POSSIBLE = 1;
const IMPOSSIBLE = 2;

/**
 * Returns the positions of the subjects for which no condition is false by one fact alone;
 * `undefined` if these are all subjects. Most rules are about few subjects, and most facts have few
 * values: each value is judged once, not each subject. A subject that is left out takes one step of
 * the budget.
 */
export function selectSubjects(
  conditions: readonly Condition[],
  table: Pick<FactTable<unknown>, 'groupSubjects'>,
  { count, budget }: { readonly count: number; readonly budget: StepBudget },
): readonly number[] | undefined {
  let positions: readonly number[] | undefined;
  for (const requirement of budget.left < count ? [] : listRequirements(conditions, table)) {
    positions = filterPositions(positions, requirement, budget);
  }
  budget.left -= positions === undefined ? 0 : count - positions.length;
  return positions;
}

/** Lists the requirements; those about facts with few values come first. */
function listRequirements(
  conditions: readonly Condition[],
  table: Pick<FactTable<unknown>, 'groupSubjects'>,
): readonly Requirement[] {
  return conditions
    .flatMap(({ expression }) => listConjuncts(expression))
    .flatMap((expression): Requirement[] => {
      const [fact, ...others] = listFacts(expression);
      const groups =
        fact === undefined || others.length > 0 ? undefined : table.groupSubjects(fact);
      return groups === undefined ? [] : [{ expression, groups }];
    })
    .toSorted((left, right) => left.groups.values.length - right.groups.values.length);
}

/** The parts of `&&` in strong Kleene logic: if one is false, so is the whole. */
function listConjuncts(expression: Expression): readonly Expression[] {
  return expression.kind === 'and' ? expression.parts.flatMap(listConjuncts) : [expression];
}

/** Of all subjects if no positions are given. These loops run for each rule and each subject. */
function filterPositions(
  positions: readonly number[] | undefined,
  { expression, groups: { values, groups, groupsByValue } }: Requirement,
  budget: StepBudget,
): readonly number[] {
  const answers = new Uint8Array(values.length);
  if (expression.kind === 'test' && expression.test.kind === 'one-of') {
    answers.fill(IMPOSSIBLE);
    for (const value of [...expression.test.values, Unknown]) {
      const group = groupsByValue.get(value);
      answers[group ?? values.length] = POSSIBLE;
    }
  }
  const condition = { text: '', expression };
  const left: number[] = [];
  const count = positions?.length ?? groups.length;
  for (let at = 0; at < count; at += 1) {
    const position = positions === undefined ? at : (positions[at] ?? 0);
    const group = groups[position] ?? 0;
    if (answers[group] === NOT_JUDGED) {
      const value = values[group] ?? false;
      const holds = judgeCondition(condition, { facts: { readFact: () => value } }, { budget });
      answers[group] = holds === false ? IMPOSSIBLE : POSSIBLE;
    }
    if (answers[group] === POSSIBLE) {
      left.push(position);
    }
  }
  return left;
}
