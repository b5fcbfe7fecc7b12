import { hash } from 'node:crypto';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { formatJson } from '../../../foundation/core/json-document.ts';
import { escapeUriComponent } from '../../../foundation/core/uri-component.ts';
import { printFormat } from './print-format.ts';
import {
  compareValues,
  describeKind,
  findMember,
  formatPlain,
  formatPrinted,
  isRecord,
  isSame,
  isTrue,
  listSortedKeys,
  measureLength,
} from './value.ts';

/** The error of a function, without its place, which the caller adds. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

export type TemplateFunction = (...args: readonly unknown[]) => unknown;

/** Go, package text/template, "Functions", without `call`: data contain no functions. */
const GO_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map(
  Object.entries({
    html: (...args) => escapeHtml(args.map(formatPlain).join('')),
    index: (value, ...keys) => keys.reduce(getElement, value),
    js: (...args) => escapeScript(args.map(formatPlain).join('')),
    len: (value) => {
      const length = measureLength(value);
      return length === undefined ? refuse(`cannot take len of ${describeKind(value)}`) : length;
    },
    not: (value) => !isTrue(value),
    print: (...args) => joinSpaced(args),
    printf: (format, ...args) => printFormat(coerceText(format), args),
    println: (...args) => `${args.map(formatPlain).join(' ')}\n`,
    slice: (value, from = 0, to?: unknown) =>
      typeof value === 'string'
        ? value.slice(coerceNumber(from), to === undefined ? undefined : coerceNumber(to))
        : coerceList(value).slice(
            coerceNumber(from),
            to === undefined ? undefined : coerceNumber(to),
          ),
    urlquery: (...args) =>
      escapeUriComponent(args.map(formatPlain).join('')).replaceAll('%20', '+'),
    eq: (first, ...others) => others.some((other) => isSame(first, other)),
    ne: (left, right) => !isSame(left, right),
    lt: (left, right) => order(left, right) < 0,
    le: (left, right) => order(left, right) <= 0,
    gt: (left, right) => order(left, right) > 0,
    ge: (left, right) => order(left, right) >= 0,
  }),
);

/** Functions of Syft and Grype. */
const PEER_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map(
  Object.entries({
    getLastIndex: (value) => (Array.isArray(value) ? value.length - 1 : 0),
    hasField: (value, name) => isRecord(value) && findMember(value, coerceText(name)) !== undefined,
    byMatchName: (value: unknown) =>
      Array.isArray(value)
        ? value.toSorted((left, right) =>
            compareText(getArtifactName(left), getArtifactName(right)),
          )
        : value,
  }),
);

