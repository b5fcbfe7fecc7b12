import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { JobQueue } from '../jobs/job-queue.ts';
import { SegmentCounts } from './counts.ts';
import { hashText } from './read-key-hash.ts';
import { STORE_VERSION } from './sql/migrations.ts';
import { Store, type StoreSetting } from './store.ts';
import { toStoredText } from './stored-text.ts';

function createFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-store-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function createSetting(t: TestContext, engine: TestEngine): Promise<StoreSetting> {
  const resources = new AsyncDisposableStack();
  t.after(async () => await resources.disposeAsync());
  return { folder: createFolder(t), ...(await engine.create(resources)) };
}

/** Strings that one engine could reject, cut or sort otherwise than the other. */
const HOSTILE_NAMES = [
  'a\0b',
  'lone \ud800 surrogate',
  'x'.repeat(20_000),
  `"'; drop table image; --`,
  '{a,"b",NULL}',
  'NULL',
  '\\x00',
  'é',
  'É',
  'Z',
  'a',
  '😀',
];

function createComponent(name: string, index: number) {
  return {
    id: index + 1,
    key: `${index}`,
    system: 1,
    type: 'deb',
    name,
    name_hash: hashText(name),
    version: name,
    purl: name,
    context: Uint8Array.of(0, 255, index),
  };
}

for (const engine of STORE_ENGINES) {
  suite(`the store on ${engine.name}`, { skip: engine.skip }, () => {
    test('keeps hostile names, and sorts them by their bytes', async (t) => {
      await using store = await Store.open(await createSetting(t, engine));
      await store.runTransaction(async ({ writeRows }) => {
        await writeRows('component', HOSTILE_NAMES.map(createComponent));
      });
      const rows = await store.db.selectFrom('component').selectAll().orderBy('name').execute();
      const sorted = HOSTILE_NAMES.map(toStoredText).sort((left, right) =>
        Buffer.compare(Buffer.from(left), Buffer.from(right)),
      );
      assert.deepEqual(
        rows.map(({ name }) => name),
        sorted,
      );
      for (const { id, name_hash: hash, context } of rows) {
        assert.equal(hash, hashText(HOSTILE_NAMES[id - 1] ?? ''));
        assert.deepEqual([...context], [0, 255, id - 1]);
      }
    });

    test('replaces rows with the same keys, and undoes a failed transaction', async (t) => {
      await using store = await Store.open(await createSetting(t, engine));
      const counts = new SegmentCounts();
      counts.addCount(4_095, 1, 70_000);
      const writeTotals = async (sums: readonly number[]): Promise<void> =>
        await store.runTransaction(async ({ writeRows }) => {
          const rows = sums.map((findings, severity) => ({ severity, findings }));
          await writeRows('total', rows, ['severity']);
          await writeRows('total', [], ['severity']);
          await writeRows('rollup', [{ segment: 0, counts: counts.bytes }], ['segment']);
          assert.notEqual(sums.length, 3);
        });
      await writeTotals([1, 2 ** 52]);
      await writeTotals([5]);
      await assert.rejects(writeTotals([7, 7, 7]));
      const totals = await store.db.selectFrom('total').selectAll().orderBy('severity').execute();
      assert.deepEqual(
        totals.map(({ findings }) => findings),
        [5, 2 ** 52],
      );
      const [rollup] = await store.db.selectFrom('rollup').selectAll().execute();
      assert.equal(new SegmentCounts(rollup?.counts).get(4_095)[1], 70_000);
    });

    test('writes more rows than fit into one statement', async (t) => {
      await using store = await Store.open(await createSetting(t, engine));
      await store.runTransaction(async ({ writeRows }) => {
        const rows = Array.from({ length: 12_345 }, (_, hash) => ({ hash, component: 1 }));
        await writeRows('read_key', rows);
      });
      const { count } = await store.db
        .selectFrom('read_key')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      assert.equal(count, 12_345);
    });

    test('is created once, and writes one transaction at a time', async (t) => {
      const setting = await createSetting(t, engine);
      const isOne = engine.name === 'SQLite';
      const stores: Store[] = await Promise.all(
        Array.from({ length: isOne ? 1 : 3 }, async () => await Store.open(setting)),
      );
      await Promise.all(
        Array.from({ length: 6 }, async (_, index) => {
          await stores[index % stores.length]?.runTransaction(async ({ db, writeRows }) => {
            const row = await db.selectFrom('total').selectAll().executeTakeFirst();
            await writeRows(
              'total',
              [{ severity: 0, findings: (row?.findings ?? 0) + 1 }],
              ['severity'],
            );
          });
        }),
      );
      const row = await stores[0]?.db.selectFrom('total').selectAll().executeTakeFirst();
      assert.equal(row?.findings, 6);
      for (const store of stores) {
        await store[Symbol.asyncDispose]();
      }
    });

    test('rejects a store of a newer version', async (t) => {
      const setting = await createSetting(t, engine);
      await using store = await Store.open(setting);
      const newer = { version: STORE_VERSION + 1, oldest: STORE_VERSION + 1 };
      await store.db.updateTable('store').set(newer).execute();
      await assert.rejects(Store.open(setting), { code: 'E_VERSION' });
    });

    test('writes nothing after a newer program updated the store', async (t) => {
      const setting = await createSetting(t, engine);
      await using store = await Store.open(setting);
      const queue = new JobQueue(store);
      const send = async (isVisible: boolean) =>
        await store.runTransaction(
          async (transaction) =>
            await queue.send(transaction, { kind: 'verdicts', data: {}, priority: 0 }),
          { isVisible },
        );
      await send(true);
      await using other = await Store.open(setting);
      const newer = { version: STORE_VERSION + 1, oldest: STORE_VERSION + 1 };
      await other.db.updateTable('store').set(newer).execute();
      for (const isVisible of [true, false]) {
        await assert.rejects(send(isVisible), { code: 'E_VERSION' });
      }
      await assert.rejects(queue.takeNext(['verdicts']), { code: 'E_VERSION' });
      const jobs = await other.db.selectFrom('job').select(['id', 'state']).execute();
      assert.deepEqual(
        jobs.map(({ id, state }) => `${id} ${state}`),
        ['1 queued'],
      );
    });

    test('is used by two versions if the newer one only added something', async (t) => {
      const setting = await createSetting(t, engine);
      await using store = await Store.open(setting);
      const newer = { version: STORE_VERSION + 1, oldest: STORE_VERSION };
      await store.db.updateTable('store').set(newer).execute();
      await store.runTransaction(async ({ writeRows }) => {
        await writeRows('total', [{ severity: 1, findings: 2 }]);
      });
      await using again = await Store.open(setting);
      const totals = await again.db.selectFrom('total').select('findings').execute();
      assert.deepEqual(
        totals.map(({ findings }) => findings),
        [2],
      );
      // It would leave out what the newer one added.
      await assert.rejects(again.requireSameVersion(), { code: 'E_VERSION' });
    });
  });
}

test('a database that does not answer is an error without its password', async (t) => {
  const folder = createFolder(t);
  const databaseUrl = 'postgres://me:secret@127.0.0.1:1/plimsoll';
  await assert.rejects(Store.open({ folder, databaseUrl }), (error: Error) => {
    assert.match(error.message, /^could not connect to postgres:\/\/me:…@127\.0\.0\.1:1\/plimsoll/);
    return !error.message.includes('secret');
  });
});
