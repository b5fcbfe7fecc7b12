import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ServerWorld } from '../../test/support/server-world.ts';
import { openDatabase } from './open-database.ts';
import { pinDatabase } from './pin-database.ts';

test('replaces shards of which an interrupted run copied only a part', async () => {
  using world = new ServerWorld();
  await world.importDatabase();
  const root = path.join(world.root, 'generations');
  const shards = path.join(root, 'shards');
  fs.mkdirSync(shards, { recursive: true });
  const whole = pinDatabase(world.database, path.join(world.root, 'other'));
  for (const name of fs.readdirSync(path.join(world.root, 'other', 'shards'))) {
    fs.writeFileSync(path.join(shards, name), 'part');
  }
  const pinned = pinDatabase(world.database, root);
  assert.equal(pinned.digest, whole.digest);
  using database = openDatabase(pinned.folder);
  assert.equal(database.findPackage('npm', 'left-pad').length, 1);
});
