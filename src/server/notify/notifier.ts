import type { Store } from '../store/store.ts';
import { Deliverer, type DelivererOptions } from './deliverer.ts';
import type { Attempt } from './guarded-request.ts';
import { replaceSeal, requireKey, SecretSeal } from './secret-seal.ts';
import type { SubscriptionRequest, SubscriptionView } from './subscription.ts';
import {
  type AddedSubscription,
  addSubscription,
  type DeliveryView,
  listDeliveries,
  listSubscriptions,
  removeSubscription,
  replayDelivery,
  replaySince,
  rotateSecret,
  setSubscriptionState,
} from './subscriptions.ts';
import { writeFeed } from './write-feed.ts';

/** The subscriptions of a store, and the messages to their receivers. */
export class Notifier {
  readonly #store: Store;
  readonly #deliverer: Deliverer;
  readonly #getTime: () => number;
  readonly #seal: SecretSeal;

  constructor(
    store: Store,
    {
      secretsKey,
      ...options
    }: Omit<DelivererOptions, 'seal'> & { readonly secretsKey?: Uint8Array },
  ) {
    this.#store = store;
    this.#seal = new SecretSeal(secretsKey);
    this.#deliverer = new Deliverer(store, { ...options, seal: this.#seal });
    this.#getTime = options.getTime;
  }

  /** Like {@link addSubscription}. */
  async addSubscription(request: SubscriptionRequest): Promise<AddedSubscription> {
    return await addSubscription(this.#store, request, this.#getTime(), this.#seal);
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

  /** Like {@link writeFeed}. */
  async writeFeed(name: string): Promise<string> {
    return await writeFeed(this.#store.db, name, this.#getTime());
  }

  async replayDelivery(id: number): Promise<void> {
    await replayDelivery(this.#store, id, this.#getTime());
  }

  /** Returns how many messages are sent again. */
  async replaySince(period: {
    readonly name: string;
    readonly from: number;
    readonly to: number;
  }): Promise<number> {
    return await replaySince(this.#store, period, this.#getTime());
  }

  /** Like {@link rotateSecret}. */
  async rotateSecret(request: {
    readonly name: string;
    readonly secret?: string;
  }): Promise<{ readonly secret: string }> {
    return await rotateSecret(this.#store, request, this.#seal);
  }

  /**
   * Encrypts the secrets that are not encrypted yet.
   *
   * @throws UserError `E_SECRETS_KEY` if one needs another key
   */
  async sealSecrets(): Promise<void> {
    await requireKey(this.#store.db, this.#seal);
    if (this.#seal.keyId !== undefined) {
      await replaceSeal(this.#store, this.#seal);
    }
  }

  async test(name: string): Promise<Attempt> {
    return await this.#deliverer.test(name);
  }

  /** Like {@link Deliverer.deliverDue}. */
  async deliverDue(): Promise<number | undefined> {
    return await this.#deliverer.deliverDue();
  }
}
