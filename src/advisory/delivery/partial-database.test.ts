import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { DAY_MS } from '../../core/duration.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { findAbsentShards } from '../absent-shards.ts';
import { describeDatabase } from '../describe-database.ts';
import { diffPackages, listUncomparedShards } from '../diff-databases.ts';
import { diffFacts } from '../diff-facts.ts';
import { openDatabase } from '../open-database.ts';
import { listUnsearchedShards, type SearchedPackage } from '../search-database.ts';
import { addDays, createPublicationWorld } from './publication.fixture.ts';
import { publishDatabase } from './publish-database.ts';

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

test('a partial database is not published, and its absent shards are not compared or searched', async (t) => {
  const world = createPublicationWorld(t);
  const { target, root, source } = world;
  const { signer, keys } = world.keys;
  await world.publish(0, 0);
  await world.update(target, 0, { isPartial: true });
  const options = { signers: [signer], keys, validMs: DAY_MS, limits: DEFAULT_LIMITS };
  await assert.rejects(
    publishDatabase(root, path.join(world.folder, 'copy'), {
      ...options,
      now: addDays(0),
      announce: () => undefined,
    }),
    { code: 'E_DB_MISSING', message: /lacks shards: .*ecosystem-npm/ },
  );
  for (const [before, after] of [
    [root, source],
    [source, root],
  ] as const) {
    assert.deepEqual([...diffPackages(before, after)], []);
    assert.deepEqual(diffFacts(before, after).changes, []);
    assert.deepEqual(listUncomparedShards(before, after), findAbsentShards(root).toSorted());
  }
  const list = (name: SearchedPackage): readonly string[] =>
    listUnsearchedShards(root, { ids: [], packages: [name] });
  assert.ok(list({ name: 'left-pad', ecosystem: 'npm' }).includes('ecosystem-npm'));
  assert.ok(!list({ name: 'rails', ecosystem: 'gem' }).includes('ecosystem-npm'));
  assert.deepEqual(list({ name: 'curl', vendor: 'haxx' }), ['cpe']);
});
