import type { Kysely } from 'kysely';
import { readLastId } from '../store/last-id.ts';
import type { SubscriptionTable } from '../store/notify-tables.ts';
import type { StoreTransaction } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { SubscriptionFilter } from './subscription.ts';
import { createMessageId, writeEvent } from './write-event.ts';

/**
 * Returns since when no message of each subscription was accepted: the first attempt that failed
 * after the last one that did not. Subscriptions without such attempts are left out.
 */
export async function listFailing(db: Kysely<Tables>): Promise<ReadonlyMap<number, number>> {
  const rows = await db
    .with('accepted', (query) =>
      query
        .selectFrom('attempt')
        .innerJoin('delivery', 'delivery.id', 'attempt.delivery')
        .select(({ fn }) => ['subscription', fn.max('attempt.at').as('last')])
        .where('status', '>=', 200)
        .where('status', '<', 300)
        .groupBy('subscription'),
    )
    .selectFrom('attempt')
    .innerJoin('delivery', 'delivery.id', 'attempt.delivery')
    .leftJoin('accepted', 'accepted.subscription', 'delivery.subscription')
    .select(({ fn }) => ['delivery.subscription', fn.min('attempt.at').as('since')])
    .where(({ eb, or }) =>
      or([eb('accepted.last', 'is', null), eb('attempt.at', '>', eb.ref('accepted.last'))]),
    )
    .groupBy('delivery.subscription')
    .execute();
  return new Map(rows.map(({ subscription, since }) => [subscription, since]));
}

/**
 * Reports that a message was given up to the subscriptions about all images, once until a message
 * is accepted again.
 */
export async function reportFailure(
  { db, writeRows }: StoreTransaction,
  failed: Pick<SubscriptionTable, 'id' | 'name'>,
  { source, now }: { readonly source: string; readonly now: number },
): Promise<void> {
  const since = (await listFailing(db)).get(failed.id) ?? now;
  const others = await db
    .selectFrom('subscription')
    .select(['id', 'filter'])
    .where('id', '!=', failed.id)
    .where('state', '!=', 'ended')
    .orderBy('id')
    .execute();
  const key = `receiver\0${failed.id}\0${since}`;
  const last = await readLastId(db, 'delivery');
  const receivers = others.filter(({ filter }) => {
    const { project, owner } = JSON.parse(filter) as SubscriptionFilter;
    return project === undefined && owner === undefined;
  });
  const known = await db
    .selectFrom('delivery')
    .select('message')
    .where('cause', '=', -1)
    .where('subject', '=', failed.name)
    .execute();
  const sent = new Set(known.map(({ message }) => message));
  const rows = receivers.flatMap(({ id }) => {
    const message = createMessageId(`${id}\0${key}`);
    const head = { id: message, source, kind: 'receiver.failed', at: now, subject: failed.name };
    const summary = `the subscription "${failed.name}" fails: a message was given up`;
    const body = writeEvent(head, { summary, effects: [] });
    return sent.has(message) ? [] : { subscription: id, message, body };
  });
  await writeRows(
    'delivery',
    rows.map((row, index) => ({
      id: last + index + 1,
      ...row,
      cause: -1,
      subject: failed.name,
      state: 'queued',
      attempts: 0,
      run_at: now,
      created: now,
    })),
  );
}
