import type { FactData } from '../fact.ts';
import type { Test } from './test.ts';

/** A value of an expression. Numbers are not divided into integers and others. */
export type Value = boolean | number | string | null | readonly Value[];

export const MACROS = ['all', 'exists', 'exists_one', 'filter', 'map'] as const;

export type MacroName = (typeof MACROS)[number];

/** The one form of typed conditions and of CEL, which the evaluator runs. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: Value }
  /** A fact of the subject. */
  | { readonly kind: 'fact'; readonly name: string }
  /** The variable of an enclosing macro. */
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'test'; readonly fact: string; readonly test: Test }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not'; readonly part: Expression }
  | {
      readonly kind: 'choice';
      readonly condition: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    }
  | { readonly kind: 'list'; readonly parts: readonly Expression[] }
  | { readonly kind: 'call'; readonly name: string; readonly parts: readonly Expression[] }
  | {
      readonly kind: 'macro';
      readonly name: MacroName;
      readonly list: Expression;
      readonly variable: string;
      readonly body: Expression;
      readonly result?: Expression;
    };

/** A missing fact with the reason. */
export interface MissingFact {
  readonly fact: string;
  readonly reason: string;
}

/** The third truth value: the facts that would have been needed. */
export class Unknown {
  readonly missing: readonly MissingFact[];

  constructor(missing: readonly MissingFact[]) {
    this.missing = missing;
  }
}

/** A fact as the evaluator reads it. */
export type ReadFact = (name: string) => FactData | Unknown;

/** Steps that an evaluation may still take; shared by all evaluations of a check, if they are. */
export interface StepBudget {
  left: number;
}

const BUDGET = 'budget';
const BUDGET_USED = new Unknown([
  { fact: BUDGET, reason: 'the evaluation needed more steps than allowed' },
]);

/** Takes a step; returns `Unknown` if none is left. */
export function takeStep(budget: StepBudget): Unknown | undefined {
  return takeSteps(budget, 1);
}

/** Takes some steps; returns `Unknown` if fewer are left. */
export function takeSteps(budget: StepBudget, count: number): Unknown | undefined {
  budget.left -= count;
  return budget.left < 0 ? BUDGET_USED : undefined;
}

/** Merges the missing facts of several parts, each once. */
export function mergeUnknown(parts: readonly Unknown[]): Unknown {
  const all = new Map(
    parts.flatMap(({ missing }) => missing.map((one) => [`${one.fact} ${one.reason}`, one])),
  );
  return new Unknown([...all.values()]);
}
