import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely } from 'kysely';
import { prepareTables } from './create-tables.ts';
import { openSqlite, type SqliteConnection, type SqlValue } from './node-sqlite.ts';
import type { Tables } from './tables.ts';

const FILE = 'store.db';

/** Rows are read and deleted by lists of at most this many keys. */
const KEYS_EACH = 500;

type Row = Readonly<Record<string, SqlValue>>;

/** The tables of a store, and the one way to write many rows. */
export class Store implements Disposable {
  readonly db: Kysely<Tables>;
  readonly #connection: SqliteConnection;

  private constructor(connection: SqliteConnection) {
    this.#connection = connection;
    this.db = new Kysely<Tables>({ dialect: connection.dialect });
  }

  /**
   * Opens the store in a directory, which is created if it is missing.
   *
   * @throws UserError `E_STORE_VERSION` if a newer version wrote it
   */
  static async open(folder: string): Promise<Store> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const store = new Store(openSqlite(join(folder, FILE)));
    try {
      await prepareTables(store.db);
    } catch (error) {
      store[Symbol.dispose]();
      throw error;
    }
    return store;
  }

  /**
   * Inserts rows with the same members into a table. Rows whose `keys` exist are replaced. Within
   * a transaction, it is part of the transaction.
   */
  writeRows(table: keyof Tables, rows: readonly Row[], keys: readonly string[] = []): void {
    const [first] = rows;
    if (first === undefined) {
      return;
    }
    const columns = Object.keys(first);
    const values = columns.map(() => '?').join(', ');
    const replaced = columns.filter((column) => !keys.includes(column));
    const conflict =
      keys.length === 0
        ? ''
        : ` on conflict (${keys.join(', ')}) do update set ${replaced
            .map((column) => `${column} = excluded.${column}`)
            .join(', ')}`;
    this.#connection.runMany(
      `insert into ${table} (${columns.join(', ')}) values (${values})${conflict}`,
      rows.map((row) => columns.map((column) => row[column] ?? null)),
    );
  }

  /** Runs work in one transaction, which is undone if it fails. */
  async runTransaction<Value>(work: (db: Kysely<Tables>) => Promise<Value>): Promise<Value> {
    return await this.db.transaction().execute(work);
  }

  [Symbol.dispose](): void {
    this.#connection[Symbol.dispose]();
  }
}

/** Splits keys into lists that fit into one statement. */
export function splitKeys<Key>(keys: Iterable<Key>): readonly (readonly Key[])[] {
  const all = [...keys];
  return Array.from({ length: Math.ceil(all.length / KEYS_EACH) }, (_, at) =>
    all.slice(at * KEYS_EACH, (at + 1) * KEYS_EACH),
  );
}
