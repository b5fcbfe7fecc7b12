import { hash } from 'node:crypto';
import { compareText } from '../../core/compare-text.ts';
import { formatJson } from '../../core/json-document.ts';
import { escapeUriComponent } from '../../core/uri-component.ts';
import { printFormat } from './print-format.ts';
import {
  compareValues,
  isRecord,
  isSame,
  isTrue,
  kindOf,
  lengthOf,
  memberOf,
  plainText,
  printed,
  sortedKeys,
} from './value.ts';

/** What a function refuses, without the place, which its caller knows. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

export type TemplateFunction = (...args: readonly unknown[]) => unknown;

/** Go, package text/template, "Functions", without `call`: data hold no functions. */
const GO_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map(
  Object.entries({
    html: (...args) => htmlText(args.map(plainText).join('')),
    index: (value, ...keys) => keys.reduce(indexed, value),
    js: (...args) => scriptText(args.map(plainText).join('')),
    len: (value) => {
      const length = lengthOf(value);
      return length === undefined ? refuse(`cannot take len of ${kindOf(value)}`) : length;
    },
    not: (value) => !isTrue(value),
    print: (...args) => spaced(args),
    printf: (format, ...args) => printFormat(textOf(format), args),
    println: (...args) => `${args.map(plainText).join(' ')}\n`,
    slice: (value, from = 0, to?: unknown) =>
      typeof value === 'string'
        ? value.slice(numberOf(from), to === undefined ? undefined : numberOf(to))
        : listOf(value).slice(numberOf(from), to === undefined ? undefined : numberOf(to)),
    urlquery: (...args) => escapeUriComponent(args.map(plainText).join('')).replaceAll('%20', '+'),
    eq: (first, ...others) => others.some((other) => isSame(first, other)),
    ne: (left, right) => !isSame(left, right),
    lt: (left, right) => order(left, right) < 0,
    le: (left, right) => order(left, right) <= 0,
    gt: (left, right) => order(left, right) > 0,
    ge: (left, right) => order(left, right) >= 0,
  }),
);

/** Those of Syft and Grype. */
const PEER_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map(
  Object.entries({
    getLastIndex: (value) => (Array.isArray(value) ? value.length - 1 : 0),
    hasField: (value, name) => isRecord(value) && memberOf(value, textOf(name)) !== undefined,
    byMatchName: (value: unknown) =>
      Array.isArray(value)
        ? value.toSorted((left, right) => compareText(nameIn(left), nameIn(right)))
        : value,
  }),
);

/** Of the library Sprig, those that texts, lists, maps and numbers are worked with. */
const TEXT_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map(
  Object.entries({
    lower: (text) => textOf(text).toLowerCase(),
    upper: (text) => textOf(text).toUpperCase(),
    title: (text) => textOf(text).replaceAll(/(^|\s)(\S)/g, (whole) => whole.toUpperCase()),
    untitle: (text) => textOf(text).replaceAll(/(^|\s)(\S)/g, (whole) => whole.toLowerCase()),
    trim: (text) => textOf(text).trim(),
    trimAll: (characters, text) => trimmed(textOf(text), textOf(characters)),
    trimPrefix: (prefix, text) => withoutPrefix(textOf(prefix), textOf(text)),
    trimSuffix: (suffix, text) => withoutSuffix(textOf(suffix), textOf(text)),
    replace: (from, to, text) => textOf(text).replaceAll(textOf(from), () => textOf(to)),
    contains: (part, text) => textOf(text).includes(textOf(part)),
    hasPrefix: (prefix, text) => textOf(text).startsWith(textOf(prefix)),
    hasSuffix: (suffix, text) => textOf(text).endsWith(textOf(suffix)),
    repeat: (count, text) => repeated(textOf(text), numberOf(count)),
    nospace: (text) => textOf(text).replaceAll(/\s/g, ''),
    trunc: (count, text) => truncated(textOf(text), numberOf(count)),
    abbrev: (width, text) => abbreviated(textOf(text), numberOf(width)),
    substr: (from, to, text) =>
      textOf(text).slice(numberOf(from), numberOf(to) < 0 ? undefined : numberOf(to)),
    indent: (count, text) => indented(textOf(text), numberOf(count)),
    nindent: (count, text) => `\n${indented(textOf(text), numberOf(count))}`,
    quote: (...args) =>
      args
        .filter(isGiven)
        .map((arg) => formatJson(plainText(arg)))
        .join(' '),
    squote: (...args) =>
      args
        .filter(isGiven)
        .map((arg) => `'${plainText(arg)}'`)
        .join(' '),
    cat: (...args) => args.filter(isGiven).map(plainText).join(' '),
    toString: (value: unknown) => plainText(value),
    join: (separator, list) => listOf(list).map(plainText).join(textOf(separator)),
    splitList: (separator, text) => textOf(text).split(textOf(separator)),
    split: (separator, text) =>
      Object.fromEntries(
        textOf(text)
          .split(textOf(separator))
          .map((part, number) => [`_${number}`, part]),
      ),
    sortAlpha: (list) => listOf(list).map(plainText).sort(compareText),
    b64enc: (text) => Buffer.from(textOf(text), 'utf8').toString('base64'),
    b64dec: (text) => Buffer.from(textOf(text), 'base64').toString('utf8'),
    sha1sum: (text) => hash('sha1', textOf(text), 'hex'),
    sha256sum: (text) => hash('sha256', textOf(text), 'hex'),
    toJson: (value) => formatJson(value ?? null),
    toPrettyJson: (value) => formatJson(value ?? null, 2),
    toRawJson: (value) => formatJson(value ?? null),
  }),
);

