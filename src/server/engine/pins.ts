import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { compareText } from '../../foundation/core/compare-text.ts';
import { UserError } from '../../foundation/core/error.ts';
import { describeDatabase } from '../../vulnerability/advisory/describe-database.ts';
import { formatTime } from '../query/format-time.ts';
import { readLastId } from '../store/last-id.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { readGeneration } from './current-generation.ts';

/** A kept advisory database that a person chose, until the choice is ended. */
export interface Pin {
  readonly generation: string;
  readonly author: string;
  readonly reason: string;
  /** RFC 3339 */
  readonly at: string;
}

/** An advisory database that a store keeps. */
export interface KeptGeneration {
  /** Digest of its manifests. */
  readonly digest: string;
  /** RFC 3339; absent if it cannot be read. */
  readonly builtAt?: string;
  readonly isUsed: boolean;
  /** Why it is held back; absent if it is not. */
  readonly held?: string;
}

const DIGEST = /^[0-9a-f]{64}$/;

/** Returns the choice in force. */
export async function readPin(db: Kysely<Tables>): Promise<Pin | undefined> {
  const row = await db
    .selectFrom('pin')
    .selectAll()
    .where('ended', 'is', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined
    ? undefined
    : {
        generation: row.generation,
        author: row.author,
        reason: row.reason,
        at: formatTime(row.at),
      };
}

/**
 * Keeps a store at an advisory database, also an earlier one. A server follows within seconds, and
 * ignores all others until the choice is ended.
 */
export async function addPin(
  store: Store,
  { generation, author, reason }: Omit<Pin, 'at'>,
  now: number,
): Promise<void> {
  await store.runTransaction(async ({ db, writeRows }) => {
    await db.updateTable('pin').set({ ended: now }).where('ended', 'is', null).execute();
    const id = (await readLastId(db, 'pin')) + 1;
    await writeRows('pin', [{ id, generation, author, reason, at: now, ended: null }]);
  });
}

/** Ends the choice; returns whether there was one. */
export async function endPin(store: Store, now: number): Promise<boolean> {
  return await store.runTransaction(async ({ db }) => {
    const { numUpdatedRows } = await db
      .updateTable('pin')
      .set({ ended: now })
      .where('ended', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  });
}

/** Lists the databases in the directory of a store. */
export async function listGenerations(
  { db }: Store,
  folder: string,
): Promise<readonly KeptGeneration[]> {
  const root = join(folder, 'generations');
  const used = await readGeneration(db);
  const held = await db
    .selectFrom('held_update')
    .select(['generation', 'reason'])
    .where('accepted', 'is', null)
    .execute();
  const reasons = new Map(held.map(({ generation, reason }) => [generation, reason]));
  const digests = existsSync(root) ? readdirSync(root).filter((name) => DIGEST.test(name)) : [];
  return digests.sort(compareText).map((digest) => {
    const builtAt = describeDatabase(join(root, digest)).description?.builtAt;
    const reason = reasons.get(digest);
    return {
      digest,
      ...(builtAt === undefined ? {} : { builtAt }),
      isUsed: digest === used,
      ...(reason === undefined ? {} : { held: reason }),
    };
  });
}

/** Finds a kept database by the start of its digest. @throws UserError `E_UPDATE_UNKNOWN` */
export async function findKeptGeneration(
  store: Store,
  folder: string,
  start: string,
): Promise<string> {
  const found = (await listGenerations(store, folder)).filter(({ digest }) =>
    digest.startsWith(start),
  );
  const [one] = found;
  if (one === undefined || found.length > 1 || start === '') {
    const count = found.length > 1 ? 'several databases' : 'no database';
    throw new UserError('E_UPDATE_UNKNOWN', `the store keeps ${count} "${start}"`, {
      hint: 'list them: plimsoll serve admin advisories list',
    });
  }
  return one.digest;
}
