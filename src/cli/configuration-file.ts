import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Environment } from '../foundation/config/environment.ts';
import type { ConfigurationSource } from '../foundation/config/resolve-options.ts';
import { defined } from '../foundation/core/defined.ts';
import { UserError } from '../foundation/core/error.ts';
import { formatSystemError } from '../foundation/core/system-error.ts';
import { splitReference } from '../image/source/local-file.ts';
import { readNamedFile } from '../image/source/named-file.ts';
import { findBaseDirectory } from './home.ts';
import { toRealPath } from './real-path.ts';

const CONFIGURATION_BYTES_MAX = 1024 * 1024;
const ALIASES_MAX = 100;

/** Name of the configuration file in the working directory. */
const PROJECT_FILE = '.plimsoll.yaml';

export interface ConfigurationFile extends ConfigurationSource {
  /**
   * Origin of the file: the user named it, it is in the home directory, or it was found in the
   * working directory.
   */
  readonly place: 'named' | 'home' | 'working-directory';
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

export interface Configuration {
  /** In order of precedence. */
  readonly files: readonly ConfigurationFile[];
  /** A file in the working directory that is not used because it is part of a target. */
  readonly skipped?: string;
}

/**
 * Returns the paths of configuration files: in the working directory, and in the home directory.
 */
export function listConfigurationLocations(environment: Environment): readonly [string, string] {
  const home = findBaseDirectory(environment, 'XDG_CONFIG_HOME', '.config');
  return [PROJECT_FILE, join(home, 'plimsoll', 'config.yaml')];
}

/**
 * Reads the file that the user named, or else the user's own file and the one in the working
 * directory. A file inside a target comes from whoever made the target, and is never read.
 *
 * @param targets arguments that name targets
 * @throws UserError `E_CONFIG` if a file cannot be read or is malformed
 */
export async function readConfiguration(
  named: string | undefined,
  environment: Environment,
  targets: readonly string[] = [],
): Promise<Configuration> {
  if (named !== undefined) {
    return { files: [await readFile(named, 'named')] };
  }
  const [project, home] = listConfigurationLocations(environment);
  const files = isFile(home) ? [await readFile(home, 'home')] : [];
  if (!isFile(project)) {
    return { files };
  }
  return isPartOfTarget(project, targets)
    ? { files, skipped: project }
    : { files: [...files, await readFile(project, 'working-directory')] };
}

/** Returns whether a file is one of the targets or is inside one, also through links. */
export function isPartOfTarget(file: string, targets: readonly string[]): boolean {
  const places = [
    resolve(file),
    toRealPath(file),
    join(toRealPath(dirname(resolve(file))), basename(file)),
  ];
  return targets.flatMap(listPaths).some((target) =>
    places.some((place) => {
      const inner = relative(target, place);
      return inner === '' || !(inner === '..' || inner.startsWith(`..${sep}`));
    }),
  );
}

/** Returns the paths that a target may mean, with or without its source and a reference. */
function listPaths(target: string): readonly string[] {
  const spellings = [target, target.replace(/^[a-z][a-z-]{0,30}:/, '')];
  return spellings.flatMap((spelling) => {
    const { path } = splitReference(spelling);
    return statSync(path, { throwIfNoEntry: false }) === undefined
      ? []
      : [resolve(path), toRealPath(path)];
  });
}

async function readFile(
  path: string,
  place: ConfigurationFile['place'],
): Promise<ConfigurationFile> {
  const hint = '"plimsoll config > FILE" creates a configuration file to start with';
  const bytes = readConfigurationBytes(path, hint);
  return {
    path,
    place,
    origin: place === 'working-directory' ? 'project' : 'file',
    content: await parseYaml(path, bytes.toString('utf8')),
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

/** @throws UserError `E_CONFIG` if the file cannot be read or is too long */
export function readConfigurationText(path: string): string {
  return readConfigurationBytes(path).toString('utf8');
}

function readConfigurationBytes(path: string, hint?: string): Buffer {
  return readNamedFile(path, {
    maxBytes: CONFIGURATION_BYTES_MAX,
    createUnreadableError: (cause) =>
      new UserError('E_CONFIG', `could not read "${path}"`, {
        ...defined({ hint }),
        cause,
      }),
    createTooLongError: () =>
      new UserError(
        'E_CONFIG',
        `"${path}" is too large: more than ${CONFIGURATION_BYTES_MAX} bytes`,
      ),
  });
}
/** The YAML library is loaded only if a file exists. */
export async function parseYaml(path: string, text: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    return parse(text, { maxAliasCount: ALIASES_MAX, uniqueKeys: true }) as unknown;
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new UserError('E_CONFIG', `${path}: ${message}`, { cause: error });
  }
}

/**
 * Returns whether the file exists. Anything else under its name is an error: a configuration that
 * is skipped silently may contain the gate of a pipeline.
 *
 * @throws UserError `E_CONFIG` if it is not a file, or cannot be examined
 */
function isFile(path: string): boolean {
  let isRegular: boolean | undefined;
  try {
    isRegular = statSync(path, { throwIfNoEntry: false })?.isFile();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'EIO';
    throw new UserError('E_CONFIG', `${path}: ${formatSystemError(code)}`, {
      hint: 'set XDG_CONFIG_HOME to a directory that can be searched, or name a file with --config',
      cause,
    });
  }
  if (isRegular === false) {
    throw new UserError('E_CONFIG', `${path}: not a regular file`, {
      hint: 'remove it, or name a configuration file with --config',
    });
  }
  return isRegular ?? false;
}
