import { compareVersions } from '../../../hardening/compare/compare-versions.ts';
import type { Value } from './expression.ts';
import { countPatternSteps, hasMatch } from './pattern.ts';

type PolicyFunction = (values: readonly Value[]) => Value | undefined;

/** Functions and operators of CEL. Each returns `undefined` for values of other types. */
const FUNCTION_LIST = {
  '==': ([left, right]) => isEqualValue(left, right),
  '!=': ([left, right]) => !isEqualValue(left, right),
  '<': (values) => compare(values, (order) => order < 0),
  '<=': (values) => compare(values, (order) => order <= 0),
  '>': (values) => compare(values, (order) => order > 0),
  '>=': (values) => compare(values, (order) => order >= 0),
  '+': ([left, right]) => add(left, right),
  '-': (values) => calculate(values, (left, right) => left - right),
  '*': (values) => calculate(values, (left, right) => left * right),
  '/': (values) => calculate(values, (left, right) => left / right),
  '%': (values) => calculate(values, (left, right) => left % right),
  'int +': (values) => calculateInteger(values, (left, right) => left + right),
  'int -': (values) => calculateInteger(values, (left, right) => left - right),
  'int *': (values) => calculateInteger(values, (left, right) => left * right),
  'int /': (values) => calculateInteger(values, (left, right) => Math.trunc(left / right)),
  'int %': (values) => calculateInteger(values, (left, right) => left % right),
  negate: ([value]) => (typeof value === 'number' ? -value : undefined),
  in: ([element, list]) =>
    Array.isArray(list) ? list.some((one: Value) => isEqualValue(one, element)) : undefined,
  at: ([list, index]) =>
    Array.isArray(list) && typeof index === 'number' ? (list[index] as Value) : undefined,
  size: ([value]) => (typeof value === 'string' ? Array.from(value).length : toList(value)?.length),
  has: ([value]) => value !== '' && value !== null && toList(value)?.length !== 0,
  startsWith: (values) => test(values, (text, part) => text.startsWith(part)),
  endsWith: (values) => test(values, (text, part) => text.endsWith(part)),
  contains: (values) => test(values, (text, part) => text.includes(part)),
  matches: (values) => test(values, (text, pattern) => hasMatch(pattern, text)),
  lowerAscii: ([text]) =>
    typeof text === 'string' ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : undefined,
  versionOrder: ([version, other, type]) =>
    typeof version === 'string' && typeof other === 'string' && typeof type === 'string'
      ? compareVersions({ type, version }, { type, version: other })
      : undefined,
} as const satisfies Readonly<Record<string, PolicyFunction>>;

const FUNCTIONS: ReadonlyMap<string, PolicyFunction> = new Map(Object.entries(FUNCTION_LIST));

/** Names of the functions that an expression may call. */
export const FUNCTION_NAMES: readonly string[] = [...FUNCTIONS.keys()];

/** Calls a function; `undefined` if it does not accept the values. */
export function callFunction(name: string, values: readonly Value[]): Value | undefined {
  return FUNCTIONS.get(name)?.(values);
}

/** Characters of a text that are read, compared or copied in the time of a step. */
const CHARS_PER_STEP = 64;

/**
 * Returns the steps of a call by the sizes of its values; the count ends beyond a limit. Without
 * it, lists that are doubled a few times would not fit into the memory.
 */
export function countCallSteps(name: string, values: readonly Value[], limit: number): number {
  const [text, pattern] = values;
  return name === 'matches' && typeof text === 'string' && typeof pattern === 'string'
    ? countPatternSteps(pattern, text)
    : values.reduce<number>((sum, value) => sum + countSize(value, limit - sum), 0);
}

function countSize(value: Value, limit: number): number {
  if (typeof value === 'string') {
    return Math.floor(value.length / CHARS_PER_STEP);
  }
  const list = toList(value) ?? [];
  let size = 0;
  for (const element of list) {
    size += 1 + countSize(element, limit - size);
    if (size > limit) {
      break;
    }
  }
  return size;
}

function toList(value: Value | undefined): readonly Value[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function isEqualValue(left: Value | undefined, right: Value | undefined): boolean {
  const [first, second] = [toList(left), toList(right)];
  if (first === undefined || second === undefined) {
    return left === right;
  }
  return (
    first.length === second.length && first.every((one, index) => isEqualValue(one, second[index]))
  );
}

/** Text is compared by code points. CEL specification, "Ordering". */
function compare(
  [left, right]: readonly Value[],
  accept: (order: number) => boolean,
): boolean | undefined {
  if (typeof left === 'number' && typeof right === 'number') {
    // The difference of two infinite numbers is not a number, for which every comparison is false.
    return accept(left === right ? 0 : left - right);
  }
  if (typeof left === 'string' && typeof right === 'string') {
    return accept(Buffer.compare(Buffer.from(left), Buffer.from(right)));
  }
  return typeof left === 'boolean' && typeof right === 'boolean'
    ? accept(Number(left) - Number(right))
    : undefined;
}

function add(left: Value | undefined, right: Value | undefined): Value | undefined {
  if (typeof left === 'number' && typeof right === 'number') {
    return left + right;
  }
  if (typeof left === 'string' && typeof right === 'string') {
    return left + right;
  }
  const [first, second] = [toList(left), toList(right)];
  return first === undefined || second === undefined ? undefined : [...first, ...second];
}

/** A division by zero is infinite, as in CEL; a result that is not a number is unknown. */
function calculate(
  [left, right]: readonly Value[],
  operate: (left: number, right: number) => number,
): number | undefined {
  if (typeof left !== 'number' || typeof right !== 'number') {
    return undefined;
  }
  const result = operate(left, right);
  return Number.isNaN(result) ? undefined : result;
}

/** Integers beyond the exact range, and divisions by zero, are not accepted. */
function calculateInteger(
  values: readonly Value[],
  operate: (left: number, right: number) => number,
): number | undefined {
  const result = calculate(values, operate);
  return Number.isSafeInteger(result) ? result : undefined;
}

function test(
  [text, other]: readonly Value[],
  accept: (text: string, other: string) => boolean,
): boolean | undefined {
  return typeof text === 'string' && typeof other === 'string' ? accept(text, other) : undefined;
}
