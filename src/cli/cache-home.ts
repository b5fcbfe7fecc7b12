import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../config/environment.ts';

/** Returns the directory of the user's caches. XDG Base Directory Specification. */
export function getCacheHome(environment: Environment): string {
  const directory = environment['XDG_CACHE_HOME'] ?? '';
  return directory === '' ? join(environment['HOME'] ?? homedir(), '.cache') : directory;
}
