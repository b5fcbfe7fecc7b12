import type { DatabaseDescription } from '../../foundation/core/advisory.ts';
import { DAY_MS } from '../../foundation/core/duration.ts';
import { isOutdated } from '../../vulnerability/advisory/update/database-age.ts';
import { formatTime } from '../query/format-time.ts';

/** The times of the database and of its sources, by name; the database has an empty one. */
export type AdvisoryTimes = ReadonlyMap<string, string>;

export function listAdvisoryTimes({ builtAt, providers }: DatabaseDescription): AdvisoryTimes {
  return new Map([
    ['', builtAt],
    ...providers.map(({ id, capturedAt }): [string, string] => [
      id,
      capturedAt === '' ? builtAt : capturedAt,
    ]),
  ]);
}

/**
 * Returns the sources whose advisories are too old to rely on, whether an image depends on them or
 * not: a verdict cannot change by age as long as they are the same.
 */
export function listOutdated(
  description: DatabaseDescription,
  maxAgeDays: number,
  now: number,
): readonly string[] {
  return [...listAdvisoryTimes(description)]
    .filter(([, time]) => isOutdated(time, formatTime(now), maxAgeDays))
    .map(([name]) => name);
}

/** Returns the times at which sources become too old, in milliseconds since 1970. */
export function listAgeTimes(
  description: DatabaseDescription,
  maxAgeDays: number,
): readonly number[] {
  return maxAgeDays === 0
    ? []
    : [...listAdvisoryTimes(description).values()]
        .map((time) => Date.parse(time) + maxAgeDays * DAY_MS + 1)
        .filter((time) => !Number.isNaN(time));
}
