import { userInfo } from 'node:os';
import { isAbsolute, posix, win32 } from 'node:path';
import type { Environment } from '../foundation/config/environment.ts';

/**
 * Returns the user's home directory. A relative path counts as unset, because it would be resolved
 * in the working directory, whose contents may be untrusted.
 */
export function findHome(environment: Environment): string {
  const { HOME = '' } = environment;
  return isAbsolute(HOME) ? HOME : readAccountHome();
}

type BaseDirectory = 'XDG_CONFIG_HOME' | 'XDG_CACHE_HOME' | 'XDG_DATA_HOME';

/** "KNOWNFOLDERID": settings move with the account; caches and data stay on the machine. */
const WINDOWS_VARIABLES: Readonly<Record<BaseDirectory, 'APPDATA' | 'LOCALAPPDATA'>> = {
  XDG_CONFIG_HOME: 'APPDATA',
  XDG_CACHE_HOME: 'LOCALAPPDATA',
  XDG_DATA_HOME: 'LOCALAPPDATA',
};

/**
 * Returns a directory of the XDG Base Directory Specification, which requires relative paths to be
 * ignored. Windows has variables of its own for the usual directories.
 *
 * @param usual the last part in the home directory, e.g. `.config`
 */
export function findBaseDirectory(
  environment: Environment,
  variable: BaseDirectory,
  usual: string,
  platform: string = process.platform,
): string {
  const paths = platform === 'win32' ? win32 : posix;
  const given = [variable, ...(platform === 'win32' ? [WINDOWS_VARIABLES[variable]] : [])]
    .map((name) => environment[name] ?? '')
    .find((directory) => paths.isAbsolute(directory));
  return given ?? paths.join(findHome(environment), usual);
}

/** An account without an entry has no home directory. */
function readAccountHome(): string {
  try {
    return userInfo().homedir;
  } catch {
    return '/nonexistent';
  }
}
