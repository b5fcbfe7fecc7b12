import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite, type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { UserError } from '../../foundation/core/error.ts';
import { JobQueue } from '../jobs/job-queue.ts';
import { SegmentCounts } from './counts.ts';
import { hashText } from './read-key-hash.ts';
import { findOldest, MIGRATIONS } from './sql/migrations.ts';
import { STORE_VERSION } from './sql/store-version.ts';
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

    test('applies decisions before projects to images of all', async (t) => {
      const setting = await createSetting(t, engine);
      {
        await using store = await Store.open(setting);
        await sql`alter table decision drop column project`.execute(store.db);
        await sql`alter table statement drop column project`.execute(store.db);
        await sql`insert into decision (id, revision, author, at, vulnerability, package, versions,
          images, status, justification, statement, evidence)
          values (1, 1, 'ada', 1, 'CVE-1', 'pkg:npm/a', '', '', 'fixed', '', '', '')`.execute(
          store.db,
        );
        await store.db.updateTable('store').set({ version: 20, oldest: 13 }).execute();
      }
      await using again = await Store.open(setting);
      const rows = await again.db.selectFrom('decision').select(['id', 'project']).execute();
      assert.deepEqual(
        rows.map(({ id, project }) => [id, project]),
        [[1, '']],
      );
      // A program before would apply the decisions of a project to all images.
      const { oldest } = await again.db.selectFrom('store').selectAll().executeTakeFirstOrThrow();
      assert.ok(oldest >= 21);
    });

    test('counts statements before projects for images of all', async (t) => {
      const setting = await createSetting(t, engine);
      {
        await using store = await Store.open(setting);
        await sql`alter table statement drop column project`.execute(store.db);
        await sql`insert into statement (id, revision, author, at, kind, subject, value, evidence,
          reason, images, vulnerability, expires)
          values (1, 1, 'ada', 1, 'control', 'x', 'met', 'y', '', '', '', '2027-01-01')`.execute(
          store.db,
        );
        await store.db.updateTable('store').set({ version: 21, oldest: 21 }).execute();
      }
      await using again = await Store.open(setting);
      const rows = await again.db.selectFrom('statement').select(['id', 'project']).execute();
      assert.deepEqual(
        rows.map(({ id, project }) => [id, project]),
        [[1, '']],
      );
      // A program before would count the statements of a project for all images.
      const { oldest } = await again.db.selectFrom('store').selectAll().executeTakeFirstOrThrow();
      assert.ok(oldest >= 22);
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

test('a migration that keeps older programs does not change the oldest version', () => {
  const next = { version: STORE_VERSION + 1, title: 'add something', run: async () => undefined };
  assert.equal(findOldest([...MIGRATIONS, next]), STORE_VERSION + 1);
  assert.equal(findOldest([...MIGRATIONS, { ...next, keepsOlder: true }]), findOldest());
  assert.deepEqual(
    MIGRATIONS.map(({ version }) => version),
    Array.from({ length: STORE_VERSION - 1 }, (_, index) => index + 2),
  );
});

/** The tables of version 1 that later versions change. */
const VERSION_1 = `
  create table store (version integer);
  insert into store values (1);
  create table system (id integer primary key, json text not null unique, digest text not null);
  create table component (id integer primary key, key text not null unique,
    system integer not null, type text not null, name text not null, version text not null,
    purl text not null, context blob not null);
  create index component_name on component (name, version);
  create index component_system on component (system);
  create table image (id integer primary key, document text not null unique, name text not null,
    digest text not null, packages integer not null, problems integer not null,
    first_seen bigint not null, revision integer not null, components blob not null,
    sealed integer not null);
  create index image_name on image (name, id);
  create table posting (component integer not null, segment integer not null, images blob not null,
    held integer not null, primary key (component, segment));
  create table read_key (hash bigint not null, component integer not null,
    primary key (hash, component));
  create index read_key_component on read_key (component);
  create table match (component integer not null, kind integer not null,
    vulnerability text not null, number integer not null, opened integer not null, closed integer,
    severity integer not null, fix_state text not null, fix_versions text not null,
    reason text not null, digest text not null,
    primary key (component, kind, vulnerability, number, opened));
  create index match_open on match (severity, vulnerability, component)
    where closed is null and kind = 0;
  create index match_vulnerability on match (vulnerability, component) where closed is null;
  create table event (revision integer not null, component integer not null, kind integer not null,
    vulnerability text not null, change text not null, images integer not null,
    primary key (revision, component, kind, vulnerability, change));
  insert into posting values (1, 0, x'01', 1);
  insert into read_key values (7, 1);
  insert into match values (1, 0, 'CVE-1', 0, 1, null, 3, 'fixed', '2', '', 'd');
  insert into event values (1, 1, 0, 'CVE-1', 'opened', 1);
  insert into system values (1, '{}', 'd'), (2, '{"a":1}', 'd');
  insert into component values (1, 'k', 1, 'deb', 'musl', '1', 'p', x'00');
  insert into image values (1, 'd', 'app', '', 1, 0, 5, 1, x'01', 0);
`;

test('updates the tables of version 1', async (t) => {
  const folder = createFolder(t);
  const database = new DatabaseSync(join(folder, 'store.db'));
  database.exec(VERSION_1);
  database.close();
  await using store = await Store.open({ folder });
  const component = await store.db.selectFrom('component').selectAll().executeTakeFirst();
  assert.equal(component?.name_hash, hashText('musl'));
  const image = await store.db.selectFrom('image').selectAll().executeTakeFirst();
  assert.deepEqual([image?.name_hash, image?.first_seen, image?.project], [hashText('app'), 5, '']);
  assert.ok(image);
  const inOther = { ...image, id: 2, project: 'shop' };
  await store.db.insertInto('image').values(inOther).execute();
  await assert.rejects(
    store.db
      .insertInto('image')
      .values({ ...inOther, id: 3 })
      .execute(),
  );
  const systems = await store.db.selectFrom('system').select('key').execute();
  assert.equal(new Set(systems.map(({ key }) => key)).size, 2);
  const match = await store.db.selectFrom('match').selectAll().executeTakeFirst();
  assert.deepEqual(
    { ...match },
    {
      component: 1,
      kind: 0,
      vulnerability: 'CVE-1',
      number: 0,
      opened: 1,
      closed: null,
      severity: 3,
      fix_state: 'fixed',
      fix_versions: '2',
      reason: '',
      digest: 'd',
    },
  );
  for (const table of ['posting', 'read_key', 'event'] as const) {
    assert.equal((await store.db.selectFrom(table).selectAll().execute()).length, 1, table);
  }
  const { version } = await store.db
    .selectFrom('store')
    .select('version')
    .executeTakeFirstOrThrow();
  assert.equal(version, STORE_VERSION);
});

test('a transaction that SQLite has undone by itself reports its own error', async (t) => {
  await using store = await Store.open({ folder: createFolder(t) });
  await sql`pragma max_page_count = 1`.execute(store.db);
  const error = await store
    .runTransaction(async ({ writeRows }) => {
      const subject = 'x'.repeat(1_000_000);
      await writeRows('event', [
        { revision: 1, component: 1, kind: 0, vulnerability: subject, change: '', images: 1 },
      ]);
    })
    .catch((thrown: unknown) => thrown);
  assert.ok(error instanceof UserError, String(error));
  assert.equal(error.code, 'E_STORE_FULL');
  await sql`pragma max_page_count = 1000000`.execute(store.db);
  await store.runTransaction(async ({ writeRows }) => {
    await writeRows('total', [{ severity: 1, findings: 2 }]);
  });
});
