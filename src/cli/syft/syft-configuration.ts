import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../core/error.ts';
import { parseYaml } from '../configuration-file.ts';
import type { Environment } from '../environment.ts';
import { SYFT_SETTINGS, type SyftSetting } from './syft-flags.data.ts';

/** What variables and files of Syft say. */
export interface SyftConfiguration {
  /** Values for options of ours, by the flag without dashes. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** What has no effect, as a sentence each. */
  readonly notes: readonly string[];
}

const CONFIGURATION_BYTES_MAX = 1024 * 1024;

/** Where Syft looks for a file, in its order. */
export function syftConfigurationPlaces(environment: Environment): string[] {
  const home = environment['HOME'] ?? homedir();
  const folder = environment['XDG_CONFIG_HOME'] ?? '';
  return [
    '.syft.yaml',
    join('.syft', 'config.yaml'),
    join(home, '.syft.yaml'),
    join(folder === '' ? join(home, '.config') : folder, 'syft', 'config.yaml'),
  ];
}

/**
 * Reads the files that were named, or else the first that exists; variables outrank them.
 *
 * @throws UserError `E_CONFIG` for a file that cannot be read, `E_UNSUPPORTED` for a key that asks
 * for what there is not
 */
export async function readSyftConfiguration(
  named: readonly string[],
  environment: Environment,
): Promise<SyftConfiguration> {
  const variable = environment['SYFT_CONFIG'] ?? '';
  const told = named.length > 0 || variable === '' ? named : [variable];
  const found = syftConfigurationPlaces(environment).find((place) => existsSync(place));
  const files = told.length > 0 ? told : found === undefined ? [] : [found];
  const values = new Map<string, readonly string[]>();
  const notes: string[] = [];
  for (const file of files) {
    takeDocument(file, await parseYaml(file, textOf(file)), values, notes);
  }
  takeVariables(environment, values, notes);
  return { values, notes };
}

function textOf(file: string): string {
  try {
    if (statSync(file).size <= CONFIGURATION_BYTES_MAX) {
      return readFileSync(file, 'utf8');
    }
  } catch (error) {
    throw new UserError('E_CONFIG', `${file}: cannot be read`, { cause: error });
  }
  throw new UserError('E_CONFIG', `${file}: longer than ${CONFIGURATION_BYTES_MAX} bytes`);
}

function takeDocument(
  file: string,
  document: unknown,
  values: Map<string, readonly string[]>,
  notes: string[],
): void {
  const leaves = leavesOf(document);
  for (const [key, value] of leaves) {
    const setting = SYFT_SETTINGS.find((each) => each.key === key);
    if (setting === undefined) {
      notes.push(`${file}: ${key} has no effect here`);
    } else {
      takeValue(setting, textsOf(value), { label: `${file}: ${key}`, values });
    }
  }
}

/** Values with their whole keys, e.g. `source.name`. */
function leavesOf(value: unknown, key = ''): (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return key === '' ? [] : [[key, value]];
  }
  return Object.entries(value).flatMap(([name, inner]) =>
    leavesOf(inner, key === '' ? name : `${key}.${name}`),
  );
}

function textsOf(value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((each) =>
    typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean'
      ? [String(each)]
      : [],
  );
}

function takeVariables(
  environment: Environment,
  values: Map<string, readonly string[]>,
  notes: string[],
): void {
  for (const [name, value = ''] of Object.entries(environment)) {
    if (!name.startsWith('SYFT_') || name === 'SYFT_CONFIG' || value === '') {
      continue;
    }
    const setting = SYFT_SETTINGS.find(({ key }) => variableOf(key) === name);
    if (setting === undefined) {
      notes.push(`the variable ${name} has no effect here`);
    } else {
      const texts = setting.takes === 'list' ? value.split(',') : [value];
      takeValue(setting, texts, { label: `the variable ${name}`, values });
    }
  }
}

/** `source.name` is `SYFT_SOURCE_NAME`. */
export function variableOf(key: string): string {
  return `SYFT_${key.replaceAll(/[.-]/g, '_').toUpperCase()}`;
}

/** Words by which a setting asks for nothing. */
const NOTHING: ReadonlySet<string> = new Set(['', 'false', '0', 'none']);

function takeValue(
  { fate, takes }: SyftSetting,
  texts: readonly string[],
  { label, values }: { readonly label: string; readonly values: Map<string, readonly string[]> },
): void {
  const given = texts.map((text) => text.trim()).filter((text) => text !== '');
  if (fate.kind === 'unsupported' && !given.every((text) => NOTHING.has(text))) {
    throw new UserError('E_UNSUPPORTED', `${label} asks for what there is not`, { hint: fate.why });
  }
  if (fate.kind === 'same' && given.length > 0) {
    values.set(fate.ours, takes === 'list' ? given : given.slice(-1));
  }
}
