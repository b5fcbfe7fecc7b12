import { type Kysely, sql } from 'kysely';
import { UserError } from '../../../foundation/core/error.ts';
import type { Tables } from '../tables.ts';
import { countVersion, findOldest, MIGRATIONS, STORE_VERSION } from './migrations.ts';
import { SCHEMA } from './schema.data.ts';
import type { StoreEngine } from './store-engine.ts';
import { writeTableStatements } from './table-statements.ts';

/**
 * Creates the tables of a new store, or migrates those of an older one in one transaction. A store
 * that needs neither is not locked, because a process that only reads must not wait for one that
 * writes.
 *
 * @throws UserError `E_VERSION` if a newer program wrote it
 */
export async function prepareTables(
  db: Kysely<Tables>,
  engine: StoreEngine,
  migrations = MIGRATIONS,
): Promise<void> {
  const version = countVersion(migrations);
  if ((await findVersion(db)) === version) {
    return;
  }
  const oldest = findOldest(migrations);
  await db.transaction().execute(async (transaction) => {
    await engine.lockWriting(transaction);
    await createVersionTable(transaction);
    const row = await transaction.selectFrom('store').select('version').executeTakeFirst();
    if (row === undefined) {
      await createTables(transaction, engine);
      await transaction.insertInto('store').values({ version, changes: 0, oldest }).execute();
    } else if (row.version > version) {
      await requireUsable(transaction);
    } else if (row.version < version) {
      for (const migration of migrations.slice(row.version - 1)) {
        await migration.run(transaction, engine);
      }
      await transaction.updateTable('store').set({ version, oldest }).execute();
    }
  });
}

/** Of several processes that open a new store at once, the first creates the table. */
async function createVersionTable(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('store')
    .ifNotExists()
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('changes', 'bigint', (column) => column.notNull())
    .addColumn('oldest', 'integer', (column) => column.notNull())
    .execute();
}

/** How the messages of errors about the version of a store begin. */
export const OTHER_STORE = 'the store has version';

/**
 * Requires that this program may use a store, which a newer one may have updated since it was
 * opened.
 *
 * @throws UserError `E_VERSION`
 */
export async function requireUsable(db: Kysely<Tables>): Promise<void> {
  const row = await db.selectFrom('store').select(['version', 'oldest']).executeTakeFirst();
  if (row !== undefined && row.oldest > STORE_VERSION) {
    const message = `${OTHER_STORE} ${row.version}, newer than ${STORE_VERSION}`;
    throw new UserError('E_VERSION', message, {
      hint: 'use the version of plimsoll that wrote the store, or one after it',
    });
  }
}

/** The messages of SQLite and of PostgreSQL; a schema of another store may have the table. */
const NO_TABLE = /^no such table: store$|^relation "store" does not exist$/;

/** Returns the version of a store; `undefined` if it has no tables yet. */
export async function findVersion(db: Kysely<Tables>): Promise<number | undefined> {
  try {
    return (await db.selectFrom('store').select('version').executeTakeFirst())?.version;
  } catch (error) {
    if (error instanceof Error && NO_TABLE.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}

async function createTables(db: Kysely<Tables>, engine: StoreEngine): Promise<void> {
  const { store: _, ...tables } = SCHEMA;
  for (const [name, schema] of Object.entries(tables)) {
    for (const statement of writeTableStatements(name, schema, engine.name)) {
      await sql.raw(statement).execute(db);
    }
  }
}
