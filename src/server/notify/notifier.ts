import type { Store } from '../store/store.ts';
import { Deliverer, type DelivererOptions } from './deliverer.ts';
import type { SubscriptionRequest, SubscriptionView } from './subscription.ts';
import {
  addSubscription,
  type DeliveryView,
  listDeliveries,
  listSubscriptions,
  removeSubscription,
  replayDelivery,
  setSubscriptionState,
} from './subscriptions.ts';
import type { WebhookAttempt } from './webhook.ts';

/** The subscriptions of a store, and the messages to their receivers. */
export class Notifier {
  readonly #store: Store;
  readonly #deliverer: Deliverer;
  readonly #getTime: () => number;

  constructor(store: Store, options: DelivererOptions) {
    this.#store = store;
    this.#deliverer = new Deliverer(store, options);
    this.#getTime = options.getTime;
  }

  /** Like {@link addSubscription}. */
  async addSubscription(
    request: SubscriptionRequest,
  ): Promise<{ readonly id: number; readonly secret: string }> {
    return await addSubscription(this.#store, request, this.#getTime());
  }

  /** Throws `UserError` `E_USAGE` for an unknown name, as all others do. */
  async removeSubscription(name: string): Promise<void> {
    await removeSubscription(this.#store, name);
  }

  async setState(name: string, state: 'active' | 'paused'): Promise<void> {
    await setSubscriptionState(this.#store, name, state);
  }

  async listSubscriptions(): Promise<readonly SubscriptionView[]> {
    return await listSubscriptions(this.#store.db);
  }

  async listDeliveries(name: string): Promise<readonly DeliveryView[]> {
    return await listDeliveries(this.#store.db, name);
  }

  async replayDelivery(id: number): Promise<void> {
    await replayDelivery(this.#store, id, this.#getTime());
  }

  async test(name: string): Promise<WebhookAttempt> {
    return await this.#deliverer.test(name);
  }

  /** Like {@link Deliverer.deliverDue}. */
  async deliverDue(): Promise<number | undefined> {
    return await this.#deliverer.deliverDue();
  }
}
