import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely } from 'kysely';
import { UserError } from '../../foundation/core/error.ts';
import type { DocumentSetting } from './documents.ts';
import { explainFullDisk } from './full-disk.ts';
import { STORE_VERSION } from './sql/migrations.ts';
import { openSqlite } from './sql/node-sqlite.ts';
import { findVersion, OTHER_STORE, prepareTables, requireUsable } from './sql/prepare-tables.ts';
import type { EngineName, Row, StoreEngine } from './sql/store-engine.ts';
import { digestKey } from './stored-text.ts';
import type { Tables } from './tables.ts';

const FILE = 'store.db';

/** Rows are read and deleted by lists of at most this many keys. */
const KEYS_EACH = 500;

/** `folder` is created if it is missing. */
export interface StoreSetting extends DocumentSetting {
  /** URL of a PostgreSQL database; absent for SQLite in the directory. */
  readonly databaseUrl?: string;
  /** Schema of this database, which is created if it is missing; absent for the default one. */
  readonly schema?: string;
}

/** A transaction that writes. */
export interface StoreTransaction {
  readonly db: Kysely<Tables>;
  /** Inserts rows with the same members into a table. Rows whose `keys` exist are replaced. */
  writeRows(table: keyof Tables, rows: readonly Row[], keys?: readonly string[]): Promise<void>;
}

/** The tables of a store on one of the engines. */
export class Store implements AsyncDisposable {
  readonly db: Kysely<Tables>;
  readonly #engine: StoreEngine;

  private constructor(engine: StoreEngine) {
    this.#engine = engine;
    this.db = new Kysely<Tables>({ dialect: engine.dialect });
  }

  get engineName(): EngineName {
    return this.#engine.name;
  }

  /**
   * Opens or creates a store. Tables of an older version are updated.
   *
   * @throws UserError `E_VERSION` if a newer version wrote it, `E_STORE_UNREACHABLE` if the
   *   database does not answer
   */
  static async open(setting: StoreSetting): Promise<Store> {
    const { folder, databaseUrl, schema } = setting;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const store = new Store(await openEngine(setting));
    try {
      if (databaseUrl !== undefined) {
        const { checkConnection, prepareSchema } = await import('./sql/postgresql.ts');
        await checkConnection(store.db, databaseUrl);
        if (schema !== undefined) {
          await prepareSchema(store.db, schema);
        }
      }
      await prepareTables(store.db, store.#engine);
    } catch (error) {
      await store[Symbol.asyncDispose]();
      throw error;
    }
    return store;
  }

  /**
   * Runs work in the one transaction that writes; it is undone if it fails. Only a visible one
   * counts as a change of the store: others leave the answers to requests as they are.
   */
  async runTransaction<Value>(
    work: (change: StoreTransaction) => Promise<Value>,
    { isVisible = true }: { readonly isVisible?: boolean } = {},
  ): Promise<Value> {
    const run = this.db.transaction().execute(async (db) => {
      await this.#engine.lockWriting(db);
      await requireUsable(db);
      if (isVisible) {
        await db
          .updateTable('store')
          .set(({ eb }) => ({ changes: eb('changes', '+', 1) }))
          .execute();
      }
      return await work({
        db,
        writeRows: async (table, rows, keys = []) => {
          if (rows.length > 0) {
            await this.#engine.writeRows(db, { table, rows, keys });
          }
        },
      });
    });
    try {
      return await run;
    } catch (error) {
      throw explainFullDisk(error);
    }
  }

  /** Throws `UserError` `E_VERSION` if a newer program updated the store. */
  async requireUsable(db: Kysely<Tables> = this.db): Promise<void> {
    await requireUsable(db);
  }

  /**
   * Requires that the store has exactly the tables of this program.
   *
   * @throws UserError `E_VERSION`
   */
  async requireSameVersion(db: Kysely<Tables> = this.db): Promise<void> {
    const version = await findVersion(db);
    if (version !== STORE_VERSION) {
      const message = `${OTHER_STORE} ${version}, and this program uses ${STORE_VERSION}`;
      throw new UserError('E_VERSION', message, {
        hint: 'use the version of plimsoll that updated the store',
      });
    }
  }

  /** Returns the time of the database: milliseconds since 1970. */
  async readTime(db: Kysely<Tables>): Promise<number> {
    return await this.#engine.readTime(db);
  }

  /** Runs work that reads one state of the store. */
  async readState<Value>(work: (db: Kysely<Tables>) => Promise<Value>): Promise<Value> {
    return await this.#engine.readState(this.db, work);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine[Symbol.asyncDispose]();
  }
}

/**
 * Whether an error means that a newer program updated the store. An advisory database of another
 * version has the same code, and errors of threads have no class of their own.
 */
export function isOtherVersion(error: unknown): boolean {
  return (
    error instanceof UserError &&
    error.code === 'E_VERSION' &&
    error.message.startsWith(OTHER_STORE)
  );
}

/** Returns the version of a store without changing it; `undefined` if there is none. */
export async function readStoreVersion(setting: StoreSetting): Promise<number | undefined> {
  if (setting.databaseUrl === undefined && !existsSync(join(setting.folder, FILE))) {
    return undefined;
  }
  await using engine = await openEngine(setting);
  const db = new Kysely<Tables>({ dialect: engine.dialect });
  return await findVersion(db);
}

/** The driver of PostgreSQL is only loaded if it is used. */
async function openEngine({ folder, databaseUrl, schema }: StoreSetting): Promise<StoreEngine> {
  if (databaseUrl === undefined) {
    return openSqlite(join(folder, FILE));
  }
  const { openPostgresql } = await import('./sql/postgresql.ts');
  return openPostgresql(databaseUrl, schema);
}

const STORE_ID_CHARS = 12;

/** Returns a text that differs from that of every other store: two stores share no ETags. */
export function identifyStore({ folder, databaseUrl, schema }: StoreSetting): string {
  const place = databaseUrl === undefined ? folder : [databaseUrl, schema ?? ''].join('\0');
  return digestKey(place).slice(0, STORE_ID_CHARS);
}

/** Splits keys into lists that fit into one statement. */
export function splitKeys<Key>(keys: Iterable<Key>): readonly (readonly Key[])[] {
  const all = [...keys];
  return Array.from({ length: Math.ceil(all.length / KEYS_EACH) }, (_, at) =>
    all.slice(at * KEYS_EACH, (at + 1) * KEYS_EACH),
  );
}
