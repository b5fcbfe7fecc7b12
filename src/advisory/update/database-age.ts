import { DAY_MS } from '../../core/duration.ts';

/** The same interval as Grype's. */
const CHECK_PAUSE_MS = 2 * 3600 * 1000;

/**
 * Returns whether data is too old to rely on. Times are RFC 3339; an invalid one counts as
 * outdated.
 *
 * @param daysMax 0: any age is accepted
 */
export function isOutdated(builtAt: string, now: string, daysMax: number): boolean {
  return daysMax > 0 && !(Date.parse(now) - Date.parse(builtAt) <= daysMax * DAY_MS);
}

/**
 * Returns whether a check for newer data is due. A clock that was set back does not delay it.
 *
 * @param checkedAt time of the last check; if absent, never
 */
export function isCheckDue(checkedAt: string | undefined, now: string): boolean {
  const elapsedMs = Date.parse(now) - Date.parse(checkedAt ?? '');
  return !(Math.abs(elapsedMs) < CHECK_PAUSE_MS);
}
