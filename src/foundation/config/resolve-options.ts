import { UserError } from '../core/error.ts';
import { DEFAULT_LIMITS, type Limits } from '../core/limits.ts';
import { suggestWord } from '../core/option-suggestion.ts';
import type { OptionSpec } from './option-spec.ts';
import { OPTION_LIST, type OPTIONS, type OptionName } from './option-table.ts';
import { isRecord, readDocument, readTexts } from './read-value.ts';

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

/** Every option with its value, frozen. A text option that is not set is `undefined`. */
export type Options = { readonly [Name in OptionName]: ValueOf<Table[Name]> };

export const OPTION_ORIGINS = ['flag', 'environment', 'file', 'project', 'default'] as const;

/**
 * The origin of a value. Earlier origins take precedence: `file` is one that the user named or
 * keeps in the home directory, `project` one that was found in the working directory and may be
 * untrusted.
 */
export type OptionOrigin = (typeof OPTION_ORIGINS)[number];

/** Unparsed options of the user. */
export interface OptionSources {
  /** Values of flags in the order given; a boolean flag without a value counts as `true`. */
  readonly flags: ReadonlyMap<OptionName, readonly string[]>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly files?: readonly ConfigurationSource[];
}

/** A parsed configuration file. */
export interface ConfigurationSource {
  readonly path: string;
  readonly content: unknown;
  readonly origin: 'file' | 'project';
}

export interface ResolvedOptions {
  readonly values: Options;
  readonly origins: Readonly<Record<OptionName, OptionOrigin>>;
  /** Options by which the project's file makes the result incomplete. */
  readonly narrowedBy: readonly OptionName[];
}

const ENVIRONMENT_PREFIX = 'PLIMSOLL_';

/** Read by the test suite; and secrets, which are not options, so that no output shows them. */
const RESERVED_VARIABLES: ReadonlySet<string> = new Set([
  'PLIMSOLL_CONFORMANCE_DIR',
  'PLIMSOLL_NOTIFY_SECRET',
  'PLIMSOLL_NOTIFY_URL',
  'PLIMSOLL_OIDC_SECRET',
  'PLIMSOLL_SMTP_PASSWORD',
  'PLIMSOLL_TOKEN',
]);

/**
 * Kubernetes sets such variables in every container next to a service named "plimsoll", so they are
 * not errors. Kubernetes documentation, "Service", "Environment variables".
 */
const SERVICE_VARIABLE = /^PLIMSOLL_(?:SERVICE_|PORT(?:_|$))/;

/**
 * Merges flags, environment, files and defaults, in this order of precedence, and checks every
 * given value, even if another one takes precedence.
 *
 * @throws UserError `E_USAGE` for flags, `E_CONFIG` for the environment and the files, with the
 *   option and its value, and for settings that the project's file must not have
 */
export function resolveOptions(sources: OptionSources): ResolvedOptions {
  refuseUnknownVariables(sources.environment);
  const files = (['file', 'project'] as const).map((origin) =>
    (sources.files ?? []).filter((file) => file.origin === origin).map(readKeys),
  );
  const values: Record<string, unknown> = {};
  const origins: Record<string, OptionOrigin> = {};
  for (const { name, spec } of OPTION_LIST) {
    const given = [
      fromFlags(name, spec, sources.flags),
      fromEnvironment(spec, sources.environment),
      ...files.map((ofOrigin) => fromFiles(spec, ofOrigin)),
    ];
    const rank = given.findIndex((value) => value !== undefined);
    values[name] = spec.kind === 'limits' ? mergeLimits(given) : (given[rank] ?? getDefault(spec));
    origins[name] = (rank === -1 ? undefined : OPTION_ORIGINS[rank]) ?? 'default';
  }
  return {
    values: Object.freeze(values) as Options,
    origins: Object.freeze(origins) as Record<OptionName, OptionOrigin>,
    narrowedBy: OPTION_LIST.filter(
      ({ name, spec }) => origins[name] === 'project' && isNarrowing(spec, values[name]),
    ).map(({ name }) => name),
  };
}

/** Returns whether the value makes a result incomplete if only the project's author chose it. */
export function isNarrowing(spec: OptionSpec, value: unknown): boolean {
  return spec.fromProject === 'incomplete' && !isUsual(spec, value);
}

