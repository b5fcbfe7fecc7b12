import assert from 'node:assert/strict';
import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { ServerWorld } from '../../../test/support/server-world.ts';
import { startEngineThread } from './engine-thread.ts';
import type { PoolOptions } from './reader-pool.ts';

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

/** Starts an engine whose threads are counted. */
async function openPool(readers: Partial<PoolOptions>) {
  await using resources = new AsyncDisposableStack();
  const world = resources.use(new ServerWorld());
  await world.importDatabase();
  const { folder, database } = world;
  const problems: unknown[] = [];
  const ends: Promise<unknown>[] = [];
  let running = 0;
  const count = (worker: Worker): void => {
    running += 1;
    worker.once('exit', () => (running -= 1));
    ends.push(once(worker, 'exit'));
  };
  process.on('worker', count);
  resources.defer(() => void process.off('worker', count));
  const thread = resources.use(
    await startEngineThread(
      { folder, database, maxAgeDays: 0 },
      { now: NOW, onProblem: (problem) => problems.push(problem), readers },
    ),
  );
  thread.failed.catch((error: unknown) => problems.push(error));
  const owned = resources.move();
  return {
    folder,
    thread,
    /** Settled when the threads have ended, in the order of their start. */
    ends,
    problems,
    countRunning: () => running,
    ask: async (calls: number) => {
      const answers = Array.from(
        { length: calls },
        async () => await thread.call('readStatus', undefined),
      );
      return await Promise.all(answers);
    },
    [Symbol.asyncDispose]: async () => await owned.disposeAsync(),
  };
}

test('a second reader is started for calls at the same time, and ends when it is idle', async () => {
  await using pool = await openPool({ waitMs: 0, idleMs: 1 });
  const { ask, ends, problems } = pool;
  const askTwice = async (): Promise<void> => {
    const answers = await ask(2);
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
  await using pool = await openPool({ waitMs: 60_000 });
  await pool.ask(3);
  assert.equal(pool.ends.length, 2, 'the engine and one reader');
  assert.deepEqual(pool.problems, []);
});

test('a reader that cannot be started only fails its call', async () => {
  await using pool = await openPool({ idleMs: 1 });
  const { ask, ends, folder, problems } = pool;
  renameSync(join(folder, 'generations'), join(folder, 'moved'));
  await assert.rejects(ask(1));
  // An idle reader would end now. An unhandled rejection fails this test.
  await pause(50);
  renameSync(join(folder, 'moved'), join(folder, 'generations'));
  const [status] = await ask(1);
  assert.equal(status?.revision, 0);
  assert.equal(ends.length, 3);
  assert.deepEqual(problems, []);
});

test('no thread is started when the engine ends, or later', async () => {
  await using pool = await openPool({ waitMs: 60_000 });
  const { ask, countRunning, ends, thread } = pool;
  await ask(1);
  const answers = Promise.allSettled([ask(1), ask(1), ask(1)]);
  await thread[Symbol.asyncDispose]();
  // Calls that waited for the busy thread must not start another one.
  await answers;
  await assert.rejects(ask(1), /have ended/);
  await assert.rejects(thread.call('setPolicy', { policy: { policies: [] }, now: NOW }), /ended/);
  assert.deepEqual([ends.length, countRunning()], [2, 0]);
});
