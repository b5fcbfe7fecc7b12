import type { Kysely } from 'kysely';
import { defined } from '../../foundation/core/defined.ts';
import { HOUR_MS } from '../../foundation/core/duration.ts';
import { UserError } from '../../foundation/core/error.ts';
import { readLastId } from '../store/last-id.ts';
import type { DeliveryTable, SubscriptionTable } from '../store/notify-tables.ts';
import type { Store, StoreTransaction } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { ChannelMessage, ChannelTarget } from './channel-contract.ts';
import { createDigests } from './create-digests.ts';
import { createMessages } from './create-messages.ts';
import { type Attempt, isAccepted } from './guarded-request.ts';
import { hideSecrets } from './hide-secrets.ts';
import type { MailSetting } from './mail-setting.ts';
import { reportFailure } from './receiver-failures.ts';
import { NO_SEAL, type SecretSeal } from './secret-seal.ts';
import { findChannel, type SubscriptionFilter, type SubscriptionOptions } from './subscription.ts';
import { findSubscription } from './subscriptions.ts';
import { createMessageId, writeEvent } from './write-event.ts';

export interface DelivererOptions {
  /** Milliseconds since 1970. */
  readonly getTime: () => number;
  /** Host names that may be in a private network. */
  readonly allowedHosts: ReadonlySet<string>;
  /** `source` of the messages: the address of the server. */
  readonly source: string;
  readonly timeoutMs?: number;
  /** How email is sent; absent if the server sends none. */
  readonly mail?: MailSetting;
  /** How secrets are encrypted in the store; absent if they are not. */
  readonly seal?: SecretSeal;
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
/**
 * While many messages are accepted in a row, only the first, the last, and one in this time count
 * as changes of the store, because pages are created again after each change.
 */
const SHOWN_MS = 1_000;
const GONE = 410;

/** A message that no other process sends. */
interface TakenMessage {
  readonly subscription: SubscriptionTable;
  readonly message: DeliveryTable;
}

/**
 * Delivers the messages of all subscriptions: each one in order, and several at once. A message is
 * repeated, with the same ID, if the process ends before it records the attempt.
 */
export class Deliverer {
  readonly #store: Store;
  readonly #options: DelivererOptions;
  #creating: Promise<void> | undefined;
  /** Subscriptions whose messages are being sent: one may wait for its receiver. */
  readonly #sending = new Set<number>();

  constructor(store: Store, options: DelivererOptions) {
    this.#store = store;
    this.#options = options;
  }

