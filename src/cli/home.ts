import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Environment } from '../config/environment.ts';

/**
 * Returns the user's home directory. A relative path counts as unset, because it would be resolved
 * in the working directory, whose contents may be untrusted.
 */
export function findHome(environment: Environment): string {
  const { HOME = '' } = environment;
  return isAbsolute(HOME) ? HOME : readAccountHome();
}

/**
 * Returns a directory of the XDG Base Directory Specification, which requires relative paths to be
 * ignored.
 *
 * @param usual the last part in the home directory, e.g. `.config`
 */
export function findBaseDirectory(
  environment: Environment,
  variable: 'XDG_CONFIG_HOME' | 'XDG_CACHE_HOME' | 'XDG_DATA_HOME',
  usual: string,
): string {
  const directory = environment[variable] ?? '';
  return isAbsolute(directory) ? directory : join(findHome(environment), usual);
}

/** An account without an entry has no home directory. */
function readAccountHome(): string {
  try {
    return userInfo().homedir;
  } catch {
    return '/nonexistent';
  }
}
