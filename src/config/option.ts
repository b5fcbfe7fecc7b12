import { type ErrorCode, UserError } from '../core/error.ts';
import { DEFAULT_LIMITS, LIMITS, type LimitName, type Limits } from '../core/limits.ts';
import { suggestionFor } from '../core/option-suggestion.ts';
import { OPTIONS, type OptionName, type OptionSpec } from './option-table.data.ts';

type Table = typeof OPTIONS;

type ValueOf<Spec> = Spec extends { readonly kind: 'boolean' }
  ? boolean
  : Spec extends { readonly kind: 'number' | 'bytes' }
    ? number
    : Spec extends { readonly kind: 'list' }
      ? readonly string[]
      : Spec extends { readonly kind: 'limits' }
        ? Limits
        : Spec extends { readonly kind: 'choice'; readonly choices: readonly (infer Choice)[] }
          ? Choice
          : string | undefined;

/** Every option with its value, frozen. A text that was not given is `undefined`. */
export type Options = { readonly [Name in OptionName]: ValueOf<Table[Name]> };

export const OPTION_ORIGINS = ['flag', 'environment', 'file', 'default'] as const;

/** Where a value came from. Earlier origins outrank later ones. */
export type OptionOrigin = (typeof OPTION_ORIGINS)[number];

/** What the user said, before any of it is understood. */
export interface OptionSources {
  /** Values of flags in the order given; a boolean flag without a value counts as `true`. */
  readonly flags: ReadonlyMap<OptionName, readonly string[]>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A parsed configuration file. */
  readonly file?: { readonly path: string; readonly content: unknown };
}

export interface ResolvedOptions {
  readonly values: Options;
  readonly origins: Readonly<Record<OptionName, OptionOrigin>>;
}

/** Where a value stands, for messages. */
interface Place {
  readonly code: ErrorCode;
  readonly label: string;
}

/** Limits that the user set. */
type SetLimits = Partial<Record<LimitName, number>>;

/** The table as a list, every entry with its name. */
export const OPTION_LIST: readonly { readonly name: OptionName; readonly spec: OptionSpec }[] =
  Object.entries(OPTIONS).map(([name, spec]) => ({ name: name as OptionName, spec }));

const ENVIRONMENT_PREFIX = 'PLIMSOLL_';

/** Read by the test suite. */
const RESERVED_VARIABLES: ReadonlySet<string> = new Set(['PLIMSOLL_CONFORMANCE_DIR']);

/**
 * Kubernetes sets such variables in every container beside a service named "plimsoll", so they are
 * nobody's mistake. Kubernetes documentation, "Service", "Environment variables".
 */
const SERVICE_VARIABLE = /^PLIMSOLL_(?:SERVICE_|PORT(?:_|$))/;

/**
 * Joins flags, environment, file and defaults, in this order of rank, and checks every value that
 * was given, also those that are outranked.
 *
 * @throws UserError `E_USAGE` for flags, `E_CONFIG` for the environment and the file, naming option
 * and value
 */
export function resolveOptions(sources: OptionSources): ResolvedOptions {
  refuseUnknownVariables(sources.environment);
  const document = documentOf(sources.file);
  const values: Record<string, unknown> = {};
  const origins: Record<string, OptionOrigin> = {};
  for (const { name, spec } of OPTION_LIST) {
    const given = [
      fromFlags(name, spec, sources.flags),
      fromEnvironment(spec, sources.environment),
      fromFile(spec, document, sources.file?.path ?? ''),
    ];
    const rank = given.findIndex((value) => value !== undefined);
    values[name] = spec.kind === 'limits' ? limitsOf(given) : (given[rank] ?? defaultOf(spec));
    origins[name] = (rank === -1 ? undefined : OPTION_ORIGINS[rank]) ?? 'default';
  }
  return {
    values: Object.freeze(values) as Options,
    origins: Object.freeze(origins) as Record<OptionName, OptionOrigin>,
  };
}

/** Options that shape a result and were set, by name, for reports. */
export function shapingOptions(resolved: ResolvedOptions): Readonly<Record<string, unknown>> {
  const shaping: Record<string, unknown> = {};
  for (const { name, spec } of OPTION_LIST) {
    if (spec.isShaping === true && resolved.origins[name] !== 'default') {
      shaping[name] =
        spec.kind === 'limits' ? changedLimits(resolved.values.limits) : resolved.values[name];
    }
  }
  return shaping;
}

/** Limits that differ from their defaults. */
export function changedLimits(limits: Limits): SetLimits {
  const changed: SetLimits = {};
  for (const name of LIMIT_NAMES) {
    if (limits[name] !== DEFAULT_LIMITS[name]) {
      changed[name] = limits[name];
    }
  }
  return changed;
}

export const LIMIT_NAMES = Object.keys(LIMITS) as readonly LimitName[];

function fromFlags(
  name: OptionName,
  spec: OptionSpec,
  flags: ReadonlyMap<OptionName, readonly string[]>,
): unknown {
  const texts = flags.get(name);
  return texts === undefined
    ? undefined
    : readTexts(spec, texts, { code: 'E_USAGE', label: `--${spec.flag}` });
}

