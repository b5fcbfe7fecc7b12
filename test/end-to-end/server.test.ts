import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { readNextOutput, runProgram, startProgram } from '../support/run-program.ts';
import { ServerWorld } from '../support/server-world.ts';

/** Starts a server, and waits until it listens. */
async function startServer(t: TestContext) {
  const world = new ServerWorld();
  t.after(() => world[Symbol.dispose]());
  await world.importDatabase();
  world.writeTarget();
  const options = ['--server-dir', world.folder];
  const { child, ended } = startProgram([
    'serve',
    ...options,
    '--db',
    world.database,
    '--listen',
    '127.0.0.1:0',
    '--allow-host',
    '127.0.0.1',
  ]);
  t.after(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const line = await readNextOutput({ child, ended });
  const push = (...more: readonly string[]) =>
    runProgram(['push', `dir:${world.target}`, '--name', 'app', '-q', ...options, ...more]);
  return { world, child, ended, line, push };
}

/** Receives messages, and gives each to who waits for the next one. */
async function startReceiver(t: TestContext) {
  const received: Readonly<Record<string, unknown>>[] = [];
  const arrived = new EventEmitter();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push(JSON.parse(body) as (typeof received)[number]);
      response.writeHead(204).end();
      arrived.emit('message');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    waitForMessage: async () => await once(arrived, 'message'),
  };
}

test('serve, push and notify work with each other', async (t) => {
  const { world, child, ended, line, push } = await startServer(t);
  const receiver = await startReceiver(t);
  const notify = (...words: readonly string[]) =>
    runProgram(['serve', 'notify', ...words, '-q', '--server-dir', world.folder]);
  assert.match(
    line,
    /^listening on http:\/\/127\.0\.0\.1:[0-9]+\nsign in once: http:\S+\/sign-in\/\S+\n/,
  );
  assert.equal(statSync(join(world.folder, 'address.json')).mode & 0o077, 0);
  const first = await push();
  assert.equal(first.status, 0, first.stderr);
  assert.equal(first.stdout, 'app: 1 finding (1 unknown) in 1 package; image 1, 1 new component\n');
  world.writeTarget('1.1.19-r0');
  const second = await push('--fail-on', 'low');
  assert.equal(second.status, 4, second.stderr);
  assert.match(
    second.stdout,
    /^unknown: app: 1 finding .* image 2, 1 new component\n0 new findings since image 1\n$/,
  );

  const added = await notify('add', 'ops', receiver.url, '--kind', 'data');
  assert.match(
    added.stdout,
    /^Added ops\. Its secret is only shown now: whsec_\S+\n$/,
    added.stderr,
  );
  assert.equal((await notify('test', 'ops')).stdout, 'Sent: status 204\n');
  assert.equal(receiver.received.length, 1);

  // An update of the database is noticed without a restart, and reported.
  const message = receiver.waitForMessage();
  await world.importDatabase(
    "UPDATE blobs SET value = replace(value, '< 1.1.24-r3', '< 1.1.20-r0')",
  );
  const [notice] = (await once(child.stderr ?? process.stdin, 'data')) as [string];
  assert.match(notice, /^revision 3: 2 components matched again, 1 match opened, 2 closed/);
  await message;
  const { type, subject, data } = receiver.received[1] ?? {};
  assert.deepEqual([type, subject], ['plimsoll.change.data', 'CVE-2020-0001']);
  const { revision, exploited } = data as Readonly<Record<string, unknown>>;
  assert.deepEqual({ revision, exploited }, { revision: 3, exploited: true });
  const log = await notify('log', 'ops');
  assert.match(
    log.stdout,
    /^2 messages\nID +ABOUT +STATE +TRIES +LAST ANSWER\n2 +CVE-2020-0001 +sent +1 +204/,
  );
  child.kill('SIGTERM');
  await ended;
  const refused = await push();
  assert.equal(refused.status, 5);
  assert.match(refused.stderr, /^error\[E_SERVER_UNKNOWN\]|^error\[E_NETWORK\]/);
});

test('serve only listens on loopback, and needs a database', async () => {
  using world = new ServerWorld();
  const outside = await runProgram([
    'serve',
    '--server-dir',
    world.folder,
    '--listen',
    '0.0.0.0:1',
  ]);
  assert.equal(outside.status, 3);
  assert.match(outside.stderr, /expected a loopback address/);
  const missing = await runProgram(['serve', '--server-dir', world.folder, '--db', world.database]);
  assert.equal(missing.status, 4);
  assert.match(missing.stderr, /E_DB_MISSING/);
});

test('push names the way to start a server if none is running', async () => {
  using world = new ServerWorld();
  world.writeTarget();
  const { status, stderr } = await runProgram([
    'push',
    `dir:${world.target}`,
    '--server-dir',
    world.folder,
  ]);
  assert.equal(status, 5);
  assert.match(stderr, /^error\[E_SERVER_UNKNOWN\]: no server is running/);
  assert.match(stderr, /hint: start one: plimsoll serve/);
});

