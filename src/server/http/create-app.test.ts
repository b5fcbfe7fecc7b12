import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { Hono } from 'hono';
import { ServerWorld } from '../../../test/support/server-world.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { readInventory } from '../../assess/read-inventory.ts';
import { createToken } from '../access/secret.ts';
import { Engine } from '../engine/engine.ts';
import { type CallEngine, ENGINE_METHODS } from '../engine/engine-methods.ts';
import { PART_CODES } from '../engine/invalid-parts.ts';
import { writeInventoryDocument } from '../engine/inventory-document.ts';
import { PageReader } from '../pages/page-reader.ts';
import { Store } from '../store/store.ts';
import { PROBLEM } from './api-schemas.ts';
import type { AppEnvironment } from './caller.ts';
import { createApp } from './create-app.ts';
import { Credentials } from './credentials.ts';
import { ROUTES } from './routes.ts';

const HOST = '127.0.0.1:1';
const START = Date.parse('2026-01-04T00:00:00Z');
const MINUTE = 60_000;

for (const storeEngine of STORE_ENGINES) {
  suite(`the HTTP interface on ${storeEngine.name}`, { skip: storeEngine.skip }, () =>
    testInterface(storeEngine),
  );
}

function testInterface(storeEngine: TestEngine): void {
  const resources = new AsyncDisposableStack();
  const world = resources.use(new ServerWorld());
  const token = createToken();
  let credentials: Credentials;
  const problems: unknown[] = [];
  let time = START;
  let app: Hono<AppEnvironment>;
  let engine: Engine;

  before(async () => {
    await world.importDatabase();
    world.writeTarget();
    const { folder, database } = world;
    const setting = { folder, database, ...(await storeEngine.create(resources)) };
    engine = resources.use(await Engine.open(setting, new Date(START).toISOString()));
    const call = ((name: keyof typeof ENGINE_METHODS, argument: never) =>
      ENGINE_METHODS[name](engine, argument)) as CallEngine;
    const store = resources.use(await Store.open(setting));
    credentials = new Credentials({ token, tenant: 'default', db: store.db, call });
    const pages = resources.use(await PageReader.open(setting));
    app = createApp({
      call,
      readPage: async (question) => await pages.answerRequest(question),
      credentials,
      tenant: 'default',
      names: { origins: new Map([[HOST, `http://${HOST}`]]) },
      storeId: 'store',
      getTime: () => time,
      onProblem: (error) => problems.push(error),
    });
  });
  after(async () => await resources.disposeAsync());

  async function request(path: string, init: RequestInit = {}, headers = {}) {
    const response = await app.request(`http://${HOST}${path}`, {
      ...init,
      headers: { host: HOST, authorization: `Bearer ${token}`, ...headers },
    });
    const text = await response.text();
    const body = text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text;
    if (path.startsWith('/api/')) {
      checkAnswer(init.method ?? 'GET', path, response.status, body);
    }
    return { status: response.status, body, headers: response.headers };
  }

  /** Every answer has the documented form. */
  function checkAnswer(method: string, path: string, status: number, body: unknown): void {
    const [pathname = ''] = path.split('?');
    const route = ROUTES.find(
      (one) =>
        one.method === method.toLowerCase() &&
        new RegExp(`^${one.template.replaceAll(/\{[a-z]+\}/g, '[^/]+')}$`).test(pathname),
    );
    if (status === 304 || pathname.endsWith('/openapi.json')) {
      return;
    }
    const schema = status >= 400 ? PROBLEM : route?.answers[status as 200];
    const parsed = schema?.safeParse(body);
    assert.ok(parsed?.success, `${method} ${path} ${status}: ${parsed?.error?.message}`);
  }

  async function createDocument(): Promise<Buffer> {
    const inventory = await readInventory(`dir:${world.target}`, { temporaryFolder: world.root });
    return writeInventoryDocument({ inventory, configuration: {} });
  }

  function toPath(document: Uint8Array, query = ''): string {
    const digest = createHash('sha256').update(document).digest('hex');
    return `/api/v1/inventories/${digest}${query}`;
  }

  async function put(document: Uint8Array, path = toPath(document)) {
    const body = new Uint8Array(zstdCompressSync(document));
    return await request(path, { method: 'PUT', body });
  }

  test('needs a token or a session for every route of the API', async () => {
    for (const authorization of ['', `Bearer ${createToken()}`, token]) {
      const { status, body } = await request('/api/v1/status', {}, { authorization });
      assert.deepEqual([status, body.code], [401, 'E_UNAUTHORIZED'], authorization);
    }
    assert.equal((await request('/api/v1/status')).status, 200);
  });

  test('rejects requests under another name, which a page of another site could send', async () => {
    const { status } = await request('/api/v1/status', {}, { host: 'evil.example' });
    assert.equal(status, 403);
  });

  test('rejects requests from pages of other servers, also on the same machine', async () => {
    const send = async (origin: string) =>
      (await request('/api/v1/decisions', { method: 'POST', body: '{}' }, { origin })).status;
    assert.deepEqual(
      [await send('http://127.0.0.1:3000'), await send('null'), await send(`http://${HOST}`)],
      [403, 403, 400],
    );
  });

  test('a sign-in link works once, and not after 15 minutes', async () => {
    const path = `/sign-in/${credentials.createLink(time)}`;
    const response = await app.request(`http://${HOST}${path}`, { headers: { host: HOST } });
    assert.equal(response.status, 303);
    const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';');
    assert.match(response.headers.get('set-cookie') ?? '', /HttpOnly; SameSite=Strict/);
    const session = { authorization: '', cookie };
    assert.equal((await request('/api/v1/status', {}, session)).status, 200);
    assert.equal((await request('/', {}, session)).status, 200);
    assert.equal((await request(path, {}, session)).status, 303, 'who is signed in goes on');
    assert.equal((await request(path)).status, 403);
    const late = credentials.createLink(time);
    time += 16 * MINUTE;
    assert.equal((await request(`/sign-in/${late}`)).status, 403);
  });

  test('pages need a session, load only files of the server, and are in no frame', async () => {
    const send = async (path: string, headers = {}) =>
      await app.request(`http://${HOST}${path}`, { headers: { host: HOST, ...headers } });
    const unknown = await send('/images');
    assert.equal(unknown.status, 401);
    assert.match(await unknown.text(), /<h1>Sign in with the link of the server<\/h1>/);
    const page = await send('/images', { authorization: `Bearer ${token}` });
    assert.equal(page.status, 200);
    assert.equal(
      page.headers.get('content-security-policy'),
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    );
    assert.equal(page.headers.get('cache-control'), 'private, no-cache');
    const html = await page.text();
    const withoutFiles = html.replace(/<script [^>]*\bsrc="\/assets\/[\w.-]+"[^>]*><\/script>/, '');
    assert.doesNotMatch(withoutFiles, /<style|<script|\bstyle=|\bon[a-z]+=/);
    const [, style = ''] = /<link rel="stylesheet" href="([^"]*)">/.exec(html) ?? [];
    const asset = await send(style);
    assert.match(asset.headers.get('content-type') ?? '', /^text\/css/);
    assert.match(asset.headers.get('cache-control') ?? '', /immutable/);
    assert.equal((await send('/assets/page-0.css')).status, 404);
    const etag = page.headers.get('etag') ?? '';
    const again = await send('/images', {
      authorization: `Bearer ${token}`,
      'if-none-match': etag,
    });
    assert.deepEqual([again.status, await again.text()], [304, '']);
    assert.equal((await send('/nothing', { authorization: `Bearer ${token}` })).status, 404);
    const search = await send('/search?q=cve-1-2', { authorization: `Bearer ${token}` });
    assert.deepEqual(
      [search.status, search.headers.get('location')],
      [303, '/exposure?vulnerability=CVE-1-2'],
    );
  });

  test('adds an inventory once, and reports verdict, counts and findings', async () => {
    const document = await createDocument();
    const { status, body } = await put(document, toPath(document, '?fail-on=high'));
    assert.equal(status, 201, String(problems));
    assert.deepEqual([body.isKnown, body.newComponents, body.verdict.outcome], [false, 1, 'pass']);
    const again = await put(document);
    assert.deepEqual([again.body.isKnown, again.body.image.id], [true, body.image.id]);
    const { body: findings } = await request(`/api/v1/images/${body.image.id}/findings`);
    assert.deepEqual(
      findings.map((one: { readonly id: string }) => one.id),
      ['CVE-2020-0001'],
    );
    const { body: exposure } = await request('/api/v1/exposure?name=musl');
    assert.deepEqual(exposure.components[0].images, [body.image.id]);
    assert.equal(exposure.componentsNotListed, 0);
    const { body: images } = await request('/api/v1/images');
    assert.deepEqual(images.total, { count: 1, relation: 'exact' });
    const { body: fleet } = await request('/api/v1/findings');
    assert.deepEqual(
      [fleet.items[0].id, fleet.items[0].images, fleet.items[0].epss],
      ['CVE-2020-0001', 1, 250_000],
    );
    const { body: result } = await request(`/api/v1/images/${body.image.id}/result`);
    assert.equal(result.findings.findings[0].id, 'CVE-2020-0001');
  });

  test('rejects wrong digests, other documents and damaged compression', async () => {
    const document = await createDocument();
    const wrong = await put(document, toPath(Buffer.from('other')));
    assert.deepEqual([wrong.status, wrong.body.code], [422, 'E_DOCUMENT_INVALID']);
    for (const other of ['', '{}', 'x\n', '{"format":"plimsoll-inventory-1"}\n00000000002{}']) {
      const { status, body } = await put(Buffer.from(other));
      assert.equal(status, 422, other);
      assert.match(body.code, /^E_DOCUMENT_/, other);
    }
    const next = await put(Buffer.from('{"format":"plimsoll-inventory-2"}\n'));
    assert.deepEqual([next.status, next.body.code], [422, 'E_VERSION']);
    const cut = new Uint8Array(zstdCompressSync(document).subarray(0, 100));
    const broken = await request(toPath(document), { method: 'PUT', body: cut });
    assert.deepEqual([broken.status, broken.body.code], [422, 'E_DOCUMENT_INVALID']);
  });

  test('accepts documents that are compressed by gzip or not at all, and checks their digest', async () => {
    const document = await createDocument();
    for (const body of [new Uint8Array(document), new Uint8Array(gzipSync(document))]) {
      const sent = await request(toPath(document), { method: 'PUT', body });
      assert.equal(sent.status, 200, 'it is known');
      const own = createHash('sha256').update(body).digest('base64');
      for (const [header, status] of [
        [`sha-256=:${own}:, unixsum=:AAAA:`, 200],
        ['sha-256=:AAAA:', 422],
        ['sha-256=AAAA', 400],
      ] as const) {
        const headers = { 'content-digest': header };
        const answer = await request(toPath(document), { method: 'PUT', body }, headers);
        assert.equal(answer.status, status, header);
      }
    }
  });

  // It does not reach the store.
  const isOnce = storeEngine.name !== 'SQLite' && 'tested once';
  test('rejects an inventory that expands to more than its limit', { skip: isOnce }, async () => {
    const bomb = Buffer.alloc(513 * 1024 * 1024);
    const { status, body } = await put(bomb);
    assert.deepEqual([status, body.code], [422, 'E_DOCUMENT_INVALID']);
  });

  test('reports unknown images, numbers and addresses', async () => {
    for (const [path, status] of [
      ['/api/v1/images/99', 404],
      ['/api/v1/images/x', 400],
      ['/api/v1/changes?after=-1', 400],
      ['/api/v1/nothing', 404],
    ] as const) {
      assert.equal((await request(path)).status, status, path);
    }
  });

  test('describes every route, and answers with documented members only', async () => {
    const { body } = await request('/api/v1/openapi.json');
    assert.equal(body.openapi, '3.1.0');
    const operations = Object.values(body.paths).flatMap((one) => Object.values(one as object));
    assert.equal(operations.length, ROUTES.length);
    assert.equal(new Set(operations.map(({ operationId }) => operationId)).size, ROUTES.length);
    const { parameters, responses } = body.paths['/api/v1/images'].get;
    assert.deepEqual(
      parameters.map((one: { readonly name: string }) => one.name),
      ['name', 'outcome', 'environment', 'asof', 'limit', 'cursor'],
    );
    assert.ok(responses['200'].content['application/json'].schema.properties.next);
    assert.ok(responses['304']);
  });

  test('finds a package in a range of versions, and counts those outside', async () => {
    const find = async (query: string) => {
      const { body } = await request(`/api/v1/exposure?name=musl${query}`);
      return [body.components.length, body.outside, body.incomparable];
    };
    const [all] = await find('');
    assert.deepEqual(await find(''), [all, undefined, undefined]);
    assert.deepEqual(await find('&below=1.1.24-r3'), [all, 0, 0]);
    assert.deepEqual(await find('&from=1.1.20-r0&below=1.1.20-r1'), [all, 0, 0]);
    assert.deepEqual(await find('&below=1.1.20-r0'), [0, all, 0]);
    assert.deepEqual(await find('&from=1.1.20-r1'), [0, all, 0]);
    assert.deepEqual(await find('&below=v_nothing'), [all, 0, all]);
  });

  test('answers 304 until the store changes', async () => {
    const first = await request('/api/v1/images');
    const etag = first.headers.get('etag') ?? '';
    const known = { 'if-none-match': etag };
    assert.equal((await request('/api/v1/images', {}, known)).status, 304);
    const decision = {
      author: 'ada',
      vulnerability: 'CVE-2020-0001',
      package: 'pkg:apk/alpine/musl',
      status: 'under_investigation',
    };
    const init = { method: 'POST', body: JSON.stringify(decision) };
    const added = await request('/api/v1/decisions', init);
    assert.equal(added.status, 201, JSON.stringify(added.body));
    assert.equal((await request('/api/v1/images', {}, known)).status, 200);
    const revoked = await request(`/api/v1/decisions/${added.body.id}?author=grace`, {
      method: 'DELETE',
    });
    assert.equal(revoked.body.withdrawn, added.body.revision + 1);
  });

  test('names every invalid part of a request', async () => {
    const init = { method: 'POST', body: '{"author":"","status":"fine","extra":1}' };
    const { status, body } = await request('/api/v1/decisions', init);
    assert.equal(status, 400);
    const pointers = body.errors.map((one: { readonly pointer: string }) => one.pointer);
    for (const pointer of ['/body/author', '/body/vulnerability', '/body/status', '/body']) {
      assert.ok(pointers.includes(pointer), pointer);
    }
    const unknown = await request('/api/v1/images?limit=0&colour=red');
    assert.deepEqual([unknown.status, unknown.body.errors.length], [400, 2]);
    const codes = new Map(
      [...body.errors, ...unknown.body.errors].map(
        (one: { readonly pointer: string; readonly code: string }) => [one.pointer, one.code],
      ),
    );
    assert.deepEqual(Object.fromEntries(codes), {
      '/body': 'unknown-member',
      '/body/author': 'wrong-size',
      '/body/package': 'missing',
      '/body/vulnerability': 'missing',
      '/body/status': 'wrong-value',
      '/query': 'unknown-member',
      '/query/limit': 'wrong-size',
    });
    const torn = await request('/api/v1/decisions', { method: 'POST', body: '{' });
    assert.equal(torn.body.errors[0].code, 'malformed');
  });

  test('the documentation has each code of an invalid part', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/errors.md'), 'utf8');
    const [, section = ''] = page.split('| code | the part |');
    const rows = [...section.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code);
    assert.deepEqual(rows, [...PART_CODES]);
  });

  test('pages show one revision, and a cursor belongs to its filters', async () => {
    const inventory = await readInventory(`dir:${world.target}`, { temporaryFolder: world.root });
    for (const name of ['app-1', 'app-2', 'app-3']) {
      const named = { ...inventory, target: { ...inventory.target, name } };
      await put(writeInventoryDocument({ inventory: named, configuration: {} }));
    }
    const first = await request('/api/v1/images?name=app-*&limit=2');
    const { next, revision, total } = first.body;
    assert.deepEqual(total, { count: 3, relation: 'exact' });
    const late = { ...inventory, target: { ...inventory.target, name: 'app-4' } };
    await put(writeInventoryDocument({ inventory: late, configuration: {} }));
    const second = await request(`/api/v1/images?name=app-*&limit=2&cursor=${next}`);
    assert.deepEqual(
      [...first.body.items, ...second.body.items].map((one) => one.name),
      ['app-1', 'app-2', 'app-3'],
    );
    assert.deepEqual([second.body.revision, second.body.next], [revision, undefined]);
    const past = await request(`/api/v1/images?name=app-*&asof=${revision - 1}`);
    assert.equal(past.body.items.length, 2);
    const other = await request(`/api/v1/images?name=other&cursor=${next}`);
    assert.equal(other.status, 400);
    const findings = await request('/api/v1/findings?limit=1&severity=negligible');
    assert.deepEqual(findings.body.items, []);
  });

  test('an upload that does not wait becomes a job', async () => {
    const document = await createDocument();
    const body = new Uint8Array(zstdCompressSync(document));
    const init = { method: 'PUT', body };
    const accepted = await request(toPath(document), init, { prefer: 'respond-async' });
    assert.deepEqual([accepted.status, accepted.body.state], [202, 'queued']);
    const { signal } = new AbortController();
    const onProblem = (error: unknown): never => assert.fail(String(error));
    const runner = engine.createRunner({ signal, pauseMs: 1, onProblem, getTime: () => time });
    while (await runner.runNext());
    const job = await request(accepted.headers.get('location') ?? '');
    assert.deepEqual([job.body.state, job.body.result.isKnown], ['done', true]);
    assert.equal((await request('/api/v1/jobs/99')).status, 404);
    assert.ok((await request('/api/v1/jobs')).body.length > 0);
  });

  test('an altered or missing document is an error of the server', async () => {
    const { body } = await request('/api/v1/images');
    rmSync(`${world.folder}/documents`, { recursive: true });
    const { status, body: failed } = await request(`/api/v1/images/${body.items[0].id}/result`);
    assert.deepEqual([status, failed.code], [500, 'E_STORE_DAMAGED']);
    assert.equal(problems.length, 1);
  });

  test('an update of the advisory database closes findings without an advisory', async () => {
    await world.importDatabase(`
      UPDATE blobs SET value = replace(value, '< 1.1.24-r3', '< 1.1.0-r0') WHERE id = 5;
      UPDATE epss_handles SET epss = 0.5;
    `);
    const now = new Date(time).toISOString();
    const change = await engine.refresh(now);
    assert.deepEqual(
      [change?.matched, change?.opened, change?.closed, change?.facts],
      [1, 0, 1, 1],
    );
    assert.equal(await engine.refresh(now), undefined);
    const { body: all } = await request('/api/v1/changes');
    const changes = all.filter((one: { readonly kind: string }) => one.kind === 'data');
    assert.deepEqual(
      changes.map((one: { readonly effects: readonly unknown[] }) => one.effects),
      [
        [
          {
            id: 'CVE-2020-0001',
            kind: 'finding',
            package: 'musl',
            version: '1.1.20-r0',
            change: 'closed',
            images: 5,
          },
        ],
      ],
    );
    // The test before removed the documents, which are the only difference.
    const differences = await engine.audit();
    assert.equal(differences.length, 5);
    differences.forEach((one) => assert.match(one, /^image [0-9]: the document .* is missing$/));
  });
}
