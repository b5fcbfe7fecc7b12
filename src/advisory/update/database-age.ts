const DAY_MS = 24 * 3600 * 1000;
/** Grype asks as often. */
const CHECK_PAUSE_MS = 2 * 3600 * 1000;

/**
 * Whether data are too old to rely on. Times are RFC 3339; one that cannot be understood is no
 * proof of freshness.
 *
 * @param daysMax 0: any age will do
 */
export function isOutdated(builtAt: string, now: string, daysMax: number): boolean {
  return daysMax > 0 && !(Date.parse(now) - Date.parse(builtAt) <= daysMax * DAY_MS);
}

/**
 * Whether it is time to ask for newer data. A clock that was set back does not put it off.
 *
 * @param checkedAt when it was last asked; absent: never
 */
export function isCheckDue(checkedAt: string | undefined, now: string): boolean {
  const elapsedMs = Date.parse(now) - Date.parse(checkedAt ?? '');
  return !(Math.abs(elapsedMs) < CHECK_PAUSE_MS);
}
