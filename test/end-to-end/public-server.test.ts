import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readNextOutput, runProgram, startProgram } from '../support/run-program.ts';
import { sendRequest as send } from '../support/send-request.ts';
import { ServerWorld } from '../support/server-world.ts';

const PUBLIC_HOST = 'plimsoll.example.org';

async function startPublicServer(t: TestContext) {
  const world = new ServerWorld();
  t.after(() => world[Symbol.dispose]());
  await world.importDatabase();
  const { child, ended } = startProgram([
    'serve',
    '--server-dir',
    world.folder,
    '--db',
    world.database,
    '--listen',
    '127.0.0.1:0',
    '--health-listen',
    '127.0.0.1:0',
    '--public-url',
    `https://${PUBLIC_HOST}`,
    '--log-format',
    'json',
  ]);
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const line = await readNextOutput({ child, ended });
  const [log] = (await once(child.stderr ?? process.stdin, 'data')) as [string];
  const [, url = '', link = ''] =
    /^listening on (\S+)\nsign in once: https:\/\/plimsoll\.example\.org(\/sign-in\/\S+)\n/.exec(
      line,
    ) ?? [];
  const { message } = JSON.parse(log) as { readonly message: string };
  const [health = ''] = /http:\S+/.exec(message) ?? [];
  return { world, child, ended, url, link, health };
}

const HEADERS = [
  'authorization',
  'cookie',
  'user-agent',
  'referer',
  'x-forwarded-for',
  'x-api-key',
  'proxy-authorization',
  'traceparent',
  'if-none-match',
  'plimsoll-form-token',
  'prefer',
];

/** Sends secrets in places where a request may have one, also by mistake. */
async function sendSecrets(url: string, token: string): Promise<readonly string[]> {
  const secrets: string[] = [];
  const createSecret = (): string => {
    secrets.push(`canary${secrets.length}x${Math.random().toString(36).slice(2)}`);
    return secrets.at(-1) ?? '';
  };
  const local = { host: PUBLIC_HOST, authorization: `Bearer ${token}` };
  for (const name of HEADERS) {
    await send(url, '/api/v1/status', { headers: { host: PUBLIC_HOST, [name]: createSecret() } });
    await send(url, '/api/v1/jobs/1', {
      method: 'DELETE',
      headers: { ...local, [name]: createSecret() },
    });
  }
  for (const path of ['/sign-in/', '/assets/', '/api/v1/', '/images/x?token=', '/?key=']) {
    await send(url, `${path}${createSecret()}`, { headers: local });
  }
  for (const path of ['/api/v1/jobs/1?token=', '/api/v1/decisions/1?secret=']) {
    await send(url, `${path}${createSecret()}`, { method: 'DELETE', headers: local });
  }
  const body = JSON.stringify({ password: createSecret() });
  await send(url, '/api/v1/decisions', { method: 'POST', headers: local, body });
  return secrets;
}

function readFiles(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'))
    .join('\n');
}

test('a public server keeps secrets, reports its health, and ends in order', async (t) => {
  const { world, child, ended, url, link, health } = await startPublicServer(t);
  const host = { host: PUBLIC_HOST };
  const signedIn = await send(url, link, { headers: host });
  const [cookie = ''] = signedIn.headers['set-cookie'] ?? [];
  assert.match(cookie, /^__Host-plimsoll=plimsoll_\S+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  assert.equal(signedIn.headers['strict-transport-security'], 'max-age=31536000');
  const [session = ''] = cookie.split(';');
  assert.equal((await send(url, '/', { headers: { ...host, cookie: session } })).status, 200);
  // The cookie of another name, which pages of other hosts in the domain could set.
  const fixed = session.replace('__Host-plimsoll', 'plimsoll_session');
  assert.equal((await send(url, '/', { headers: { ...host, cookie: fixed } })).status, 401);
  assert.equal((await send(url, '/', { headers: { host: 'other.example.org' } })).status, 403);
  const insecure = { ...host, origin: `http://${PUBLIC_HOST}`, cookie: session };
  assert.equal((await send(url, '/', { headers: insecure })).status, 403);

  const { token } = JSON.parse(readFileSync(join(world.folder, 'address.json'), 'utf8')) as {
    readonly token: string;
  };
  const secrets = await sendSecrets(url, token);
  assert.equal(secrets.length, 30);

  for (const path of ['/livez', '/readyz', '/startupz']) {
    assert.deepEqual(await send(health, path).then((answer) => [answer.status, answer.text]), [
      200,
      'ok\n',
    ]);
  }
  // A problem and the log name the trace of the sender.
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const traceparent = `00-${trace}-00f067aa0ba902b7-01`;
  const traced = await send(url, '/api/v1/status', { headers: { ...host, traceparent } });
  assert.equal(traced.headers['plimsoll-trace'], trace);
  const problem = JSON.parse(traced.text) as { readonly instance: string };
  assert.equal(problem.instance, `urn:plimsoll:trace:${trace}`);

  const metrics = await send(health, '/metrics');
  assert.match(
    metrics.text,
    /^plimsoll_http_requests_total\{method="GET",route="\/api\/v1\/status",status="401"\} 1[12]$/m,
  );
  assert.match(metrics.text, /^plimsoll_job_oldest_seconds 0$/m);
  assert.match(metrics.text, /^plimsoll_advisories_age_seconds \d+/m);
  assert.match(metrics.text, /^plimsoll_feed_age_seconds\{feed="alpine"\} \d+/m);
  assert.equal((await send(health, '/')).status, 404);
  const promtool = spawnSync('promtool', ['check', 'metrics'], {
    input: metrics.text,
    encoding: 'utf8',
  });
  if (promtool.error === undefined) {
    assert.deepEqual([promtool.status, promtool.stdout, promtool.stderr], [0, '', '']);
  } else {
    t.diagnostic('promtool is not installed: the metrics were not checked');
    assert.notEqual(process.env['CI'], 'true', 'promtool is installed in CI');
  }

  child.kill('SIGTERM');
  const { status, stdout, stderr } = await ended;
  assert.equal(status, 0, stderr);
  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(
    lines.at(-1)?.['message'],
    'ending: requests in flight and the current job are finished',
  );
  const request = lines.find(
    ({ route, status: answered }) => route === '/api/v1/jobs/{id}' && answered === 404,
  );
  assert.equal(request?.['principal'], 'local');
  assert.equal(lines.filter((line) => line['trace'] === trace).length, 1);
  const written = `${stdout}${stderr}${metrics.text}${readFiles(world.folder)}`;
  for (const secret of [...secrets, token, session.split('=')[1] ?? '']) {
    assert.ok(!written.includes(secret), secret);
  }
});

test('an address other than loopback needs a public address with TLS', async () => {
  using world = new ServerWorld();
  for (const [more, message] of [
    [['--public-url', 'http://127.0.0.1'], /expected a loopback address/],
    [['--public-url', 'http://plimsoll.example.org'], /expected HTTPS/],
    [['--public-url', 'https://me@plimsoll.example.org/x'], /expected HTTPS/],
  ] as const) {
    const ended = await runProgram([
      'serve',
      '--server-dir',
      world.folder,
      '--listen',
      '0.0.0.0:1',
      ...more,
    ]);
    assert.equal(ended.status, 3);
    assert.match(ended.stderr, message);
  }
});
