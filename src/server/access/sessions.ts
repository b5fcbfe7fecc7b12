import type { Kysely } from 'kysely';
import { HOUR_MS } from '../../foundation/core/duration.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { Grant, Principal } from './principal.ts';
import { digestToken } from './secret.ts';

const SESSION_MS = 12 * HOUR_MS;

export interface SessionRequest {
  /** SHA-256 of its secret. */
  readonly digest: string;
  readonly principal: Principal;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Adds a session of 12 hours, and removes those that have expired. */
export async function addSession(
  store: Store,
  { digest, principal, now }: SessionRequest,
): Promise<void> {
  const { id, name, grants } = principal;
  await store.runTransaction(
    async ({ db, writeRows }) => {
      await db.deleteFrom('session').where('expires', '<=', now).execute();
      const times = { created: now, expires: now + SESSION_MS };
      const row = { digest, principal: id, name, grants: JSON.stringify(grants), ...times };
      await writeRows('session', [row]);
    },
    { isVisible: false },
  );
}

/** Ends all sessions of a principal, or of everybody, at once and everywhere. */
export async function endSessions(store: Store, principal: string | undefined): Promise<number> {
  const query = store.db.deleteFrom('session');
  const some = principal === undefined ? query : query.where('principal', '=', principal);
  return Number((await some.executeTakeFirst()).numDeletedRows);
}

/** Finds the principal of a valid session by its secret. */
export async function findSession(
  db: Kysely<Tables>,
  secret: string,
  now: number,
): Promise<Principal | undefined> {
  const row = await db
    .selectFrom('session')
    .selectAll()
    .where('digest', '=', digestToken(secret))
    .where('expires', '>', now)
    .executeTakeFirst();
  return row === undefined ? undefined : toPrincipal(row);
}

/** Returns everybody who is signed in. */
export async function listSessionPrincipals(
  db: Kysely<Tables>,
  now: number,
): Promise<readonly Principal[]> {
  const rows = await db
    .selectFrom('session')
    .selectAll()
    .where('expires', '>', now)
    .orderBy('principal')
    .execute();
  return [...new Map(rows.map((row) => [row.principal, toPrincipal(row)])).values()];
}

function toPrincipal({ principal, name, grants }: Tables['session']): Principal {
  return { id: principal, name, grants: JSON.parse(grants) as readonly Grant[] };
}