/**
 * Returns why a found file may not set the option to the value; `undefined` if it may. Defaults
 * change nothing: "plimsoll config" writes all of them.
 */
export function findObjection(spec: OptionSpec, value: unknown): string | undefined {
  if (spec.fromProject === 'refused') {
    return isUsual(spec, value) ? undefined : 'is not allowed';
  }
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  const written = texts.find((text) => typeof text === 'string' && text.includes('='));
  return spec.fromProject === 'standard-output' && written !== undefined
    ? `may not write a file (${JSON.stringify(written)})`
    : undefined;
}

function isUsual(spec: OptionSpec, value: unknown): boolean {
  const usual: unknown = spec.kind === 'limits' ? {} : (getDefault(spec) ?? null);
  return JSON.stringify(value) === JSON.stringify(usual);
}

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

/** An empty variable counts as unset, as in most shell tools. */
function fromEnvironment(spec: OptionSpec, environment: OptionSources['environment']): unknown {
  const text = spec.environment === undefined ? undefined : environment[spec.environment];
  if (text === undefined || text === '') {
    return undefined;
  }
  const isMany = spec.kind === 'list' || spec.kind === 'limits';
  const texts = isMany ? text.split(',').map((part) => part.trim()) : [text];
  return readTexts(spec, texts, { code: 'E_CONFIG', label: `variable ${spec.environment}` });
}

/** A configuration file with its keys. */
type Keys = ConfigurationSource & { readonly keys: Readonly<Record<string, unknown>> };

function fromFiles(spec: OptionSpec, files: readonly Keys[]): unknown {
  const { configKey } = spec;
  const file = files.find(({ keys }) => configKey !== undefined && Object.hasOwn(keys, configKey));
  if (file === undefined || configKey === undefined) {
    return undefined;
  }
  const { path, origin } = file;
  const place = { code: 'E_CONFIG', label: `${path}: ${configKey}` } as const;
  const value = readDocument(spec, file.keys[configKey], place);
  const objection = origin === 'project' ? findObjection(spec, value) : undefined;
  if (objection !== undefined) {
    throw refuseProject(`${path}: "${configKey}" ${objection}`, path);
  }
  return value;
}

/** Creates the error for a setting that is only allowed in a file that the user named. */
function refuseProject(message: string, path: string): UserError {
  return new UserError('E_CONFIG', `${message} in a discovered configuration file`, {
    hint: `use --config ${path} if you trust the file`,
  });
}

/** Further keys of a configuration file, which their features read. */
const OTHER_CONFIG_KEYS = ['ignore', 'harden'];

function readKeys(file: ConfigurationSource): Keys {
  const content = file.content ?? {};
  if (!isRecord(content)) {
    throw new UserError('E_CONFIG', `${file.path}: expected a list of keys with values`);
  }
  const known = [...OPTION_LIST.flatMap(({ spec }) => spec.configKey ?? []), ...OTHER_CONFIG_KEYS];
  for (const key of Object.keys(content)) {
    if (!known.includes(key)) {
      throw new UserError('E_CONFIG', `${file.path}: unknown key "${key}"`, {
        hint: suggestWord(key, known),
      });
    }
  }
  return { ...file, keys: content };
}

function refuseUnknownVariables(environment: OptionSources['environment']): void {
  const known = OPTION_LIST.flatMap(({ spec }) => spec.environment ?? []);
  for (const variable of Object.keys(environment)) {
    const isOurs = variable.startsWith(ENVIRONMENT_PREFIX) && !SERVICE_VARIABLE.test(variable);
    if (isOurs && !known.includes(variable) && !RESERVED_VARIABLES.has(variable)) {
      throw new UserError('E_CONFIG', `unknown environment variable ${variable}`, {
        hint: suggestWord(variable, known),
      });
    }
  }
}

function mergeLimits(given: readonly unknown[]): Limits {
  const merged: Record<string, number> = { ...DEFAULT_LIMITS };
  for (const limits of given.toReversed()) {
    Object.assign(merged, limits);
  }
  return Object.freeze(merged) as Limits;
}

function getDefault(spec: OptionSpec): unknown {
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
