import { randomInt } from 'node:crypto';

const LONGEST_MS = 30_000;
const FIRST_MS = 250;

/**
 * Returns the time to wait before the next attempt: doubled each time, less up to a half, so that
 * clients that failed together do not return together. A server's own value counts up to a limit.
 *
 * @param attempt number of attempts so far
 * @param headers of the response; names are in lower case
 */
export function computePauseMs(
  attempt: number,
  headers: Readonly<Record<string, string>> = {},
): number {
  const longestMs = Math.min(FIRST_MS * 2 ** (attempt - 1), LONGEST_MS);
  const ownMs = longestMs - randomInt(longestMs / 2);
  return Math.min(readRequestedPause(headers) ?? ownMs, LONGEST_MS);
}

/** Seconds, or a date by the server's clock. RFC 9110, 10.2.3. */
function readRequestedPause(headers: Readonly<Record<string, string>>): number | undefined {
  const value = headers['retry-after'] ?? '';
  const milliseconds = /^\d{1,9}$/.test(value)
    ? Number(value) * 1_000
    : Date.parse(value) - Date.parse(headers['date'] ?? '');
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}
