import { isAbsolute, join } from 'node:path';
import type { Environment } from '../../../foundation/config/environment.ts';
import { describeSkipped, describeUse } from '../../../foundation/config/found-file.ts';
import { OPTION_LIST } from '../../../foundation/config/option-table.ts';
import { readTexts } from '../../../foundation/config/read-value.ts';
import { findObjection } from '../../../foundation/config/resolve-options.ts';
import { UserError } from '../../../foundation/core/error.ts';
import type { FlagHandling, Peer, PeerSetting } from './peer-flag.ts';
import type { PeerHost } from './peer-host.ts';

/** Settings from variables and files of another tool. */
export interface PeerConfiguration {
  /** Values for our options, by the flag without dashes. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Values that the translation handles itself, by key. */
  readonly own: ReadonlyMap<string, readonly string[]>;
  /** Settings without effect, as one sentence each. */
  readonly notes: readonly string[];
  /** Files that were read. */
  readonly files: readonly string[];
  /** The file among them that was found in the working directory and that the user did not name. */
  readonly project?: PeerProjectFile;
  /** Sentences about such a file, which are always printed. */
  readonly announcements: readonly string[];
}

interface PeerProjectFile {
  readonly path: string;
  /** Our flags that take their values from it. */
  readonly flags: readonly string[];
}

/** Returns the places in which a tool searches for a file, in its order. */
function listConfigurationPlaces(
  { name }: Pick<Peer, 'name'>,
  { environment, findHome, findConfigurationHome }: PeerHost,
): string[] {
  const folders = (environment['XDG_CONFIG_DIRS'] ?? '').split(':').filter(Boolean);
  return [
    `.${name}.yaml`,
    join(`.${name}`, 'config.yaml'),
    join(findHome(), `.${name}.yaml`),
    join(findConfigurationHome(), name, 'config.yaml'),
    ...(folders.length === 0 ? ['/etc/xdg'] : folders).map((each) =>
      join(each, name, 'config.yaml'),
    ),
  ];
}

/** Formats these places as the output of `config locations`, one a line. */
export function formatConfigurationPlaces(peer: Pick<Peer, 'name'>, host: PeerHost): string {
  return listConfigurationPlaces(peer, host)
    .map((place) => `${place}\n`)
    .join('');
}

/**
 * Reads the files that were named, or else the first that exists; variables take precedence.
 *
 * @throws UserError `E_CONFIG` for a file that cannot be read, `E_UNSUPPORTED` for a key that
 *   requests an unsupported feature
 */
export async function readPeerConfiguration(
  peer: Peer,
  named: readonly string[],
  { host, targets }: PeerEnvironment,
): Promise<PeerConfiguration> {
  const { environment } = host;
  const variable = environment[toVariableName(peer, 'config')] ?? '';
  const chosen = named.length > 0 || variable === '' ? named : [variable];
  const existing = listConfigurationPlaces(peer, host).filter((place) => host.exists(place));
  const skipped = existing.filter(
    (place) => isInWorkingDirectory(place) && host.isPartOfTarget(place, targets),
  );
  const found = existing.find((place) => !skipped.includes(place));
  const files = chosen.length > 0 ? chosen : found === undefined ? [] : [found];
  const project =
    chosen.length === 0 && found !== undefined && isInWorkingDirectory(found) ? found : undefined;
  const taken: ParsedSettings = {
    values: new Map(),
    own: new Map(),
    notes: [],
    refused: [],
    project,
  };
  for (const file of files) {
    takeDocument(peer, { file, document: await host.readYaml(file) }, taken);
  }
  const ofProject = project === undefined ? [] : [...taken.values.keys()];
  const before = new Map(taken.values);
  takeVariables(peer, environment, taken);
  const { values, own, notes, refused } = taken;
  return {
    values,
    own,
    notes,
    files,
    ...(project === undefined
      ? {}
      : {
          project: {
            path: project,
            flags: ofProject.filter((flag) => values.get(flag) === before.get(flag)),
          },
        }),
    announcements: [
      ...(project === undefined ? [] : [describeUse(project, ofProject)]),
      ...refused,
      ...(chosen.length === 0 ? skipped.map(describeSkipped) : []),
    ],
  };
}

interface PeerEnvironment {
  readonly host: PeerHost;
  /** Arguments that name targets. */
  readonly targets: readonly string[];
}

