import { evaluate, type Scope } from './evaluate.ts';
import { type Expression, Unknown, type Value } from './expression.ts';
import { listThresholds } from './test.ts';

/** How fast a value changes per day; those of a list by element. Other values do not change. */
export type Slope = number | readonly Slope[];

/** Facts and variables with their slopes at one time. */
export interface TrendScope extends Scope {
  /** Change of a fact per day; 0 if it does not change with time. */
  readonly readSlope: (fact: string) => Slope;
  readonly slopes?: ReadonlyMap<string, Slope>;
}

type Part<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

/**
 * Lists in how many days each comparison of an expression changes its result, if the values go on
 * as they do now. All parts are visited, also those that the result does not depend on now.
 */
export function listCrossings(expression: Expression, scope: TrendScope): readonly number[] {
  switch (expression.kind) {
    case 'literal':
    case 'fact':
    case 'variable':
      return [];
    case 'test': {
      const value = scope.readFact(expression.fact);
      const slope = scope.readSlope(expression.fact);
      return listThresholds(expression.test).flatMap((threshold) =>
        findMeeting([value, threshold], [slope, 0]),
      );
    }
    case 'not':
      return listCrossings(expression.part, scope);
    case 'choice':
      return [expression.condition, expression.yes, expression.no].flatMap((part) =>
        listCrossings(part, scope),
      );
    case 'macro':
      return listMacroCrossings(expression, scope);
    case 'call':
      return [
        ...expression.parts.flatMap((part) => listCrossings(part, scope)),
        ...compareParts(expression, scope),
      ];
    default:
      return expression.parts.flatMap((part) => listCrossings(part, scope));
  }
}

/** Returns the times at which two values meet; empty if their distance does not change. */
function findMeeting(
  [left, right]: readonly [unknown, unknown],
  [one, other]: readonly [Slope, Slope],
): readonly number[] {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.flatMap((value: unknown, index) =>
      findMeeting([value, right[index]], [toElement(one, index), toElement(other, index)]),
    );
  }
  const isPlain = typeof one === 'number' && typeof other === 'number';
  if (typeof left !== 'number' || typeof right !== 'number' || !isPlain || one === other) {
    return [];
  }
  return [(left - right) / (other - one)];
}

function toElement(slope: Slope, index: number): Slope {
  return typeof slope === 'number' ? 0 : (slope[index] ?? 0);
}

function compareParts({ name, parts }: Part<'call'>, scope: TrendScope): readonly number[] {
  const [left, right] = parts;
  if (left === undefined || right === undefined) {
    return [];
  }
  if (name === 'in') {
    const [value, slope] = [evaluate(left, scope), getSlope(left, scope)];
    const [list, slopes] = [evaluate(right, scope), getSlope(right, scope)];
    const elements: readonly Value[] = Array.isArray(list) ? list : [];
    return elements.flatMap((one, index) =>
      findMeeting([value, one], [slope, toElement(slopes, index)]),
    );
  }
  return COMPARISONS.has(name)
    ? findMeeting(
        [evaluate(left, scope), evaluate(right, scope)],
        [getSlope(left, scope), getSlope(right, scope)],
      )
    : [];
}

/** The scope for each element of the list of a macro. */
function listScopes(macro: Part<'macro'>, scope: TrendScope): readonly TrendScope[] {
  const list = evaluate(macro.list, scope);
  const elements: readonly Value[] = Array.isArray(list) ? list : [];
  const slopes = getSlope(macro.list, scope);
  return elements.map((element, index) => ({
    ...scope,
    variables: new Map([...(scope.variables ?? []), [macro.variable, element]]),
    slopes: new Map([...(scope.slopes ?? []), [macro.variable, toElement(slopes, index)]]),
  }));
}

function listMacroCrossings(macro: Part<'macro'>, scope: TrendScope): readonly number[] {
  const { list, body, result } = macro;
  const own = listCrossings(list, scope);
  const inner: number[] = [];
  for (const one of listScopes(macro, scope)) {
    inner.push(...listCrossings(body, one));
    inner.push(...(result === undefined ? [] : listCrossings(result, one)));
    if (scope.budget.left < 0) {
      break;
    }
  }
  return [...own, ...inner];
}

/** Returns the slope of an expression along the branches that it takes now. */
function getSlope(expression: Expression, scope: TrendScope): Slope {
  switch (expression.kind) {
    case 'fact':
      return scope.readSlope(expression.name);
    case 'variable':
      return scope.slopes?.get(expression.name) ?? 0;
    case 'list':
      return expression.parts.map((part) => getSlope(part, scope));
    case 'choice': {
      const isYes = evaluate(expression.condition, scope) === true;
      return getSlope(isYes ? expression.yes : expression.no, scope);
    }
    case 'macro':
      return getMacroSlope(expression, scope);
    case 'call':
      return getCallSlope(expression, scope);
    default:
      return 0;
  }
}

/** `map` and `filter` return lists; the other macros return true or false. */
function getMacroSlope(macro: Part<'macro'>, scope: TrendScope): Slope {
  const { name, variable, body, result } = macro;
  if (name !== 'map' && name !== 'filter') {
    return 0;
  }
  return listScopes(macro, scope).flatMap((one): readonly Slope[] => {
    if (name === 'map' && result === undefined) {
      return [getSlope(body, one)];
    }
    const isKept = evaluate(body, one) === true;
    const kept = result ?? { kind: 'variable', name: variable };
    return isKept ? [getSlope(kept, one)] : [];
  });
}

function getCallSlope({ name, parts }: Part<'call'>, scope: TrendScope): Slope {
  const [first, second] = parts;
  if (first === undefined) {
    return 0;
  }
  const one = getSlope(first, scope);
  if (name === 'negate') {
    return multiplySlope(one, -1);
  }
  if (second === undefined) {
    return 0;
  }
  if (name === 'at') {
    const index = evaluate(second, scope);
    return typeof index === 'number' ? toElement(one, index) : 0;
  }
  const other = getSlope(second, scope);
  switch (name) {
    case '+':
      return addSlopes(one, other);
    case '-':
      return addSlopes(one, multiplySlope(other, -1));
    case '*':
      // At most one of them changes with time: `compileCel` rejects others.
      return addSlopes(
        multiplySlope(one, evaluate(second, scope)),
        multiplySlope(other, evaluate(first, scope)),
      );
    case '/':
      return multiplySlope(one, invert(evaluate(second, scope)));
    default:
      return 0;
  }
}

/** Adds numbers, and appends lists. */
function addSlopes(one: Slope, other: Slope): Slope {
  return typeof one === 'number' || typeof other === 'number'
    ? toNumber(one) + toNumber(other)
    : [...one, ...other];
}

function multiplySlope(slope: Slope, factor: Value | Unknown): Slope {
  return typeof slope === 'number' && typeof factor === 'number' && slope !== 0
    ? slope * factor
    : 0;
}

function invert(value: Value | Unknown): Value {
  return typeof value === 'number' ? 1 / value : 0;
}

function toNumber(slope: Slope): number {
  return typeof slope === 'number' ? slope : 0;
}
