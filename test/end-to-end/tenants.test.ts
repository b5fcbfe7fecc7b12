import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { Store, type StoreSetting } from '../../src/server/store/store.ts';
import { toTenantStore } from '../../src/server/store/tenant-store.ts';
import { createTestDatabase, POSTGRESQL_SKIP } from '../support/postgresql.ts';
import { readNextOutput, runProgram, startProgram } from '../support/run-program.ts';
import { sendRequest } from '../support/send-request.ts';
import { RATED, ServerWorld } from '../support/server-world.ts';

const ACME = 'acme.example.org';
const TENANTS = ['--tenant', `acme=https://${ACME}`, '--tenant', 'globex'];

interface TenantOptions {
  /** Changes of the advisory database. */
  readonly sql: string;
  readonly args: (world: ServerWorld) => readonly string[];
}

/** Starts a server with a default tenant, a public one and a local one. */
async function startServer(
  t: TestContext,
  { sql: changes = '', args = () => [] }: Partial<TenantOptions> = {},
) {
  const world = new ServerWorld();
  t.after(() => world[Symbol.dispose]());
  await world.importDatabase(changes);
  world.writeTarget();
  const own = ['--server-dir', world.folder];
  const { child, ended } = startProgram([
    'serve',
    ...own,
    '--db',
    world.database,
    ...TENANTS,
    ...args(world),
    '--listen',
    '127.0.0.1:0',
    '--health-listen',
    '127.0.0.1:0',
    '--log-format',
    'json',
  ]);
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const output = await readNextOutput({ child, ended });
  const [log] = (await once(child.stderr ?? process.stdin, 'data')) as [string];
  const [health = ''] = /http:[^"]+/.exec(log) ?? [];
  const [, url = ''] = /^listening on (\S+)$/m.exec(output) ?? [];
  const run = async (command: string, ...more: readonly string[]) =>
    await runProgram([command, ...more, ...own]);
  return { world, child, ended, output, health, url, run };
}

function readToken(folder: string): string {
  const { token } = JSON.parse(readFileSync(join(folder, 'address.json'), 'utf8')) as {
    readonly token: string;
  };
  return token;
}

test('one server keeps its tenants apart, and ends all of them in order', async (t) => {
  const { world, child, ended, output, health, url, run } = await startServer(t);
  const { port } = new URL(url);
  const globex = `globex.localhost:${port}`;
  assert.match(output, /^tenant acme: https:\/\/acme\.example\.org$/m);
  assert.match(output, new RegExp(`^tenant globex: http://${globex}$`, 'm'));

  const push = async (tenant: string, name: string, ...more: readonly string[]) => {
    const target = `dir:${world.target}`;
    return await run('push', target, '--name', name, '--tenant', tenant, '-q', ...more);
  };
  const first = await push('acme', 'acme-secret');
  assert.equal(first.status, 0, first.stderr);
  assert.match(first.stdout, /^acme-secret: 1 finding .* image 1, 1 new component$/m);
  const second = await push('globex', 'globex-secret', '--fail-on', 'low');
  assert.equal(second.status, 4, second.stderr);
  // Nothing of the other tenant is known, not even the component.
  assert.match(second.stdout, /^unknown: globex-secret: .* image 1, 1 new component$/m);
  const unknown = await push('initech', 'x');
  assert.equal(unknown.status, 3);
  assert.match(unknown.stderr, /unknown tenant "initech"[^]*known are default, acme, globex/);

  const folders = {
    default: world.folder,
    acme: join(world.folder, 'tenants', 'acme'),
    globex: join(world.folder, 'tenants', 'globex'),
  };
  const tokens = {
    default: readToken(folders.default),
    acme: readToken(folders.acme),
    globex: readToken(folders.globex),
  };
  const hosts = { default: `127.0.0.1:${port}`, acme: ACME, globex };
  const names = ['default', 'acme', 'globex'] as const;
  const tags = new Set<string>();
  for (const name of names) {
    for (const other of names) {
      const authorization = `Bearer ${tokens[other]}`;
      const headers = { host: hosts[name], authorization };
      const answer = await sendRequest(url, '/api/v1/images', { headers });
      assert.equal(answer.status, name === other ? 200 : 401, `${other} at ${name}`);
      const expected = name === other && name !== 'default' ? [`${name}-secret`] : [];
      assert.deepEqual(answer.text.match(/\w+-secret/g) ?? [], expected, `${other} at ${name}`);
      if (name === other) {
        const { etag = '' } = answer.headers;
        tags.add(etag);
        const again = { ...headers, 'if-none-match': etag };
        assert.equal((await sendRequest(url, '/api/v1/images', { headers: again })).status, 304);
      }
    }
  }
  assert.equal(tags.size, 3);
  const nobody = { host: 'initech.example.org', authorization: `Bearer ${tokens.default}` };
  assert.equal((await sendRequest(url, '/api/v1/images', { headers: nobody })).status, 403);

  const [, link = ''] =
    /^tenant acme: sign in once: https:\/\/acme\.example\.org(\S+)$/m.exec(output) ?? [];
  for (const host of [hosts.default, globex]) {
    assert.equal((await sendRequest(url, link, { headers: { host } })).status, 403);
  }
  const signedIn = await sendRequest(url, link, { headers: { host: ACME } });
  assert.equal(signedIn.status, 303);
  const [line = ''] = signedIn.headers['set-cookie'] ?? [];
  assert.match(line, /^__Host-plimsoll=plimsoll_\S+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  const [cookie = ''] = line.split(';');
  const [, session = ''] = cookie.split('=');
  const page = await sendRequest(url, '/images', { headers: { host: ACME, cookie } });
  assert.equal(page.status, 200);
  assert.match(page.text, /acme-secret/);
  assert.doesNotMatch(page.text, /globex-secret/);
  for (const host of [hosts.default, globex]) {
    const headers = { host, cookie: `${cookie}; plimsoll_session=${session}` };
    assert.equal((await sendRequest(url, '/images', { headers })).status, 401, host);
  }
  const origin = `https://${ACME}`;
  const foreign = { host: globex, origin, authorization: `Bearer ${tokens.globex}` };
  assert.equal((await sendRequest(url, '/api/v1/images', { headers: foreign })).status, 403);

  const added = await run(
    'serve',
    'admin',
    'token',
    'add',
    'ci',
    '--role',
    'viewer',
    '--tenant',
    'acme',
  );
  assert.equal(added.status, 0, added.stderr);
  const authorization = `Bearer ${added.stdout.trim()}`;
  for (const [host, status] of [
    [ACME, 200],
    [globex, 401],
    [hosts.default, 401],
  ] as const) {
    const headers = { host, authorization };
    assert.equal((await sendRequest(url, '/api/v1/images', { headers })).status, status, host);
  }
  const listRights = (...more: readonly string[]) =>
    run('serve', 'admin', 'who-may', 'GET', '/images', ...more);
  assert.match((await listRights('--tenant', 'acme')).stdout, /token:ci/);
  assert.doesNotMatch((await listRights('--tenant', 'globex')).stdout, /token:ci/);
  assert.match(
    (await run('serve', 'admin', 'verify', '--tenant', 'acme')).stdout,
    /1 image,.* 0 differ/,
  );

  assert.equal((await sendRequest(health, '/readyz')).status, 200);
  const metrics = (await sendRequest(health, '/metrics')).text;
  assert.match(metrics, /^plimsoll_revision\{tenant="default"\} 0$/m);
  assert.match(metrics, /^plimsoll_revision\{tenant="acme"\} 1$/m);
  assert.match(
    metrics,
    /^plimsoll_http_requests_total\{tenant="globex",method="GET",route="\/api\/v1\/images",status="401"\} 3$/m,
  );
  const promtool = spawnSync('promtool', ['check', 'metrics'], {
    input: metrics,
    encoding: 'utf8',
  });
  if (promtool.error === undefined) {
    assert.deepEqual([promtool.status, promtool.stdout, promtool.stderr], [0, '', '']);
  }

  child.kill('SIGTERM');
  const { status, stderr } = await ended;
  assert.equal(status, 0, stderr);
  for (const folder of Object.values(folders)) {
    assert.ok(existsSync(join(folder, 'store.db')));
    assert.ok(!existsSync(join(folder, 'address.json')), folder);
  }
  const requests = stderr
    .trim()
    .split('\n')
    .map((one) => JSON.parse(one) as Record<string, unknown>)
    .filter(({ message }) => message === 'request');
  assert.ok(
    requests.some(({ tenant, principal }) => tenant === 'acme' && principal === 'token:ci'),
  );
  assert.deepEqual([...new Set(requests.map(({ tenant }) => tenant))].sort(), [
    'acme',
    'default',
    'globex',
  ]);
});

test('tenants with conditions of their own have other verdicts about the same image', async (t) => {
  const rules = 'rules: [{ id: no-musl, for: package, when: { name: musl }, then: warn }]';
  const { world, run } = await startServer(t, {
    sql: RATED,
    args: ({ root }) => {
      const file = join(root, 'globex.yaml');
      writeFileSync(file, `policy: globex\n${rules}\n`);
      const own = ['--tenant-fail-on', 'acme=critical', '--tenant-policy', `globex=${file}`];
      return ['--fail-on', 'high', '--db-max-age', '0', ...own];
    },
  });
  for (const [tenant, status, outcome, reason] of [
    ['default', 2, 'fail', 'failed: --fail-on: 1 open finding is high or worse\n'],
    ['acme', 0, 'pass', ''],
    ['globex', 0, 'warn', 'warn: --policy: rule no-musl\n'],
  ] as const) {
    const target = `dir:${world.target}`;
    const pushed = await run('push', target, '--name', 'app', '--tenant', tenant, '-q');
    const expected = { status, outcome, reason };
    const [found] = pushed.stdout.split(':');
    assert.deepEqual({ status: pushed.status, outcome: found, reason: pushed.stderr }, expected);
  }
});

test('conditions are only accepted for known tenants', async (t) => {
  using world = new ServerWorld();
  const usual = ['serve', '--server-dir', world.folder, '--db', world.database, '--tenant', 'acme'];
  const low = ['--tenant-fail-on', 'acme=low'];
  for (const [args, message] of [
    [['--tenant-fail-on', 'high'], /invalid value "high" for --tenant-fail-on: expected NAME=/],
    [['--tenant-fail-on', 'acme=bad'], /invalid value "bad" for --tenant-fail-on[^]*never, /],
    [[...low, '--tenant-fail-on', 'acme=high'], /two values of --tenant-fail-on are for "acme"/],
    [['--tenant-policy', 'globex=x.yaml'], /unknown tenant "globex" for --tenant-policy/],
    [['--tenant-policy', 'default=x.yaml'], /unknown tenant "default"[^]*--fail-on and --policy/],
  ] as const) {
    await t.test(args.join(' '), async () => {
      const { status, stderr } = await runProgram([...usual, ...args]);
      assert.equal(status, 3, stderr);
      assert.match(stderr, message);
    });
  }
});

test('a worker works for all tenants in PostgreSQL', { skip: POSTGRESQL_SKIP }, async (t) => {
  const resources = new AsyncDisposableStack();
  t.after(async () => await resources.disposeAsync());
  const world = resources.use(new ServerWorld());
  await world.importDatabase();
  world.writeTarget();
  const { url } = resources.use(await createTestDatabase());
  // The tests of one run share the database.
  const tenant = `acme-${process.pid}`;
  const own = ['--server-dir', world.folder, '--database', url];
  const start = async (pattern: RegExp, ...args: readonly string[]): Promise<string> => {
    const { child, ended } = startProgram([...args, ...own]);
    resources.defer(async () => {
      child.kill('SIGTERM');
      await ended;
    });
    let output = '';
    while (!pattern.test(output)) {
      output += await readNextOutput({ child, ended });
    }
    return output;
  };
  resources.defer(async () => {
    const place = { folder: world.folder, databaseUrl: url };
    await using store = await Store.open(toTenantStore<StoreSetting>(place, tenant));
    await sql.raw(`drop schema "plimsoll_${tenant}" cascade`).execute(store.db);
  });
  const listen = ['--listen', '127.0.0.1:0', '--db', world.database];
  await start(/^tenant acme/m, 'serve', ...listen, '--tenant', tenant);
  const target = ['push', `dir:${world.target}`, '--server-dir', world.folder, '--name', 'app'];
  for (const more of [[], ['--tenant', tenant]]) {
    const { stdout, stderr } = await runProgram([...target, ...more, '-q']);
    assert.match(stdout, /image 1, 1 new component/, stderr);
  }
  const output = await start(/(?:jobs of the store in [^]*){2}\n$/, 'serve', 'worker');
  const folders = output.match(/(?<=store in ).*/g)?.toSorted();
  assert.deepEqual(folders, [world.folder, join(world.folder, 'tenants', tenant)]);
  const verify = async (...more: readonly string[]) =>
    (await runProgram(['serve', 'admin', 'verify', ...own, ...more])).stdout;
  assert.match(await verify('--tenant', tenant), /^revision 1, 1 image, 1 component: 0 differ/);
  assert.match(await verify(), /^revision 1, 1 image, 1 component: 0 differ/);
});

test('tenants that cannot be kept apart are refused', async () => {
  using world = new ServerWorld();
  const serve = async (...more: readonly string[]) =>
    await runProgram(['serve', '--server-dir', world.folder, ...more]);
  const https = 'https://plimsoll.example.org';
  for (const [more, message] of [
    [['--tenant', 'default=https://a.example.org'], /invalid name "default"/],
    [['--tenant', '../x=https://a.example.org'], /invalid name "\.\.\/x"/],
    [['--tenant', 'A'], /invalid name "A"/],
    [['--tenant', 'acme=http://acme.example.org'], /expected HTTPS/],
    [['--tenant', 'acme=https://acme.example.org/x'], /expected HTTPS/],
    [['--tenant', 'acme', '--tenant', 'acme'], /the same name/],
    [
      ['--tenant', 'acme=https://a.example.org', '--tenant', 'b=https://a.example.org:8443'],
      /host/,
    ],
    [['--public-url', https, '--tenant', `acme=${https}`], /two tenants have the host/],
    [['--tenant', 'acme=http://127.0.0.1:8080'], /two tenants have the host "127\.0\.0\.1"/],
    [['--tenant', 'acme', '--tenant', 'b=http://acme.localhost'], /host "acme\.localhost"/],
    [['--listen', '0.0.0.0:1', '--public-url', https, '--tenant', 'acme'], /needs an address/],
    [['--sample', '--tenant', 'acme'], /--tenant cannot be combined with --sample/],
    [['--tenant', 'acme', '--ci-role', 'https://ci.example.org x=uploader@acme'], /needs the addr/],
    [['--ci-role', 'https://ci.example.org x=uploader@acme'], /unknown tenant "acme"/],
  ] as const) {
    const { status, stderr } = await serve(...more);
    assert.equal(status, 3, stderr);
    assert.match(stderr, message);
  }
  const both = ['push', 'x.tar', '--server', https, '--tenant', 'acme'];
  assert.match((await runProgram(both)).stderr, /--tenant cannot be combined with --server/);
});
