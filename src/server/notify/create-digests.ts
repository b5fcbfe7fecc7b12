import type { Kysely } from 'kysely';
import { addToList } from '../../foundation/core/add-to-list.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import { DAY_MS, HOUR_MS } from '../../foundation/core/duration.ts';
import { formatCount } from '../../foundation/core/screen-text.ts';
import { readLastId } from '../store/last-id.ts';
import type { SubscriptionTable } from '../store/notify-tables.ts';
import { type Store, type StoreTransaction, splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { EffectCounter } from './count-effects.ts';
import { completeCauses } from './read-causes.ts';
import type { ReportedCause } from './reported-cause.ts';
import type { SubscriptionFilter } from './subscription.ts';
import {
  createMessageId,
  type EventCause,
  type EventData,
  toEventCause,
  writeEvent,
} from './write-event.ts';

/** Before people begin to work in Europe; UTC. */
const DIGEST_HOUR = 6;
/** Entries that a digest lists; it counts the causes of the others. */
const ENTRIES_MAX = 300;

/** Returns the time of the next digest. */
export function nextDigest(now: number): number {
  const today = Math.floor(now / DAY_MS) * DAY_MS + DIGEST_HOUR * HOUR_MS;
  return today > now ? today : today + DAY_MS;
}

/** Writes the digests that are due. Causes stay for the next one until then. */
export async function createDigests(store: Store, source: string, now: number): Promise<void> {
  const due = await listDue(store.db, now);
  if (due.length === 0) {
    return;
  }
  await store.runTransaction(async (transaction) => {
    for (const subscription of await listDue(transaction.db, now)) {
      await writeDigest(transaction, subscription, { source, now });
    }
  });
}

async function listDue(db: Kysely<Tables>, now: number): Promise<readonly SubscriptionTable[]> {
  return await db
    .selectFrom('subscription')
    .selectAll()
    .where('digest_at', '<=', now)
    .where('state', '!=', 'ended')
    .execute();
}

async function writeDigest(
  { db, writeRows }: StoreTransaction,
  { id, filter: text }: SubscriptionTable,
  { source, now }: { readonly source: string; readonly now: number },
): Promise<void> {
  const filter = JSON.parse(text) as SubscriptionFilter;
  const entries = await db
    .selectFrom('digest_entry')
    .select('cause')
    .where('subscription', '=', id)
    .orderBy('cause')
    .execute();
  const causes = await readCauses(
    db,
    entries.map(({ cause }) => cause),
  );
  await db.deleteFrom('digest_entry').where('subscription', '=', id).execute();
  await db.updateTable('subscription').set({ digest_at: null }).where('id', '=', id).execute();
  const { owners, more } = await groupByOwner(db, causes, filter);
  const message = createMessageId(`digest\0${id}\0${causes.map((one) => one.id).join()}`);
  const body = writeEvent(
    { id: message, source, kind: 'digest', at: now, subject: 'digest' },
    {
      summary: `${formatCount(causes.length, 'change')} since the last digest`,
      effects: [],
      owners,
      ...(more > 0 ? { causesNotListed: more } : {}),
    },
  );
  await writeRows('delivery', [
    {
      id: (await readLastId(db, 'delivery')) + 1,
      message,
      subscription: id,
      cause: -1,
      subject: 'digest',
      state: 'queued',
      attempts: 0,
      run_at: now,
      created: now,
      body,
    },
  ]);
}

async function readCauses(
  db: Kysely<Tables>,
  ids: readonly number[],
): Promise<readonly ReportedCause[]> {
  const causes: ReportedCause[] = [];
  for (const some of splitKeys(ids)) {
    const rows = await db
      .selectFrom('cause')
      .innerJoin('revision', 'revision.id', 'cause.revision')
      .select(['cause.id', 'cause.revision', 'cause.kind', 'subject', 'summary', 'revision.at'])
      .where('cause.id', 'in', some)
      .orderBy('cause.id')
      .execute();
    causes.push(...(await completeCauses(db, rows)));
  }
  return causes;
}

/** Each owner reads the effects on their own images. */
async function groupByOwner(
  db: Kysely<Tables>,
  causes: readonly ReportedCause[],
  filter: SubscriptionFilter,
): Promise<{ readonly owners: Exclude<EventData['owners'], undefined>; readonly more: number }> {
  const counter = new EffectCounter(db);
  const { project, owner: only, reachable } = filter;
  const byOwner = new Map<string, EventCause[]>();
  let entries = 0;
  let listed = 0;
  for (const cause of causes) {
    if (entries >= ENTRIES_MAX) {
      break;
    }
    listed += 1;
    const owners = only === undefined ? await counter.listOwners(cause, filter) : [only];
    for (const owner of owners) {
      const scope = { owner, ...defined({ project, reachable }) };
      const own = toEventCause(await counter.countEffects(cause, scope), scope);
      addToList(byOwner, owner, own);
      entries += 1;
    }
  }
  // The unknown owner is last.
  const sorted = [...byOwner].sort(
    ([left], [right]) => Number(left === '') - Number(right === '') || compareText(left, right),
  );
  return {
    owners: sorted.map(([owner, own]) => ({ owner, causes: own })),
    more: causes.length - listed,
  };
}
