import type { Kysely } from 'kysely';
import type { Tables } from '../store/tables.ts';

/** Another process has published a revision with other advisories: the work must be repeated. */
export class OtherGeneration extends Error {}

/** Returns the digest of the advisory database of the last revision; `undefined` without any. */
export async function readGeneration(db: Kysely<Tables>): Promise<string | undefined> {
  const row = await db
    .selectFrom('revision')
    .select('generation')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.generation;
}

/** Throws {@link OtherGeneration} if the store does not have these advisories. */
export async function requireGeneration(db: Kysely<Tables>, generation: string): Promise<void> {
  const current = (await readGeneration(db)) ?? generation;
  if (current !== generation) {
    throw new OtherGeneration(`the store has the advisories ${current}`);
  }
}
