import { type ErrorCode, UserError } from '../core/error.ts';
import { LIMITS, type LimitName } from '../core/limits.ts';
import { suggestWord } from '../core/option-suggestion.ts';
import type { OptionSpec } from './option-spec.ts';

/** Where a value stands, for messages. */
export interface Place {
  readonly code: ErrorCode;
  readonly label: string;
}

/** Limits that the user set. */
export type SetLimits = Partial<Record<LimitName, number>>;

export const LIMIT_NAMES = Object.keys(LIMITS) as readonly LimitName[];

/** Understands the texts of a flag or a variable. The last one counts where only one can. */
export function readTexts(spec: OptionSpec, texts: readonly string[], place: Place): unknown {
  const last = texts.at(-1) ?? '';
  switch (spec.kind) {
    case 'boolean':
      return booleanOf(last, place);
    case 'text':
      return textOf(last, place);
    case 'choice':
      return choiceOf(spec, last, place);
    case 'number':
    case 'bytes':
      return numberOf(last, spec.kind === 'bytes', place);
    case 'list':
      return Object.freeze(texts.map((text) => textOf(text, place)));
    case 'limits':
      return Object.fromEntries(texts.map((text) => limitOf(text, place)));
  }
}

/** Understands a value of the configuration file. */
export function readDocument(spec: OptionSpec, value: unknown, place: Place): unknown {
  switch (spec.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? value : wrong(place, value, 'true or false');
    case 'text':
      return typeof value === 'string' ? textOf(value, place) : wrong(place, value, 'a string');
    case 'choice':
      return typeof value === 'string'
        ? choiceOf(spec, value, place)
        : wrong(place, value, `one of ${spec.choices.join(', ')}`);
    case 'number':
    case 'bytes':
      return isScalar(value)
        ? numberOf(String(value), spec.kind === 'bytes', place)
        : wrong(place, value, 'a number');
    case 'list':
      return Object.freeze(listOf(value, place).map((text) => textOf(text, place)));
    case 'limits':
      return limitsFromDocument(value, place);
  }
}

function listOf(value: unknown, place: Place): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => (typeof item === 'string' ? item : wrong(place, item, 'a string')));
}

function limitsFromDocument(value: unknown, place: Place): SetLimits {
  if (!isRecord(value)) {
    return wrong(place, value, 'limit names with their values');
  }
  const pairs = Object.entries(value).map(([name, limit]) =>
    isScalar(limit)
      ? limitOf(`${name}=${limit}`, place)
      : wrong({ ...place, label: `${place.label}.${name}` }, limit, 'a number'),
  );
  return Object.fromEntries(pairs);
}

function booleanOf(text: string, place: Place): boolean {
  const word = text.toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(word)) {
    return true;
  }
  return ['false', '0', 'no', 'off'].includes(word) ? false : wrong(place, text, 'true or false');
}

function textOf(text: string, place: Place): string {
  return text === '' || text.includes('\0') ? wrong(place, text, 'a string') : text;
}

function choiceOf(
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

function limitOf(text: string, place: Place): [LimitName, number] {
  const split = text.indexOf('=');
  if (split === -1) {
    return wrong(place, text, 'NAME=VALUE');
  }
  const name = text.slice(0, split).trim();
  if (!isLimitName(name)) {
    throw new UserError(place.code, `unknown limit "${name}" for ${place.label}`, {
      hint: suggestWord(name, LIMIT_NAMES, 'plimsoll help limits'),
    });
  }
  const at = { ...place, label: `${place.label} ${name}` };
  const value = numberOf(text.slice(split + 1).trim(), isBytesLimit(name), at);
  return value > 0 ? [name, value] : wrong(at, value, 'a number greater than 0');
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
 * Whole numbers, with `_` between digits for legibility; for bytes also with a unit, e.g. `64MiB`.
 */
function numberOf(text: string, isBytes: boolean, place: Place): number {
  const parts = /^(\d[\d_]{0,23}) ?([a-z]{0,3})$/i.exec(text);
  const factor = UNITS.get(parts?.[2]?.toLowerCase() ?? '');
  const expected = isBytes ? 'a number of bytes such as 64MiB' : 'a whole number';
  if (parts === null || factor === undefined || (!isBytes && factor !== 1)) {
    return wrong(place, text, expected);
  }
  const value = Number((parts[1] ?? '').replaceAll('_', '')) * factor;
  return Number.isSafeInteger(value) ? value : wrong(place, text, expected);
}

function wrong(place: Place, value: unknown, expected: string): never {
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
