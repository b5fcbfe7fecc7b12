import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { OBJECT_STORAGE_SKIP, startObjectStorage } from '../support/object-storage.ts';
import { createTestDatabase, POSTGRESQL_SKIP, startCluster } from '../support/postgresql.ts';
import { runProgram, startProgram } from '../support/run-program.ts';
import { ServerWorld } from '../support/server-world.ts';

const TIME_MS_MAX = 300_000;
const SEARCH_MS = 250;
const DOCUMENT = /^production\/[0-9a-f]{2}\/[0-9a-f]{64}\.zst$/;

/** Opens a world with an object storage. */
async function openWorld(t: TestContext) {
  const resources = new AsyncDisposableStack();
  t.after(async () => await resources.disposeAsync());
  const world = resources.use(new ServerWorld());
  await world.importDatabase();
  world.writeTarget();
  const storage = resources.use(await startObjectStorage());
  return { resources, world, storage };
}

type Environment = Readonly<Record<string, string>>;

async function startServer(
  t: TestContext,
  { folder, database }: ServerWorld,
  environment: Environment,
) {
  const options = ['--server-dir', folder, '--db', database, '--db-max-age', '0'];
  const more = ['--fail-on', 'low', '--listen', '127.0.0.1:0'];
  const program = startProgram(['serve', ...options, ...more], environment, [], TIME_MS_MAX);
  t.after(() => program.child.kill('SIGKILL'));
  await Promise.race([
    once(program.child.stdout ?? process.stdin, 'data'),
    program.ended.then(({ stderr }) => assert.fail(stderr)),
  ]);
  return program;
}

async function push({ folder, target }: ServerWorld, name: string) {
  return await runProgram(['push', `dir:${target}`, '--name', name, '-q', '--server-dir', folder]);
}

async function runAdmin(folder: string, environment: Environment, ...words: readonly string[]) {
  const options = ['--server-dir', folder, '--db-max-age', '0'];
  return await runProgram(['serve', 'admin', ...words, ...options], environment);
}

