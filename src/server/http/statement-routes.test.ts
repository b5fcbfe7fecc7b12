import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerApp } from '../../../test/support/server-app.ts';

const NOW = Date.parse('2026-01-04T00:00:00Z');
const POLICY = {
  policies: [{ name: 'c.yaml', text: 'policy: controls\nversion: "1"\npacks: [cra@1]\n' }],
};
const STATEMENT = {
  author: 'ada',
  kind: 'control',
  subject: 'cra/I-I-1',
  value: 'met',
  evidence: 'RISK-7',
  images: 'app*',
  expires: '2026-03-01',
} as const;
const PATH = '/api/v1/statements';

function createBody(statement: object): RequestInit {
  return { method: 'POST', body: JSON.stringify(statement) };
}

test('a statement is added, listed, and withdrawn, and stays in the past', async () => {
  await using server = await ServerApp.start(NOW);
  await server.engine.setPolicy(POLICY, '2026-01-04T00:00:00Z');
  const list = async (query = ''): Promise<readonly Record<string, unknown>[]> =>
    (await (await server.send(`${PATH}${query}`)).json()) as Record<string, unknown>[];
  assert.deepEqual(await list(), []);
  const sent = await server.send(PATH, createBody(STATEMENT));
  const added = (await sent.json()) as Record<string, unknown>;
  assert.equal(sent.status, 201, JSON.stringify(added));
  const { id, revision, at, ...given } = added;
  assert.deepEqual(given, { ...STATEMENT, reason: '', vulnerability: '' });
  assert.deepEqual([id, revision, at], [1, 2, '2026-01-04T00:00:00.000Z']);
  assert.deepEqual(await list(), [added]);

  const removed = await server.send(`${PATH}/1?author=grace`, { method: 'DELETE' });
  assert.deepEqual(await removed.json(), { ...added, withdrawn: 3 });
  assert.deepEqual(await list(), []);
  assert.deepEqual(
    (await list('?asof=2')).map(({ id: one }) => one),
    [1],
  );
  const again = await server.send(`${PATH}/1?author=grace`, { method: 'DELETE' });
  assert.deepEqual(
    [again.status, ((await again.json()) as { code: string }).code],
    [404, 'E_STATEMENT_UNKNOWN'],
  );
});

test('a statement needs a person with the role, and everything that it rests on', async () => {
  await using server = await ServerApp.start(NOW);
  await server.engine.setPolicy(POLICY, '2026-01-04T00:00:00Z');
  const tenant = { tenant: 'default' };
  const viewer = await server.openSession('guest', tenant, ['viewer']);
  const ada = await server.openSession('ada', tenant, ['viewer', 'approver']);
  const send = async (statement: object, headers: Record<string, string>) => {
    const response = await server.send(PATH, createBody(statement), headers);
    return [response.status, ((await response.json()) as { code?: string }).code];
  };
  assert.deepEqual(await send(STATEMENT, viewer), [403, 'E_FORBIDDEN']);
  assert.deepEqual(await send({ ...STATEMENT, author: 'bob' }, ada), [403, 'E_FORBIDDEN']);
  assert.deepEqual(await send({ ...STATEMENT, subject: 'cra/none' }, ada), [400, 'E_STATEMENT']);
  assert.deepEqual(await send({ ...STATEMENT, value: 'perhaps' }, ada), [400, 'E_STATEMENT']);
  assert.deepEqual(await send({ ...STATEMENT, expires: '2026-01-01' }, ada), [400, 'E_STATEMENT']);
  assert.equal((await send({ ...STATEMENT, expires: 'soon' }, ada))[0], 400);
  assert.equal((await send({ ...STATEMENT, extra: 1 }, ada))[0], 400);
  const fact = { ...STATEMENT, kind: 'fact', subject: 'exposed', value: 'true' };
  assert.deepEqual(await send(fact, ada), [201, undefined]);
  assert.deepEqual(await send(STATEMENT, ada), [201, undefined]);
});
