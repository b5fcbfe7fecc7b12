import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../core/error.ts';
import type { Options } from '../core/option.ts';
import type { Environment } from './environment.ts';

/** Where caches and databases lie. XDG Base Directory Specification. */
export function cacheFolder(options: Options, environment: Environment): string {
  if (options.cacheDir !== undefined) {
    return options.cacheDir;
  }
  const folder = environment['XDG_CACHE_HOME'] ?? '';
  const caches = folder === '' ? join(environment['HOME'] ?? homedir(), '.cache') : folder;
  return join(caches, 'plimsoll');
}

export function databaseFolder(options: Options, environment: Environment): string {
  return options.db ?? join(cacheFolder(options, environment), 'db');
}

export function factCacheFolder(options: Options, environment: Environment): string {
  return join(cacheFolder(options, environment), 'facts');
}

/** A private folder that is deleted with all its content when the stack is disposed of. */
export function createTemporaryFolder(resources: DisposableStack): string {
  let folder: string;
  try {
    folder = mkdtempSync(join(tmpdir(), 'plimsoll-'));
  } catch (error) {
    throw new UserError('E_SPILL', `no folder can be made in ${tmpdir()}`, {
      hint: 'set TMPDIR to a folder with room',
      cause: error,
    });
  }
  resources.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