suite('documents in an object storage', { skip: OBJECT_STORAGE_SKIP }, () => {
  test('are written, read, verified, repaired, backed up and restored', async (t) => {
    const { world, storage } = await openWorld(t);
    const { environment } = storage;
    const { folder } = world;
    await startServer(t, world, environment);
    const pushed = await push(world, 'app');
    assert.equal(pushed.status, 0, pushed.stderr);
    assert.ok(!existsSync(join(folder, 'documents')));
    const names = await storage.list();
    assert.equal(names.length, 2);
    names.forEach((name) => assert.match(name, DOCUMENT));
    const verified = await runAdmin(folder, environment, 'verify');
    assert.match(verified.stdout, /: 0 differences\n$/, verified.stderr);

    // One of them is the document that was written to check the bucket.
    const saved = join(world.root, 'backup');
    const backup = await runAdmin(folder, environment, 'backup', saved);
    assert.match(backup.stdout, / and 1 document\n$/, backup.stderr);
    const name = names.find((one) => existsSync(join(saved, 'documents', one.slice(11)))) ?? '';
    assert.match(name, DOCUMENT);
    await storage.change(name, undefined);
    const lost = await runAdmin(folder, environment, 'verify');
    assert.equal(lost.status, 1);
    assert.match(lost.stdout, /image 1: the document \w+ of the store is missing\n/);
    await storage.change(name, 'altered');
    const altered = await runAdmin(folder, environment, 'verify');
    assert.match(altered.stdout, /image 1: the document \w+ of the store was altered\n/);
    const again = await push(world, 'app');
    assert.equal(again.status, 0, again.stderr);
    const repaired = await runAdmin(folder, environment, 'verify');
    assert.match(repaired.stdout, /: 0 differences\n$/, repaired.stdout);

    // A backup of a bucket is restored into a directory, and into another part of the bucket.
    const other = { ...environment, PLIMSOLL_DOCUMENTS: 's3://documents/restored' };
    for (const [place, variables] of [
      ['directory', {}],
      ['bucket', other],
    ] as const) {
      const target = join(world.root, `restored-${place}`);
      const restored = await runAdmin(target, variables, 'restore', saved);
      assert.equal(restored.stdout, 'restored 1 image and 1 document\n', restored.stderr);
      const same = await runAdmin(target, variables, 'verify');
      assert.match(same.stdout, /: 0 differences\n$/, same.stdout + same.stderr);
      assert.equal(existsSync(join(target, 'documents')), place === 'directory');
    }
    assert.ok((await storage.list()).includes(name.replace('production', 'restored')));
  });

  test('that are elsewhere, or cannot be reached, are reported before the start', async (t) => {
    const { world, storage } = await openWorld(t);
    const { environment } = storage;
    const server = await startServer(t, world, environment);
    assert.equal((await push(world, 'app')).status, 0);
    server.child.kill('SIGTERM');
    await server.ended;
    const { folder, database } = world;
    const start = async (variables: Environment) =>
      await runProgram(['serve', '--server-dir', folder, '--db', database], variables);
    const directory = await start({});
    assert.equal(directory.status, 1);
    assert.match(directory.stderr, /E_STORE_DAMAGED.*not in this place/);
    const missing = await start({ ...environment, PLIMSOLL_DOCUMENTS: 's3://absent' });
    assert.equal(missing.status, 5);
    assert.match(missing.stderr, /E_STORE_UNREACHABLE.*absent answers NoSuchBucket/);
    await storage.close();
    const closed = await start(environment);
    assert.equal(closed.status, 5);
    assert.match(closed.stderr, /E_STORE_UNREACHABLE/);
    assert.ok(!`${missing.stderr}${closed.stderr}`.includes('secret'));
  });

  test('wait for an outage to end, and no job is lost', { skip: POSTGRESQL_SKIP }, async (t) => {
    const { resources, world, storage } = await openWorld(t);
    const cluster = resources.use(startCluster());
    const stored = resources.use(await createTestDatabase(cluster.folder));
    const environment = { ...storage.environment, PLIMSOLL_DATABASE: stored.url };
    const { folder } = world;
    await startServer(t, world, environment);
    const options = ['--server-dir', folder, '--db-max-age', '0'];
    const worker = startProgram(['serve', 'worker', ...options], environment, [], TIME_MS_MAX);
    t.after(() => worker.child.kill('SIGKILL'));
    for (const name of ['first', 'second', 'third']) {
      assert.equal((await push(world, name)).status, 0);
    }
    await storage.close();
    const refused = await push(world, 'fourth');
    assert.match(refused.stderr, /E_STORE_UNREACHABLE|503/, refused.stderr);
    const { url, token } = JSON.parse(readFileSync(join(folder, 'address.json'), 'utf8')) as {
      readonly url: string;
      readonly token: string;
    };
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({
      author: 'person',
      vulnerability: 'CVE-2019-14697',
      package: 'pkg:apk/alpine/musl',
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
    });
    const decided = await fetch(`${url}/api/v1/decisions`, { method: 'POST', headers, body });
    assert.equal(decided.status, 201, await decided.text());
    // Long enough for more attempts than a job has.
    await pause(60_000);
    const readJobs = async () => {
      const answer = await fetch(`${url}/api/v1/status`, { headers });
      const { jobs } = (await answer.json()) as { readonly jobs: Record<string, number> };
      return { open: (jobs['queued'] ?? 0) + (jobs['running'] ?? 0), dead: jobs['dead'] ?? 0 };
    };
    assert.deepEqual(await readJobs(), { open: 1, dead: 0 });
    await storage.open();
    while ((await readJobs()).open > 0) {
      await pause(SEARCH_MS);
    }
    assert.equal((await readJobs()).dead, 0);
    assert.equal((await push(world, 'fourth')).status, 0);
    const verified = await runAdmin(folder, environment, 'verify');
    assert.match(verified.stdout, /, 4 images, .*: 0 differences\n$/, verified.stdout);
  });
});
