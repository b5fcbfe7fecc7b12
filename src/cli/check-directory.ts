import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../foundation/core/error.ts';
import { formatSystemError } from '../foundation/core/system-error.ts';

/**
 * Refuses a path that cannot be a directory of ours, so that nothing is reported as deleted that
 * could not be read. A path that does not exist yet is valid.
 *
 * @param title in messages, e.g. `the cache`
 * @throws UserError `E_SPILL` if the path or a part of it is a file, or it cannot be read
 */
export function checkDirectory(path: string, title: string): void {
  const hint = 'name another directory with --db or --cache-dir';
  for (let at = resolve(path); ; at = dirname(at)) {
    try {
      const status = statSync(at, { throwIfNoEntry: false });
      if (status?.isDirectory() === false) {
        throw new UserError('E_SPILL', `${title} ${path} is not a directory: ${at} is a file`, {
          hint,
        });
      }
      if (status !== undefined) {
        accessSync(at, constants.R_OK | constants.X_OK);
        return;
      }
    } catch (error) {
      if (error instanceof Error && 'code' in error && !(error instanceof UserError)) {
        const reason = formatSystemError(String(error.code));
        throw new UserError('E_SPILL', `${title} ${path} cannot be read: ${reason}`, {
          hint,
          cause: error,
        });
      }
      throw error;
    }
    if (at === dirname(at)) {
      return;
    }
  }
}
