import type { Environment } from '../foundation/config/environment.ts';
import { findBaseDirectory } from './home.ts';

/** Returns the directory of the user's caches. XDG Base Directory Specification. */
export function getCacheHome(environment: Environment): string {
  return findBaseDirectory(environment, 'XDG_CACHE_HOME', '.cache');
}
