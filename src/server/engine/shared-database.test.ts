import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ServerWorld } from '../../../test/support/server-world.ts';
import { pinDatabase } from '../../vulnerability/advisory/pin-database.ts';
import { SharedDatabase } from './shared-database.ts';

test('a database stays open while it is used, also after an update', async () => {
  using world = new ServerWorld();
  await world.importDatabase();
  const first = pinDatabase(world.database, world.folder);
  await world.importDatabase("UPDATE blobs SET value = replace(value, '1.1.24', '1.1.25')");
  const second = pinDatabase(world.database, world.folder);
  using shared = new SharedDatabase();
  const use = shared.use(first.folder);
  const { database } = use;
  assert.ok(database);
  {
    using again = shared.use(first.folder);
    assert.equal(again.database, database);
  }
  assert.equal(database.findPackage('npm', 'none').length, 0);
  using other = shared.use(second.folder);
  assert.notEqual(other.database, database);
  const release = database.listReleases({ ...ALPINE })[0];
  assert.ok(release);
  assert.ok(database.findSystemPackage(release, 'apk', 'musl').length > 0);
  use[Symbol.dispose]();
  assert.throws(() => database.findSystemPackage(release, 'apk', 'busybox'));
  // The one in use is not closed with the last use.
  other[Symbol.dispose]();
  using last = shared.use(second.folder);
  assert.equal(last.database, other.database);
});

const ALPINE = {
  id: 'alpine',
  idLike: [],
  name: 'Alpine Linux',
  version: '3.10.1',
  versionId: '3.10.1',
};

test('a database that lacks shards is opened for each image', async () => {
  using world = new ServerWorld();
  await world.importDatabase();
  const { folder } = pinDatabase(world.database, world.folder);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const manifests = names.filter((name) => name.endsWith('manifest.json'));
  assert.ok(manifests.length > 0);
  for (const name of manifests) {
    const file = join(folder, name);
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as object;
    rmSync(file);
    writeFileSync(file, JSON.stringify({ ...manifest, absent: ['ecosystem-npm'] }));
  }
  using shared = new SharedDatabase();
  using use = shared.use(folder);
  assert.equal(use.database, undefined);
});
