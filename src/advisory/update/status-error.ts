import { UserError } from '../../core/error.ts';
import { formatUrl } from './listing.ts';

/** Returns the error for an unexpected status. */
export function createStatusError(url: URL, status: number): UserError {
  const message = `${formatUrl(url)} returned status ${status}`;
  switch (status) {
    case 401:
    case 403:
      return new UserError('E_UNAUTHORIZED', message, {
        hint: 'include the login in the URL: --db-url https://USER:PASSWORD@HOST/PATH',
      });
    case 404:
      return new UserError('E_DB_UPDATE', message, {
        hint: 'check that the URL has a latest.json and its archive, both of schema 6',
      });
    default:
      return new UserError('E_DB_UPDATE', message);
  }
}