test('push sends the other targets if one fails, and exits with the worst status', async (t) => {
  const { world } = await startServer(t);
  const options = ['-q', '--server-dir', world.folder];
  const [first, missing] = [`dir:${world.target}`, join(world.root, 'missing.tar')];
  const torn = join(world.root, 'torn.cdx.json');
  writeFileSync(torn, '{"bomFormat":"CycloneDX","specVersion":"1.6","components":[');
  const gate = ['--fail-on', 'low'];
  const pushed = await runProgram(['push', missing, first, torn, ...options, ...gate]);
  assert.match(pushed.stdout, /^unknown: \S+: 1 finding .* image 1, 1 new component\n$/);
  assert.match(pushed.stderr, /^not sent: \S+missing\.tar\nerror\[E_TARGET_UNKNOWN\]: .+\nhint: /);
  assert.match(pushed.stderr, /^not sent: \S+torn\.cdx\.json\nerror\[E_DOCUMENT_\w+\]: /m);
  assert.equal(pushed.status, 1, 'an error of a document is worse than an unknown gate');

  const json = await runProgram(['push', missing, first, ...options, ...gate, '-o', 'json']);
  assert.equal(json.status, 5);
  const [lost, known] = JSON.parse(json.stdout) as readonly Readonly<Record<string, unknown>>[];
  assert.deepEqual([lost?.['target'], known?.['isKnown']], [missing, true]);
  assert.match(JSON.stringify(lost), /"code":"E_TARGET_UNKNOWN"/);

  // A token of another server: each target has the reason of the server.
  const { url } = JSON.parse(readFileSync(join(world.folder, 'address.json'), 'utf8'));
  const denied = await runProgram(['push', first, first, '-q', '--server', url], {
    PLIMSOLL_TOKEN: 'plimsoll_unknown',
  });
  assert.equal(denied.status, 5);
  assert.equal(denied.stderr.match(/E_UNAUTHORIZED.*the server did not accept/g)?.length, 2);
});

test('the server forgets no image when it starts again', async (t) => {
  const { world, child, ended, push } = await startServer(t);
  assert.equal((await push()).status, 0);
  child.kill('SIGKILL');
  await ended;
  const again = startProgram([
    'serve',
    '--server-dir',
    world.folder,
    '--db',
    world.database,
    '--listen',
    '127.0.0.1:0',
  ]);
  t.after(() => again.child.kill('SIGKILL'));
  await once(again.child.stdout ?? process.stdin, 'data');
  const { url, token } = JSON.parse(readFileSync(join(world.folder, 'address.json'), 'utf8'));
  const response = await fetch(`${url}/api/v1/status`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { images, components } = (await response.json()) as Record<string, number>;
  assert.deepEqual([images, components], [1, 1]);
  const target = ['push', `dir:${world.target}`, '--name', 'app', '--server-dir', world.folder];
  const { stderr } = await runProgram(target);
  assert.match(
    stderr,
    /^warning: the result of app is incomplete: [0-9]+ reasons? \(see -o json\)$/m,
  );
  const verified = await runProgram(['serve', 'admin', 'verify', '--server-dir', world.folder]);
  assert.match(verified.stdout, /^revision 1, 1 image, 1 component: 0 differences\n$/);
  const preview = [
    'serve',
    'admin',
    'retire',
    '--older-than',
    '0',
    '--keep-each',
    '0',
    '--preview',
  ];
  const retired = await runProgram([...preview, '--server-dir', world.folder]);
  assert.match(retired.stdout, /^image 1: app, pushed on .*\n1 image would be retired\n$/);
  const known = await push('-o', 'json');
  assert.equal(JSON.parse(known.stdout)[0].isKnown, true);
  again.child.kill('SIGTERM');
  assert.equal((await again.ended).status, 0);
});

test('serve --sample has three images without a database of the user or a network', async (t) => {
  using world = new ServerWorld();
  const folder = ['--server-dir', world.folder];
  const { child, ended } = startProgram([
    'serve',
    '--sample',
    ...folder,
    '--listen',
    '127.0.0.1:0',
  ]);
  t.after(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const line = await readNextOutput({ child, ended });
  assert.match(line, /^listening on \S+\nsign in once: \S+\n$/);
  const sample = join(world.folder, 'sample');
  const { url, token } = JSON.parse(readFileSync(join(sample, 'address.json'), 'utf8'));
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/v1/images`, { headers });
  const { items: images } = (await response.json()) as {
    readonly items: readonly { readonly name: string }[];
  };
  const names = ['debian:trixie-slim', 'alpine:3.20', 'shop:1.4'];
  assert.deepEqual(
    images.map(({ name }) => name),
    names,
  );
  // A push takes SBOMs, and has the status of its gate.
  const sbom = join(import.meta.dirname, '../../examples/base-images/debian-trixie-slim.cdx.json');
  const targets = [sbom, '--server-dir', sample, '--fail-on', 'low', '--name', 'other'];
  const pushed = await runProgram(['push', ...targets]);
  assert.equal(pushed.status, 2, pushed.stderr);
  assert.match(pushed.stdout, /^fail: other: 52 findings .* image 4, 0 new components\n/);
});
