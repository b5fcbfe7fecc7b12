import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordRef } from '../core/advisory.ts';

/**
 * Where every record of the database lies, by the key of its id, in the `meta` shard: who asks for
 * what a provider says need not ask each shard that may have it.
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

/** Of several records that go by one id, the first of the first shard by name is found. */
const FILL_RECORD_IDS = `
  INSERT OR IGNORE INTO record_ids
  SELECT key, shard, staged_ids.number FROM staged_ids
  JOIN record_shards ON record_shards.number = shard ORDER BY key, name, staged_ids.number;
`;

const SELECT_RECORD_IDS = `
  SELECT key, name, record_ids.number AS number FROM record_ids
  JOIN record_shards ON record_shards.number = shard
  WHERE key IN (SELECT value FROM json_each(?))`;

/** Gathers the ids of all shards while these are written, and sorts them at the end. */
export class RecordIdWriter {
  readonly #meta: DatabaseSync;
  readonly #insertShard: StatementSync;
  readonly #insertId: StatementSync;
  #shards = 0;

  /** `meta`: with {@link RECORD_ID_TABLES}. */
  constructor(meta: DatabaseSync) {
    this.#meta = meta;
    meta.exec(STAGED_IDS);
    this.#insertShard = meta.prepare('INSERT INTO record_shards VALUES (?, ?)');
    this.#insertId = meta.prepare('INSERT INTO staged_ids VALUES (?, ?, ?)');
  }

  /** What takes the ids of one shard: `key` as `recordIdKey` makes it. */
  ofShard(name: string): (key: string, number: number) => void {
    this.#shards++;
    const shard = this.#shards;
    this.#insertShard.run(shard, name);
    return (key, number) => void this.#insertId.run(key, shard, number);
  }

  finish(): void {
    this.#meta.exec(FILL_RECORD_IDS);
  }
}

/** What finds records by the keys of their ids; without those that are nowhere. */
export function recordFinder(
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
