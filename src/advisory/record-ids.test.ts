import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { createRecordFinder, RECORD_ID_TABLES, RecordIdWriter } from './record-ids.ts';

test('finds the places of records, and for a shared ID the first one of the first shard', () => {
  using meta = new DatabaseSync(':memory:');
  meta.exec(RECORD_ID_TABLES);
  const writer = new RecordIdWriter(meta);
  const ofSystem = writer.addShard('os-alpine');
  ofSystem('cve-2024-1\0nvd', 7);
  ofSystem('cve-2024-2\0nvd', 9);
  ofSystem('cve-2024-2\0nvd', 8);
  const ofProducts = writer.addShard('cpe');
  ofProducts('cve-2024-1\0nvd', 30);
  ofProducts('cve-2024-1\0nvd', 31);
  writer.fillIds();
  const find = createRecordFinder(meta);
  const keys = ['cve-2024-2\0nvd', 'cve-2024-1\0nvd', 'cve-2024-1\0github'];
  assert.deepEqual(
    find(keys),
    new Map([
      ['cve-2024-1\0nvd', { shard: 'cpe', number: 30 }],
      ['cve-2024-2\0nvd', { shard: 'os-alpine', number: 8 }],
    ]),
  );
  assert.deepEqual(find([]), new Map());
});
