import { HOUR_MS } from '../../core/duration.ts';
import { formatTime } from '../engine/format-time.ts';
import { readLastId } from '../store/last-id.ts';
import type { Store } from '../store/store.ts';
import type { DeliveryTable, SubscriptionTable } from '../store/tables.ts';
import { createMessageId, createMessages } from './create-messages.ts';
import { findSubscription } from './subscriptions.ts';
import { sendWebhook, type WebhookAttempt } from './webhook.ts';

export interface DelivererOptions {
  /** Milliseconds since 1970. */
  readonly getTime: () => number;
  /** Host names that may be in a private network. */
  readonly allowedHosts: ReadonlySet<string>;
  /** `source` of the messages: the address of the server. */
  readonly source: string;
  readonly timeoutMs?: number;
}

const MINUTE_MS = 60_000;
/** Pauses after failed attempts: three days in all. Standard Webhooks, "Deliverability". */
const PAUSES_MS: readonly number[] = [
  5_000,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  6 * HOUR_MS,
  ...Array.from({ length: 5 }, () => 12 * HOUR_MS),
];
/** Another process that sends a message must have recorded the attempt by then. */
const LEASE_MS = MINUTE_MS;
const GONE = 410;

/**
 * Delivers the messages of all subscriptions: each one in order, and several at once. A message is
 * repeated, with the same ID, if the process ends before it records the attempt.
 */
export class Deliverer {
  readonly #store: Store;
  readonly #options: DelivererOptions;

  constructor(store: Store, options: DelivererOptions) {
    this.#store = store;
    this.#options = options;
  }

  /**
   * Creates messages for new causes, and sends those that are due. Returns the time of the next
   * attempt; `undefined` if nothing waits.
   */
  async deliverDue(): Promise<number | undefined> {
    await createMessages(this.#store, this.#options.source);
    const active = await this.#store.db
      .selectFrom('subscription')
      .select('id')
      .where('state', '=', 'active')
      .execute();
    const next = await Promise.all(active.map(async ({ id }) => await this.#deliverQueue(id)));
    const times = next.filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Sends a message to a subscription now, and returns the attempt. It is not repeated. */
  async test(name: string): Promise<WebhookAttempt> {
    const subscription = await findSubscription(this.#store.db, name);
    const now = this.#options.getTime();
    const message = createMessageId(`test\0${subscription.id}\0${now}`);
    const body = JSON.stringify({
      specversion: '1.0',
      id: message,
      source: this.#options.source,
      type: 'plimsoll.test',
      time: formatTime(now),
      datacontenttype: 'application/json',
      data: { summary: `a test of the subscription "${name}"`, effects: [] },
    });
    const attempt = await this.#sendMessage(subscription, { message, body });
    await this.#store.runTransaction(async ({ db, writeRows }) => {
      const id = (await readLastId(db, 'delivery')) + 1;
      const state = isAccepted(attempt) ? 'sent' : 'dead';
      const times = { run_at: now, created: now };
      await writeRows('delivery', [
        {
          id,
          message,
          subscription: subscription.id,
          cause: 0,
          subject: 'test',
          body,
          state,
          attempts: 1,
          ...times,
        },
      ]);
      await writeRows('attempt', [{ delivery: id, number: 1, at: now, ...attempt }]);
    });
    return attempt;
  }

  /** Sends messages until one fails or none is due; returns the time of the next attempt. */
  async #deliverQueue(id: number): Promise<number | undefined> {
    for (;;) {
      // Read again for each message: it may be paused or removed while others are sent.
      const subscription = await this.#store.db
        .selectFrom('subscription')
        .selectAll()
        .where('id', '=', id)
        .where('state', '=', 'active')
        .executeTakeFirst();
      if (subscription === undefined) {
        return undefined;
      }
      const message = await this.#store.db
        .selectFrom('delivery')
        .selectAll()
        .where('subscription', '=', id)
        .where('state', '=', 'queued')
        .orderBy('id')
        .executeTakeFirst();
      const now = this.#options.getTime();
      if (message === undefined || message.run_at > now) {
        return message?.run_at;
      }
      if (!(await this.#takeMessage(message, now))) {
        return now + LEASE_MS;
      }
      const attempt = await this.#sendMessage(subscription, message);
      const next = await this.#record(message, attempt);
      if (next !== undefined) {
        return next;
      }
    }
  }

  /** Returns whether no other process sends the message. */
  async #takeMessage({ id, run_at }: DeliveryTable, now: number): Promise<boolean> {
    const [{ numUpdatedRows }] = (await this.#store.db
      .updateTable('delivery')
      .set({ run_at: now + LEASE_MS })
      .where('id', '=', id)
      .where('run_at', '=', run_at)
      .execute()) as [{ numUpdatedRows: bigint }];
    return numUpdatedRows > 0n;
  }

  async #sendMessage(
    { url, secrets }: SubscriptionTable,
    { message, body }: Pick<DeliveryTable, 'message' | 'body'>,
  ): Promise<WebhookAttempt> {
    const { getTime, ...options } = this.#options;
    return await sendWebhook(
      { url: new URL(url), id: message, body, secrets: JSON.parse(secrets) as string[] },
      { ...options, now: getTime() },
    );
  }

  /**
   * Returns when the message is sent again; `undefined` if it is not. Nothing is recorded about a
   * message that was removed or replaced in the meantime.
   */
  async #record(
    { id, message, subscription, attempts }: DeliveryTable,
    attempt: WebhookAttempt,
  ): Promise<number | undefined> {
    const now = this.#options.getTime();
    const pause = PAUSES_MS[attempts];
    const isRepeated = !isAccepted(attempt) && attempt.status !== GONE && pause !== undefined;
    const state = isAccepted(attempt) ? 'sent' : isRepeated ? 'queued' : 'dead';
    const runAt = isRepeated ? now + pause : now;
    await this.#store.runTransaction(async ({ db, writeRows }) => {
      const { numUpdatedRows } = await db
        .updateTable('delivery')
        .set({ state, attempts: attempts + 1, run_at: runAt })
        .where('id', '=', id)
        .where('message', '=', message)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) {
        return;
      }
      await writeRows('attempt', [{ delivery: id, number: attempts + 1, at: now, ...attempt }]);
      if (attempt.status === GONE) {
        const ended = db.updateTable('subscription').set({ state: 'ended' });
        await ended.where('id', '=', subscription).execute();
      }
    });
    return isRepeated ? runAt : undefined;
  }
}

function isAccepted({ status }: WebhookAttempt): boolean {
  return status >= 200 && status < 300;
}
