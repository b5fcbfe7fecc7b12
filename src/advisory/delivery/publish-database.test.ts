import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { DAY_MS } from '../../core/duration.ts';
import { createPublicationWorld, readTree } from './publication.fixture.ts';

test('a client installs the published database byte for byte', async (t) => {
  const { target, source, root, publish, update, readShards } = createPublicationWorld(t);
  const { isNew, index } = await publish(0, 0);
  assert.equal(isNew, true);
  assert.equal(index.sequence, Date.parse('2026-01-03T00:00:00Z') / 1000);
  const { isNewer, current } = await update(target, 0);
  assert.equal(isNewer, true);
  assert.equal(current.isValid, true);
  assert.deepEqual(readShards(root), readShards(source));
  assert.equal((await update(target, 0)).isNewer, false);
});

test('publishing the same database again writes nothing', async (t) => {
  const { target, publish } = createPublicationWorld(t);
  await publish(0, 0);
  const before = readTree(target);
  const { isNew, writtenBytes } = await publish(0, 1);
  assert.deepEqual([isNew, writtenBytes], [false, 0]);
  assert.deepEqual(readTree(target), before);
});

test('signs the same database again after half of the validity', async (t) => {
  const { target, publish, update } = createPublicationWorld(t);
  const first = await publish(0, 0);
  const second = await publish(0, 4);
  assert.equal(second.isNew, true);
  assert.ok(second.index.sequence > first.index.sequence);
  const names = [...readTree(target).keys()].filter((name) => name.startsWith('shards'));
  assert.equal(names.length, first.index.layers[0]?.shards.length);
  await update(target, 10);
});

test('keeps the files of the last seven indexes, and leaves foreign files alone', async (t) => {
  const { target, publish } = createPublicationWorld(t);
  fs.mkdirSync(path.join(target, 'shards'), { recursive: true });
  fs.writeFileSync(path.join(target, 'shards', 'README'), 'mine');
  const states = [0, 1, 2, 3, 0, 1, 2, 3, 0];
  for (const [day, state] of states.entries()) {
    await publish(state, day);
  }
  const names = [...readTree(target).keys()];
  assert.equal(names.filter((name) => name.startsWith('indexes/')).length, 7);
  assert.ok(names.includes('shards/README'));
  const indexed = fs.readFileSync(path.join(target, 'index.json'), 'utf8');
  assert.equal(names.filter((name) => /^(?:publish-|update\.lock)/.test(name)).length, 0);
  assert.match(indexed, /"sequence":/);
});

test('removes the files of indexes that are no longer kept', async (t) => {
  const { target, publish } = createPublicationWorld(t);
  await publish(0, 0);
  const first = [...readTree(target).keys()].filter((name) => name.startsWith('shards/'));
  for (let day = 1; day <= 7; day++) {
    await publish(1 + (day % 3), day);
  }
  const kept = [...readTree(target).keys()].filter((name) => name.startsWith('shards/'));
  const gone = first.filter((name) => !kept.includes(name));
  assert.ok(gone.length >= 1, 'the shard that changed is gone');
  assert.ok(gone.length < first.length, 'unchanged shards stay');
});

test('repairs a damaged file of a publication', async (t) => {
  const { target, publish, update } = createPublicationWorld(t);
  await publish(0, 0);
  const [name = ''] = fs.readdirSync(path.join(target, 'shards'));
  fs.writeFileSync(path.join(target, 'shards', name), 'damaged');
  assert.equal((await publish(0, 1)).isNew, false);
  await update(target, 1);
});

test('the sequence grows even if the clock of the publisher is set back', async (t) => {
  const { publish } = createPublicationWorld(t);
  const first = await publish(0, 5);
  const second = await publish(1, 0);
  assert.equal(second.index.sequence, first.index.sequence + 1);
});

test('expires after the stated time', async (t) => {
  const { publish } = createPublicationWorld(t);
  const { index } = await publish(0, 0, { validMs: DAY_MS });
  assert.equal(index.expires, '2026-01-04T00:00:00.000Z');
});