const VALUE_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map(
  Object.entries({
    default: (other, value) => (isTrue(value) ? value : other),
    empty: (value) => !isTrue(value),
    coalesce: (...args) => args.find(isTrue),
    ternary: (yes, no, condition) => (isTrue(condition) ? yes : no),
    kindOf: (value) => kindOf(value).replace(/^an? /, ''),
    list: (...args) => args,
    first: (list) => listOf(list)[0],
    last: (list) => listOf(list).at(-1),
    rest: (list) => listOf(list).slice(1),
    initial: (list) => listOf(list).slice(0, -1),
    reverse: (list) => listOf(list).toReversed(),
    append: (list, value) => [...listOf(list), value],
    prepend: (list, value) => [value, ...listOf(list)],
    concat: (...lists) => lists.flatMap(listOf),
    has: (value, list) => listOf(list).some((each) => isSame(each, value)),
    without: (list, ...values) =>
      listOf(list).filter((each) => !values.some((value) => isSame(each, value))),
    uniq: (list) => [...new Set(listOf(list))],
    compact: (list) => listOf(list).filter(isTrue),
    until: (count) => counted(numberOf(count)),
    dict: (...pairs) => dictionary(pairs),
    get: (record, key) => (isRecord(record) ? (memberOf(record, textOf(key)) ?? '') : ''),
    hasKey: (record, key) => isRecord(record) && Object.hasOwn(record, textOf(key)),
    keys: (...records) => records.flatMap((each) => (isRecord(each) ? sortedKeys(each) : [])),
    values: (record) => (isRecord(record) ? sortedKeys(record).map((key) => record[key]) : []),
    pluck: (key, ...records) =>
      records.flatMap((each) => (isRecord(each) ? (memberOf(each, textOf(key)) ?? []) : [])),
  }),
);

const NUMBER_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map(
  Object.entries({
    add: (...args) => args.reduce<number>((sum, arg) => sum + integer(arg), 0),
    add1: (value) => integer(value) + 1,
    sub: (left, right) => integer(left) - integer(right),
    mul: (...args) => args.reduce<number>((product, arg) => product * integer(arg), 1),
    div: (left, right) => Math.trunc(integer(left) / divisor(right)),
    mod: (left, right) => integer(left) % divisor(right),
    max: (...args) => Math.max(...args.map(integer)),
    min: (...args) => Math.min(...args.map(integer)),
    int: (value) => integer(value),
    int64: (value) => integer(value),
    float64: (value) => numberOf(value),
    atoi: (value) => integer(value),
    floor: (value) => Math.floor(numberOf(value)),
    ceil: (value) => Math.ceil(numberOf(value)),
    round: (value, digits) => Number(numberOf(value).toFixed(Math.min(integer(digits), 20))),
  }),
);

export const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map([
  ...GO_FUNCTIONS,
  ...PEER_FUNCTIONS,
  ...TEXT_FUNCTIONS,
  ...VALUE_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
]);

/** Functions that exist elsewhere, and why not here. */
export const FUNCTIONS_LEFT_OUT: ReadonlyMap<string, string> = new Map([
  ...['now', 'date', 'dateInZone', 'dateModify', 'htmlDate', 'ago', 'unixEpoch'].map(
    (name) => [name, 'there is no clock: the same input must produce the same output'] as const,
  ),
  ...['env', 'expandenv', 'getHostByName'].map(
    (name) => [name, 'templates can only read the report'] as const,
  ),
  ...['regexMatch', 'regexFind', 'regexFindAll', 'regexReplaceAll', 'regexSplit'].map(
    (name) =>
      [
        name,
        'regular expressions are disabled: names in an image could make them run forever',
      ] as const,
  ),
  ...['uuidv4', 'randAlpha', 'randAlphaNum', 'randNumeric', 'shuffle'].map(
    (name) =>
      [name, 'there is no randomness: the same input must produce the same output'] as const,
  ),
]);

