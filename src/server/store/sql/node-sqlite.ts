import { DatabaseSync, type StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import { toStoredValue } from '../stored-text.ts';
import type { SqlValue, StoreEngine } from './store-engine.ts';
import { quoteNames, writeConflictClause } from './table-statements.ts';

/**
 * Each thread has a connection, so the cache of each is small. With 4 MiB, an export of 100,000
 * images takes four times as long as with 16 MiB. A large transaction must not leave a large
 * journal.
 */
const PRAGMAS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;
  PRAGMA busy_timeout = 60000;
  PRAGMA cache_size = -16384;
  PRAGMA journal_size_limit = 8388608;
`;

class TransactionDriver extends SqliteDriver {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync, config: ConstructorParameters<typeof SqliteDriver>[0]) {
    super(config);
    this.#database = database;
  }

  /** Takes the lock for writing at once, so that a transaction cannot fail to get it later. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  /** SQLite has undone a transaction by itself after some errors, such as a full disk. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isTransaction) {
      await super.rollbackTransaction(connection);
    }
  }
}

/** Opens a file for Kysely by `node:sqlite`. Statements are prepared once. */
export function openSqlite(file: string): StoreEngine {
  const database = new DatabaseSync(file);
  database.exec(PRAGMAS);
  const statements = new Map<string, StatementSync>();
  const prepare = (text: string): StatementSync => {
    const statement = statements.get(text) ?? database.prepare(text);
    statements.set(text, statement);
    return statement;
  };
  const driver = new TransactionDriver(database, {
    database: {
      close: () => database.close(),
      prepare(text) {
        const statement = prepare(text);
        return {
          reader: statement.columns().length > 0,
          all: (values) => statement.all(...(values as SqlValue[])),
          run: (values) => statement.run(...(values as SqlValue[])),
          iterate: (values) => statement.iterate(...(values as SqlValue[])),
        };
      },
    },
  });
  const dialect: Dialect = {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
  return {
    name: 'sqlite',
    dialect,
    async writeRows(_, { table, rows, keys }) {
      const columns = Object.keys(rows[0] ?? {});
      const values = columns.map(() => '?').join(', ');
      const statement = prepare(
        `insert into "${table}" (${quoteNames(columns)}) values (${values})${writeConflictClause(columns, keys)}`,
      );
      for (const row of rows) {
        statement.run(...columns.map((column) => toStoredValue(row[column])));
      }
    },
    // The connection has one transaction at a time, and locks the file when it begins.
    lockWriting: async () => undefined,
    readTime: async () => Date.now(),
    // Another process or thread may write in the meantime.
    readState: async (db, work) =>
      await db.connection().execute(async (connection) => {
        await sql`begin deferred`.execute(connection);
        try {
          return await work(connection);
        } finally {
          await sql`commit`.execute(connection);
        }
      }),
    async [Symbol.asyncDispose]() {
      if (database.isOpen) {
        database.close();
      }
    },
  };
}
