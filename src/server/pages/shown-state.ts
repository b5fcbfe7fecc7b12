import type { Kysely } from 'kysely';
import { DAY_MS } from '../../foundation/core/duration.ts';
import type { Tables } from '../store/tables.ts';
import type { PageRevision } from './page.ts';

/** The state of the store that a page shows. */
export interface ShownState {
  /** Its revision; absent in an empty store. */
  readonly revision: PageRevision | undefined;
  /** Present if it is in the past, or was chosen by its number. */
  readonly at?: number;
  /** Number of the revision at a time: pages have one address for a state. */
  readonly found?: number;
  /** Sentences without the full stop. */
  readonly notices: readonly string[];
}

const DATE_CHARS = '2026-01-31'.length;

/** Finds the state that an address names: a revision, a time, or a day, which includes its end. */
export async function findShownState(db: Kysely<Tables>, asof: string): Promise<ShownState> {
  const last = await selectRevisions(db).executeTakeFirst();
  if (asof === '') {
    return { revision: last, notices: [] };
  }
  if (/^\d{1,9}$/.test(asof)) {
    const at = Number(asof);
    if (at > (last?.id ?? 0)) {
      const notice = `revision ${at} does not exist yet, so this page shows the present`;
      return { revision: last, notices: [notice] };
    }
    const revision = await selectRevisions(db).where('id', '<=', at).executeTakeFirst();
    return { revision, at, notices: [] };
  }
  const start = Date.parse(asof);
  if (Number.isNaN(start)) {
    const notice = `"${asof}" is not a date, so this page shows the present`;
    return { revision: last, notices: [notice] };
  }
  const end = asof.length === DATE_CHARS ? start + DAY_MS - 1 : start;
  const revision = await selectRevisions(db).where('at', '<=', end).executeTakeFirst();
  return { revision, found: revision?.id ?? 0, notices: [] };
}

function selectRevisions(db: Kysely<Tables>) {
  return db
    .selectFrom('revision')
    .select(['id', 'at', 'generation'])
    .orderBy('id', 'desc')
    .limit(1);
}
