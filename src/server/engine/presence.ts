import { randomInt } from 'node:crypto';
import type { Store } from '../store/store.ts';

/** The time is stored at most this often. */
const STEP_MS = 20_000;
const ID_MAX = 2 ** 31 - 1;

/** Records when a process that updates the store runs, so that the pauses between are known. */
export class Presence {
  readonly #store: Store;
  readonly #id = randomInt(1, ID_MAX);
  #seen: number | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @param now milliseconds since 1970 */
  async record(now: number): Promise<void> {
    const before = this.#seen;
    if (before !== undefined && now - before < STEP_MS) {
      return;
    }
    this.#seen = now;
    const { db } = this.#store;
    await (before === undefined
      ? db.insertInto('presence').values({ id: this.#id, started: now, seen: now }).execute()
      : db.updateTable('presence').set({ seen: now }).where('id', '=', this.#id).execute());
  }
}
