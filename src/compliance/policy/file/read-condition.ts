import { parseNamePattern } from '../../../foundation/core/name-pattern.ts';
import { suggestWord } from '../../../foundation/core/option-suggestion.ts';
import type { Expression } from '../expression/expression.ts';
import { parseLicenseTerms } from '../expression/license-terms.ts';
import { compilePattern } from '../expression/pattern.ts';
import type { Test } from '../expression/test.ts';
import type { AmountUnit, FactDefinition, FactType } from '../fact.ts';
import type { Condition } from '../policy.ts';
import { createPolicyError, type PolicyNode } from './policy-node.ts';

type Definition = Pick<FactDefinition<never>, 'name' | 'type'>;

/**
 * Reads the condition on one fact: a value, a list of values, `not X`, `X or worse`, `over 30
 * days`, `like GLOB`, `matching /RE2/`, `allowed by EXPRESSION`.
 *
 * @throws UserError `E_POLICY` with the position and the valid alternatives
 */
export function readCondition(fact: Definition, node: PolicyNode): Condition {
  const order = node.kind === 'text' ? readVersionOrder(fact, node.value.trim()) : undefined;
  if (order !== undefined) {
    return { text: `${fact.name}: ${formatNode(node)}`, fact: fact.name, expression: order };
  }
  const test = readTest(fact, node);
  return {
    text: `${fact.name}: ${formatNode(node)}`,
    fact: fact.name,
    expression: { kind: 'test', fact: fact.name, test },
  };
}

const VERSION_ORDER = /^(not\s+)?(over|under|at least|at most)\s+(\S{1,256})$/;
const ORDERS = { over: '>', under: '<', 'at least': '>=', 'at most': '<=' } as const;

/** `over 1.2` of a version is a comparison in the order of its ecosystem. */
function readVersionOrder({ name, type }: Definition, text: string): Expression | undefined {
  const [, negated, operator, version] = VERSION_ORDER.exec(text) ?? [];
  if (type.kind !== 'text' || type.order === undefined || version === undefined) {
    return undefined;
  }
  const scheme: Expression =
    type.order === 'fuzzy'
      ? { kind: 'literal', value: 'fuzzy' }
      : { kind: 'fact', name: type.order };
  const parts: Expression[] = [{ kind: 'fact', name }, { kind: 'literal', value: version }, scheme];
  const order: Expression = { kind: 'call', name: 'versionOrder', parts };
  const compared: Expression = {
    kind: 'call',
    name: ORDERS[operator as keyof typeof ORDERS],
    parts: [order, { kind: 'literal', value: 0 }],
  };
  return negated === undefined ? compared : { kind: 'not', part: compared };
}

function formatNode(node: PolicyNode): string {
  switch (node.kind) {
    case 'list':
      return node.items.map(formatNode).join(', ');
    case 'number':
      return node.text;
    case 'text':
    case 'flag':
      return String(node.value);
    default:
      return '';
  }
}

function readTest(fact: Definition, node: PolicyNode): Test {
  if (node.kind === 'list') {
    const tests = node.items.map((item) => readTest(fact, item));
    const values = tests.map((test) => (test.kind === 'one-of' ? test.values : undefined));
    if (values.length === 0 || values.includes(undefined)) {
      throw createPolicyError(node.place, `a list for "${fact.name}" holds plain values only`);
    }
    return { kind: 'one-of', values: values.flatMap((list) => list ?? []) };
  }
  if (node.kind === 'flag') {
    return readFlag(fact, node.value, node.place);
  }
  if (node.kind === 'number') {
    return readNumber(fact, node);
  }
  if (node.kind !== 'text' || node.value.trim() === '') {
    throw createPolicyError(node.place, `"${fact.name}" needs a value`, describeValues(fact.type));
  }
  return readTextTest(fact, node.value.trim(), node.place);
}

function readFlag(fact: Definition, value: boolean, place: string): Test {
  if (fact.type.kind !== 'flag') {
    throw createPolicyError(
      place,
      `"${fact.name}" is not true or false`,
      describeValues(fact.type),
    );
  }
  return { kind: 'one-of', values: [value] };
}

function readNumber(
  fact: Definition,
  { value, text, place }: Extract<PolicyNode, { readonly kind: 'number' }>,
): Test {
  if (fact.type.kind === 'amount') {
    return { kind: 'one-of', values: [value] };
  }
  throw createPolicyError(
    place,
    `"${fact.name}" is a text, and ${text} without quotes is a number`,
    `write it in quotes: ${fact.name}: "${text}"`,
  );
}

const AMOUNT = /^(over|under|at least|at most)\s+(-?\d{1,15}(?:\.\d{1,9})?)\s*([A-Za-z]*)$/;

function readTextTest(fact: Definition, text: string, place: string): Test {
  const negated = /^not\s+([^]+)$/.exec(text)?.[1];
  if (negated !== undefined) {
    return { kind: 'not', test: readTextTest(fact, negated, place) };
  }
  const { type } = fact;
  if (type.kind === 'amount') {
    return readAmount(fact, type.unit, { text, place });
  }
  if (type.kind === 'licenses') {
    return readLicenseTest(fact, text, place);
  }
  if (type.kind === 'flag') {
    throw createPolicyError(place, `"${fact.name}" is true or false`, describeValues(type));
  }
  const like = /^like\s+(\S[^]*)$/.exec(text)?.[1];
  if (like !== undefined) {
    return { kind: 'like', pattern: parseNamePattern(like) };
  }
  const pattern = /^matching\s+\/([^]+)\/$/.exec(text)?.[1];
  if (pattern !== undefined) {
    return readPattern(pattern, place);
  }
  return type.kind === 'scale' || type.kind === 'word'
    ? readWord(fact.name, type, { text, place })
    : { kind: 'one-of', values: [text] };
}

