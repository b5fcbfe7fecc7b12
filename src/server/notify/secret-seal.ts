import type { Kysely } from 'kysely';
import type { SubscriptionTable } from '../store/notify-tables.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { explainUnreadable, readKeyId, TextSeal } from '../store/text-seal.ts';
import type { ChannelTarget } from './channel-contract.ts';
import { findChannel } from './subscription.ts';

/** The columns of a subscription with its address and its secrets. */
type TargetColumns = Pick<SubscriptionTable, 'url' | 'secrets'>;

type TargetRow = TargetColumns & Pick<SubscriptionTable, 'name' | 'channel'>;

/**
 * Encrypts the secrets of subscriptions in the store. They are bound to the name and channel of
 * their subscription. Without a key, secrets are stored as they are.
 */
export class SecretSeal {
  readonly #seal: TextSeal | undefined;

  constructor(key: Uint8Array | undefined) {
    this.#seal = key === undefined ? undefined : new TextSeal(key);
  }

  /** Absent without a key. */
  get keyId(): string | undefined {
    return this.#seal?.keyId;
  }

  /** Returns the columns of a target. */
  writeTarget(
    { name, channel }: Pick<TargetRow, 'name' | 'channel'>,
    { url, secrets }: ChannelTarget,
  ): TargetColumns {
    if (this.#seal === undefined) {
      return { url, secrets: JSON.stringify(secrets) };
    }
    const sealed = this.#seal.seal(JSON.stringify({ url, secrets }), toOwner(name, channel));
    // The path of some addresses is a secret, too.
    return { url: findChannel(channel).showAddress(url), secrets: sealed };
  }

  /**
   * Returns the target of a subscription.
   *
   * @throws UserError `E_SECRETS_KEY` if it was encrypted with another key, or altered
   */
  openTarget({ name, channel, url, secrets }: TargetRow): ChannelTarget {
    const id = readKeyId(secrets);
    if (id === undefined && secrets.startsWith('[')) {
      return { url, secrets: JSON.parse(secrets) as readonly string[] };
    }
    const text = this.#seal?.open(secrets, toOwner(name, channel));
    if (text !== undefined) {
      return JSON.parse(text) as ChannelTarget;
    }
    throw explainUnreadable(`the secrets of the subscription "${name}"`, secrets, {
      ownKeyId: this.keyId,
      hint: 'remove the subscription, and add it again',
    });
  }
}

/** Stores secrets as they are. */
export const NO_SEAL = new SecretSeal(undefined);

function toOwner(name: string, channel: string): string {
  return JSON.stringify([name, channel]);
}

/** Counts subscriptions by the key of their secrets. */
export async function countKeys(
  db: Kysely<Tables>,
): Promise<readonly { readonly keyId: string | undefined; readonly count: number }[]> {
  const rows = await db.selectFrom('subscription').select('secrets').execute();
  const counts = Map.groupBy(rows, ({ secrets }) => readKeyId(secrets));
  return Array.from(counts, ([keyId, { length: count }]) => ({ keyId, count }));
}

async function readSubscriptions(db: Kysely<Tables>): Promise<readonly SubscriptionTable[]> {
  return await db.selectFrom('subscription').selectAll().orderBy('id').execute();
}

/** Throws `UserError` `E_SECRETS_KEY` if a subscription needs another key. */
export async function requireKey(db: Kysely<Tables>, seal: SecretSeal): Promise<void> {
  const rows = await readSubscriptions(db);
  rows.forEach((row) => seal.openTarget(row));
}

/** Returns the names of the subscriptions that need another key, or were altered. */
export async function listUnreadable(
  db: Kysely<Tables>,
  seal: SecretSeal,
): Promise<readonly string[]> {
  const rows = await readSubscriptions(db);
  return rows.filter((row) => !canRead(row, seal)).map(({ name }) => name);
}

function canRead(row: TargetRow, seal: SecretSeal): boolean {
  try {
    seal.openTarget(row);
    return true;
  } catch {
    return false;
  }
}

/**
 * Encrypts the secrets of all subscriptions with another seal, and returns how many have changed.
 *
 * @param former reads those that `seal` cannot read
 * @throws UserError `E_SECRETS_KEY` if one needs another key; then nothing has changed
 */
export async function replaceSeal(
  store: Store,
  seal: SecretSeal,
  former: SecretSeal = seal,
): Promise<number> {
  return await store.runTransaction(
    async ({ db }) => {
      const rows = await readSubscriptions(db);
      const old = rows.filter(({ secrets }) => readKeyId(secrets) !== seal.keyId);
      for (const row of old) {
        const columns = seal.writeTarget(row, former.openTarget(row));
        await db.updateTable('subscription').set(columns).where('id', '=', row.id).execute();
      }
      // Stored answers to repeated requests may contain secrets in the former form.
      if (old.length > 0) {
        await db.deleteFrom('known_answer').execute();
      }
      return old.length;
    },
    { isVisible: false },
  );
}