/** Functions of the library Sprig for texts, lists, maps and numbers. */
const TEXT_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map(
  Object.entries({
    lower: (text) => coerceText(text).toLowerCase(),
    upper: (text) => coerceText(text).toUpperCase(),
    title: (text) => coerceText(text).replaceAll(/(^|\s)(\S)/g, (whole) => whole.toUpperCase()),
    untitle: (text) => coerceText(text).replaceAll(/(^|\s)(\S)/g, (whole) => whole.toLowerCase()),
    trim: (text) => coerceText(text).trim(),
    trimAll: (characters, text) => trimCharacters(coerceText(text), coerceText(characters)),
    trimPrefix: (prefix, text) => stripPrefix(coerceText(prefix), coerceText(text)),
    trimSuffix: (suffix, text) => stripSuffix(coerceText(suffix), coerceText(text)),
    replace: (from, to, text) =>
      coerceText(text).replaceAll(coerceText(from), () => coerceText(to)),
    contains: (part, text) => coerceText(text).includes(coerceText(part)),
    hasPrefix: (prefix, text) => coerceText(text).startsWith(coerceText(prefix)),
    hasSuffix: (suffix, text) => coerceText(text).endsWith(coerceText(suffix)),
    repeat: (count, text) => repeatText(coerceText(text), coerceNumber(count)),
    nospace: (text) => coerceText(text).replaceAll(/\s/g, ''),
    trunc: (count, text) => truncateText(coerceText(text), coerceNumber(count)),
    abbrev: (width, text) => shortenText(coerceText(text), coerceNumber(width)),
    substr: (from, to, text) =>
      coerceText(text).slice(
        coerceNumber(from),
        coerceNumber(to) < 0 ? undefined : coerceNumber(to),
      ),
    indent: (count, text) => indentText(coerceText(text), coerceNumber(count)),
    nindent: (count, text) => `\n${indentText(coerceText(text), coerceNumber(count))}`,
    quote: (...args) =>
      args
        .filter(isGiven)
        .map((arg) => formatJson(formatPlain(arg)))
        .join(' '),
    squote: (...args) =>
      args
        .filter(isGiven)
        .map((arg) => `'${formatPlain(arg)}'`)
        .join(' '),
    cat: (...args) => args.filter(isGiven).map(formatPlain).join(' '),
    toString: (value: unknown) => formatPlain(value),
    join: (separator, list) => coerceList(list).map(formatPlain).join(coerceText(separator)),
    splitList: (separator, text) => coerceText(text).split(coerceText(separator)),
    split: (separator, text) =>
      Object.fromEntries(
        coerceText(text)
          .split(coerceText(separator))
          .map((part, number) => [`_${number}`, part]),
      ),
    sortAlpha: (list) => coerceList(list).map(formatPlain).sort(compareText),
    b64enc: (text) => Buffer.from(coerceText(text), 'utf8').toString('base64'),
    b64dec: (text) => Buffer.from(coerceText(text), 'base64').toString('utf8'),
    sha1sum: (text) => hash('sha1', coerceText(text), 'hex'),
    sha256sum: (text) => hash('sha256', coerceText(text), 'hex'),
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
    kindOf: (value) => describeKind(value).replace(/^an? /, ''),
    list: (...args) => args,
    first: (list) => coerceList(list)[0],
    last: (list) => coerceList(list).at(-1),
    rest: (list) => coerceList(list).slice(1),
    initial: (list) => coerceList(list).slice(0, -1),
    reverse: (list) => coerceList(list).toReversed(),
    append: (list, value) => [...coerceList(list), value],
    prepend: (list, value) => [value, ...coerceList(list)],
    concat: (...lists) => lists.flatMap(coerceList),
    has: (value, list) => coerceList(list).some((each) => isSame(each, value)),
    without: (list, ...values) =>
      coerceList(list).filter((each) => !values.some((value) => isSame(each, value))),
    uniq: (list) => [...new Set(coerceList(list))],
    compact: (list) => coerceList(list).filter(isTrue),
    until: (count) => createRange(coerceNumber(count)),
    dict: (...pairs) => createDictionary(pairs),
    get: (record, key) => (isRecord(record) ? (findMember(record, coerceText(key)) ?? '') : ''),
    hasKey: (record, key) => isRecord(record) && Object.hasOwn(record, coerceText(key)),
    keys: (...records) => records.flatMap((each) => (isRecord(each) ? listSortedKeys(each) : [])),
    values: (record) => (isRecord(record) ? listSortedKeys(record).map((key) => record[key]) : []),
    pluck: (key, ...records) =>
      records.flatMap((each) => (isRecord(each) ? (findMember(each, coerceText(key)) ?? []) : [])),
  }),
);

const NUMBER_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map(
  Object.entries({
    add: (...args) => args.reduce<number>((sum, arg) => sum + coerceInteger(arg), 0),
    add1: (value) => coerceInteger(value) + 1,
    sub: (left, right) => coerceInteger(left) - coerceInteger(right),
    mul: (...args) => args.reduce<number>((product, arg) => product * coerceInteger(arg), 1),
    div: (left, right) => Math.trunc(coerceInteger(left) / coerceDivisor(right)),
    mod: (left, right) => coerceInteger(left) % coerceDivisor(right),
    max: (...args) => Math.max(...args.map(coerceInteger)),
    min: (...args) => Math.min(...args.map(coerceInteger)),
    int: (value) => coerceInteger(value),
    int64: (value) => coerceInteger(value),
    float64: (value) => coerceNumber(value),
    atoi: (value) => coerceInteger(value),
    floor: (value) => Math.floor(coerceNumber(value)),
    ceil: (value) => Math.ceil(coerceNumber(value)),
    round: (value, digits) =>
      Number(coerceNumber(value).toFixed(Math.min(coerceInteger(digits), 20))),
  }),
);

export const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map([
  ...GO_FUNCTIONS,
  ...PEER_FUNCTIONS,
  ...TEXT_FUNCTIONS,
  ...VALUE_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
]);

/** Functions that exist elsewhere, and the reason for which they are missing here. */
export const FUNCTIONS_LEFT_OUT: ReadonlyMap<string, string> = new Map([
  ...['now', 'date', 'dateInZone', 'dateModify', 'htmlDate', 'ago', 'unixEpoch'].map(
    (name) =>
      [name, 'templates have no clock: the same input must produce the same output'] as const,
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
      [name, 'templates have no randomness: the same input must produce the same output'] as const,
  ),
]);

