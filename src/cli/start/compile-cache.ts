import { existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import module from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';
import type { Environment } from '../../foundation/config/environment.ts';
import { getCacheHome } from '../cache-home.ts';

/** Files of one release of Node before the cache is emptied: the code of about ten builds. */
const FILES_MAX = 1_000;
/** Releases of Node before the cache is emptied. */
const RELEASES_MAX = 5;

const WRITABLE_BY_OTHERS = 0o022;
const ANY_ACCESS_BY_OTHERS = 0o077;
const STICKY = 0o1000;

/**
 * Lets Node cache the code that V8 compiles of all modules loaded from now on, if there is a
 * directory for it that no other user can change: whoever writes to it can run code as this user.
 * Node's default is in the temporary directory that all users share. Returns the directory.
 */
export function enableCompileCache(environment: Environment): string | undefined {
  const directory = preparePrivateDirectory(getCacheHome(environment));
  if (directory !== undefined) {
    module.enableCompileCache(directory);
  }
  return directory;
}

/**
 * Returns the directory for compiled code below the user's cache directory. It is created if it is
 * missing. Returns `undefined` if another user could change it or it cannot be created.
 */
export function preparePrivateDirectory(
  cacheHome: string,
  userId = process.geteuid?.(),
): string | undefined {
  // A relative path is resolved in the working directory, whose content may be untrusted.
  if (userId === undefined || !isAbsolute(cacheHome)) {
    return undefined;
  }
  const parent = join(cacheHome, 'plimsoll');
  try {
    createMissing([cacheHome, parent, join(parent, 'code')], userId);
    const directory = join(realpathSync(parent), 'code');
    if (!isPrivate(directory, userId)) {
      return undefined;
    }
    clearIfFull(directory);
    return directory;
  } catch {
    // No permission to create or read it, or another process is emptying it.
    return undefined;
  }
}

/** Creates directories, the outer ones first, only inside those that no other user can change. */
function createMissing(paths: readonly string[], userId: number): void {
  for (const path of paths) {
    if (!existsSync(path) && isSafe(realpathSync(dirname(path)), userId)) {
      mkdirSync(path, { mode: 0o700 });
    }
  }
}

/** Returns whether the path is a directory, not a link, that only this user can enter. */
function isPrivate(path: string, userId: number): boolean {
  const status = lstatSync(path);
  return (
    status.isDirectory() &&
    status.uid === userId &&
    (status.mode & ANY_ACCESS_BY_OTHERS) === 0 &&
    isSafe(dirname(path), userId)
  );
}

/**
 * Returns whether no other user but root can change the target of the path. Links must be resolved.
 */
function isSafe(path: string, userId: number): boolean {
  const status = lstatSync(path);
  const isOwned = status.uid === userId || status.uid === 0;
  // In a sticky directory, such as /tmp, users cannot rename or remove files of others.
  const isClosed = (status.mode & WRITABLE_BY_OTHERS) === 0 || (status.mode & STICKY) !== 0;
  const parent = dirname(path);
  return status.isDirectory() && isOwned && isClosed && (parent === path || isSafe(parent, userId));
}

/** Node never removes code of earlier builds. Its files are in a directory for each release. */
function clearIfFull(directory: string): void {
  const releases = readdirSync(directory);
  const isFull =
    releases.length > RELEASES_MAX ||
    releases.some((release) => readdirSync(join(directory, release)).length > FILES_MAX);
  if (isFull) {
    for (const release of releases) {
      rmSync(join(directory, release), { recursive: true, force: true });
    }
  }
}
