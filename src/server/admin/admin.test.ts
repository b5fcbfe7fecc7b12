import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { appendFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { ServerWorld } from '../../../test/support/server-world.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { readInventory } from '../../assess/read-inventory.ts';
import { Engine } from '../engine/engine.ts';
import { writeInventoryDocument } from '../engine/inventory-document.ts';
import { Store } from '../store/store.ts';
import { restoreStore } from './backup.ts';

const NOW = '2026-01-04T00:00:00Z';

/** Opens a store with an image, a policy and a verdict. */
async function openFilled(t: TestContext, storeEngine: TestEngine) {
  const resources = new AsyncDisposableStack();
  t.after(async () => await resources.disposeAsync());
  const world = resources.use(new ServerWorld());
  await world.importDatabase();
  world.writeTarget();
  const { folder, database } = world;
  const setting = { folder, database, ...(await storeEngine.create(resources)) };
  const engine = resources.use(await Engine.open({ ...setting, maxAgeDays: 0 }, NOW));
  await engine.setPolicy({ severity: 'low', policies: [] }, NOW);
  const inventory = await readInventory(`dir:${world.target}`, { temporaryFolder: world.root });
  const document = writeInventoryDocument({ inventory, configuration: {} });
  await engine.push({ document, gates: {}, now: NOW });
  return { resources, world, engine };
}

for (const storeEngine of STORE_ENGINES) {
  suite(`backups on ${storeEngine.name}`, { skip: storeEngine.skip }, () => {
    test('a restored store has the same state, on every engine', async (t) => {
      const { resources, world, engine } = await openFilled(t, storeEngine);
      const target = join(world.root, 'backup');
      const decision = { author: 'ada', vulnerability: 'CVE-1', package: 'pkg:npm/a' } as const;
      await engine.addDecision({ ...decision, status: 'fixed', project: 'shop' }, NOW);
      const manifest = await engine.writeBackup(target);
      assert.deepEqual([manifest.rows['image'], manifest.documents], [1, 1]);
      await assert.rejects(engine.writeBackup(target), { code: 'E_USAGE' });
      for (const other of STORE_ENGINES.filter(({ skip }) => skip === false)) {
        const folder = join(world.root, `restored-${other.name}`);
        const setting = { folder, ...(await other.create(resources)) };
        {
          await using store = await Store.open(setting);
          await restoreStore(store, { folder }, target);
          await assert.rejects(restoreStore(store, { folder }, target), { code: 'E_USAGE' });
        }
        await using restored = await Engine.open({ ...setting, maxAgeDays: 0 }, NOW);
        assert.deepEqual(await restored.audit(), []);
        assert.deepEqual(await restored.views.listDecisions(), await engine.views.listDecisions());
        assert.equal((await restored.views.listDecisions())[0]?.project, 'shop');
        assert.deepEqual(await restored.views.readVerdict(1), await engine.views.readVerdict(1));
        assert.equal(await restored.writeResult(1, NOW), await readResult(engine, world, folder));
      }
    });

    test('jobs run after their backup was restored, unless it names them as lost', async (t) => {
      const { resources, world, engine } = await openFilled(t, storeEngine);
      const pushed: { readonly job: number; readonly file: string }[] = [];
      for (const version of ['1.1.21-r0', '1.1.22-r0', '1.1.23-r0']) {
        pushed.push(await pushLater(world, engine, version));
      }
      const [queued, canceled, lost] = pushed;
      assert.ok(queued && canceled && lost);
      await engine.jobs.cancel(canceled.job);
      rmSync(join(world.folder, lost.file));
      const target = join(world.root, 'backup');
      const manifest = await engine.writeBackup(target);
      assert.deepEqual([manifest.documents, manifest.lostJobs], [3, [lost.job]]);
      const folder = join(world.root, 'restored');
      const setting = { folder, ...(await storeEngine.create(resources)) };
      {
        await using store = await Store.open(setting);
        const { documents, lostJobs } = await restoreStore(store, { folder }, target);
        assert.deepEqual([documents, lostJobs], [3, [lost.job]]);
      }
      await using restored = await Engine.open({ ...setting, maxAgeDays: 0 }, NOW);
      assert.ok(await restored.jobs.retry(canceled.job));
      await runJobs(restored);
      const jobs = await restored.views.listJobs(0);
      const sent = jobs.filter(({ kind }) => kind === 'inventory');
      assert.deepEqual(sent.map(({ id, state, error }) => [id, state, error?.code]).sort(), [
        [queued.job, 'done', undefined],
        [canceled.job, 'done', undefined],
        [lost.job, 'queued', 'E_STORE_DAMAGED'],
      ]);
      assert.deepEqual(await restored.audit(), []);
    });

    test('a damaged backup leaves the store empty', async (t) => {
      const { resources, world, engine } = await openFilled(t, storeEngine);
      const folder = join(world.root, 'restored');
      const setting = { folder, ...(await storeEngine.create(resources)) };
      await using store = await Store.open(setting);
      const damages: readonly ((target: string) => void)[] = [
        (target) => rmSync(join(target, 'backup.json')),
        (target) => appendFileSync(join(target, 'rows.jsonl.zst'), 'x'),
        (target) => {
          const documents = join(target, 'documents');
          const [first = ''] = readdirSync(documents);
          rmSync(join(documents, first), { recursive: true });
        },
      ];
      for (const [index, damage] of damages.entries()) {
        const target = join(world.root, `damaged-${index}`);
        await engine.writeBackup(target);
        damage(target);
        await assert.rejects(restoreStore(store, { folder }, target), { code: 'E_STORE_DAMAGED' });
        const rows = await store.db.selectFrom('revision').select('id').execute();
        assert.deepEqual(rows, []);
      }
    });

    test('the audit reports lost documents, verdicts and revisions', async (t) => {
      const { resources, world, engine } = await openFilled(t, storeEngine);
      assert.deepEqual(await engine.audit(), []);
      const target = join(world.root, 'backup');
      await engine.writeBackup(target);
      const folder = join(world.root, 'restored');
      const setting = { folder, ...(await storeEngine.create(resources)) };
      {
        await using store = await Store.open(setting);
        await restoreStore(store, { folder }, target);
        await store.db.updateTable('verdict').set({ outcome: 'fail' }).execute();
        await store.db.updateTable('revision').set({ id: 9 }).where('id', '=', 1).execute();
      }
      await using damaged = await Engine.open({ ...setting, maxAgeDays: 0 }, NOW);
      assert.deepEqual(await damaged.audit(), [
        'revision 1 is missing',
        'revision 2 is missing',
        'the verdict about image 1 is fail, not pass',
      ]);
      rmSync(join(folder, 'documents'), { recursive: true });
      assert.match((await damaged.audit())[0] ?? '', /^image 1: the document .* is missing$/);
    });
  });
}

/** Sends an inventory as a job; returns the ID of the job and the file of its document. */
async function pushLater(world: ServerWorld, engine: Engine, version: string) {
  world.writeTarget(version);
  const inventory = await readInventory(`dir:${world.target}`, { temporaryFolder: world.root });
  const document = writeInventoryDocument({ inventory, configuration: {} });
  const { id } = await engine.pushLater({ document, now: NOW });
  const digest = hash('sha256', document);
  const file = join('documents', digest.slice(0, 2), `${digest}.zst`);
  return { job: id, file };
}

async function runJobs(engine: Engine): Promise<void> {
  const runner = engine.createRunner({
    getTime: () => Date.parse(NOW),
    signal: new AbortController().signal,
    pauseMs: 1,
    onProblem: (error) => assert.fail(String(error)),
  });
  while (await runner.runNext()) {
    // The next one follows.
  }
}

/** The result names the directory of the database, which another store has elsewhere. */
async function readResult(engine: Engine, world: ServerWorld, folder: string): Promise<string> {
  return (await engine.writeResult(1, NOW)).replaceAll(world.folder, folder);
}
