import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../config/environment.ts';
import { UserError } from '../core/error.ts';
import { readNamedFile } from '../source/named-file.ts';

const CONFIGURATION_BYTES_MAX = 1024 * 1024;
const ALIASES_MAX = 100;

export interface ConfigurationFile {
  readonly path: string;
  readonly content: unknown;
}

/**
 * Where a configuration file is looked for, in this order; the first one that exists is read, and
 * only that.
 */
export function configurationLocations(environment: Environment): string[] {
  return ['.plimsoll.yaml', join(configurationHome(environment), 'plimsoll', 'config.yaml')];
}

/**
 * Reads the named file, or else the first one that exists.
 *
 * @throws UserError `E_CONFIG` where the named file cannot be read or the file is no YAML
 */
export async function readConfiguration(
  named: string | undefined,
  environment: Environment,
): Promise<ConfigurationFile | undefined> {
  const path = named ?? configurationLocations(environment).find(isFile);
  if (path === undefined) {
    return undefined;
  }
  const hint = '"plimsoll config > FILE" writes a configuration file to begin with';
  return { path, content: await parseYaml(path, readConfigurationText(path, hint)) };
}

/** @throws UserError `E_CONFIG` where the file cannot be read or is too long */
export function readConfigurationText(path: string, hint?: string): string {
  const content = readNamedFile(path, {
    maxBytes: CONFIGURATION_BYTES_MAX,
    unreadable: (cause) =>
      new UserError('E_CONFIG', `${path}: cannot be read`, {
        ...(hint === undefined ? {} : { hint }),
        cause,
      }),
    tooLong: () =>
      new UserError('E_CONFIG', `${path}: longer than ${CONFIGURATION_BYTES_MAX} bytes`),
  });
  return content.toString('utf8');
}

/** The YAML library is loaded only when there is a file. */
export async function parseYaml(path: string, text: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    return parse(text, { maxAliasCount: ALIASES_MAX, uniqueKeys: true }) as unknown;
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new UserError('E_CONFIG', `${path}: ${message}`, { cause: error });
  }
}

function configurationHome(environment: Environment): string {
  const folder = environment['XDG_CONFIG_HOME'] ?? '';
  return folder === '' ? join(environment['HOME'] ?? homedir(), '.config') : folder;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