function refuse(message: string): never {
  throw new FunctionError(message);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Converts a value to text; a missing one is empty. */
function coerceText(value: unknown): string {
  return isGiven(value) ? formatPlain(value) : '';
}

function coerceList(value: unknown): readonly unknown[] {
  if (!isGiven(value)) {
    return [];
  }
  return Array.isArray(value) ? value : refuse(`expected a list, got ${describeKind(value)}`);
}

function coerceNumber(value: unknown): number {
  const number = typeof value === 'string' ? Number(value.trim() || 'none') : value;
  return typeof number === 'number' && Number.isFinite(number)
    ? number
    : refuse(`expected a number, got ${formatPrinted(value)}`);
}

function coerceInteger(value: unknown): number {
  return Math.trunc(coerceNumber(value));
}

function coerceDivisor(value: unknown): number {
  return coerceInteger(value) || refuse('division by zero');
}

function order(left: unknown, right: unknown): number {
  return (
    compareValues(left, right) ??
    refuse(`cannot order ${describeKind(left)} and ${describeKind(right)}`)
  );
}

function getElement(value: unknown, key: unknown): unknown {
  if (!isGiven(value)) {
    return undefined;
  }
  if (isRecord(value)) {
    return findMember(value, coerceText(key));
  }
  const list = Array.isArray(value) ? (value as readonly unknown[]) : undefined;
  const at = typeof key === 'number' ? key : -1;
  return list !== undefined && at >= 0 && at < list.length
    ? list[at]
    : refuse(`no element ${formatPrinted(key)} in ${describeKind(value)}`);
}

/** Adds a space between two values if neither is a string. Go, package fmt, "Print". */
function joinSpaced(args: readonly unknown[]): string {
  return args
    .map((arg, number) => {
      const isApart = number > 0 && typeof arg !== 'string' && typeof args[number - 1] !== 'string';
      return `${isApart ? ' ' : ''}${formatPlain(arg)}`;
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

function escapeHtml(text: string): string {
  return text.replaceAll(/[<>&'"]/g, (character) => HTML.get(character) ?? character);
}

function escapeScript(text: string): string {
  return text.replaceAll(
    /[\\'"<>&=\u0000-\u001f\u007f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}

function getArtifactName(match: unknown): string {
  const artifact = isRecord(match) ? match['artifact'] : undefined;
  return isRecord(artifact) ? coerceText(artifact['name']) : '';
}

function trimCharacters(text: string, characters: string): string {
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

function stripPrefix(prefix: string, text: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function stripSuffix(suffix: string, text: string): string {
  return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

/** Maximum output of one call, so that a short template cannot create unlimited text. */
const CHARS_MAX = 16 * 1024 * 1024;
const ELEMENTS_MAX = 1_000_000;

function repeatText(text: string, count: number): string {
  const times = Math.max(0, Math.trunc(count));
  return text.length * times > CHARS_MAX
    ? refuse(`the string would exceed ${CHARS_MAX} characters`)
    : text.repeat(times);
}

function createRange(count: number): number[] {
  return count > ELEMENTS_MAX
    ? refuse(`the list would exceed ${ELEMENTS_MAX} elements`)
    : Array.from({ length: Math.max(0, Math.trunc(count)) }, (_, number) => number);
}

function indentText(text: string, count: number): string {
  const lines = text.split('\n');
  const blanks = repeatText(' ', count);
  if (blanks.length * lines.length > CHARS_MAX) {
    refuse(`the string would exceed ${CHARS_MAX} characters`);
  }
  return lines.map((line) => blanks + line).join('\n');
}

function truncateText(text: string, count: number): string {
  return count < 0 ? text.slice(count) : text.slice(0, count);
}

function shortenText(text: string, width: number): string {
  return text.length <= width || width < 4 ? text : `${text.slice(0, width - 3)}...`;
}

function createDictionary(pairs: readonly unknown[]): Readonly<Record<string, unknown>> {
  const entries = Array.from({ length: Math.ceil(pairs.length / 2) }, (_, number) => [
    coerceText(pairs[number * 2]),
    pairs[number * 2 + 1] ?? '',
  ]);
  return Object.fromEntries(entries) as Readonly<Record<string, unknown>>;
}
