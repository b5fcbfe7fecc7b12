import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { UserError } from '../../foundation/core/error.ts';
import { Store } from '../store/store.ts';
import { type JobRequest, LeaseLost, PRIORITIES } from './job.ts';
import { JobQueue, type QueueOptions, readJob } from './job-queue.ts';
import { type JobHandler, JobRunner } from './run-jobs.ts';

const BULK: JobRequest = { kind: 'verdicts', data: {}, priority: PRIORITIES.bulk };

async function openQueue(t: TestContext, engine: TestEngine, options: Partial<QueueOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-jobs-'));
  const resources = new AsyncDisposableStack();
  t.after(async () => {
    await resources.disposeAsync();
    rmSync(folder, { recursive: true, force: true });
  });
  const setting = { folder, ...(await engine.create(resources)) };
  const store = resources.use(await Store.open(setting));
  const queue = new JobQueue(store, { backOffMs: 1, ...options });
  const send = async (request: Partial<JobRequest> = {}): Promise<number> =>
    await store.runTransaction(async (change) => await queue.send(change, { ...BULK, ...request }));
  const read = async (id: number) => await readJob(store.db, id);
  const takeNext = async () => await queue.takeNext(['verdicts', 'inventory']);
  return { store, queue, send, read, takeNext };
}

type Opened = Awaited<ReturnType<typeof openQueue>>;

function createRunner({ queue }: Opened, handler: JobHandler): JobRunner {
  return new JobRunner(queue, {
    handlers: { verdicts: handler },
    signal: new AbortController().signal,
    pauseMs: 1,
    onProblem: (error) => assert.fail(String(error)),
  });
}

