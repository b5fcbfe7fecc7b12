import type { DatabaseSync } from 'node:sqlite';
import type { RecordRef } from '../../core/advisory.ts';

const SELECT_RECORD_IDS = `
  SELECT key, name, record_ids.number AS number FROM record_ids
  JOIN record_shards ON record_shards.number = shard
  WHERE key IN (SELECT value FROM json_each(?))`;

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
          { shard: String(row['name']), key: String(row['number']) },
        ]),
    );
}
