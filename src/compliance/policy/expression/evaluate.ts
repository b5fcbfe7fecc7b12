import {
  type Expression,
  mergeUnknown,
  type ReadFact,
  type StepBudget,
  takeStep,
  takeSteps,
  Unknown,
  type Value,
} from './expression.ts';
import { callFunction, countCallSteps } from './functions.ts';
import { countTestSteps, isTestPassed } from './test.ts';

/** The facts and variables of an evaluation, and its limit. */
export interface Scope {
  readonly readFact: ReadFact;
  readonly budget: StepBudget;
  readonly variables?: ReadonlyMap<string, Value>;
}

type Result = Value | Unknown;

/**
 * Evaluates an expression with strong Kleene logic: a missing fact makes the result unknown, unless
 * the known parts decide it. An error of types, and a used-up budget, are unknown too.
 */
export function evaluate(expression: Expression, scope: Scope): Result {
  const used = takeStep(scope.budget);
  if (used !== undefined) {
    return used;
  }
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'fact':
      return scope.readFact(expression.name);
    case 'variable':
      return readVariable(expression.name, scope);
    case 'test':
      return evaluateTest(expression, scope.readFact, scope.budget);
    case 'and':
    case 'or':
      return connect(expression.kind === 'or', expression.parts, scope);
    case 'not':
      return negate(evaluate(expression.part, scope));
    case 'choice':
      return choose(expression, scope);
    case 'list':
    case 'call':
      return apply(expression, scope);
    case 'macro':
      return runMacro(expression, scope);
  }
}

/** Evaluates a test of one fact, after its first step. */
export function evaluateTest(
  { fact, test }: Extract<Expression, { readonly kind: 'test' }>,
  readFact: ReadFact,
  budget: StepBudget,
): boolean | Unknown {
  const data = readFact(fact);
  if (data instanceof Unknown) {
    return data;
  }
  return takeSteps(budget, countTestSteps(test, data)) ?? isTestPassed(test, data);
}

function readVariable(name: string, { variables }: Scope): Result {
  const value = variables?.get(name);
  return value === undefined ? createTypeError(`unknown variable "${name}"`) : value;
}

function createTypeError(reason: string): Unknown {
  return new Unknown([{ fact: 'expression', reason }]);
}

/** `decisive` is the value that decides alone: true for OR, false for AND. */
function connect(decisive: boolean, parts: readonly Expression[], scope: Scope): Result {
  const unknown: Unknown[] = [];
  for (const part of parts) {
    const value = evaluate(part, scope);
    if (value === decisive) {
      return decisive;
    }
    if (value instanceof Unknown) {
      unknown.push(value);
    } else if (typeof value !== 'boolean') {
      unknown.push(createTypeError('a part of && or || is neither true nor false'));
    }
  }
  return unknown.length === 0 ? !decisive : mergeUnknown(unknown);
}

function negate(value: Result): Result {
  if (value instanceof Unknown) {
    return value;
  }
  return typeof value === 'boolean' ? !value : createTypeError('! needs true or false');
}

function choose(
  { condition, yes, no }: Extract<Expression, { readonly kind: 'choice' }>,
  scope: Scope,
): Result {
  const value = evaluate(condition, scope);
  if (value instanceof Unknown) {
    return value;
  }
  return typeof value === 'boolean'
    ? evaluate(value ? yes : no, scope)
    : createTypeError('the condition of ?: is neither true nor false');
}

function apply(
  expression: Extract<Expression, { readonly kind: 'list' | 'call' }>,
  scope: Scope,
): Result {
  const values: Value[] = [];
  const unknown: Unknown[] = [];
  for (const part of expression.parts) {
    const value = evaluate(part, scope);
    if (value instanceof Unknown) {
      unknown.push(value);
    } else {
      values.push(value);
    }
  }
  if (unknown.length > 0) {
    return mergeUnknown(unknown);
  }
  if (expression.kind === 'list') {
    return values;
  }
  const { name } = expression;
  const used = takeSteps(scope.budget, countCallSteps(name, values, scope.budget.left));
  return (
    used ?? callFunction(name, values) ?? createTypeError(`${name} does not accept these values`)
  );
}

type Macro = Extract<Expression, { readonly kind: 'macro' }>;

function runMacro(macro: Macro, scope: Scope): Result {
  const list = evaluate(macro.list, scope);
  if (list instanceof Unknown) {
    return list;
  }
  if (!Array.isArray(list)) {
    return createTypeError(`${macro.name} needs a list`);
  }
  const elements: readonly Value[] = list;
  if (macro.name === 'map' || macro.name === 'filter') {
    return mapList(macro, elements, scope);
  }
  const isExists = macro.name === 'exists';
  const unknown: Unknown[] = [];
  let count = 0;
  for (const element of elements) {
    const value = evaluateBody(macro.body, macro, element, scope);
    if (macro.name !== 'exists_one' && value === isExists) {
      return isExists;
    }
    if (value instanceof Unknown) {
      unknown.push(value);
    } else if (typeof value !== 'boolean') {
      unknown.push(createTypeError(`${macro.name} needs a condition`));
    }
    count += value === true ? 1 : 0;
    if (scope.budget.left < 0) {
      break;
    }
  }
  if (unknown.length > 0) {
    return mergeUnknown(unknown);
  }
  return macro.name === 'exists_one' ? count === 1 : !isExists;
}

function mapList(macro: Macro, elements: readonly Value[], scope: Scope): Result {
  const values: Value[] = [];
  for (const element of elements) {
    const value = evaluateBody(macro.body, macro, element, scope);
    if (value instanceof Unknown) {
      return value;
    }
    if (macro.name === 'map' && macro.result === undefined) {
      values.push(value);
    } else if (value === true) {
      const result =
        macro.result === undefined ? element : evaluateBody(macro.result, macro, element, scope);
      if (result instanceof Unknown) {
        return result;
      }
      values.push(result);
    } else if (value !== false) {
      return createTypeError(`${macro.name} needs a condition`);
    }
  }
  return values;
}

function evaluateBody(body: Expression, { variable }: Macro, element: Value, scope: Scope): Result {
  return evaluate(body, {
    ...scope,
    variables: new Map([...(scope.variables ?? []), [variable, element]]),
  });
}