  /**
   * Creates messages for new causes, and sends those that are due. Returns the time of the next
   * attempt; `undefined` if nothing waits. A call while a receiver does not answer sends the messages
   * to the others.
   */
  async deliverDue(): Promise<number | undefined> {
    this.#creating ??= this.#createDue().finally(() => {
      this.#creating = undefined;
    });
    await this.#creating;
    const active = await this.#store.db
      .selectFrom('subscription')
      .select('id')
      .where('state', '=', 'active')
      .execute();
    const idle = active.filter(({ id }) => !this.#sending.has(id));
    const next = await Promise.all(idle.map(async ({ id }) => await this.#deliverQueue(id)));
    const times = next.filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  async #createDue(): Promise<void> {
    const { source, getTime } = this.#options;
    await createMessages(this.#store, source, getTime());
    await createDigests(this.#store, source, getTime());
  }

  /** Sends a message to a subscription now, and returns the attempt. It is not repeated. */
  async test(name: string): Promise<Attempt> {
    const subscription = await findSubscription(this.#store.db, name);
    const now = this.#options.getTime();
    const message = createMessageId(`test\0${subscription.id}\0${now}`);
    const body = writeEvent(
      { id: message, source: this.#options.source, kind: 'test', at: now, subject: '' },
      { summary: `a test of the subscription "${name}"`, effects: [] },
    );
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
    this.#sending.add(id);
    try {
      let shown = Number.NEGATIVE_INFINITY;
      let isVisible = true;
      let next = await this.#takeNext(this.#store.db, id);
      while (typeof next === 'object') {
        const attempt = await this.#sendMessage(next.subscription, next.message);
        const time = performance.now();
        isVisible = !isAccepted(attempt) || time - shown >= SHOWN_MS;
        shown = isVisible ? time : shown;
        next = await this.#record(next, attempt, isVisible);
      }
      if (!isVisible) {
        // Counts as a change.
        await this.#store.runTransaction(async () => undefined);
      }
      return next;
    } finally {
      this.#sending.delete(id);
    }
  }

  /**
   * Takes the first message to a subscription. If it is not due yet, returns its time; `undefined`
   * if none waits.
   */
  async #takeNext(db: Kysely<Tables>, id: number): Promise<TakenMessage | number | undefined> {
    // Read again for each message: it may be paused or removed while others are sent.
    const subscription = await db
      .selectFrom('subscription')
      .selectAll()
      .where('id', '=', id)
      .where('state', '=', 'active')
      .executeTakeFirst();
    if (subscription === undefined) {
      return undefined;
    }
    const message = await db
      .selectFrom('delivery')
      .selectAll()
      .where('subscription', '=', id)
      .where('state', '=', 'queued')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    const now = this.#options.getTime();
    if (message === undefined || message.run_at > now) {
      return message?.run_at;
    }
    // Another process may have taken it.
    const { numUpdatedRows } = await db
      .updateTable('delivery')
      .set({ run_at: now + LEASE_MS })
      .where('id', '=', message.id)
      .where('run_at', '=', message.run_at)
      .executeTakeFirst();
    return numUpdatedRows > 0n ? { subscription, message } : now + LEASE_MS;
  }

  async #sendMessage(
    subscription: SubscriptionTable,
    { message, body }: Pick<DeliveryTable, 'message' | 'body'>,
  ): Promise<Attempt> {
    const { id, channel, filter, options } = subscription;
    const { getTime, mail, seal = NO_SEAL, ...network } = this.#options;
    const target = tryTarget(subscription, seal);
    if (target instanceof UserError) {
      return { status: 0, head: '', error: target.message };
    }
    const { url } = target;
    const { template } = JSON.parse(options) as SubscriptionOptions;
    const sent: ChannelMessage = { id: message, body, ...defined({ template }) };
    const { send, showAddress } = findChannel(channel);
    const attempt = await send(target, sent, {
      now: getTime(),
      network,
      ...defined({ mail }),
      store: this.#store,
      subscription: id,
      scope: JSON.parse(filter) as SubscriptionFilter,
    });
    // A receiver may repeat the request in its answer.
    const isShown = showAddress(url) === url || url === '';
    const secretUrl = isShown ? undefined : url;
    return hideSecrets(attempt, target, defined({ secretUrl, password: mail?.password }));
  }

  /**
   * Records an attempt, and takes the next message in the same transaction. If the message is sent
   * again, returns when. Nothing is recorded about one that was removed or replaced in the
   * meantime.
   *
   * @param isVisible whether answers to requests are computed again
   */
  async #record(
    { subscription, message: { id, message, attempts } }: TakenMessage,
    attempt: Attempt,
    isVisible: boolean,
  ): Promise<TakenMessage | number | undefined> {
    const now = this.#options.getTime();
    const pause = PAUSES_MS[attempts];
    const isRepeated = !isAccepted(attempt) && attempt.status !== GONE && pause !== undefined;
    const state = isAccepted(attempt) ? 'sent' : isRepeated ? 'queued' : 'dead';
    const runAt = isRepeated ? now + pause : now;
    const writeAttempt = async ({ db, writeRows }: StoreTransaction) => {
      const { numUpdatedRows } = await db
        .updateTable('delivery')
        .set({ state, attempts: attempts + 1, run_at: runAt })
        .where('id', '=', id)
        .where('message', '=', message)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) {
        await writeRows('attempt', [{ delivery: id, number: attempts + 1, at: now, ...attempt }]);
        if (state === 'dead') {
          const { source } = this.#options;
          await reportFailure({ db, writeRows }, subscription, { source, now });
        }
        if (attempt.status === GONE) {
          const ended = db.updateTable('subscription').set({ state: 'ended' });
          await ended.where('id', '=', subscription.id).execute();
        }
      }
      return isRepeated ? runAt : await this.#takeNext(db, subscription.id);
    };
    return await this.#store.runTransaction(writeAttempt, { isVisible });
  }
}

/** Another process may have encrypted the secrets with another key: then the message waits. */
function tryTarget(row: SubscriptionTable, seal: SecretSeal): ChannelTarget | UserError {
  try {
    return seal.openTarget(row);
  } catch (error) {
    if (error instanceof UserError) {
      return error;
    }
    throw error;
  }
}
