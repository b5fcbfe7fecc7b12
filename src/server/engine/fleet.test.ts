import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { ServerWorld } from '../../../test/support/server-world.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { readInventory } from '../../assess/read-inventory.ts';
import { DAY_MS } from '../../foundation/core/duration.ts';
import { Store } from '../store/store.ts';
import { Engine } from './engine.ts';
import { writeInventoryDocument } from './inventory-document.ts';
import { addPin, endPin, findKeptGeneration, listGenerations, readPin } from './pins.ts';
import { addVeto, listVetoes, removeVeto } from './vetoes.ts';

const START = Date.parse('2026-01-04T00:00:00Z');

/** Statements that move the fix, which closes and opens the one finding of the world. */
const UNAFFECTED = `UPDATE blobs SET value = replace(value, '< 1.1.24-r3', '< 1.1.0-r0') WHERE id = 5;`;
const EMPTY = 'DELETE FROM affected_package_handles; DELETE FROM affected_cpe_handles;';

function formatDay(day: number): string {
  return new Date(START + day * DAY_MS).toISOString();
}

async function openWorld(t: TestContext, storeEngine: TestEngine) {
  const resources = new AsyncDisposableStack();
  t.after(async () => await resources.disposeAsync());
  const world = resources.use(new ServerWorld());
  await world.importDatabase();
  world.writeTarget();
  const { folder, database } = world;
  const setting = { folder, database, ...(await storeEngine.create(resources)) };
  const engine = resources.use(await Engine.open(setting, formatDay(0)));
  return {
    engine,
    world,
    setting,
    async push(name: string, day: number) {
      const options = { temporaryFolder: world.root, name };
      const inventory = await readInventory(`dir:${world.target}`, options);
      const document = writeInventoryDocument({ inventory, configuration: { day } });
      const { image } = await engine.push({ document, gates: {}, now: formatDay(day) });
      return image.id;
    },
    async update(sql: string, day: number) {
      await world.importDatabase(sql);
      return await engine.refresh(formatDay(day));
    },
  };
}

