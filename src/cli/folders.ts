import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../foundation/config/environment.ts';
import type { Options } from '../foundation/config/resolve-options.ts';
import { UserError } from '../foundation/core/error.ts';
import { isProcessAlive } from '../image/read/process-alive.ts';
import { getHostKey } from '../vulnerability/advisory/folder-owner.ts';
import { getCacheHome } from './cache-home.ts';
import { findBaseDirectory } from './home.ts';

function cacheFolder(options: Options, environment: Environment): string {
  return options.cacheDir ?? join(getCacheHome(environment), 'plimsoll');
}

export function getDatabaseDirectory(options: Options, environment: Environment): string {
  return options.db ?? join(cacheFolder(options, environment), 'db');
}

export function getFactCacheDirectory(options: Options, environment: Environment): string {
  return join(cacheFolder(options, environment), 'facts');
}

/** Clearing caches does not delete it. XDG Base Directory Specification. */
export function getBaseStoreDirectory(options: Options, environment: Environment): string {
  const data = findBaseDirectory(environment, 'XDG_DATA_HOME', join('.local', 'share'));
  return options.baseStore || join(data, 'plimsoll', 'bases');
}

/** Inventories that were pushed are data, not a cache. XDG Base Directory Specification. */
export function getServerDirectory(options: Options, environment: Environment): string {
  const data = findBaseDirectory(environment, 'XDG_DATA_HOME', join('.local', 'share'));
  return options.serverDir || join(data, 'plimsoll', 'server');
}

/** Process ID, a digest of the machine's name, and a random part. */
const TEMPORARY_NAME = /^plimsoll-([0-9]{1,10})-([0-9a-f]{8})[0-9a-f]{8}$/;

/**
 * Creates a private directory that is deleted with all its content when the stack is disposed of.
 * Directories of killed runs are deleted first.
 */
export function createTemporaryDirectory(resources: DisposableStack): string {
  const parent = tmpdir();
  removeLeftDirectories(parent);
  const folder = join(
    parent,
    `plimsoll-${process.pid}-${getHostKey()}${randomBytes(4).toString('hex')}`,
  );
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    throw new UserError('E_SPILL', `could not create a temporary directory in "${parent}"`, {
      hint: 'set TMPDIR to a writable directory with enough space',
      cause: error,
    });
  }
  resources.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Removes directories of killed runs. Keeps the directories of a running process, of another user,
 * and of another machine, such as a container that shares the directory but not the list of
 * processes. Never fails.
 */
function removeLeftDirectories(parent: string): void {
  try {
    for (const name of readdirSync(parent)) {
      const [, processId = '', machine] = TEMPORARY_NAME.exec(name) ?? [];
      const path = join(parent, name);
      if (machine === getHostKey() && !isProcessAlive(Number(processId)) && isOwnFolder(path)) {
        rmSync(path, { recursive: true, force: true });
      }
    }
  } catch {
    // The next run tries again.
  }
}

function isOwnFolder(path: string): boolean {
  const status = lstatSync(path);
  return status.isDirectory() && (process.getuid === undefined || status.uid === process.getuid());
}
