import { type Kysely, sql } from 'kysely';
import { UserError } from '../../../core/error.ts';
import type { Tables } from '../tables.ts';
import { addChangeCount, migrateTables } from './migrations.ts';
import { SCHEMA } from './schema.data.ts';
import type { StoreEngine } from './store-engine.ts';
import { STORE_VERSION } from './store-version.ts';
import { writeTableStatements } from './table-statements.ts';

/** Creates the tables of a new store, or updates those of an older one. */
export async function prepareTables(db: Kysely<Tables>, engine: StoreEngine): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await engine.lockWriting(transaction);
    await transaction.schema
      .createTable('store')
      .ifNotExists()
      .addColumn('version', 'integer')
      .execute();
    const row = await transaction.selectFrom('store').select('version').executeTakeFirst();
    if (row === undefined) {
      await createTables(transaction, engine);
      await addChangeCount(transaction);
      await transaction
        .insertInto('store')
        .values({ version: STORE_VERSION, changes: 0 })
        .execute();
    } else if (row.version > STORE_VERSION) {
      throw new UserError(
        'E_STORE_VERSION',
        `the store has version ${row.version}, newer than ${STORE_VERSION}`,
        { hint: 'use the version of plimsoll that wrote the store, or one after it' },
      );
    } else if (row.version < STORE_VERSION) {
      await migrateTables(transaction, engine, row.version);
      await transaction.updateTable('store').set({ version: STORE_VERSION }).execute();
    }
  });
}

async function createTables(db: Kysely<Tables>, engine: StoreEngine): Promise<void> {
  const { store: _, ...tables } = SCHEMA;
  for (const [name, schema] of Object.entries(tables)) {
    for (const statement of writeTableStatements(name, schema, engine.name)) {
      await sql.raw(statement).execute(db);
    }
  }
}
