import type { Kysely } from 'kysely';
import type { Tables } from '../store/tables.ts';

/** A time in which no server ran: changes in it were noticed after it. */
export interface Gap {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** The times in which a server ran, as far as it recorded them. */
export interface RunningTimes {
  /** Between the first and the last record, the last gap first. */
  readonly gaps: readonly Gap[];
  /** The first and the last time at which a server recorded that it runs; absent without any. */
  readonly recorded?: Gap;
}

/** Running servers store the time every half a minute; a shorter pause is a restart. */
export const PAUSE_MS_MIN = 2 * 60_000;

/** Reads the times before a time in which a server ran. */
export async function readRunningTimes(db: Kysely<Tables>, before: number): Promise<RunningTimes> {
  const rows = await db
    .selectFrom('presence')
    .select(['started', 'seen'])
    .where('started', '<=', before)
    .orderBy('started')
    .execute();
  const [first] = rows;
  const gaps: Gap[] = [];
  let end = first?.seen ?? 0;
  for (const { started, seen } of rows) {
    if (started - end > PAUSE_MS_MIN) {
      gaps.push({ from: end, to: started });
    }
    end = Math.max(end, seen);
  }
  return first === undefined
    ? { gaps }
    : { gaps: gaps.toReversed(), recorded: { from: first.started, to: end } };
}

/** Lists the parts of a span in which no server ran, or no record states that one did. */
export function listUnrecorded(
  { gaps, recorded }: RunningTimes,
  { from, to }: Gap,
): readonly Gap[] {
  const all =
    recorded === undefined
      ? [{ from, to }]
      : [{ from, to: recorded.from }, ...gaps.toReversed(), { from: recorded.to, to }];
  return all
    .map((one) => ({ from: Math.max(from, one.from), to: Math.min(to, one.to) }))
    .filter((one) => one.to - one.from > PAUSE_MS_MIN);
}