for (const storeEngine of STORE_ENGINES) {
  suite(`a fleet on ${storeEngine.name}`, { skip: storeEngine.skip }, () => {
    test('past revisions stay as they were, and first detections never change', async (t) => {
      const { engine, push, update } = await openWorld(t, storeEngine);
      const { views } = engine;
      const old = await push('app', 0);
      await update(UNAFFECTED, 1);
      const young = await push('other', 2);
      await update('', 3);
      const list = async (id: number, at?: number) =>
        (await views.listImageFindings(id, at)).map(({ id: name, since }) => `${name} ${since}`);
      // The first image had the finding at its push, the second one after the last update.
      assert.deepEqual(await list(old), [`CVE-2020-0001 ${formatDay(0)}`]);
      assert.deepEqual(await list(young), [`CVE-2020-0001 ${formatDay(3)}`]);
      assert.deepEqual(await list(old, 1), [`CVE-2020-0001 ${formatDay(0)}`]);
      assert.deepEqual(await list(old, 2), []);
      await assert.rejects(list(young, 2), { code: 'E_IMAGE_UNKNOWN' });
      const totals = [];
      for (const at of [1, 2, 3, 4]) {
        totals.push((await views.readPastFindings(at))['unknown'] ?? 0);
      }
      assert.deepEqual(totals, [1, 0, 0, 2]);
      const page = await views.listImages({ after: 0, limit: 10, at: 2 });
      assert.deepEqual(
        page.items.map(({ id }) => id),
        [old],
      );
    });

    test('retired images have no findings any more, but stay in the past', async (t) => {
      const { engine, push } = await openWorld(t, storeEngine);
      const ids = [await push('app', 0), await push('app', 1), await push('app', 2)];
      const rule = { before: START + 2 * DAY_MS, keepEach: 1 };
      const retired = await engine.removeImages(rule, formatDay(3));
      assert.deepEqual(retired.map(({ id }) => id).sort(), ids.slice(0, 2));
      assert.deepEqual(await engine.audit(), []);
      const { views } = engine;
      assert.deepEqual((await views.readStatus()).findings, { unknown: 1 });
      const now = await views.listImages({ after: 0, limit: 10 });
      assert.deepEqual([now.items.length, now.total?.count], [1, 1]);
      const before = await views.listImages({ after: 0, limit: 10, at: 3 });
      assert.equal(before.items.length, 3);
      assert.equal((await views.readPastFindings(3))['unknown'], 3);
      const exposure = await views.findExposure({ name: 'musl', at: 3 });
      assert.deepEqual([...(exposure.components[0]?.images ?? [])].sort(), ids);
      assert.deepEqual(
        (await views.findExposure({ name: 'musl' })).components[0]?.images,
        ids.slice(2),
      );
      assert.deepEqual(await engine.removeImages(rule, formatDay(4)), []);
    });

    test('a database that lost its statements is held back until it is accepted', async (t) => {
      const { engine, world, push, update } = await openWorld(t, storeEngine);
      const image = await push('app', 0);
      assert.equal(await update(EMPTY, 1), undefined);
      assert.equal(await engine.refresh(formatDay(1)), undefined);
      const [held, ...others] = await engine.listHeldUpdates();
      assert.ok(held);
      assert.deepEqual([held.isAccepted, others], [false, []]);
      assert.match(held.reason, /^the new database lost /);
      assert.equal((await engine.views.listImageFindings(image)).length, 1);
      assert.equal((await engine.readStatus()).heldUpdates, 1);
      await assert.rejects(engine.acceptUpdate('0'.repeat(64), formatDay(2)), {
        code: 'E_UPDATE_UNKNOWN',
      });
      const change = await engine.acceptUpdate(held.generation, formatDay(2));
      assert.equal(change?.closed, 1);
      // The database before is kept, so that a person can go back to it.
      const kept = readdirSync(join(world.folder, 'generations'));
      const before = kept.filter((name) => name !== 'shards' && name !== held.generation);
      assert.equal(before.length, 1);
    });

    test('a pinned database stays in use until a person ends the choice', async (t) => {
      const { engine, world, push, update, setting } = await openWorld(t, storeEngine);
      const image = await push('app', 0);
      const first = engine.generation;
      assert.equal((await update(UNAFFECTED, 1))?.closed, 1);
      const second = engine.generation;
      await using store = await Store.open(setting);
      const list = async () =>
        (await listGenerations(store, world.folder)).map(({ digest, isUsed }) => [digest, isUsed]);
      assert.deepEqual(
        await list(),
        [
          [first, false],
          [second, true],
        ].toSorted(),
      );
      await assert.rejects(findKeptGeneration(store, world.folder, ''), {
        code: 'E_UPDATE_UNKNOWN',
      });
      const generation = await findKeptGeneration(store, world.folder, first.slice(0, 12));
      const pin = { generation, author: 'ann', reason: 'the feed was damaged' };
      await addPin(store, pin, START);
      assert.equal((await engine.refresh(formatDay(2)))?.opened, 1);
      assert.equal(engine.generation, first);
      // Neither a newer database nor a restart changes it.
      assert.equal(await update('', 3), undefined);
      await using again = await Engine.open({ ...setting, database: world.database }, formatDay(3));
      assert.equal(again.generation, first);
      assert.equal((await engine.views.listImageFindings(image)).length, 1);
      assert.deepEqual(await readPin(store.db), { ...pin, at: formatDay(0) });
      assert.ok(await endPin(store, START));
      assert.ok(!(await endPin(store, START)));
      await world.importDatabase(UNAFFECTED);
      assert.equal((await engine.refresh(formatDay(4)))?.closed, 1);
      assert.deepEqual(await engine.audit(), []);
    });

    test('a veto keeps an image that would be retired', async (t) => {
      const { engine, push, setting } = await openWorld(t, storeEngine);
      const ids = [await push('old', 0), await push('web', 0), await push('api', 0)];
      const [old = 0, web = 0, api = 0] = ids;
      await using store = await Store.open(setting);
      const held = { author: 'ann', reason: 'court order' };
      assert.equal(await addVeto(store, { ...held, image: 'web', kind: 'held' }, START), 1);
      await assert.rejects(addVeto(store, { ...held, image: 'none', kind: 'held' }, START), {
        code: 'E_IMAGE_UNKNOWN',
      });
      const sha256 = 'a'.repeat(64);
      const decision = { author: 'bob', vulnerability: 'CVE-2020-0001', package: 'pkg:apk/musl' };
      const evidence = [{ path: '/lib/ld-musl-x86_64.so.1', sha256 }];
      await engine.addDecision(
        { ...decision, images: 'ap*', status: 'not_affected', statement: 'unused', evidence },
        formatDay(1),
      );
      const rule = { before: START + 9 * DAY_MS, keepEach: 0 };
      const { retired, kept } = await engine.planRetirement(rule, formatDay(2));
      assert.deepEqual(
        retired.map(({ id }) => id),
        [old],
      );
      assert.deepEqual(
        kept.map(({ id, vetoes }) => [id, vetoes.map(({ kind, author }) => `${kind} ${author}`)]),
        [
          [api, ['evidence bob']],
          [web, ['held ann']],
        ],
      );
      assert.deepEqual(
        (await engine.removeImages(rule, formatDay(2))).map(({ id }) => id),
        [old],
      );
      const [veto] = await listVetoes(store);
      assert.deepEqual([veto?.image, veto?.name, veto?.reason], [web, 'web', 'court order']);
      assert.equal(await removeVeto(store, { image: 'web', kind: 'held' }), 1);
      assert.deepEqual(
        (await engine.removeImages(rule, formatDay(3))).map(({ id }) => id),
        [web],
      );
      assert.deepEqual(await engine.audit(), []);
    });
  });
}
