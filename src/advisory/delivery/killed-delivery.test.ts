import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { runAndDie } from '../../../test/support/killed-process.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { digestFile } from '../digest-file.ts';
import {
  parsePublishedIndex,
  readIndexContent,
  toCompletePath,
  toDeltaPath,
} from './database-index.ts';
import {
  addDays,
  createPublicationWorld,
  type PublicationWorld,
  readTree,
} from './publication.fixture.ts';

/** Kills code at later and later changes until it finishes; returns how often it was killed. */
function killRepeatedly(code: string, check: () => void): number {
  let killed = 0;
  for (let step = 1; runAndDie(code, step) === undefined; step += killed % 2 === 0 ? 2 : 5) {
    killed++;
    check();
    assert.ok(step < 400, 'the run ends');
  }
  return killed;
}

/** Verifies that every file of the published index is there and returns its sequence number. */
function checkPublication({ target }: PublicationWorld): number {
  const file = path.join(target, 'index.json');
  const text = fs.readFileSync(file, 'utf8');
  const { document } = parsePublishedIndex(text, file, DEFAULT_LIMITS);
  const { layers, sequence } = readIndexContent(document, file);
  for (const shard of layers.flatMap(({ shards }) => shards)) {
    const { complete, deltas } = shard;
    assert.equal(digestFile(path.join(target, toCompletePath(shard))), complete.digest);
    for (const { from, digest } of deltas) {
      assert.equal(digestFile(path.join(target, toDeltaPath(shard, from))), digest);
    }
  }
  return sequence;
}

test('leaves a complete publication wherever publishing is killed', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  const first = checkPublication(world);
  await world.fill(1);
  const { target, source, folder } = world;
  const killed = killRepeatedly(
    `
    import { readSigningKeys } from ${JSON.stringify(import.meta.resolve('./key-directory.ts'))};
    import { publishDatabase } from ${JSON.stringify(import.meta.resolve('./publish-database.ts'))};
    await publishDatabase(${JSON.stringify(source)}, ${JSON.stringify(target)}, {
      ...readSigningKeys([${JSON.stringify(path.join(folder, 'keys', 'private.pem'))}]),
      validMs: 1e9, now: ${JSON.stringify(addDays(1))},
      limits: ${JSON.stringify(DEFAULT_LIMITS)}, announce() {} });
  `,
    () => checkPublication(world),
  );
  assert.ok(killed >= 8, `publishing was killed ${killed} times`);
  assert.ok(checkPublication(world) > first);
  const names = fs.readdirSync(target).sort();
  assert.deepEqual(
    names.filter((name) => name !== 'deltas'),
    ['index.json', 'indexes', 'shards'],
  );
  const history = fs.readdirSync(path.join(target, 'indexes'));
  assert.equal(history.length, 2);
  const before = readTree(target);
  assert.equal((await world.publish(1, 1)).isNew, false);
  assert.deepEqual(readTree(target), before, 'no file is left that the next run removes');
});
