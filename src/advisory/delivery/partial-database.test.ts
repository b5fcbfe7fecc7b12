import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findAbsentShards } from '../absent-shards.ts';
import { describeDatabase } from '../describe-database.ts';
import { openDatabase } from '../open-database.ts';
import { createPublicationWorld } from './publication.fixture.ts';

function listInstalled(root: string): string[] {
  return describeDatabase(root)
    .shards.map(({ name }) => name)
    .sort();
}

test('installs only the shards that are needed, and reports needed ones that are absent', async (t) => {
  const world = createPublicationWorld(t);
  const { target, root } = world;
  await world.publish(0, 0);
  await world.update(target, 0, { isPartial: true });
  const always = listInstalled(root);
  assert.ok(always.includes('meta'));
  assert.ok(!always.includes('ecosystem-npm'));
  {
    using database = openDatabase(root);
    assert.deepEqual(database.listMissingShards(), []);
    assert.deepEqual(database.findPackage('npm', 'left-pad'), []);
    assert.deepEqual(database.findPackage('gem', 'rails'), []);
    assert.deepEqual(database.listMissingShards(), ['ecosystem-npm']);
  }
  await world.update(target, 0, { neededShards: ['ecosystem-npm'] });
  assert.deepEqual(listInstalled(root), [...always, 'ecosystem-npm'].sort());
  using database = openDatabase(root);
  assert.equal(database.findPackage('npm', 'left-pad').length, 1);
  assert.deepEqual(database.listMissingShards(), []);
});

test('an update of a partial database keeps its selection', async (t) => {
  const world = createPublicationWorld(t);
  const { target, root } = world;
  await world.publish(0, 0);
  await world.update(target, 0, { isPartial: true, neededShards: ['cpe'] });
  const before = listInstalled(root);
  await world.publish(1, 1);
  assert.equal((await world.update(target, 1)).isNewer, true);
  assert.deepEqual(listInstalled(root), before);
  const absent = findAbsentShards(root);
  assert.ok(absent.includes('ecosystem-npm'), absent.join());
  assert.equal((await world.update(target, 1)).isNewer, false);
  assert.equal((await world.update(target, 1, { neededShards: ['ecosystem-npm'] })).isNewer, true);
  assert.ok(listInstalled(root).includes('ecosystem-npm'));
});

test('a complete database stays complete', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  await world.update(world.target, 0);
  await world.publish(1, 1);
  await world.update(world.target, 1, { isPartial: true });
  assert.deepEqual(findAbsentShards(world.root), []);
  assert.deepEqual(world.readShards(world.root), world.readShards(world.source));
});
