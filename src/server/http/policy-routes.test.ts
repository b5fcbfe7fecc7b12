import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerApp } from '../../../test/support/server-app.ts';

const NOW = Date.parse('2026-01-04T00:00:00Z');
const PATH = '/api/v1/policy';
const RULES = { name: 'c.yaml', text: 'policy: controls\nversion: "1"\npacks: [cra@1]\n' };

async function openServer() {
  const server = await ServerApp.start(NOW);
  const tenant = { tenant: 'default' };
  const admin = await server.openSession('ada', tenant, ['policy-admin']);
  const viewer = await server.openSession('vic', tenant, ['viewer', 'approver', 'operator']);
  const own = await server.openSession('kim', { ...tenant, project: 'shop' }, ['policy-admin']);
  const read = async (headers = admin) => await server.send(PATH, {}, headers);
  const set = async (policy: object, headers: Record<string, string> = admin) =>
    await server.send(PATH, { method: 'PUT', body: JSON.stringify(policy) }, headers);
  return { server, admin, viewer, own, read, set };
}

test('only a policy admin sets the conditions of every image', async () => {
  const { server, viewer, own, read, set } = await openServer();
  await using _ = server;
  const first = (await (await read(viewer)).json()) as { digest: string };
  assert.deepEqual(first, { policies: [], digest: first.digest });
  for (const headers of [viewer, own]) {
    assert.equal((await set({ severity: 'high', policies: [] }, headers)).status, 403);
  }
  const changed = await set({ severity: 'high', policies: [RULES] });
  const policy = (await changed.json()) as { digest: string };
  assert.equal(changed.status, 200, JSON.stringify(policy));
  assert.deepEqual(policy, { severity: 'high', policies: [RULES], digest: policy.digest });
  assert.notEqual(policy.digest, first.digest);
  // A role in one project reads the conditions, which apply to its images.
  assert.deepEqual(await (await read(own)).json(), policy);
  const removed = await set({ policies: [] });
  assert.deepEqual(await removed.json(), first);
});

test('two people cannot overwrite the changes of each other', async () => {
  const { server, admin, read, set } = await openServer();
  await using _ = server;
  const seen = (await read()).headers.get('etag') ?? '';
  assert.match(seen, /^"[0-9a-f]{64}"$/);
  const high = await set({ severity: 'high', policies: [] }, { ...admin, 'if-match': seen });
  assert.equal(high.status, 200);
  const now = high.headers.get('etag') ?? '';
  for (const tag of [seen, '"x"', 'W/"x"', `${now}, ${seen}`, now.replaceAll('"', '')]) {
    const late = await set({ severity: 'low', policies: [] }, { ...admin, 'if-match': tag });
    const problem = (await late.json()) as { code: string; detail: string };
    assert.deepEqual([late.status, problem.code], [412, 'E_POLICY_DIGEST'], tag);
    assert.ok(problem.detail.includes(now.replaceAll('"', '')), problem.detail);
  }
  for (const tag of [now, '*']) {
    const headers = { ...admin, 'if-match': tag };
    assert.equal((await set({ severity: 'high', policies: [] }, headers)).status, 200, tag);
  }
  const unchanged = await server.send(PATH, {}, { ...admin, 'if-none-match': now });
  assert.equal(unchanged.status, 304);
});

test('an invalid policy is rejected with its reason, and changes nothing', async () => {
  const { server, read, set } = await openServer();
  await using _ = server;
  const before = await (await read()).json();
  for (const [policy, status, code] of [
    [{ policies: [{ name: 'a.yaml', text: 'policy: [' }] }, 422, 'E_POLICY'],
    [
      { policies: [{ name: 'a.yaml', text: 'policy: a\nversion: "1"\nuse: [b.yaml]\n' }] },
      422,
      'E_POLICY',
    ],
    [{ severity: 'awful', policies: [] }, 400, 'E_USAGE'],
    [{ severity: 'high' }, 400, 'E_USAGE'],
    [{ policies: [RULES], extra: 1 }, 400, 'E_USAGE'],
    [{ policies: Array.from({ length: 21 }, () => RULES) }, 400, 'E_USAGE'],
  ] as const) {
    const response = await set(policy);
    const problem = (await response.json()) as { code: string };
    assert.deepEqual([response.status, problem.code], [status, code], JSON.stringify(policy));
  }
  assert.deepEqual(await (await read()).json(), before);
  assert.deepEqual(server.problems, []);
});