for (const engine of STORE_ENGINES) {
  suite(`jobs on ${engine.name}`, { skip: engine.skip }, () => {
    test('a job exists only if the transaction that sent it succeeds', async (t) => {
      const { store, queue, takeNext } = await openQueue(t, engine);
      const failed = store.runTransaction(async (change) => {
        await queue.send(change, BULK);
        throw new RangeError('undone');
      });
      await assert.rejects(failed, RangeError);
      assert.equal(await takeNext(), undefined);
    });

    test('the most urgent job is first, then the tenant with fewer running ones', async (t) => {
      const { send, takeNext } = await openQueue(t, engine);
      const ids = {
        first: await send({ tenant: 'a' }),
        second: await send({ tenant: 'a' }),
        other: await send({ tenant: 'b' }),
        upload: await send({ kind: 'inventory', priority: PRIORITIES.upload, tenant: 'c' }),
      };
      const leased = [await takeNext(), await takeNext(), await takeNext(), await takeNext()];
      assert.deepEqual(
        leased.map((job) => job?.id),
        [ids.upload, ids.first, ids.other, ids.second],
      );
      assert.equal(await takeNext(), undefined);
    });

    test('a job is retried, and kept when it failed too often', async (t) => {
      const opened = await openQueue(t, engine, { attemptsMax: 3 });
      const id = await opened.send();
      let attempts = 0;
      const runner = createRunner(opened, async () => {
        attempts += 1;
        throw new Error(`attempt ${attempts}`);
      });
      while ((await opened.read(id))?.state !== 'dead') {
        await runner.runNext();
        await pause(2);
      }
      const job = await opened.read(id);
      assert.deepEqual([attempts, job?.attempts, job?.error?.message], [3, 3, 'attempt 3']);
      assert.equal(await opened.queue.retry(id), true);
      assert.equal((await opened.takeNext())?.attempt, 1);
      assert.equal(await opened.queue.retry(id), false);
    });

    test('a job is not retried after an error of its input', async (t) => {
      const opened = await openQueue(t, engine);
      const id = await opened.send();
      await createRunner(opened, async () => {
        throw new UserError('E_DOCUMENT_INVALID', 'not an inventory');
      }).runNext();
      const job = await opened.read(id);
      assert.deepEqual([job?.state, job?.error?.code], ['dead', 'E_DOCUMENT_INVALID']);
    });

    test('a job is retried until an outage of the store ends', async (t) => {
      const opened = await openQueue(t, engine, { backOffMs: 1, attemptsMax: 3 });
      const id = await opened.send();
      let attempts = 0;
      const runner = createRunner(opened, async (job) => {
        attempts += 1;
        if (attempts < 8) {
          throw new UserError('E_STORE_UNREACHABLE', 'the bucket does not answer');
        }
        await opened.store.runTransaction(async (change) => {
          await opened.queue.complete(change, job, {});
        });
      });
      while ((await opened.read(id))?.state !== 'done') {
        await runner.runNext();
        assert.notEqual((await opened.read(id))?.state, 'dead');
        await pause(2);
      }
      assert.equal(attempts, 8);
    });

    test('the job of a process that ended is given to another, which alone has effects', async (t) => {
      const opened = await openQueue(t, engine, { leaseMs: 30, attemptsMax: 2 });
      const { store, queue, send, read, takeNext } = opened;
      const id = await send();
      const lost = await takeNext();
      assert.ok(lost);
      assert.equal(await takeNext(), undefined);
      await pause(40);
      const taken = await takeNext();
      assert.deepEqual([taken?.id, taken?.attempt], [id, 2]);
      assert.equal(await queue.extendLease(lost), false);
      const write = async (job: typeof lost): Promise<void> =>
        await store.runTransaction(async (change) => {
          await change.writeRows('total', [{ severity: job.attempt, findings: 1 }]);
          await queue.complete(change, job, { attempt: job.attempt });
        });
      await assert.rejects(write(lost), LeaseLost);
      await write(taken ?? lost);
      const totals = await store.db.selectFrom('total').select('severity').execute();
      assert.deepEqual(
        totals.map(({ severity }) => severity),
        [2],
      );
      assert.deepEqual((await read(id))?.result, { attempt: 2 });
    });

    test('a job that always ends its process is dead after its last attempt', async (t) => {
      const { send, read, takeNext } = await openQueue(t, engine, { leaseMs: 1, attemptsMax: 2 });
      const id = await send();
      for (let attempt = 0; attempt < 3; attempt += 1) {
        await takeNext();
        await pause(5);
      }
      assert.match(JSON.stringify(await read(id)), /"dead".*the process that ran it ended/);
    });

    test('the lease is extended while a job runs, until it is canceled', async (t) => {
      const opened = await openQueue(t, engine, { leaseMs: 60 });
      const { queue, send, read, takeNext } = opened;
      const id = await send();
      const aborted = Promise.withResolvers<void>();
      const runner = createRunner(opened, async (_, signal) => {
        await pause(150);
        assert.equal(await takeNext(), undefined);
        signal.addEventListener('abort', () => aborted.resolve());
        assert.equal(await queue.cancel(id), true);
        await aborted.promise;
      });
      await runner.runNext();
      assert.equal((await read(id))?.state, 'canceled');
      assert.equal(await queue.cancel(id), false);
    });

    test('several processes run each job once', async (t) => {
      const opened = await openQueue(t, engine);
      const ids = [];
      for (let index = 0; index < 12; index += 1) {
        ids.push(await opened.send());
      }
      const ran: number[] = [];
      const runner = createRunner(opened, async (job) => {
        await opened.store.runTransaction(
          async (change) => await opened.queue.complete(change, job, null),
        );
        ran.push(job.id);
      });
      await Promise.all(
        Array.from({ length: 4 }, async () => {
          while (await runner.runNext());
        }),
      );
      assert.deepEqual(
        ran.sort((left, right) => left - right),
        ids,
      );
    });

    test('a job of a time before the clock was set back is run', async (t) => {
      const { store, queue, send, takeNext } = await openQueue(t, engine);
      const id = await send();
      await store.db
        .updateTable('job')
        .set({ run_at: Date.now() * 2 })
        .execute();
      assert.equal((await takeNext())?.id, id);
      await queue.endLeases();
      assert.equal((await takeNext())?.attempt, 2);
    });
  });
}
