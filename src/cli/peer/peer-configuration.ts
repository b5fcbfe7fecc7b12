import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../config/environment.ts';
import { UserError } from '../../core/error.ts';
import { parseYaml, readConfigurationText } from '../configuration-file.ts';
import type { Peer, PeerSetting } from './peer-flag.ts';

/** What variables and files of another tool say. */
export interface PeerConfiguration {
  /** Values for options of ours, by the flag without dashes. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Values that the translation itself sees to, by key. */
  readonly own: ReadonlyMap<string, readonly string[]>;
  /** What has no effect, as a sentence each. */
  readonly notes: readonly string[];
  /** Files that were read. */
  readonly files: readonly string[];
}

/** Where a tool looks for a file, in its order. */
export function configurationPlaces(
  { name }: Pick<Peer, 'name'>,
  environment: Environment,
): string[] {
  const home = environment['HOME'] ?? homedir();
  const folder = environment['XDG_CONFIG_HOME'] ?? '';
  const folders = (environment['XDG_CONFIG_DIRS'] ?? '').split(':').filter(Boolean);
  return [
    `.${name}.yaml`,
    join(`.${name}`, 'config.yaml'),
    join(home, `.${name}.yaml`),
    join(folder === '' ? join(home, '.config') : folder, name, 'config.yaml'),
    ...(folders.length === 0 ? ['/etc/xdg'] : folders).map((each) =>
      join(each, name, 'config.yaml'),
    ),
  ];
}

/**
 * Reads the files that were named, or else the first that exists; variables outrank them.
 *
 * @throws UserError `E_CONFIG` for a file that cannot be read, `E_UNSUPPORTED` for a key that asks
 * for what there is not
 */
export async function readPeerConfiguration(
  peer: Peer,
  named: readonly string[],
  environment: Environment,
): Promise<PeerConfiguration> {
  const variable = environment[variableOf(peer, 'config')] ?? '';
  const told = named.length > 0 || variable === '' ? named : [variable];
  const found = configurationPlaces(peer, environment).find((place) => existsSync(place));
  const files = told.length > 0 ? told : found === undefined ? [] : [found];
  const taken: Taken = { values: new Map(), own: new Map(), notes: [] };
  for (const file of files) {
    takeDocument(
      peer,
      { file, document: await parseYaml(file, readConfigurationText(file)) },
      taken,
    );
  }
  takeVariables(peer, environment, taken);
  return { ...taken, files };
}

interface Taken {
  readonly values: Map<string, readonly string[]>;
  readonly own: Map<string, readonly string[]>;
  readonly notes: string[];
}

function takeDocument(
  { settings }: Peer,
  { file, document }: { readonly file: string; readonly document: unknown },
  taken: Taken,
): void {
  for (const [key, value] of leavesOf(document)) {
    const setting = settings.find((each) => each.key === key);
    if (setting === undefined) {
      if (!textsOf(value).every(isNothing)) {
        taken.notes.push(`${file}: ${key} has no effect here`);
      }
    } else {
      takeValue(setting, textsOf(value), { label: `${file}: ${key}`, taken });
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

function takeVariables(peer: Peer, environment: Environment, taken: Taken): void {
  const prefix = variableOf(peer, '');
  const own = variableOf(peer, 'config');
  for (const [name, value = ''] of Object.entries(environment)) {
    if (!name.startsWith(prefix) || name === own || value === '') {
      continue;
    }
    const setting = peer.settings.find(({ key }) => variableOf(peer, key) === name);
    if (setting === undefined) {
      taken.notes.push(`the variable ${name} has no effect here`);
    } else {
      const texts = setting.takes === 'list' ? value.split(',') : [value];
      takeValue(setting, texts, { label: `the variable ${name}`, taken });
    }
  }
}

/** `source.name` of Syft is `SYFT_SOURCE_NAME`. */
export function variableOf({ name }: Pick<Peer, 'name'>, key: string): string {
  return `${name}_${key.replaceAll(/[.-]/g, '_')}`.toUpperCase();
}

/** Words by which a setting asks for nothing. */
const NOTHING: ReadonlySet<string> = new Set(['', 'false', '0', 'none']);

function isNothing(text: string): boolean {
  return NOTHING.has(text.trim());
}

function takeValue(
  { key, fate, takes }: PeerSetting,
  texts: readonly string[],
  { label, taken }: { readonly label: string; readonly taken: Taken },
): void {
  const given = texts.map((text) => text.trim()).filter((text) => text !== '');
  if (fate.kind === 'unsupported' && !given.every(isNothing)) {
    throw new UserError('E_UNSUPPORTED', `${label} asks for what there is not`, { hint: fate.why });
  }
  if (fate.kind === 'same' && given.length > 0) {
    taken.values.set(fate.ours, takes === 'list' ? given : given.slice(-1));
  }
  if (fate.kind === 'own') {
    taken.own.set(key, given);
  }
}
