import { DAY_MS } from '../../foundation/core/duration.ts';
import type { Store } from '../store/store.ts';

/** The answer to a write that may be repeated. */
export interface KnownAnswer {
  /** Digest of the request. */
  readonly request: string;
  /** 0 while the request runs. */
  readonly status: number;
  readonly body: string;
  readonly location: string;
}

/** An answer with its key. */
export interface EndedAnswer extends Omit<KnownAnswer, 'request'> {
  readonly key: string;
}

/** A process that ended never answers: its request can be repeated after this time. */
const RUNNING_MS = 60_000;

/**
 * Returns the answer to the first request with a key; `undefined` if this is the first one. Keys
 * are forgotten after a day.
 */
export async function beginAnswer(
  store: Store,
  { key, request, now }: { readonly key: string; readonly request: string; readonly now: number },
): Promise<KnownAnswer | undefined> {
  return await store.runTransaction(
    async ({ db, writeRows }) => {
      await db
        .deleteFrom('known_answer')
        .where(({ and, eb, or }) =>
          or([
            eb('at', '<', now - DAY_MS),
            and([eb('status', '=', 0), eb('at', '<', now - RUNNING_MS)]),
          ]),
        )
        .execute();
      const known = await db
        .selectFrom('known_answer')
        .select(['request', 'status', 'body', 'location'])
        .where('key', '=', key)
        .executeTakeFirst();
      if (known === undefined) {
        await writeRows('known_answer', [
          { key, request, status: 0, body: '', location: '', at: now },
        ]);
      }
      return known;
    },
    { isVisible: false },
  );
}

/** Stores the answer to a request; one that failed can be repeated. */
export async function endAnswer(
  store: Store,
  { key, status, body, location }: EndedAnswer,
): Promise<void> {
  if (status >= 400) {
    await dropAnswer(store, key);
    return;
  }
  await store.runTransaction(
    async ({ db }) => {
      const answer = { status, body, location };
      await db.updateTable('known_answer').set(answer).where('key', '=', key).execute();
    },
    { isVisible: false },
  );
}

export async function dropAnswer(store: Store, key: string): Promise<void> {
  await store.runTransaction(
    async ({ db }) => {
      await db.deleteFrom('known_answer').where('key', '=', key).execute();
    },
    { isVisible: false },
  );
}
