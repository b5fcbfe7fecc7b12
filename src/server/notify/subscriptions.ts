import type { Kysely } from 'kysely';
import { UserError } from '../../foundation/core/error.ts';
import { formatTime } from '../query/format-time.ts';
import { PAGE_ROWS } from '../query/page-rows.ts';
import { readLastId } from '../store/last-id.ts';
import type { SubscriptionTable } from '../store/notify-tables.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { listFailing } from './receiver-failures.ts';
import { NO_SEAL, type SecretSeal } from './secret-seal.ts';
import {
  findChannel,
  type SubscriptionFilter,
  type SubscriptionOptions,
  type SubscriptionRequest,
  type SubscriptionView,
} from './subscription.ts';

/** A message of a subscription, with its attempts. */
export interface DeliveryView {
  readonly id: number;
  /** `webhook-id` of the message. */
  readonly message: string;
  readonly subject: string;
  readonly state: 'queued' | 'sent' | 'dead';
  /** RFC 3339 of the next attempt; absent if there is none. */
  readonly next?: string;
  readonly attempts: readonly {
    readonly at: string;
    readonly status: number;
    readonly head: string;
    readonly error: string;
  }[];
}

export interface AddedSubscription {
  readonly id: number;
  /** By which the receiver verifies messages; empty if its channel has none. */
  readonly secret: string;
}

/**
 * Adds a subscription. The secret is only shown once.
 *
 * @throws UserError `E_USAGE` if the name is in use
 */
export async function addSubscription(
  store: Store,
  { name, channel, url: address, secret: given, filter, options }: SubscriptionRequest,
  now: number,
  seal: SecretSeal = NO_SEAL,
): Promise<AddedSubscription> {
  const { checkTarget, sharesSecret = false } = findChannel(channel);
  const target = checkTarget(address, given);
  const id = await store.runTransaction(async ({ db, writeRows }) => {
    const known = await db
      .selectFrom('subscription')
      .select('id')
      .where('name', '=', name)
      .executeTakeFirst();
    if (known !== undefined) {
      throw new UserError('E_USAGE', `there is a subscription with the name "${name}"`, {
        hint: 'use another name, or remove it first: plimsoll serve notify remove NAME',
      });
    }
    const next = (await readLastId(db, 'subscription')) + 1;
    await writeRows('subscription', [
      {
        id: next,
        name,
        channel,
        ...seal.writeTarget({ name, channel }, target),
        filter: JSON.stringify(filter),
        options: JSON.stringify(options),
        digest_at: null,
        state: 'active',
        created: now,
      },
    ]);
    return next;
  });
  return { id, secret: sharesSecret ? (target.secrets[0] ?? '') : '' };
}

/** Removes a subscription and its messages; throws `UserError` `E_USAGE` for an unknown name. */
export async function removeSubscription(store: Store, name: string): Promise<void> {
  await store.runTransaction(async ({ db }) => {
    const { id } = await findSubscription(db, name);
    const messages = db.selectFrom('delivery').select('id').where('subscription', '=', id);
    await db.deleteFrom('attempt').where('delivery', 'in', messages).execute();
    for (const table of ['delivery', 'digest_entry', 'ticket'] as const) {
      await db.deleteFrom(table).where('subscription', '=', id).execute();
    }
    await db.deleteFrom('subscription').where('id', '=', id).execute();
  });
}

/** Pauses a subscription, or lets it go on. Messages are kept meanwhile. */
export async function setSubscriptionState(
  store: Store,
  name: string,
  state: 'active' | 'paused',
): Promise<void> {
  await store.runTransaction(async ({ db }) => {
    const { id } = await findSubscription(db, name);
    await db.updateTable('subscription').set({ state }).where('id', '=', id).execute();
  });
}

export async function listSubscriptions(db: Kysely<Tables>): Promise<readonly SubscriptionView[]> {
  const rows = await db.selectFrom('subscription').selectAll().orderBy('id').execute();
  const counts = await db
    .selectFrom('delivery')
    .select(({ fn }) => ['subscription', 'state', fn.countAll<number>().as('count')])
    .where('state', 'in', ['queued', 'dead'])
    .groupBy(['subscription', 'state'])
    .execute();
  const countMessages = (id: number, state: string): number =>
    counts.find((one) => one.subscription === id && one.state === state)?.count ?? 0;
  const failing = await listFailing(db);
  return rows.map(({ id, name, channel, url, filter, options, state, created }) => ({
    id,
    name,
    channel,
    url: findChannel(channel).showAddress(url),
    filter: JSON.parse(filter) as SubscriptionFilter,
    options: JSON.parse(options) as SubscriptionOptions,
    state,
    created: formatTime(created),
    queued: countMessages(id, 'queued'),
    dead: countMessages(id, 'dead'),
    ...formatFailing(failing.get(id)),
  }));
}

