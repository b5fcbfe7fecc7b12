import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerApp } from '../../../test/support/server-app.ts';
import { formats } from '../../report/output/formats.ts';
import { ADDRESSES } from '../pages/address.ts';
import { ROUTES } from './routes.ts';

const NOW = Date.parse('2026-01-04T00:00:00Z');
const BASE = '/api/v1/exports';

async function openServer() {
  const server = await ServerApp.start(NOW);
  server.world.writeTarget('1.1.20-r0');
  await server.push('shop/web:1', '?project=shop');
  await server.push('bank/app:1', '?project=bank');
  const read = async (path: string, headers = {}) => {
    const response = await server.send(`${BASE}/${path}`, {}, headers);
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, type, text: await response.text() };
  };
  return { server, read };
}

test('an image is exported in every format that holds its result', async () => {
  const { server, read } = await openServer();
  await using _ = server;
  const types = new Map<string, number>();
  for (const { id, isForTerminal, takesTemplate, ...format } of formats) {
    const { status, type, text } = await read(`images/1?format=${id}`);
    const isUnfit = isForTerminal || takesTemplate === true;
    // No decision was made that a VEX document could contain.
    const isRefused = isUnfit || (format.findRefusal !== undefined && status === 422);
    assert.equal(status, isRefused ? 422 : 200, `${id}: ${text}`);
    types.set(type, (types.get(type) ?? 0) + 1);
    if (status === 422) {
      assert.equal((JSON.parse(text) as { code: string }).code, 'E_FORMAT');
    } else if (type.startsWith('application/json')) {
      JSON.parse(text);
    } else {
      assert.match(type, /^(?:application\/xml|text\/plain); charset=UTF-8$/, id);
    }
    assert.equal(type.includes('html'), false);
  }
  assert.ok((types.get('application/json; charset=UTF-8') ?? 0) >= 8, String([...types]));
  const sbom = JSON.parse((await read('images/1?format=cyclonedx-json')).text) as {
    readonly metadata: { readonly timestamp: string };
    readonly components: readonly { readonly name: string }[];
    readonly vulnerabilities: readonly { readonly id: string }[];
  };
  assert.equal(sbom.metadata.timestamp, '2026-01-04T00:00:00.000Z');
  assert.ok(sbom.components.some(({ name }) => name === 'musl'));
  assert.deepEqual(
    sbom.vulnerabilities.map(({ id }) => id),
    ['CVE-2020-0001'],
  );
  assert.equal((await read('images/1?format=x')).status, 400);
  assert.equal((await read('images/1')).status, 400);
  const scope = { tenant: 'default', project: 'shop' };
  const kim = await server.openSession('kim', scope, ['viewer']);
  assert.equal((await read('images/1?format=json', kim)).status, 200);
  for (const id of [2, 99]) {
    assert.equal((await read(`images/${id}?format=json`, kim)).status, 404);
  }
  assert.deepEqual(server.problems, []);
});

test('exports have the filters of the lists', async () => {
  const { server, read } = await openServer();
  await using _ = server;
  await server.engine.setPolicy({ severity: 'low', policies: [] }, '2026-01-04T00:00:00Z');
  const count = async (path: string): Promise<number> => {
    const { status, text } = await read(path);
    assert.equal(status, 200, text);
    return text
      .trim()
      .split('\n')
      .filter((line) => line !== '').length;
  };
  assert.equal(await count('images?format=jsonl'), 2);
  assert.equal(await count('images?format=jsonl&asof=1'), 1);
  assert.equal(await count('images?format=jsonl&name=bank*'), 1);
  assert.equal(await count('images?format=jsonl&environment=prod'), 0);
  assert.equal(await count('images?format=jsonl&outcome=pass'), 0);
  assert.equal(await count('findings?format=jsonl'), 2);
  assert.equal(await count('findings?format=jsonl&vulnerability=CVE-2020-0001&package=musl'), 2);
  assert.equal(await count('findings?format=jsonl&vulnerability=CVE-2020-0002'), 0);
  assert.equal(await count('findings?format=jsonl&package=zlib'), 0);
  assert.equal(await count('findings?format=jsonl&asof=1'), 1);
  // The sample's vulnerability is known to be exploited, and musl has a fix.
  assert.equal(await count('findings?format=jsonl&exploited=true'), 2);
  assert.equal(await count('findings?format=jsonl&exploited=false'), 0);
  assert.equal(await count('findings?format=jsonl&fix=available&package=musl'), 2);
  assert.equal(await count('findings?format=jsonl&fix=none'), 0);
  assert.equal((await read('findings?severity=awful')).status, 400);
});

test('lists and exports of findings have the filters of the page', async () => {
  const listNames = (id: string): readonly string[] =>
    Object.keys(ROUTES.find((route) => route.id === id)?.query.shape ?? {});
  const exported = new Set(listNames('exportFindings'));
  const listed = listNames('listFindings').filter((name) => name !== 'limit' && name !== 'cursor');
  assert.deepEqual(
    listed.filter((name) => !exported.has(name)),
    [],
  );
  // In the API, the lowest severity has the name "severity"; bases have no IDs in the API.
  const own = new Set(['after', 'base', 'least']);
  const page = Object.keys(ADDRESSES.findings.parameters).filter((name) => !own.has(name));
  assert.deepEqual(
    page.filter((name) => !listed.includes(name)),
    [],
  );
  const { server } = await openServer();
  await using _ = server;
  for (const [filter, count] of [
    ['fix=available', 1],
    ['fix=none', 0],
    ['exploited=true', 1],
    ['exploited=false', 0],
  ] as const) {
    const response = await server.send(`/api/v1/findings?${filter}`);
    const { items } = (await response.json()) as { readonly items: readonly unknown[] };
    assert.equal(items.length, count, filter);
  }
});
