import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { ServerWorld } from '../../../test/support/server-world.ts';
import { startEngineThread } from './engine-thread.ts';

const NOW = '2026-01-04T00:00:00Z';

test('answers while a change of the store waits', async () => {
  using world = new ServerWorld();
  await world.importDatabase();
  const { folder, database } = world;
  const problems: unknown[] = [];
  await using thread = await startEngineThread(
    { folder, database, maxAgeDays: 0 },
    { now: NOW, onProblem: (problem) => problems.push(problem) },
  );
  using other = new DatabaseSync(join(folder, 'store.db'), { timeout: 60_000 });
  other.exec('begin immediate');
  const policy = { severity: 'low', policies: [] } as const;
  let isSet = false;
  const setting = thread.call('setPolicy', { policy, now: NOW }).then((isOther) => {
    isSet = isOther;
  });
  const { revision, generation } = await thread.call('readStatus', undefined);
  assert.deepEqual([revision, generation, isSet], [0, null, false]);
  await assert.rejects(thread.call('writeResult', { id: 1, now: NOW }), {
    code: 'E_IMAGE_UNKNOWN',
  });
  const sbom = { bomFormat: 'CycloneDX', specVersion: '1.6', components: [] };
  const document = Buffer.from(JSON.stringify(sbom));
  const answer = await thread.call('askGate', { document, gates: { severity: 'low' }, now: NOW });
  assert.equal(answer.outcome, 'unknown');
  assert.equal(isSet, false);
  other.exec('rollback');
  await setting;
  assert.equal((await thread.call('readStatus', undefined)).revision, 1);
  assert.deepEqual(problems, []);
});

test('a second reader is started for calls at the same time, and ends when it is idle', async () => {
  using world = new ServerWorld();
  await world.importDatabase();
  const { folder, database } = world;
  const problems: unknown[] = [];
  const ends: Promise<unknown>[] = [];
  const count = (worker: Worker): number => ends.push(once(worker, 'exit'));
  process.on('worker', count);
  await using resources = new AsyncDisposableStack();
  resources.defer(() => void process.off('worker', count));
  const thread = resources.use(
    await startEngineThread(
      { folder, database, maxAgeDays: 0 },
      {
        now: NOW,
        onProblem: (problem) => problems.push(problem),
        readers: { waitMs: 0, idleMs: 1 },
      },
    ),
  );
  thread.failed.catch((error: unknown) => problems.push(error));
  const askTwice = async (): Promise<void> => {
    const calls = [1, 2].map(async () => await thread.call('readStatus', undefined));
    const answers = await Promise.all(calls);
    assert.deepEqual(
      answers.map(({ revision }) => revision),
      [0, 0],
    );
  };
  await askTwice();
  const [, , second, ...others] = ends;
  assert.ok(second && others.length === 0);
  await second;
  // The first one still answers, and another one is started.
  await askTwice();
  assert.equal(ends.length, 4);
  assert.deepEqual(problems, []);
});

test('a call waits for a busy reader before another one is started', async () => {
  using world = new ServerWorld();
  await world.importDatabase();
  const { folder, database } = world;
  let started = 0;
  const count = (): number => (started += 1);
  process.on('worker', count);
  await using resources = new AsyncDisposableStack();
  resources.defer(() => void process.off('worker', count));
  const thread = resources.use(
    await startEngineThread(
      { folder, database, maxAgeDays: 0 },
      {
        now: NOW,
        onProblem: (problem) => assert.fail(String(problem)),
        readers: { waitMs: 60_000 },
      },
    ),
  );
  const calls = [1, 2, 3].map(async () => await thread.call('readStatus', undefined));
  await Promise.all(calls);
  assert.equal(started, 2, 'the engine and one reader');
});

test('no thread is started when the engine ends, or later', async () => {
  using world = new ServerWorld();
  await world.importDatabase();
  const { folder, database } = world;
  let running = 0;
  const count = (worker: Worker): void => {
    running += 1;
    worker.once('exit', () => (running -= 1));
  };
  process.on('worker', count);
  await using resources = new AsyncDisposableStack();
  resources.defer(() => void process.off('worker', count));
  const thread = await startEngineThread(
    { folder, database, maxAgeDays: 0 },
    { now: NOW, onProblem: () => undefined, readers: { waitMs: 60_000 } },
  );
  thread.failed.catch(() => undefined);
  await thread.call('readStatus', undefined);
  const calls = [1, 2, 3].map(async () => await thread.call('readStatus', undefined));
  const answers = Promise.allSettled(calls);
  await thread[Symbol.asyncDispose]();
  // Calls that waited for the busy thread must not start another one.
  await answers;
  await assert.rejects(thread.call('readStatus', undefined), /have ended/);
  await assert.rejects(thread.call('setPolicy', { policy: { policies: [] }, now: NOW }), /ended/);
  assert.equal(running, 0);
});
