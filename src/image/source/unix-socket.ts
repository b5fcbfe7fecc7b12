import { statSync } from 'node:fs';
import { UserError } from '../../foundation/core/error.ts';

const SCHEME = 'unix://';

/**
 * Returns the path of the socket in a variable such as `DOCKER_HOST`, or the first of the usual
 * ones that exists, or else the first of those.
 *
 * @throws UserError `E_CONFIG` if the variable names something other than a unix socket
 */
export function parseSocketPath(
  variable: string,
  value: string | undefined,
  usual: readonly string[],
): string {
  if (value === undefined || value === '') {
    return usual.find(isSocket) ?? usual[0] ?? '';
  }
  const path = value.startsWith(SCHEME) ? value.slice(SCHEME.length) : '';
  if (!path.startsWith('/')) {
    throw new UserError('E_CONFIG', `invalid socket in ${variable}: it is not a unix socket`, {
      hint: 'use unix:///PATH, or save the image to a file and scan that',
    });
  }
  return path;
}

/** Returns whether a socket exists that may be used without being configured. Never throws. */
export function hasSocket(path: () => string): boolean {
  try {
    return isSocket(path());
  } catch {
    return false;
  }
}

function isSocket(path: string): boolean {
  try {
    return statSync(path).isSocket();
  } catch {
    return false;
  }
}
