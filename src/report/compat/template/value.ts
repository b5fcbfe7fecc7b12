import { compareText } from '../../../foundation/core/compare-text.ts';

/** Returns whether a value counts as true. Go, package text/template, "Actions". */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) {
    return value.length > 0;
  }
  return isRecord(value) ? Object.keys(value).length > 0 : Boolean(value);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names of data in Go that differ from those in JSON by more than their case. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['realpath', 'path'],
  ['id', 'imageid'],
]);

/**
 * Returns a member by its name in JSON or in Go's structures: Grype's templates use
 * `.Artifact.Name`. Missing members have no value.
 */
export function findMember(record: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(record, name)) {
    return record[name];
  }
  const folded = name.toLowerCase();
  const keys = Object.keys(record);
  const key =
    keys.find((each) => each.toLowerCase() === folded) ??
    keys.find((each) => each.toLowerCase() === OTHER_NAMES.get(folded));
  return key === undefined ? undefined : record[key];
}

/** Returns the keys in the order in which maps are iterated and printed. */
export function listSortedKeys(record: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(record).sort(compareText);
}

const NO_VALUE = '<no value>';

/** Formats a value as an action prints it: the verb `%v`, and a word for a missing one. */
export function formatPrinted(value: unknown): string {
  return value === undefined || value === null ? NO_VALUE : formatPlain(value);
}

/** Formats a value as `%v` prints it. Go, package fmt. */
export function formatPlain(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  if (Array.isArray(value)) {
    return `[${value.map(formatPlain).join(' ')}]`;
  }
  if (isRecord(value)) {
    return `map[${listSortedKeys(value)
      .map((key) => `${key}:${formatPlain(value[key])}`)
      .join(' ')}]`;
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '<nil>';
}

/**
 * Returns the number of elements or bytes of a value, as Go counts them; `undefined` if it has
 * none.
 */
export function measureLength(value: unknown): number | undefined {
  if (typeof value === 'string') {
    return Buffer.byteLength(value);
  }
  if (Array.isArray(value)) {
    return value.length;
  }
  return isRecord(value) ? Object.keys(value).length : undefined;
}

/** Returns −1, 0 or 1; `undefined` for values that cannot be ordered. */
export function compareValues(left: unknown, right: unknown): -1 | 0 | 1 | undefined {
  if (typeof left === 'number' && typeof right === 'number') {
    return left === right ? 0 : left < right ? -1 : 1;
  }
  return typeof left === 'string' && typeof right === 'string'
    ? compareText(left, right)
    : undefined;
}

export function isSame(left: unknown, right: unknown): boolean {
  const isNone = left === undefined || left === null;
  return isNone ? right === undefined || right === null : left === right;
}

/** Returns the name of a value's kind in messages. */
export function describeKind(value: unknown): string {
  if (value === undefined || value === null) {
    return 'nothing';
  }
  return Array.isArray(value) ? 'a list' : isRecord(value) ? 'a map' : `a ${typeof value}`;
}