function readPattern(pattern: string, place: string): Test {
  try {
    compilePattern(pattern);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw createPolicyError(place, `the pattern /${pattern}/ is not valid in RE2: ${message}`);
  }
  return { kind: 'matching', pattern };
}

function readWord(
  name: string,
  type: Extract<FactType, { readonly kind: 'scale' | 'word' }>,
  { text, place }: { readonly text: string; readonly place: string },
): Test {
  const [, word = text, , side] = /^(\S+)(\s+or\s+(worse|better))?$/.exec(text) ?? [];
  const at = type.words.indexOf(word);
  if (at === -1) {
    throw createPolicyError(
      place,
      `"${word}" is not a value of "${name}"`,
      suggestWord(word, type.words),
    );
  }
  if (side === undefined) {
    return { kind: 'one-of', values: [word] };
  }
  if (type.kind === 'word') {
    throw createPolicyError(place, `the values of "${name}" have no order`, describeValues(type));
  }
  const accepted = side === 'worse' ? type.words.slice(at) : type.words.slice(0, at + 1);
  return { kind: 'scale', words: type.words, accepted };
}

/** Units of sizes in bytes, in lower case. */
export const BYTE_UNITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    b: 1,
    byte: 1,
    bytes: 1,
    kb: 1e3,
    mb: 1e6,
    gb: 1e9,
    kib: 1024,
    mib: 1024 ** 2,
    gib: 1024 ** 3,
  }),
);
/** Units of ages in days, in lower case. */
export const DAY_UNITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    hour: 1 / 24,
    hours: 1 / 24,
    day: 1,
    days: 1,
    week: 7,
    weeks: 7,
  }),
);

function readAmount(
  fact: Definition,
  unit: AmountUnit,
  { text, place }: { readonly text: string; readonly place: string },
): Test {
  const [, operator, number, word = ''] = AMOUNT.exec(text) ?? [];
  const factor = getFactor(unit, word.toLowerCase());
  if (operator === undefined || factor === undefined) {
    throw createPolicyError(
      place,
      `"${text}" is not a condition on "${fact.name}"`,
      describeValues(fact.type),
    );
  }
  return {
    kind: 'amount',
    operator: operator as Extract<Test, { readonly kind: 'amount' }>['operator'],
    amount: Number(number) * factor,
  };
}

const AMOUNT_VALUE = /^(-?\d{1,15}(?:\.\d{1,9})?)\s*([A-Za-z]*)$/;

/**
 * Reads the value of a fact: a number, or a text such as `41 days` or `100 MB`.
 *
 * @throws UserError `E_POLICY`
 */
export function readAmountValue(
  name: string,
  type: Extract<FactType, { readonly kind: 'amount' }>,
  node: PolicyNode,
): number {
  if (node.kind === 'number' && Number.isFinite(node.value)) {
    return node.value;
  }
  const text = node.kind === 'text' ? node.value.trim() : '';
  const [, number, word = ''] = AMOUNT_VALUE.exec(text) ?? [];
  const factor = getFactor(type.unit, word.toLowerCase());
  if (number === undefined || factor === undefined) {
    const example = { count: '10', bytes: '100 MB', days: '41 days', score: '7.5' }[type.unit];
    throw createPolicyError(
      node.place,
      `the value of "${name}" must be a number`,
      `write ${example}`,
    );
  }
  return Number(number) * factor;
}

/** Counts and scores have no unit; sizes and ages need one. */
function getFactor(unit: AmountUnit, word: string): number | undefined {
  switch (unit) {
    case 'bytes':
      return BYTE_UNITS.get(word);
    case 'days':
      return DAY_UNITS.get(word);
    default:
      return word === '' ? 1 : undefined;
  }
}

function readLicenseTest(fact: Definition, text: string, place: string): Test {
  const allowed = /^allowed by\s+([^]+)$/.exec(text)?.[1];
  const terms = allowed === undefined ? undefined : parseLicenseTerms(allowed);
  if (terms === undefined) {
    throw createPolicyError(
      place,
      `"${text}" is not a condition on "${fact.name}"`,
      describeValues(fact.type),
    );
  }
  return { kind: 'allowed', terms };
}

function describeValues(type: FactType): string {
  switch (type.kind) {
    case 'flag':
      return 'write true or false';
    case 'amount':
      return describeAmounts(type.unit);
    case 'scale':
      return `write one of ${type.words.join(', ')}, or "${type.words[0] ?? ''} or worse"`;
    case 'word':
      return `write one of ${type.words.join(', ')}`;
    case 'licenses':
      return 'write "not allowed by MIT OR Apache-2.0", with SPDX IDs';
    default:
      return 'write a text, a list, "not X", "like GLOB" or "matching /PATTERN/"';
  }
}

function describeAmounts(unit: AmountUnit): string {
  const example = { count: '10', bytes: '100 MB', days: '30 days', score: '7.5' }[unit];
  return `write "over ${example}", "under ${example}", "at least ${example}" or "at most ${example}"`;
}
