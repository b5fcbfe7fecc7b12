import type { Kysely } from 'kysely';
import { defined } from '../../foundation/core/defined.ts';
import { DAY_MS } from '../../foundation/core/duration.ts';
import { UserError } from '../../foundation/core/error.ts';
import { formatTime } from '../query/format-time.ts';
import { readLastId } from '../store/last-id.ts';
import type { Store } from '../store/store.ts';
import type { Tables, TokenTable } from '../store/tables.ts';
import { NAME_PATTERN, type Principal, type Role, type Scope } from './principal.ts';
import { createToken, digestToken } from './secret.ts';

const DAYS_MAX = 366;
const EXCHANGED_MS = 15 * 60_000;
/** The pattern of names does not have the colon, so nobody else can use such a name. */
const EXCHANGED_PREFIX = 'ci:';
const NAME_DIGITS = 12;
/** The last use is recorded at most this often. */
const USE_MS = 60_000;

export interface TokenRequest {
  /** Unique among the tokens that were not removed. */
  readonly name: string;
  readonly role: Role;
  readonly scope: Scope;
  readonly days: number;
}

export interface TokenView {
  readonly name: string;
  readonly role: Role;
  readonly scope: Scope;
  /** RFC 3339, as all times. */
  readonly created: string;
  readonly expires: string;
  /** Absent if it was never used. */
  readonly used?: string;
}

/**
 * Adds a token with one role in one scope, and returns its secret, which is not stored.
 *
 * @throws UserError `E_USAGE`
 */
export async function addToken(
  store: Store,
  { name, role, scope, days }: TokenRequest,
  now: number,
): Promise<string> {
  const project = scope.project ?? '';
  if (!NAME_PATTERN.test(name) || (project !== '' && !NAME_PATTERN.test(project))) {
    throw new UserError('E_USAGE', 'names of tokens and projects have 1 to 64 of a-z, 0-9, "._-"');
  }
  if (!(Number.isInteger(days) && days >= 1 && days <= DAYS_MAX)) {
    throw new UserError('E_USAGE', `a token is valid for 1 to ${DAYS_MAX} days`);
  }
  const secret = createToken();
  await store.runTransaction(async ({ db, writeRows }) => {
    if ((await findByName(db, name)) !== undefined) {
      throw new UserError('E_USAGE', `there is a token with the name "${name}"`, {
        hint: `use another name, or remove it first: plimsoll serve admin token remove ${name}`,
      });
    }
    const id = (await readLastId(db, 'token')) + 1;
    const times = { created: now, expires: now + days * DAY_MS, used: null, removed: null };
    const digest = digestToken(secret);
    const { tenant } = scope;
    await writeRows('token', [{ id, name, digest, role, tenant, project, ...times }]);
  });
  return secret;
}

/** A token of a CI job, which has shown one of its own. */
export interface ExchangedToken {
  readonly digest: string;
  readonly role: Role;
  readonly scope: Scope;
  readonly now: number;
}

/** Adds a token of 15 minutes, and removes older ones; returns when it expires. */
export async function addExchangedToken(
  store: Store,
  { digest, role, scope, now }: ExchangedToken,
): Promise<string> {
  const expires = now + EXCHANGED_MS;
  await store.runTransaction(
    async ({ db, writeRows }) => {
      await db
        .deleteFrom('token')
        .where('name', 'like', `${EXCHANGED_PREFIX}%`)
        .where('expires', '<', now - DAY_MS)
        .execute();
      const id = (await readLastId(db, 'token')) + 1;
      const times = { created: now, expires, used: null, removed: null };
      const name = `${EXCHANGED_PREFIX}${digest.slice(0, NAME_DIGITS)}`;
      const { tenant, project = '' } = scope;
      await writeRows('token', [{ id, name, digest, role, tenant, project, ...times }]);
    },
    { isVisible: false },
  );
  return formatTime(expires);
}

/** Removes a token: it stops working at once. Throws `UserError` `E_USAGE` for an unknown name. */
export async function removeToken(store: Store, name: string, now: number): Promise<void> {
  await store.runTransaction(async ({ db }) => {
    const row = await findByName(db, name);
    if (row === undefined) {
      throw new UserError('E_USAGE', `unknown token "${name}"`, {
        hint: 'list them: plimsoll serve admin token list',
      });
    }
    await db.updateTable('token').set({ removed: now }).where('id', '=', row.id).execute();
  });
}

async function findByName(db: Kysely<Tables>, name: string): Promise<TokenTable | undefined> {
  return await db
    .selectFrom('token')
    .selectAll()
    .where('name', '=', name)
    .where('removed', 'is', null)
    .executeTakeFirst();
}

/** Lists the tokens that were not removed, also those that have expired. */
export async function listTokens(db: Kysely<Tables>): Promise<readonly TokenView[]> {
  const rows = await db
    .selectFrom('token')
    .selectAll()
    .where('removed', 'is', null)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    name: row.name,
    role: row.role as Role,
    scope: toScope(row),
    created: formatTime(row.created),
    expires: formatTime(row.expires),
    ...defined({ used: row.used === null ? undefined : formatTime(row.used) }),
  }));
}

function toScope({ tenant, project }: Pick<TokenTable, 'tenant' | 'project'>): Scope {
  return project === '' ? { tenant } : { tenant, project };
}

function toPrincipal(row: TokenTable): Principal {
  const name = `token:${row.name}`;
  return { id: name, name, grants: [{ role: row.role as Role, scope: toScope(row) }] };
}

/** Returns the principals of all valid tokens. */
export async function listTokenPrincipals(
  db: Kysely<Tables>,
  now: number,
): Promise<readonly Principal[]> {
  const rows = await db
    .selectFrom('token')
    .selectAll()
    .where('removed', 'is', null)
    .where('expires', '>', now)
    .orderBy('id')
    .execute();
  return rows.map(toPrincipal);
}

/** A valid token, and whether its use must be recorded. */
export interface FoundToken {
  readonly id: number;
  readonly principal: Principal;
  readonly isUseOld: boolean;
}

/** Finds a valid token by its secret. */
export async function findToken(
  db: Kysely<Tables>,
  secret: string,
  now: number,
): Promise<FoundToken | undefined> {
  const row = await db
    .selectFrom('token')
    .selectAll()
    .where('digest', '=', digestToken(secret))
    .where('removed', 'is', null)
    .where('expires', '>', now)
    .executeTakeFirst();
  return row === undefined
    ? undefined
    : {
        id: row.id,
        principal: toPrincipal(row),
        isUseOld: row.used === null || now - row.used > USE_MS,
      };
}

/** Records that a token was used now. */
export async function recordTokenUse(db: Kysely<Tables>, id: number, now: number): Promise<void> {
  await db.updateTable('token').set({ used: now }).where('id', '=', id).execute();
}
