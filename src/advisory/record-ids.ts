import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordRef } from '../core/advisory.ts';

/**
 * Places of all records of the database by the key of their ID, in the `meta` shard: a look-up of a
 * provider's record need not query each shard that may have it.
 */
export const RECORD_ID_TABLES = `
  CREATE TABLE record_shards (number INTEGER PRIMARY KEY, name TEXT NOT NULL);
  CREATE TABLE record_ids (
    key TEXT PRIMARY KEY, shard INTEGER NOT NULL, number INTEGER NOT NULL
  ) WITHOUT ROWID;
`;

const STAGED_IDS = `
  CREATE TEMP TABLE staged_ids (key TEXT NOT NULL, shard INTEGER NOT NULL, number INTEGER NOT NULL);
`;

/** If several records have the same ID, the first one of the first shard by name is used. */
const FILL_RECORD_IDS = `
  INSERT OR IGNORE INTO record_ids
  SELECT key, shard, staged_ids.number FROM staged_ids
  JOIN record_shards ON record_shards.number = shard ORDER BY key, name, staged_ids.number;
`;

const SELECT_RECORD_IDS = `
  SELECT key, name, record_ids.number AS number FROM record_ids
  JOIN record_shards ON record_shards.number = shard
  WHERE key IN (SELECT value FROM json_each(?))`;

/** Collects the IDs of all shards while they are written, and sorts them at the end. */
export class RecordIdWriter {
  readonly #meta: DatabaseSync;
  readonly #insertShard: StatementSync;
  readonly #insertId: StatementSync;
  #shards = 0;

  /** `meta`: a database with {@link RECORD_ID_TABLES}. */
  constructor(meta: DatabaseSync) {
    this.#meta = meta;
    meta.exec(STAGED_IDS);
    this.#insertShard = meta.prepare('INSERT INTO record_shards VALUES (?, ?)');
    this.#insertId = meta.prepare('INSERT INTO staged_ids VALUES (?, ?, ?)');
  }

  /** Returns a function that adds the IDs of one shard: `key` is a result of `toRecordIdKey`. */
  addShard(name: string): (key: string, number: number) => void {
    this.#shards++;
    const shard = this.#shards;
    this.#insertShard.run(shard, name);
    return (key, number) => void this.#insertId.run(key, shard, number);
  }

  fillIds(): void {
    this.#meta.exec(FILL_RECORD_IDS);
  }
}

/** Returns a function that finds records by the keys of their IDs, without missing ones. */
export function createRecordFinder(
  meta: DatabaseSync,
): (keys: readonly string[]) => ReadonlyMap<string, RecordRef> {
  const select = meta.prepare(SELECT_RECORD_IDS);
  return (keys) =>
    new Map(
      select
        .all(JSON.stringify(keys))
        .map((row) => [
          String(row['key']),
          { shard: String(row['name']), number: Number(row['number']) },
        ]),
    );
}
