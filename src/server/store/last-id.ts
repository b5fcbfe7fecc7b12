import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

type NumberedTable =
  | 'revision'
  | 'component'
  | 'image'
  | 'system'
  | 'base'
  | 'job'
  | 'decision'
  | 'draft'
  | 'statement'
  | 'cause'
  | 'subscription'
  | 'delivery'
  | 'token'
  | 'pin'
  | 'placement'
  | 'registry_watch'
  | 'audit';

/** Returns the highest ID in a table; 0 if it is empty. */
export async function readLastId(db: Kysely<Tables>, table: NumberedTable): Promise<number> {
  const row = await db
    .selectFrom(table)
    .select(({ fn }) => fn.max('id').as('id'))
    .executeTakeFirst();
  return row?.id ?? 0;
}