function refuse(message: string): never {
  throw new FunctionError(message);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** A text; none is the empty one. */
function textOf(value: unknown): string {
  return isGiven(value) ? plainText(value) : '';
}

function listOf(value: unknown): readonly unknown[] {
  if (!isGiven(value)) {
    return [];
  }
  return Array.isArray(value) ? value : refuse(`expected a list, got ${kindOf(value)}`);
}

function numberOf(value: unknown): number {
  const number = typeof value === 'string' ? Number(value.trim() || 'none') : value;
  return typeof number === 'number' && Number.isFinite(number)
    ? number
    : refuse(`expected a number, got ${printed(value)}`);
}

function integer(value: unknown): number {
  return Math.trunc(numberOf(value));
}

function divisor(value: unknown): number {
  return integer(value) || refuse('division by zero');
}

function order(left: unknown, right: unknown): number {
  return compareValues(left, right) ?? refuse(`cannot order ${kindOf(left)} and ${kindOf(right)}`);
}

function indexed(value: unknown, key: unknown): unknown {
  if (!isGiven(value)) {
    return undefined;
  }
  if (isRecord(value)) {
    return memberOf(value, textOf(key));
  }
  const list = Array.isArray(value) ? (value as readonly unknown[]) : undefined;
  const at = typeof key === 'number' ? key : -1;
  return list !== undefined && at >= 0 && at < list.length
    ? list[at]
    : refuse(`no element ${printed(key)} in ${kindOf(value)}`);
}

/** A space goes between values of which neither is a text. Go, package fmt, "Print". */
function spaced(args: readonly unknown[]): string {
  return args
    .map((arg, number) => {
      const isApart = number > 0 && typeof arg !== 'string' && typeof args[number - 1] !== 'string';
      return `${isApart ? ' ' : ''}${plainText(arg)}`;
    })
    .join('');
}

const HTML: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '<': '&lt;',
    '>': '&gt;',
    '&': '&amp;',
    "'": '&#39;',
    '"': '&#34;',
  }),
);

function htmlText(text: string): string {
  return text.replaceAll(/[<>&'"]/g, (character) => HTML.get(character) ?? character);
}

function scriptText(text: string): string {
  return text.replaceAll(
    /[\\'"<>&=\u0000-\u001f\u007f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}

function nameIn(match: unknown): string {
  const artifact = isRecord(match) ? match['artifact'] : undefined;
  return isRecord(artifact) ? textOf(artifact['name']) : '';
}

function trimmed(text: string, characters: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && characters.includes(text.charAt(start))) {
    start += 1;
  }
  while (end > start && characters.includes(text.charAt(end - 1))) {
    end -= 1;
  }
  return text.slice(start, end);
}

function withoutPrefix(prefix: string, text: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function withoutSuffix(suffix: string, text: string): string {
  return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

/** What one call may make of little. */
const CHARS_MAX = 16 * 1024 * 1024;
const ELEMENTS_MAX = 1_000_000;

function repeated(text: string, count: number): string {
  const times = Math.max(0, Math.trunc(count));
  return text.length * times > CHARS_MAX
    ? refuse(`the string would exceed ${CHARS_MAX} characters`)
    : text.repeat(times);
}

function counted(count: number): number[] {
  return count > ELEMENTS_MAX
    ? refuse(`the list would exceed ${ELEMENTS_MAX} elements`)
    : Array.from({ length: Math.max(0, Math.trunc(count)) }, (_, number) => number);
}

function indented(text: string, count: number): string {
  const lines = text.split('\n');
  const blanks = repeated(' ', count);
  if (blanks.length * lines.length > CHARS_MAX) {
    refuse(`the string would exceed ${CHARS_MAX} characters`);
  }
  return lines.map((line) => blanks + line).join('\n');
}

function truncated(text: string, count: number): string {
  return count < 0 ? text.slice(count) : text.slice(0, count);
}

function abbreviated(text: string, width: number): string {
  return text.length <= width || width < 4 ? text : `${text.slice(0, width - 3)}...`;
}

function dictionary(pairs: readonly unknown[]): Readonly<Record<string, unknown>> {
  const entries = Array.from({ length: Math.ceil(pairs.length / 2) }, (_, number) => [
    textOf(pairs[number * 2]),
    pairs[number * 2 + 1] ?? '',
  ]);
  return Object.fromEntries(entries) as Readonly<Record<string, unknown>>;
}
