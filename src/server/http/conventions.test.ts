import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { ServerApp } from '../../../test/support/server-app.ts';
import { addToken } from '../access/tokens.ts';
import { REQUESTS_EACH_MINUTE } from './rate-limit.ts';

const NOW = Date.parse('2026-01-04T00:00:00Z');
const DAY_MS = 86_400_000;

async function addUser(server: ServerApp, name: string): Promise<Record<string, string>> {
  const scope = { tenant: 'default' };
  const secret = await addToken(server.store, { name, role: 'operator', scope, days: 9 }, NOW);
  return { authorization: `Bearer ${secret}` };
}

const SUBSCRIPTION = { name: 'ops', url: 'https://hooks.example.org/x' };

async function subscribe(
  server: ServerApp,
  key: string,
  body: object = SUBSCRIPTION,
  headers: Record<string, string> = {},
) {
  const init = { method: 'POST', body: JSON.stringify(body) };
  const more = { 'idempotency-key': key, ...headers };
  const response = await server.send('/api/v1/subscriptions', init, more);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

test('a write with an idempotency key has one effect, and the same answer again', async () => {
  await using server = await ServerApp.start(NOW);
  const first = await subscribe(server, 'key-1');
  assert.equal(first.status, 201);
  const again = await subscribe(server, 'key-1');
  assert.deepEqual([again.status, again.text], [201, first.text]);
  assert.equal(again.headers.get('idempotency-replayed'), 'true');
  assert.equal(again.headers.get('location'), '/api/v1/subscriptions/ops');
  const other = await subscribe(server, 'key-1', { ...SUBSCRIPTION, name: 'others' });
  assert.equal(other.status, 422);
  assert.match(other.text, /was used for another request/);
  const conflict = await subscribe(server, 'key-2');
  assert.equal(conflict.status, 400, 'the name is in use, and a failure is not remembered');
  await server.send('/api/v1/subscriptions/ops', { method: 'DELETE' });
  assert.equal((await subscribe(server, 'key-2')).status, 201);
  const stranger = await addUser(server, 'ci');
  const own = await subscribe(server, 'key-2', { ...SUBSCRIPTION, name: 'ci' }, stranger);
  assert.equal(own.status, 201, 'senders have keys of their own');
  assert.equal((await subscribe(server, 'a b')).status, 400);
  server.now += 2 * DAY_MS;
  assert.equal((await subscribe(server, 'key-1')).status, 400, 'a key is forgotten after a day');
});

test('requests at the same time with one key have one effect', async () => {
  await using server = await ServerApp.start(NOW);
  const answers = await Promise.all(
    Array.from({ length: 5 }, async () => await subscribe(server, 'key')),
  );
  const statuses = answers.map(({ status }) => status);
  assert.ok(statuses.includes(201));
  assert.ok(
    statuses.every((status) => status === 201 || status === 409),
    statuses.join(),
  );
  const list = await server.send('/api/v1/subscriptions');
  assert.equal(((await list.json()) as { items: unknown[] }).items.length, 1);
});

test('a process that ended while it answered does not block a key', async () => {
  await using server = await ServerApp.start(NOW);
  const first = await subscribe(server, 'key');
  assert.equal(first.status, 201);
  await server.store.db.updateTable('known_answer').set({ status: 0, body: '' }).execute();
  const running = await subscribe(server, 'key');
  assert.equal(running.status, 409);
  assert.equal(running.headers.get('retry-after'), '1');
  server.now += 61_000;
  assert.equal((await subscribe(server, 'key')).status, 400, 'it runs again: the name is in use');
});

test('a token with too many requests must wait, and others need not', async () => {
  await using server = await ServerApp.start(NOW);
  const ci = await addUser(server, 'ci');
  const other = await addUser(server, 'other');
  const read = async (headers: Record<string, string>) =>
    await server.send('/api/v1/who-may', {}, headers);
  for (let sent = 0; sent < REQUESTS_EACH_MINUTE; sent += 1) {
    assert.notEqual((await read(ci)).status, 429);
  }
  const refused = await read(ci);
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('retry-after'), '1');
  assert.equal(refused.headers.get('ratelimit-policy'), `"token";q=${REQUESTS_EACH_MINUTE};w=60`);
  const { code, hint } = (await refused.json()) as Record<string, string>;
  assert.deepEqual(
    [code, hint],
    ['E_LIMIT', 'wait 1 s; the server can allow more: plimsoll serve --rate-limit NUMBER'],
  );
  assert.notEqual((await read(other)).status, 429);
  assert.notEqual((await server.send('/api/v1/status')).status, 429);
  server.now += 1_000;
  assert.notEqual((await read(ci)).status, 429);
});

test('changes are events that go on after the last one', async () => {
  await using server = await ServerApp.start(NOW);
  const first = await server.push('a');
  const response = await server.send('/api/v1/changes/events');
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.ok(reader);
  const readUntil = async (pattern: RegExp): Promise<string> => {
    for (let text = ''; ; ) {
      const { value, done } = await reader.read();
      text += value ?? '';
      if (pattern.test(text) || done) {
        return text;
      }
    }
  };
  const text = await readUntil(/^data: .*\n\n/m);
  assert.match(text, /^retry: 1000\n\nid: store\.1\nevent: change\ndata: \{.*\}\n\n/);
  const [, data = ''] = /^data: (.*)$/m.exec(text) ?? [];
  assert.equal(
    (JSON.parse(data) as { causes: { subject: string }[] }).causes[0]?.subject,
    `${first}`,
  );
  await server.push('b');
  assert.match(await readUntil(/^data: .*\n\n/m), /^id: store\.2\n/m);
  await reader.cancel();
  const path = '/api/v1/changes/events';
  for (const [id, begin] of [
    ['store.1', 2],
    ['1', 2],
    // An ID of another store is ignored.
    ['another.1', 1],
  ] as const) {
    const later = await server.send(path, {}, { 'last-event-id': id });
    const next = later.body?.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    while (!/^data: /m.test(rest)) {
      rest += (await next?.read())?.value ?? '';
    }
    assert.equal(/^id: store\.(\d+)\n/m.exec(rest)?.[1], `${begin}`, id);
    await next?.cancel();
  }
});

