import type { Kysely } from 'kysely';
import type { Tables } from '../../store/tables.ts';

/** A time in which no server ran: changes in it were noticed after it. */
export interface Gap {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** Running servers store the time every half a minute; a shorter pause is a restart. */
const PAUSE_MS_MIN = 2 * 60_000;

/** Lists the times before a time in which no server ran, the last one first. */
export async function listGaps(db: Kysely<Tables>, before: number): Promise<readonly Gap[]> {
  const rows = await db
    .selectFrom('presence')
    .select(['started', 'seen'])
    .where('started', '<=', before)
    .orderBy('started')
    .execute();
  const gaps: Gap[] = [];
  let end: number | undefined;
  for (const { started, seen } of rows) {
    if (end !== undefined && started - end > PAUSE_MS_MIN) {
      gaps.push({ from: end, to: started });
    }
    end = Math.max(end ?? seen, seen);
  }
  return gaps.toReversed();
}
