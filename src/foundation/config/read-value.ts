import { type ErrorCode, UserError } from '../core/error.ts';
import { LIMITS, type LimitName } from '../core/limits.ts';
import { suggestWord } from '../core/option-suggestion.ts';
import type { OptionSpec } from './option-spec.ts';

/** The place of a value, for messages. */
export interface Place {
  readonly code: ErrorCode;
  readonly label: string;
}

/** Limits that the user set. */
export type SetLimits = Partial<Record<LimitName, number>>;

export const LIMIT_NAMES = Object.keys(LIMITS) as readonly LimitName[];

/** Parses the texts of a flag or a variable. If only one is allowed, the last one counts. */
export function readTexts(spec: OptionSpec, texts: readonly string[], place: Place): unknown {
  const last = texts.at(-1) ?? '';
  switch (spec.kind) {
    case 'boolean':
      return parseBoolean(last, place);
    case 'text':
      return checkText(last, place);
    case 'choice':
      return checkChoice(spec, last, place);
    case 'number':
    case 'bytes':
      return parseNumber(last, spec.kind === 'bytes', place);
    case 'list':
      return Object.freeze(texts.map((text) => checkText(text, place)));
    case 'limits':
      return Object.fromEntries(texts.map((text) => parseLimit(text, place)));
  }
}

/** Parses a value of the configuration file. */
export function readDocument(spec: OptionSpec, value: unknown, place: Place): unknown {
  switch (spec.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? value : failValue(place, value, 'true or false');
    case 'text':
      return typeof value === 'string'
        ? checkText(value, place)
        : failValue(place, value, 'a string');
    case 'choice':
      return typeof value === 'string'
        ? checkChoice(spec, value, place)
        : failValue(place, value, `one of ${spec.choices.join(', ')}`);
    case 'number':
    case 'bytes':
      return isScalar(value)
        ? parseNumber(String(value), spec.kind === 'bytes', place)
        : failValue(place, value, 'a number');
    case 'list':
      return Object.freeze(toList(value, place).map((text) => checkText(text, place)));
    case 'limits':
      return readLimits(value, place);
  }
}

function toList(value: unknown, place: Place): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => (typeof item === 'string' ? item : failValue(place, item, 'a string')));
}

function readLimits(value: unknown, place: Place): SetLimits {
  if (!isRecord(value)) {
    return failValue(place, value, 'limit names with their values');
  }
  const pairs = Object.entries(value).map(([name, limit]) =>
    isScalar(limit)
      ? parseLimit(`${name}=${limit}`, place)
      : failValue({ ...place, label: `${place.label}.${name}` }, limit, 'a number'),
  );
  return Object.fromEntries(pairs);
}

function parseBoolean(text: string, place: Place): boolean {
  const word = text.toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(word)) {
    return true;
  }
  return ['false', '0', 'no', 'off'].includes(word)
    ? false
    : failValue(place, text, 'true or false');
}

function checkText(text: string, place: Place): string {
  return text === '' || text.includes('\0') ? failValue(place, text, 'a string') : text;
}

function checkChoice(
  spec: OptionSpec & { readonly kind: 'choice' },
  text: string,
  place: Place,
): string {
  if (spec.choices.includes(text)) {
    return text;
  }
  throw new UserError(place.code, `invalid value ${JSON.stringify(text)} for ${place.label}`, {
    hint: suggestWord(text, spec.choices),
  });
}

function parseLimit(text: string, place: Place): [LimitName, number] {
  const split = text.indexOf('=');
  if (split === -1) {
    return failValue(place, text, 'NAME=VALUE');
  }
  const name = text.slice(0, split).trim();
  if (!isLimitName(name)) {
    throw new UserError(place.code, `unknown limit "${name}" for ${place.label}`, {
      hint: suggestWord(name, LIMIT_NAMES, 'plimsoll help limits'),
    });
  }
  const at = { ...place, label: `${place.label} ${name}` };
  const value = parseNumber(text.slice(split + 1).trim(), isBytesLimit(name), at);
  return value > 0 ? [name, value] : failValue(at, value, 'a number greater than 0');
}

export function isBytesLimit(name: string): boolean {
  return name.includes('Bytes');
}

const UNITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    '': 1,
    b: 1,
    kib: 1024,
    k: 1024,
    mib: 1024 ** 2,
    m: 1024 ** 2,
    gib: 1024 ** 3,
    g: 1024 ** 3,
    kb: 1000,
    mb: 1000 ** 2,
    gb: 1000 ** 3,
  }),
);

/**
 * Parses integers, with `_` between digits for legibility; for bytes also with a unit, e.g.
 * `64MiB`.
 */
function parseNumber(text: string, isBytes: boolean, place: Place): number {
  const parts = /^(\d[\d_]{0,23}) ?([a-z]{0,3})$/i.exec(text);
  const factor = UNITS.get(parts?.[2]?.toLowerCase() ?? '');
  const expected = isBytes ? 'a number of bytes such as 64MiB' : 'a whole number';
  if (parts === null || factor === undefined || (!isBytes && factor !== 1)) {
    return failValue(place, text, expected);
  }
  const value = Number((parts[1] ?? '').replaceAll('_', '')) * factor;
  return Number.isSafeInteger(value) ? value : failValue(place, text, expected);
}

function failValue(place: Place, value: unknown, expected: string): never {
  const shown = JSON.stringify(value) ?? String(value);
  throw new UserError(place.code, `invalid value ${shown.slice(0, 200)} for ${place.label}`, {
    hint: `use ${expected}`,
  });
}

function isLimitName(name: string): name is LimitName {
  return Object.hasOwn(LIMITS, name);
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