test('open pages receive the last revision and the number of open jobs, as they change', async () => {
  await using server = await ServerApp.start(NOW);
  await server.push('a');
  const response = await server.send('/api/v1/changes/events?only=progress');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.ok(reader);
  const readProgress = async (): Promise<unknown> => {
    for (let text = ''; ; ) {
      text += (await reader.read()).value ?? '';
      const [, data] = /^event: progress\ndata: (.*)\n\n/m.exec(text) ?? [];
      if (data !== undefined) {
        return JSON.parse(data);
      }
    }
  };
  assert.deepEqual(await readProgress(), { revision: 1, openJobs: 0 });
  await server.push('b');
  assert.deepEqual(await readProgress(), { revision: 2, openJobs: 0 });
  await reader.cancel();
  assert.equal((await server.send('/api/v1/changes/events?only=all')).status, 400);
});

test('the states of a job are events, which end with the job', async () => {
  await using server = await ServerApp.start(NOW);
  const body =
    '{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"name":"a"}}}';
  const digest = createHash('sha256').update(body).digest('hex');
  const init = { method: 'PUT', body };
  const path = `/api/v1/inventories/${digest}`;
  const accepted = await server.send(path, init, { prefer: 'respond-async' });
  assert.equal(accepted.status, 202);
  const events = `${accepted.headers.get('location')}/events`;
  const response = await server.send(events);
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await reader?.read())?.value, 'retry: 1000\n\n');
  const queued = /^id: store\.0\nevent: job\ndata: \{.*"state":"queued".*\}\n\n$/;
  assert.match((await reader?.read())?.value ?? '', queued);
  const runner = server.engine.createRunner({
    signal: new AbortController().signal,
    pauseMs: 1,
    onProblem: (error) => assert.fail(String(error)),
    getTime: () => NOW,
  });
  while (await runner.runNext());
  const done = /^id: store\.7\nevent: job\ndata: \{.*"state":"done".*"ended":.*\}\n\n$/;
  assert.match((await reader?.read())?.value ?? '', done);
  assert.equal((await reader?.read())?.done, true);

  const readRest = async (id: string): Promise<string> =>
    await (await server.send(events, {}, { 'last-event-id': id })).text();
  assert.equal(await readRest('store.7'), 'retry: 1000\n\n');
  for (const id of ['store.0', 'another.7']) {
    assert.match(await readRest(id), /^id: store\.7$/m, id);
  }
  assert.equal((await server.send('/api/v1/jobs/99/events')).status, 404);
});

test('"wait" answers as soon as something changes', async () => {
  await using server = await ServerApp.start(NOW);
  await server.push('a');
  const waiting = server.send('/api/v1/changes?after=1&wait=30');
  await server.push('b');
  const changes = (await (await waiting).json()) as readonly { readonly revision: number }[];
  assert.deepEqual(
    changes.map(({ revision }) => revision),
    [2],
  );
  const none = await server.send('/api/v1/changes?after=2&wait=0');
  assert.deepEqual(await none.json(), []);
});

test('a reference with a digest names the image in use', async () => {
  await using server = await ServerApp.start(NOW);
  const digest = `sha256:${'a'.repeat(64)}`;
  const placements = [{ environment: 'prod', reference: `registry.example.org/app:1@${digest}` }];
  const request = { path: { source: 'eu' }, body: { placements } };
  const { unknown } = await server.call('PUT /api/v1/placement-reports/{source}', request);
  assert.deepEqual(
    unknown.map((one) => one.digest),
    [digest],
  );
});

test('placements have pages, which all show the revision of the first one', async () => {
  await using server = await ServerApp.start(NOW);
  const report = async (names: readonly string[]): Promise<void> => {
    const placements = names.map((reference) => ({ environment: 'prod', reference }));
    const request = { path: { source: 'eu' }, body: { placements } };
    await server.call('PUT /api/v1/placement-reports/{source}', request);
  };
  await report(['a:1', 'b:1', 'c:1']);
  const list = async (query: { readonly limit?: number; readonly cursor?: string }) =>
    await server.call('GET /api/v1/placements', { query: { environment: 'prod', ...query } });
  const first = await list({ limit: 2 });
  assert.deepEqual(
    [first.items.map((one) => one.reference), first.itemsNotListed],
    [['a:1', 'b:1'], 1],
  );
  // Later pages do not show changes that were made in between.
  await report(['a:1', 'd:1']);
  const second = await list({ limit: 2, cursor: first.next ?? '' });
  assert.deepEqual([second.items.map((one) => one.reference), second.next], [['c:1'], undefined]);
  const all = await list({});
  assert.deepEqual(
    all.items.map((one) => one.reference),
    ['a:1', 'd:1'],
  );
  const other = `/api/v1/placements?source=eu&cursor=${first.next ?? ''}`;
  assert.equal((await server.send(other)).status, 400, 'the cursor belongs to other filters');
});
