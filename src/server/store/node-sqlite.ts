import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type Dialect, SqliteDialect } from 'kysely';

/** A SQLite database in the form that Kysely's dialect expects. */
export interface SqliteConnection extends Disposable {
  readonly dialect: Dialect;
  /** Runs one statement for each row of values, without building SQL. */
  runMany(sql: string, rows: Iterable<readonly SqlValue[]>): void;
}

export type SqlValue = string | number | Uint8Array | null;

const PRAGMAS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;
  PRAGMA busy_timeout = 5000;
`;

/** Opens a file for Kysely by `node:sqlite`. Statements are prepared once. */
export function openSqlite(file: string): SqliteConnection {
  const database = new DatabaseSync(file);
  database.exec(PRAGMAS);
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const dialect = new SqliteDialect({
    database: {
      close: () => database.close(),
      prepare(sql) {
        const statement = prepare(sql);
        return {
          reader: statement.columns().length > 0,
          all: (values) => statement.all(...(values as SqlValue[])),
          run: (values) => statement.run(...(values as SqlValue[])),
          iterate: (values) => statement.iterate(...(values as SqlValue[])),
        };
      },
    },
  });
  return {
    dialect,
    runMany(sql, rows) {
      const statement = prepare(sql);
      for (const row of rows) {
        statement.run(...row);
      }
    },
    [Symbol.dispose]() {
      if (database.isOpen) {
        database.close();
      }
    },
  };
}
