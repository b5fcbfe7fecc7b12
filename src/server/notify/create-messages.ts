import type { Kysely } from 'kysely';
import { readLastId } from '../store/last-id.ts';
import type { SubscriptionTable } from '../store/notify-tables.ts';
import { type Store, type StoreTransaction, splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { EffectCounter } from './count-effects.ts';
import { nextDigest } from './create-digests.ts';
import { completeCauses, listReadyCauses } from './read-causes.ts';
import { isUrgent, type ReportedCause } from './reported-cause.ts';
import { isSelected } from './select-causes.ts';
import type { SubscriptionFilter, SubscriptionOptions } from './subscription.ts';
import { createMessageId, toEventCause, writeEvent } from './write-event.ts';

/** A cause that a subscription reports, with the effects in its scope. */
interface SelectedCause {
  readonly subscription: SubscriptionTable;
  readonly filter: SubscriptionFilter;
  readonly cause: ReportedCause;
}

/**
 * Turns the causes in the outbox into messages, one for each subscription that selects the cause. A
 * cause without effects changes no state, so nobody receives it.
 *
 * @param source `source` of the messages: the address of the server
 */
export async function createMessages(store: Store, source: string, now: number): Promise<void> {
  // Most searches find nothing, and a transaction counts as a change of the store.
  while ((await listReadyCauses(store.db)).length > 0) {
    await store.runTransaction(async (transaction) => {
      const causes = await takeCauses(transaction.db);
      const selected = await selectCauses(transaction.db, causes);
      const isKept = ({ subscription, cause }: SelectedCause): boolean =>
        (JSON.parse(subscription.options) as SubscriptionOptions).digest === true &&
        !isUrgent(cause);
      await writeMessages(
        transaction,
        selected.filter((one) => !isKept(one)),
        source,
      );
      await keepForDigest(transaction, selected.filter(isKept), now);
    });
  }
}

/** Removes causes from the outbox. They stay there if the transaction fails. */
async function takeCauses(db: Kysely<Tables>): Promise<readonly ReportedCause[]> {
  const rows = await listReadyCauses(db);
  for (const some of splitKeys(rows.map(({ id }) => id))) {
    await db.deleteFrom('outbox').where('cause', 'in', some).execute();
  }
  return await completeCauses(db, rows);
}

async function selectCauses(
  db: Kysely<Tables>,
  causes: readonly ReportedCause[],
): Promise<readonly SelectedCause[]> {
  const rows = await db
    .selectFrom('subscription')
    .selectAll()
    .where('state', '!=', 'ended')
    .orderBy('id')
    .execute();
  const subscriptions = rows.map((subscription) => {
    return { subscription, filter: JSON.parse(subscription.filter) as SubscriptionFilter };
  });
  const counter = new EffectCounter(db);
  const selected: SelectedCause[] = [];
  for (const cause of causes) {
    for (const { subscription, filter } of subscriptions) {
      // Most causes are left out without reading their images.
      if (isSelected(filter, cause)) {
        const own = await counter.countEffects(cause, filter);
        if (isSelected(filter, own)) {
          selected.push({ subscription, filter, cause: own });
        }
      }
    }
  }
  return selected;
}

async function writeMessages(
  { db, writeRows }: StoreTransaction,
  selected: readonly SelectedCause[],
  source: string,
): Promise<void> {
  const known = await readDeliveries(
    db,
    selected.map(({ cause }) => cause.id),
  );
  const last = await readLastId(db, 'delivery');
  await writeRows(
    'delivery',
    selected.map(({ cause, subscription, filter }, index) => {
      // A cause with more effects than before has another message, in the row of the first one.
      const key = `${subscription.id}\0${cause.id}\0${JSON.stringify(cause.effects)}`;
      const message = createMessageId(key);
      const before = known.get(`${subscription.id} ${cause.id}`);
      return {
        id: before?.id ?? last + index + 1,
        message,
        subscription: subscription.id,
        cause: cause.id,
        subject: cause.subject,
        state: 'queued',
        attempts: before?.attempts ?? 0,
        run_at: cause.at,
        created: cause.at,
        body: writeMessage(cause, { id: message, source, filter }),
      };
    }),
    ['id'],
  );
}

/** Reads the messages about causes that were reported before, by subscription and cause. */
async function readDeliveries(db: Kysely<Tables>, causes: readonly number[]) {
  const known = new Map<string, { readonly id: number; readonly attempts: number }>();
  for (const some of splitKeys(new Set(causes))) {
    const rows = await db
      .selectFrom('delivery')
      .select(['id', 'subscription', 'cause', 'attempts'])
      .where('cause', 'in', some)
      .execute();
    rows.forEach((row) => known.set(`${row.subscription} ${row.cause}`, row));
  }
  return known;
}

async function keepForDigest(
  { db, writeRows }: StoreTransaction,
  kept: readonly SelectedCause[],
  now: number,
): Promise<void> {
  const rows = kept.map(({ subscription, cause }) => {
    return { subscription: subscription.id, cause: cause.id };
  });
  await writeRows('digest_entry', rows, ['subscription', 'cause']);
  for (const id of new Set(rows.map(({ subscription }) => subscription))) {
    await db
      .updateTable('subscription')
      .set({ digest_at: nextDigest(now) })
      .where('id', '=', id)
      .where('digest_at', 'is', null)
      .execute();
  }
}

function writeMessage(
  cause: ReportedCause,
  context: { readonly id: string; readonly source: string; readonly filter: SubscriptionFilter },
): string {
  const { kind, at, subject, revision } = cause;
  const { id, source, filter } = context;
  const { summary, subject: _, ...more } = toEventCause(cause, filter);
  return writeEvent(
    { id, source, kind: `change.${kind}`, at, subject },
    { revision, summary, ...more, changes: `/api/v1/changes?after=${revision - 1}` },
  );
}
