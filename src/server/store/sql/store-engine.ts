import type { Dialect, Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

export type EngineName = 'sqlite' | 'postgresql';

export type SqlValue = string | number | Uint8Array | null;

export type Row = Readonly<Record<string, SqlValue>>;

/** Rows with the same members for one table. */
export interface BulkWrite {
  readonly table: keyof Tables;
  readonly rows: readonly Row[];
  /** Rows with the same keys are replaced; empty if there are none. */
  readonly keys: readonly string[];
}

/** The differences between the engines of a store. */
export interface StoreEngine extends AsyncDisposable {
  readonly name: EngineName;
  readonly dialect: Dialect;
  /** Writes many rows in the transaction of `db`. */
  writeRows(db: Kysely<Tables>, write: BulkWrite): Promise<void>;
  /** Waits until no other transaction writes, in any process, until the end of this one. */
  lockWriting(db: Kysely<Tables>): Promise<void>;
  /** Returns the time of the database, which all its processes share: milliseconds since 1970. */
  readTime(db: Kysely<Tables>): Promise<number>;
  /** Runs work that reads one state of the store. */
  readState<Value>(
    db: Kysely<Tables>,
    work: (db: Kysely<Tables>) => Promise<Value>,
  ): Promise<Value>;
}
