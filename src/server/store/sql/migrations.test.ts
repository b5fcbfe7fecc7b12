import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { Kysely, sql } from 'kysely';
import { STORE_ENGINES, type TestEngine } from '../../../../test/support/store-engines.ts';
import { planMigration } from '../../admin/plan-migration.ts';
import { Store, type StoreSetting } from '../store.ts';
import type { Tables } from '../tables.ts';
import { countVersion, findOldest, MIGRATIONS, type Migration } from './migrations.ts';
import { openSqlite } from './node-sqlite.ts';
import { openPostgresql } from './postgresql.ts';
import { prepareTables } from './prepare-tables.ts';
import { SCHEMA } from './schema.data.ts';
import type { Row, SqlValue, StoreEngine } from './store-engine.ts';

const TABLES = Object.keys(SCHEMA) as (keyof Tables)[];

/** Made up: a table and a column are added, and a table is replaced. */
const NEXT: Migration = {
  title: 'mark images, and keep the names of policies',
  async run(db) {
    await sql`alter table image add column mark text not null default 'none'`.execute(db);
    await sql`create table policy_name (revision integer primary key, name text)`.execute(db);
    await sql`insert into policy_name select revision, digest from policy`.execute(db);
    await sql`alter table veto rename to veto_before`.execute(db);
    const columns = sql`image integer, kind text, author text, reason text, at bigint`;
    await sql`create table veto (${columns}, primary key (image, kind, at))`.execute(db);
    await sql`insert into veto select image, kind, author, reason, at from veto_before`.execute(db);
    await sql`drop table veto_before`.execute(db);
  },
};
const FAILING: Migration = {
  title: 'fail in the middle',
  async run(db, engine) {
    await NEXT.run(db, engine);
    throw new RangeError('made up');
  },
};

const INTEGER = 7;
const BIGINT = 2 ** 52;
const TEXT = `é😀 '";`;

/** Two rows, of which the second lacks every value that may be missing. */
function createRows(table: keyof Tables): readonly Row[] {
  const values: Readonly<Record<string, SqlValue>> = {
    integer: INTEGER,
    bigint: BIGINT,
    text: TEXT,
    blob: Uint8Array.of(0, 255),
  };
  const create = (second: boolean): Row =>
    Object.fromEntries(
      Object.entries(SCHEMA[table].columns).map(([column, type]): [string, SqlValue] => {
        const value = values[type.replace('?', '')] ?? assert.fail(type);
        if (second && type.endsWith('?')) {
          return [column, null];
        }
        // Keys and unique columns differ.
        return [column, second && typeof value === 'string' ? `${value}2` : value];
      }),
    );
  const [first, second] = [create(false), create(true)];
  const next = Object.entries(second).map(([column, value]): [string, SqlValue] => [
    column,
    typeof value === 'number' ? value - 1 : value,
  ]);
  return [first, Object.fromEntries(next)];
}

async function readTables(db: Kysely<Tables>): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const all = new Map<string, readonly unknown[]>();
  for (const table of TABLES) {
    const order = sql.join(SCHEMA[table].key.map((column) => sql.ref(column)));
    const { rows } = await sql`select * from ${sql.table(table)} order by ${order}`.execute(db);
    all.set(
      table,
      rows.map((row) =>
        Object.entries(row as Row)
          .map(([column, value]) => [
            column,
            value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
          ])
          .sort(),
      ),
    );
  }
  return all;
}

interface World {
  readonly setting: StoreSetting;
  readonly engine: StoreEngine;
  readonly db: Kysely<Tables>;
}

/** Creates a store of this version with rows in every table, and opens its database. */
async function openFilled(t: TestContext, testEngine: TestEngine): Promise<World> {
  const resources = new AsyncDisposableStack();
  t.after(async () => await resources.disposeAsync());
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-migrations-'));
  resources.defer(() => rmSync(folder, { recursive: true, force: true }));
  const setting = { folder, ...(await testEngine.create(resources)) };
  {
    await using store = await Store.open(setting);
    await store.runTransaction(async ({ writeRows }) => {
      for (const table of TABLES.filter((name) => name !== 'store')) {
        await writeRows(table, createRows(table));
      }
    });
  }
  const { databaseUrl } = setting;
  const engine = resources.use(
    databaseUrl === undefined ? openSqlite(join(folder, 'store.db')) : openPostgresql(databaseUrl),
  );
  return { setting, engine, db: new Kysely<Tables>({ dialect: engine.dialect }) };
}

for (const testEngine of STORE_ENGINES) {
  suite(`a store of version 1 on ${testEngine.name}`, { skip: testEngine.skip }, () => {
    test('is migrated to version 2 with all rows', async (t) => {
      const { setting, engine, db } = await openFilled(t, testEngine);
      const before = await readTables(db);
      for (const [table, rows] of before) {
        assert.equal(rows.length, table === 'store' ? 1 : 2, table);
      }
      assert.deepEqual(await planMigration(setting, [NEXT]), {
        version: 1,
        target: 2,
        steps: [NEXT.title],
        oldest: 2,
      });
      assert.deepEqual(await readTables(db), before);
      await prepareTables(db, engine, [NEXT]);
      await prepareTables(db, engine, [NEXT]);
      const { store: _, image = [], ...others } = Object.fromEntries(await readTables(db));
      const { store: __, image: old = [], ...unchanged } = Object.fromEntries(before);
      assert.deepEqual(others, unchanged);
      assert.deepEqual(
        image,
        old.map((row) => [...(row as unknown[]), ['mark', 'none']].sort()),
      );
      const { rows } = await sql<Row>`select name from policy_name order by name`.execute(db);
      assert.deepEqual(
        rows.map(({ name }) => name),
        [TEXT, `${TEXT}2`],
      );
      // Programs of version 1 end, and none starts.
      await assert.rejects(Store.open(setting), { code: 'E_VERSION', message: /version 2/ });
    });

    test('stays usable by programs of version 1 if the migration only adds something', async (t) => {
      const { setting, engine, db } = await openFilled(t, testEngine);
      await prepareTables(db, engine, [{ ...NEXT, keepsOlder: true }]);
      await using store = await Store.open(setting);
      await store.requireUsable();
      await assert.rejects(store.requireSameVersion(), { code: 'E_VERSION' });
    });

    test('stays as it is if a migration fails', async (t) => {
      const { setting, engine, db } = await openFilled(t, testEngine);
      const before = await readTables(db);
      await assert.rejects(prepareTables(db, engine, [FAILING]), { message: 'made up' });
      assert.deepEqual(await readTables(db), before);
      await using store = await Store.open(setting);
      await store.requireSameVersion();
    });
  });
}

test('a directory without a store has no version and no migration', async () => {
  const plan = await planMigration({ folder: join(tmpdir(), 'plimsoll-no-store') }, [NEXT]);
  assert.deepEqual(plan, { version: undefined, target: 2, steps: [], oldest: 2 });
});

test('the oldest version is that after the last migration that ends older programs', () => {
  const adding = { ...NEXT, keepsOlder: true };
  assert.equal(findOldest([]), 1);
  assert.equal(findOldest([adding]), 1);
  assert.equal(findOldest([adding, NEXT, adding]), 3);
  assert.equal(countVersion([adding, NEXT, adding]), 4);
  assert.ok(findOldest(MIGRATIONS) <= countVersion(MIGRATIONS));
});
