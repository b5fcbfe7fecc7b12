import { DAY_MS } from '../core/duration.ts';
import { UserError } from '../core/error.ts';

/**
 * Returns whether a database was built more than a day after `machineTime`: it would never be
 * outdated and never be replaced by a real one. Times are RFC 3339.
 */
export function isFromFuture(builtAt: string, machineTime: string): boolean {
  return Date.parse(builtAt) - Date.parse(machineTime) > DAY_MS;
}

/**
 * Refuses to import a database from the future.
 *
 * @param machineTime absent: any build date is accepted
 * @throws UserError `E_DB_IMPORT`
 */
export function refuseFuture(builtAt: string, machineTime: string | undefined): void {
  if (machineTime !== undefined && isFromFuture(builtAt, machineTime)) {
    throw new UserError('E_DB_IMPORT', `the database has a build date in the future: ${builtAt}`, {
      hint: 'check the clock of this machine, or use another source; the database in use is unchanged',
    });
  }
}
