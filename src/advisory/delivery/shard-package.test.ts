import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { createEntries, createFileNames, writeEntries } from '../page-file/page-file.fixture.ts';
import { packDelta, packShard, type ShardFile, unpackDelta, unpackShard } from './shard-package.ts';

const limits = DEFAULT_LIMITS;

function createShard(file: string, seed: number, changes: ReadonlyMap<string, string>): ShardFile {
  const entries = new Map([...createEntries(5000, seed), ...changes]);
  const { root } = writeEntries(file, entries);
  return { name: 'sample', file, digest: root, schema: 4 };
}

test('a shard of pages and its changes are restored byte for byte', async (t) => {
  const nextName = createFileNames(t);
  const older = createShard(nextName(), 1, new Map());
  const newer = createShard(nextName(), 1, new Map([['package-1\0CVE', 'changed']]));
  const [packed, delta] = [nextName(), nextName()];
  await packShard(newer, packed);
  assert.equal(await packDelta(older, newer, delta), true);
  assert.ok(fs.statSync(delta).size * 20 < fs.statSync(packed).size, 'the change is small');
  const expected = fs.readFileSync(newer.file);
  const complete = { ...newer, file: nextName() };
  await unpackShard(packed, complete, limits);
  assert.ok(fs.readFileSync(complete.file).equals(expected));
  const updated = { ...newer, file: nextName() };
  await unpackDelta(older, delta, updated, limits);
  assert.ok(fs.readFileSync(updated.file).equals(expected));
});

test('a shard of an earlier schema has no changes, and is restored as a whole', async (t) => {
  const nextName = createFileNames(t);
  const file = nextName();
  fs.writeFileSync(file, 'a whole file');
  const digest = 'sha256:0bbdb6c4ac56b3eb5eb3e3e0ba7c9d3fb1a0c0ac4b0d5f6c5e8d2b8f0e4f6f43';
  const shard = { name: 'sample', file, digest, schema: 3 };
  assert.equal(await packDelta(shard, shard, nextName()), false);
  const packed = nextName();
  await packShard(shard, packed);
  const restored = { ...shard, file: nextName() };
  await assert.rejects(unpackShard(packed, restored, limits), { code: 'E_DB_IMPORT' });
  assert.equal(fs.readFileSync(restored.file, 'utf8'), 'a whole file');
});

test('refuses another shard, damage and a stream that expands too far', async (t) => {
  const nextName = createFileNames(t);
  const shard = createShard(nextName(), 1, new Map());
  const other = createShard(nextName(), 2, new Map());
  const packed = nextName();
  await packShard(shard, packed);
  const refuse = (expected: ShardFile, code: string, used = limits) =>
    assert.rejects(unpackShard(packed, { ...expected, file: nextName() }, used), { code });
  await refuse(other, 'E_DB_IMPORT');
  await refuse({ ...shard, schema: 3 }, 'E_DB_IMPORT');
  await refuse(shard, 'E_LIMIT', { ...limits, databaseBytesMax: 1000 });
  await refuse({ ...shard, schema: 3 }, 'E_LIMIT', { ...limits, databaseBytesMax: 1000 });
  fs.truncateSync(packed, fs.statSync(packed).size / 2);
  await refuse(shard, 'E_DB_IMPORT');
  await refuse({ ...shard, schema: 3 }, 'E_DB_IMPORT');
});
