import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { identifyStore, readStoreVersion, Store, type StoreSetting } from './store.ts';
import { isTenantName, listTenants, toTenantStore } from './tenant-store.ts';

/** Several runs of this test may use one database. */
const NAMES = ['default', `acme-${process.pid}`, `globex-${process.pid}`];

async function openTenants(t: TestContext, engine: TestEngine) {
  const resources = new AsyncDisposableStack();
  t.after(async () => await resources.disposeAsync());
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-tenants-'));
  resources.defer(() => rmSync(folder, { recursive: true, force: true }));
  const setting: StoreSetting = { folder, ...(await engine.create(resources)) };
  const settings = NAMES.map((name) => toTenantStore(setting, name));
  const stores: Store[] = [];
  for (const one of settings) {
    assert.equal(await readStoreVersion(one), undefined);
    const { schema } = one;
    // Servers and workers of PostgreSQL start at the same time.
    const openings = Array.from({ length: schema === undefined ? 1 : 3 }, () => Store.open(one));
    const [store, ...others] = await Promise.all(openings);
    others.forEach((other) => resources.use(other));
    assert.ok(store);
    if (schema !== undefined) {
      resources.defer(async () => {
        await sql.raw(`drop schema if exists "${schema}" cascade`).execute(store.db);
        await store[Symbol.asyncDispose]();
      });
    } else {
      resources.use(store);
    }
    stores.push(store);
  }
  return { settings, stores };
}

async function addPolicy(store: Store, content: string): Promise<void> {
  await store.runTransaction(async ({ writeRows }) => {
    await writeRows('policy', [{ revision: 1, digest: content, content }]);
  });
}

for (const engine of STORE_ENGINES) {
  suite(`stores of tenants on ${engine.name}`, { skip: engine.skip }, () => {
    test('have tables of their own, and do not wait for each other', async (t) => {
      const { settings, stores } = await openTenants(t, engine);
      for (const [place, store] of stores.entries()) {
        await addPolicy(store, NAMES[place] ?? '');
      }
      for (const [place, store] of stores.entries()) {
        const rows = await store.db.selectFrom('policy').select('content').execute();
        assert.deepEqual(
          rows.map(({ content }) => content),
          [NAMES[place]],
        );
      }
      assert.equal(new Set(settings.map(identifyStore)).size, NAMES.length);
      const [first, second, third] = stores;
      await first?.runTransaction(async () => {
        await second?.runTransaction(async ({ db }) => {
          await db.deleteFrom('policy').execute();
          assert.ok(third);
          await third.runTransaction(async (own) => {
            await own.db.updateTable('policy').set({ digest: 'new' }).execute();
          });
        });
      });
      const left = await Promise.all(
        stores.map(async ({ db }) => {
          return (await db.selectFrom('policy').select('digest').executeTakeFirst())?.digest;
        }),
      );
      assert.deepEqual(left, ['default', undefined, 'new']);
    });
  });
}

const postgresql = STORE_ENGINES.find(({ name }) => name === 'PostgreSQL');

test('a missing right to create a schema is explained', { skip: postgresql?.skip }, async (t) => {
  assert.ok(postgresql);
  const { settings, stores } = await openTenants(t, postgresql);
  const [store] = stores;
  const { databaseUrl = '', folder = '' } = settings[0] ?? {};
  assert.ok(store);
  const user = `limited_${process.pid}`;
  await sql.raw(`create role ${user} login`).execute(store.db);
  try {
    const url = databaseUrl.replace('://plimsoll@', `://${user}@`).replace(/&options=[^&]*/, '');
    const place: StoreSetting = { folder, databaseUrl: url };
    const setting = toTenantStore(place, `new-${process.pid}`);
    await assert.rejects(Store.open(setting), {
      code: 'E_STORE_UNREACHABLE',
      message: `the user of the database may not create the schema "${setting.schema}"`,
    });
    // An administrator creates it.
    await sql.raw(`create schema "${setting.schema}" authorization ${user}`).execute(store.db);
    await using opened = await Store.open(setting);
    await addPolicy(opened, 'x');
    await sql.raw(`drop schema "${setting.schema}" cascade`).execute(store.db);
  } finally {
    await sql.raw(`drop role ${user}`).execute(store.db);
  }
});

test('names are parts of host names, directories and schemas', (t) => {
  for (const name of ['a', 'acme', 'acme-2', 'a'.repeat(40)]) {
    assert.ok(isTenantName(name), name);
  }
  const invalid = ['', 'default', 'Acme', '2acme', '-a', 'a-', 'a.b', 'a_b', '..', 'a/b', 'a"b'];
  for (const name of [...invalid, 'a b', 'a'.repeat(41)]) {
    assert.ok(!isTenantName(name), name);
  }
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-tenants-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  assert.deepEqual(listTenants(folder), []);
  for (const name of ['globex', 'acme', 'Not-One', 'default']) {
    mkdirSync(join(folder, 'tenants', name), { recursive: true });
  }
  writeFileSync(join(folder, 'tenants', 'file'), '');
  assert.deepEqual(listTenants(folder), ['acme', 'globex']);
  const bucket = {
    name: 'documents',
    prefix: 'production/',
    region: 'eu-central-1',
    accessKeyId: '',
    secretAccessKey: '',
    proxyEnvironment: {},
  };
  const setting = { folder, bucket };
  assert.equal(toTenantStore(setting, 'default'), setting);
  assert.deepEqual(toTenantStore(setting, 'acme'), {
    folder: join(folder, 'tenants', 'acme'),
    bucket: { ...bucket, prefix: 'production/tenants/acme/' },
  });
});