/** An empty variable counts as not set, as in most tools of the shell. */
function fromEnvironment(spec: OptionSpec, environment: OptionSources['environment']): unknown {
  const text = spec.environment === undefined ? undefined : environment[spec.environment];
  if (text === undefined || text === '') {
    return undefined;
  }
  const isMany = spec.kind === 'list' || spec.kind === 'limits';
  const texts = isMany ? text.split(',').map((part) => part.trim()) : [text];
  return readTexts(spec, texts, { code: 'E_CONFIG', label: `variable ${spec.environment}` });
}

function fromFile(
  spec: OptionSpec,
  document: Readonly<Record<string, unknown>>,
  path: string,
): unknown {
  if (spec.configKey === undefined || !Object.hasOwn(document, spec.configKey)) {
    return undefined;
  }
  return readDocument(spec, document[spec.configKey], {
    code: 'E_CONFIG',
    label: `${path}: ${spec.configKey}`,
  });
}

/** What a configuration file may hold besides options; read by what they are for. */
const OTHER_CONFIG_KEYS = ['ignore'];

function documentOf(file: OptionSources['file']): Readonly<Record<string, unknown>> {
  if (file === undefined || file.content === null || file.content === undefined) {
    return {};
  }
  if (!isRecord(file.content)) {
    throw new UserError('E_CONFIG', `${file.path}: a list of keys with values is expected`);
  }
  const known = [...OPTION_LIST.flatMap(({ spec }) => spec.configKey ?? []), ...OTHER_CONFIG_KEYS];
  for (const key of Object.keys(file.content)) {
    if (!known.includes(key)) {
      throw new UserError('E_CONFIG', `${file.path}: unknown key "${key}"`, {
        hint: suggestionFor(key, known),
      });
    }
  }
  return file.content;
}

function refuseUnknownVariables(environment: OptionSources['environment']): void {
  const known = OPTION_LIST.flatMap(({ spec }) => spec.environment ?? []);
  for (const variable of Object.keys(environment)) {
    const isOurs = variable.startsWith(ENVIRONMENT_PREFIX) && !SERVICE_VARIABLE.test(variable);
    if (isOurs && !known.includes(variable) && !RESERVED_VARIABLES.has(variable)) {
      throw new UserError('E_CONFIG', `unknown environment variable ${variable}`, {
        hint: suggestionFor(variable, known),
      });
    }
  }
}

/** Understands the texts of a flag or a variable. The last one counts where only one can. */
function readTexts(spec: OptionSpec, texts: readonly string[], place: Place): unknown {
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
function readDocument(spec: OptionSpec, value: unknown, place: Place): unknown {
  switch (spec.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? value : wrong(place, value, 'true or false');
    case 'text':
      return typeof value === 'string' ? textOf(value, place) : wrong(place, value, 'a text');
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
  return list.map((item) => (typeof item === 'string' ? item : wrong(place, item, 'a text')));
}

function limitsFromDocument(value: unknown, place: Place): SetLimits {
  if (!isRecord(value)) {
    return wrong(place, value, 'names of limits with their values');
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
  return text === '' || text.includes('\0') ? wrong(place, text, 'a text') : text;
}

function choiceOf(
  spec: OptionSpec & { readonly kind: 'choice' },
  text: string,
  place: Place,
): string {
  if (spec.choices.includes(text)) {
    return text;
  }
  throw new UserError(place.code, `${place.label}: unknown value ${JSON.stringify(text)}`, {
    hint: suggestionFor(text, spec.choices),
  });
}

function limitOf(text: string, place: Place): [LimitName, number] {
  const split = text.indexOf('=');
  if (split === -1) {
    return wrong(place, text, 'NAME=VALUE');
  }
  const name = text.slice(0, split).trim();
  if (!isLimitName(name)) {
    throw new UserError(place.code, `${place.label}: unknown limit "${name}"`, {
      hint: suggestionFor(name, LIMIT_NAMES, 'plimsoll help limits'),
    });
  }
  const at = { ...place, label: `${place.label}: ${name}` };
  const value = numberOf(text.slice(split + 1).trim(), isBytesLimit(name), at);
  return value > 0 ? [name, value] : wrong(at, value, 'a number above 0');
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

function limitsOf(given: readonly unknown[]): Limits {
  const merged: Record<string, number> = { ...DEFAULT_LIMITS };
  for (const limits of given.toReversed()) {
    Object.assign(merged, limits);
  }
  return Object.freeze(merged) as Limits;
}

function defaultOf(spec: OptionSpec): unknown {
  switch (spec.kind) {
    case 'list':
      return Object.freeze([]);
    case 'limits':
      return DEFAULT_LIMITS;
    case 'text':
      return undefined;
    default:
      return spec.default;
  }
}

function wrong(place: Place, value: unknown, expected: string): never {
  const shown = JSON.stringify(value) ?? String(value);
  throw new UserError(place.code, `${place.label}: ${shown.slice(0, 200)} is not understood`, {
    hint: `expected is ${expected}`,
  });
}

function isLimitName(name: string): name is LimitName {
  return Object.hasOwn(LIMITS, name);
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