/** Returns whether a path is in the working directory, whose contents may be untrusted. */
function isInWorkingDirectory(place: string): boolean {
  return !isAbsolute(place);
}

interface ParsedSettings {
  readonly values: Map<string, readonly string[]>;
  readonly own: Map<string, readonly string[]>;
  readonly notes: string[];
  /** Settings that a found file must not set. */
  readonly refused: string[];
  readonly project: string | undefined;
}

function takeDocument(
  { settings }: Peer,
  { file, document }: { readonly file: string; readonly document: unknown },
  taken: ParsedSettings,
): void {
  for (const [key, value] of listLeaves(document)) {
    const setting = settings.find((each) => each.key === key);
    if (setting === undefined) {
      if (!toTextValues(value).every(isNothing)) {
        taken.notes.push(`${file}: ${key} has no effect`);
      }
    } else {
      takeValue(setting, toTextValues(value), {
        label: `${file}: ${key}`,
        taken,
        isFound: file === taken.project,
      });
    }
  }
}

/** Lists values with their complete keys, e.g. `source.name`. */
function listLeaves(value: unknown, key = ''): (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return key === '' ? [] : [[key, value]];
  }
  return Object.entries(value).flatMap(([name, inner]) =>
    listLeaves(inner, key === '' ? name : `${key}.${name}`),
  );
}

function toTextValues(value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((each) =>
    typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean'
      ? [String(each)]
      : [],
  );
}

function takeVariables(peer: Peer, environment: Environment, taken: ParsedSettings): void {
  const prefix = toVariableName(peer, '');
  const own = toVariableName(peer, 'config');
  for (const [name, value = ''] of Object.entries(environment)) {
    if (!name.startsWith(prefix) || name === own || value === '') {
      continue;
    }
    const setting = peer.settings.find(({ key }) => toVariableName(peer, key) === name);
    if (setting === undefined) {
      taken.notes.push(`the variable ${name} has no effect`);
    } else {
      const texts = setting.takes === 'list' ? value.split(',') : [value];
      takeValue(setting, texts, { label: `the variable ${name}`, taken, isFound: false });
    }
  }
}

/** Returns the name of a variable: `source.name` of Syft is `SYFT_SOURCE_NAME`. */
export function toVariableName({ name }: Pick<Peer, 'name'>, key: string): string {
  return `${name}_${key.replaceAll(/[.-]/g, '_')}`.toUpperCase();
}

/** Values by which a setting requests nothing. */
const NOTHING: ReadonlySet<string> = new Set(['', 'false', '0', 'none']);

function isNothing(text: string): boolean {
  return NOTHING.has(text.trim());
}

interface Origin {
  readonly label: string;
  readonly taken: ParsedSettings;
  /** Whether the file was discovered, not named by the user. */
  readonly isFound: boolean;
}

function takeValue(
  { key, handling, takes }: PeerSetting,
  texts: readonly string[],
  { label, taken, isFound }: Origin,
): void {
  const given = texts.map((text) => text.trim()).filter((text) => text !== '');
  if (handling.kind === 'unsupported' && !given.every(isNothing)) {
    throw new UserError('E_UNSUPPORTED', `unsupported setting: ${label}`, { hint: handling.why });
  }
  const values = takes === 'list' ? given : given.slice(-1);
  if (isFound && isRefused(handling, values, label)) {
    taken.refused.push(`${label} was ignored, because no configuration file was named`);
  } else if (handling.kind === 'same' && given.length > 0) {
    taken.values.set(handling.ours, values);
  } else if (handling.kind === 'own') {
    taken.own.set(key, given);
  }
}

/**
 * Settings with the mapping `own` write files or set ages of databases, so a found file needs
 * permission for them.
 */
function isRefused(handling: FlagHandling, values: readonly string[], label: string): boolean {
  if (handling.kind !== 'same') {
    return handling.kind === 'own' && handling.fromProject !== 'allowed' && values.length > 0;
  }
  if (values.every(isNothing)) {
    return false;
  }
  const spec = OPTION_LIST.map((option) => option.spec).find(({ flag }) => flag === handling.ours);
  const value = spec && readTexts(spec, values, { code: 'E_CONFIG', label });
  return spec !== undefined && findObjection(spec, value) !== undefined;
}
