import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { describeDatabase } from '../describe-database.ts';
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

const PATCHED = [
  'mkdirSync',
  'mkdtempSync',
  'openSync',
  'open',
  'write',
  'writeSync',
  'writeFileSync',
  'fsyncSync',
  'linkSync',
  'renameSync',
  'rmSync',
];

/** Runs code in a process that kills itself at its n-th change of the file system. */
function runAndDie(code: string, changesMax: number): 'killed' | 'finished' {
  const script = `
    import fs from 'node:fs';
    import { readSigningKeys } from ${JSON.stringify(import.meta.resolve('./key-directory.ts'))};
    import { publishDatabase } from ${JSON.stringify(import.meta.resolve('./publish-database.ts'))};
    import { updateDatabase } from ${JSON.stringify(import.meta.resolve('../update/update-database.ts'))};
    let changes = 0;
    for (const name of ${JSON.stringify(PATCHED)}) {
      const original = fs[name];
      fs[name] = (...parameters) => {
        if (++changes === ${changesMax}) process.kill(process.pid, 'SIGKILL');
        return original(...parameters);
      };
    }
    const limits = ${JSON.stringify(DEFAULT_LIMITS)};
    const announce = () => undefined;
    ${code}
  `;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  assert.ok(run.signal === 'SIGKILL' || run.status === 0, run.stderr);
  return run.status === 0 ? 'finished' : 'killed';
}

/** Calls `run` with later and later moments until it finishes; returns how often it was killed. */
function killRepeatedly(code: string, check: (step: number) => void): number {
  let killed = 0;
  for (let step = 1; runAndDie(code, step) === 'killed'; step += killed % 2 === 0 ? 2 : 5) {
    killed++;
    check(step);
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
    await publishDatabase(${JSON.stringify(source)}, ${JSON.stringify(target)}, {
      ...readSigningKeys([${JSON.stringify(path.join(folder, 'keys', 'private.pem'))}]),
      validMs: 1e9, now: ${JSON.stringify(addDays(1))}, limits, announce });
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

test('leaves a usable database wherever an update is killed', async (t) => {
  const world = createPublicationWorld(t);
  const { target, root, keyFile } = world;
  await world.publish(0, 0);
  await world.update(target, 0);
  const old = world.readShards(root);
  await world.publish(1, 1);
  const newest = world.readShards(world.source);
  const killed = killRepeatedly(
    `
    using resources = new DisposableStack();
    await updateDatabase(${JSON.stringify(root)}, { places: [${JSON.stringify(target)}],
      environment: {}, keyFile: ${JSON.stringify(keyFile)}, limits, progress: { emit() {} },
      now: ${JSON.stringify(addDays(1))}, resources, announce });
  `,
    (step) => {
      assert.equal(describeDatabase(root, true).isValid, true, `after a kill at change ${step}`);
      const shards = world.readShards(root);
      const isEither = [old, newest].some((state) =>
        [...state].every(([name, content]) => shards.get(name)?.equals(content) === true),
      );
      assert.ok(isEither, `after a kill at change ${step}`);
    },
  );
  assert.ok(killed >= 8, `the update was killed ${killed} times`);
  assert.deepEqual(world.readShards(root), newest);
  const names = fs.readdirSync(root).filter((name) => !name.startsWith('generation-'));
  assert.deepEqual(names.sort(), ['current', 'signed-index.json', 'update.json']);
  assert.ok(fs.readdirSync(root).length <= 5);
});