function formatFailing(since: number | undefined): Pick<SubscriptionView, 'failingSince'> {
  return since === undefined ? {} : { failingSince: formatTime(since) };
}

/** Lists the last messages of a subscription, the newest first, with all attempts. */
export async function listDeliveries(
  db: Kysely<Tables>,
  name: string,
): Promise<readonly DeliveryView[]> {
  const { id } = await findSubscription(db, name);
  const rows = await db
    .selectFrom('delivery')
    .selectAll()
    .where('subscription', '=', id)
    .orderBy('id', 'desc')
    .limit(PAGE_ROWS)
    .execute();
  const ids = rows.map((row) => row.id);
  const attempts =
    ids.length === 0
      ? []
      : await db
          .selectFrom('attempt')
          .selectAll()
          .where('delivery', 'in', ids)
          .orderBy('number')
          .execute();
  return rows.map((row) => ({
    id: row.id,
    message: row.message,
    subject: row.subject,
    state: row.state,
    ...(row.state === 'queued' ? { next: formatTime(row.run_at) } : {}),
    attempts: attempts
      .filter((one) => one.delivery === row.id)
      .map(({ at, status, head, error }) => ({ at: formatTime(at), status, head, error })),
  }));
}

/** Throws `UserError` `E_USAGE` for an unknown name. */
export async function findSubscription(
  db: Kysely<Tables>,
  name: string,
): Promise<SubscriptionTable> {
  const row = await db
    .selectFrom('subscription')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirst();
  if (row === undefined) {
    throw new UserError('E_USAGE', `unknown subscription "${name}"`, {
      hint: 'list them: plimsoll serve notify list',
    });
  }
  return row;
}

/**
 * Queues a message again, with the same ID, before the messages that wait.
 *
 * @throws UserError `E_USAGE` for an unknown message
 */
export async function replayDelivery(store: Store, id: number, now: number): Promise<void> {
  await store.runTransaction(async ({ db }) => {
    const row = await db
      .selectFrom('delivery')
      .select('id')
      .where('id', '=', id)
      .where('cause', '!=', 0)
      .executeTakeFirst();
    if (row === undefined) {
      throw new UserError('E_USAGE', `unknown message ${id}, or a test, which is not sent again`, {
        hint: 'list them: plimsoll serve notify log NAME',
      });
    }
    const again = { state: 'queued', run_at: now } as const;
    await db.updateTable('delivery').set(again).where('id', '=', id).execute();
  });
}

/**
 * Queues the messages of a time again, with the same IDs and in the same order. Returns their
 * number.
 *
 * @throws UserError `E_USAGE` for an unknown name
 */
export async function replaySince(
  store: Store,
  { name, from, to }: { readonly name: string; readonly from: number; readonly to: number },
  now: number,
): Promise<number> {
  return await store.runTransaction(async ({ db }) => {
    const { id } = await findSubscription(db, name);
    const { numUpdatedRows } = await db
      .updateTable('delivery')
      .set({ state: 'queued', run_at: now })
      .where('subscription', '=', id)
      .where('cause', '!=', 0)
      .where('state', '!=', 'queued')
      .where('created', '>=', from)
      .where('created', '<=', to)
      .executeTakeFirst();
    return Number(numUpdatedRows);
  });
}

/**
 * Replaces the secret of a subscription. A webhook is signed by the one before, too, so that its
 * receiver can change to the new one at any time.
 *
 * @throws UserError `E_USAGE` for an unknown name, or if the channel needs another kind of secret
 */
export async function rotateSecret(
  store: Store,
  { name, secret }: { readonly name: string; readonly secret?: string },
  seal: SecretSeal = NO_SEAL,
): Promise<{ readonly secret: string }> {
  return await store.runTransaction(async ({ db }) => {
    const row = await findSubscription(db, name);
    const { id, channel } = row;
    const { url, secrets: known } = seal.openTarget(row);
    const { checkTarget, sharesSecret = false } = findChannel(channel);
    const [fresh] = checkTarget(url, secret).secrets;
    if (fresh === undefined) {
      throw new UserError('E_USAGE', `the subscription "${name}" has no secret to replace`, {
        hint: 'to change its address, remove it and add it again',
      });
    }
    const [last] = known;
    const secrets = sharesSecret && last !== undefined ? [fresh, last] : [fresh];
    const columns = seal.writeTarget(row, { url, secrets });
    await db.updateTable('subscription').set(columns).where('id', '=', id).execute();
    return { secret: sharesSecret ? fresh : '' };
  });
}
