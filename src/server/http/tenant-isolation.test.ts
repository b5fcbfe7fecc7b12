import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { after, before, suite, test } from 'node:test';
import { ServerApp } from '../../../test/support/server-app.ts';
import { decideAccess } from '../access/decide-access.ts';
import { type Principal, ROLES, type Role, type Scope } from '../access/principal.ts';
import { RIGHTS, type Right } from '../access/rights.data.ts';
import { addToken } from '../access/tokens.ts';
import { parseRegistryWatch } from '../registry/registry-watch.ts';
import { addRegistryWatch } from '../registry/watch-store.ts';
import { SCHEMA } from '../store/sql/schema.data.ts';
import type { Row } from '../store/sql/store-engine.ts';
import type { Tables } from '../store/tables.ts';
import { createFormToken } from './credentials.ts';
import { createTenantServer } from './tenant-server.ts';

const NOW = Date.parse('2026-01-04T00:00:00Z');
const TIME = new Date(NOW).toISOString();
/** A text in every kind of data of the other tenant, and in no request. */
const MARKER = 'marker-of-globex';
/** The version of a package that only the other tenant has. */
const VERSION = '1.1.19-r77';
/** Names of the other tenant that requests use: an answer may repeat them. */
const NAME = 'only-here';
const VULNERABILITY = 'CVE-2020-0001';
const PURL = 'pkg:apk/alpine/musl';

type TableName = keyof Tables;

const TABLES = Object.keys(SCHEMA) as TableName[];

/** The tables that have more than numbers. */
const WORDED = TABLES.filter((name) =>
  Object.values(SCHEMA[name].columns).some((type) => /^(?:text|blob)/.test(type)),
);

function digestName(word: string): string {
  return `sha256:${hash('sha256', word)}`;
}

/** Adds real data of every kind that a route creates. */
async function addData(app: ServerApp, word: string): Promise<void> {
  const { engine, store } = app;
  await engine.setPolicy({ severity: 'low', policies: [] }, TIME);
  for (const place of [1, 2, 3]) {
    const digest = digestName(word);
    const digests = {
      imageId: digest,
      manifestDigest: digest,
      repoDigests: [],
      tags: [],
      layers: [],
    };
    const target = place === 1 ? {} : { kind: 'image', ...digests, labels: { [word]: word } };
    await app.push(`${word}-${place}`, `?project=${place === 3 ? NAME : word}`, target);
  }
  const request = {
    author: word,
    vulnerability: VULNERABILITY,
    package: PURL,
    images: `${word}*`,
    status: 'not_affected',
    justification: 'component_not_present',
    statement: word,
  } as const;
  for (let count = 0; count < 2; count += 1) {
    await engine.addDecision({ ...request, statement: `${word} ${count}` }, TIME);
    await engine.addDraft({ request, person: { id: word, name: word } }, TIME);
  }
  for (const name of [word, NAME]) {
    await engine.notifier.addSubscription({
      name,
      channel: 'webhook',
      url: `https://${word}.example.org/hook`,
      filter: { owner: word },
      options: {},
    });
    await addToken(store, { name, role: 'viewer', scope: { tenant: word }, days: 1 }, NOW);
    await addRegistryWatch(store, parseRegistryWatch(name, `${word}.example.org/${word}`), NOW);
    const placement = {
      environment: word,
      namespace: word,
      workload: word,
      reference: `${word}:1`,
      digest: '',
      exposure: 'exposed',
      instances: 1,
    } as const;
    const report = { source: name, sender: word, placements: [placement] };
    await engine.watched.placements.report(report, TIME);
  }
  await engine.access.appendAudit({
    at: NOW,
    actor: word,
    action: `POST /${word}`,
    target: word,
    outcome: word,
  });
}

/** Adds a row with the word to each table that has none with it. */
async function fillTables({ store }: ServerApp, word: string): Promise<void> {
  for (const table of WORDED) {
    if (JSON.stringify(await readTable(store, table)).includes(word)) {
      continue;
    }
    const entries = Object.entries(SCHEMA[table].columns as Record<string, string>);
    const row: Record<string, Row[string]> = {};
    for (const [column, type] of entries) {
      const texts = { text: word, blob: Buffer.from(word) };
      row[column] = type.startsWith('text')
        ? texts.text
        : type.startsWith('blob')
          ? texts.blob
          : 99;
    }
    await store.runTransaction(async ({ writeRows }) => await writeRows(table, [row]));
  }
}

async function readTable(
  { db }: ServerApp['store'],
  table: TableName,
): Promise<readonly unknown[]> {
  const rows = await db.selectFrom(table).selectAll().execute();
  return rows.map((row) =>
    Object.entries(row).map(([column, value]) => [
      column,
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    ]),
  );
}

async function readStore({ store }: ServerApp): Promise<string> {
  const tables = await Promise.all(
    TABLES.map(async (table) => [table, await readTable(store, table)]),
  );
  return JSON.stringify(tables, (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
}

/** Fills in parameters that exist in the other tenant. */
function fillPath({ path }: Right, ids: ReadonlyMap<string, number>, file: string): string {
  const [, table = 'image'] =
    /\/(decision|job|draft|cause|change|deliver)[a-z]*\/\{id\}/.exec(path) ?? [];
  const names = new Map([
    ['change', 'cause'],
    ['deliver', 'delivery'],
  ]);
  const id = ids.get(names.get(table) ?? table) ?? 0;
  return path
    .replaceAll('{id}', `${id}`)
    .replaceAll(/\{(?:name|source)\}/g, NAME)
    .replaceAll(/\{[a-z]+\}/g, file);
}

/** Queries of routes that need parameters to return data. */
const QUERIES: ReadonlyMap<string, string> = new Map([
  ['/api/v1/exports/images', '?format=csv'],
  ['/api/v1/exports/findings', '?format=jsonl'],
  ['/api/v1/exposure', '?name=musl'],
  ['/api/v1/causes/{id}/images', '?effect=opened'],
  ['/api/v1/findings', '?limit=1'],
  ['/exposure', '?name=musl'],
  ['/images/{id}/finding', `?vulnerability=${VULNERABILITY}&package=musl`],
  ['/search', '?q=musl'],
  ['/compare', '?left=1&right=2'],
]);

/** An endless answer is read for this long. */
const STREAM_MS = 100;

function hasMarker(text: string): boolean {
  return text.includes(MARKER) || text.includes(VERSION);
}

interface Sender {
  readonly title: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The scope of the role in the own store; absent if the sender is unknown there. */
  readonly grant?: Scope;
  readonly role?: Role;
}

suite('tenants of one server', () => {
  const resources = new AsyncDisposableStack();
  let own: ServerApp;
  let other: ServerApp;
  let port = 0;
  let file = '';
  const ids = new Map<string, number>();

  before(async () => {
    own = resources.use(
      await ServerApp.start(NOW, { tenant: 'default', host: 'acme.example.org', storeId: 'a' }),
    );
    other = resources.use(
      await ServerApp.start(NOW, { tenant: 'globex', host: 'globex.example.org', storeId: 'b' }),
    );
    const hosts = new Map(
      [own, other].map(({ host, app }) => [
        host,
        { answer: (request: Request) => app.fetch(request) },
      ]),
    );
    const usual = hosts.get(own.host);
    assert.ok(usual);
    const server = createTenantServer(hosts, usual).listen(0, '127.0.0.1');
    await once(server, 'listening');
    resources.defer(() => void server.close());
    ({ port } = server.address() as AddressInfo);
    await addData(own, 'word-of-acme');
    other.world.writeTarget(VERSION);
    await addData(other, MARKER);
    for (const table of ['image', 'decision', 'job', 'draft', 'cause', 'delivery'] as const) {
      const rows = await other.store.db
        .selectFrom(table as 'image')
        .select('id')
        .execute();
      ids.set(table, Math.max(0, ...rows.map(({ id }) => id)));
    }
    const { document } = await other.store.db
      .selectFrom('image')
      .select('document')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow();
    file = document;
  });
  after(async () => await resources.disposeAsync());

  async function send(
    { host }: ServerApp,
    { method, path }: Pick<Right, 'method' | 'path'>,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<{
    readonly status: number;
    readonly text: string;
    readonly headers: http.IncomingHttpHeaders;
  }> {
    const url = `http://127.0.0.1:${port}${path}`;
    const request = http.request(url, { method, headers: { ...headers, host } });
    request.end(body);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    const pieces: Buffer[] = [];
    response.on('data', (piece: Buffer) => pieces.push(piece));
    const isStream = response.headers['content-type'] === 'text/event-stream';
    const timer = isStream ? setTimeout(() => response.destroy(), STREAM_MS) : undefined;
    await once(response, 'close');
    clearTimeout(timer);
    const head = JSON.stringify(response.headers);
    const text = `${head}\n${Buffer.concat(pieces).toString('latin1')}`;
    return { status: response.statusCode ?? 0, headers: response.headers, text };
  }

  async function openSession(app: ServerApp, scope: Scope, roles: readonly Role[], name = 'ada') {
    const grants = roles.map((role) => ({ role, scope }));
    const principal: Principal = { id: `person:${name}`, name, grants };
    const session = await app.credentials.openSession(principal, NOW);
    return {
      cookie: `plimsoll_session=${session}`,
      'sec-fetch-site': 'same-origin',
      'plimsoll-form-token': createFormToken(session),
    };
  }

  function listRequests(): readonly { readonly right: Right; readonly path: string }[] {
    // Signing out ends sessions, so it comes last.
    const ordered = RIGHTS.toSorted(
      (left, right) => Number(left.path === '/sign-out') - Number(right.path === '/sign-out'),
    );
    return ordered.map((right) => {
      const query = QUERIES.get(right.path) ?? '';
      return { right, path: `${fillPath(right, ids, file)}${query}` };
    });
  }

  test('show their data to their own people', async () => {
    const headers = await openSession(other, { tenant: 'globex' }, ROLES);
    const gets = listRequests().filter(({ right }) => right.method === 'GET');
    let count = 0;
    for (const { path } of gets) {
      count += hasMarker((await send(other, { method: 'GET', path }, headers)).text) ? 1 : 0;
    }
    // Otherwise, the last test would search for markers that no answer can have.
    assert.ok(count >= 25, `${count} of ${gets.length} answers have the data of their tenant`);
  });

  test('share no cursor, tag, event, key, digest, form or link', async () => {
    const headers = await openSession(own, { tenant: 'default' }, ROLES);
    const foreign = await openSession(other, { tenant: 'globex' }, ROLES);
    const list = { method: 'GET', path: '/api/v1/images?limit=1' } as const;
    const page = await send(other, list, foreign);
    const tag = { 'if-none-match': page.headers.etag ?? '' };
    assert.equal((await send(other, list, { ...foreign, ...tag })).status, 304);
    assert.equal((await send(own, list, { ...headers, ...tag })).status, 200);
    for (const name of ['images', 'findings', 'placements']) {
      const first = { method: 'GET', path: `/api/v1/${name}?limit=1` } as const;
      const { text } = await send(other, first, foreign);
      const [, cursor = ''] = /"next":"([^"]+)"/.exec(text) ?? [];
      const next = { method: 'GET', path: `${first.path}&cursor=${cursor}` } as const;
      assert.equal((await send(other, next, foreign)).status, 200, name);
      assert.equal((await send(own, next, headers)).status, 400, name);
    }

    const gate = { method: 'POST', path: '/api/v1/gate' } as const;
    const question = JSON.stringify({ digest: digestName(MARKER) });
    const type = { 'content-type': 'application/json' };
    const known = await send(other, gate, { ...foreign, ...type }, question);
    assert.match(known.text, /"images":\[2,3\]/);
    const unknown = await send(own, gate, { ...headers, ...type }, question);
    assert.match(unknown.text, /no image with this digest was pushed/);

    const add = { method: 'POST', path: '/api/v1/subscriptions' } as const;
    const body = JSON.stringify({ name: 'same', url: 'https://hooks.example.org/' });
    const key = { ...type, 'idempotency-key': 'the-same-key' };
    const secrets = new Set<string>();
    for (const [app, sender] of [
      [other, foreign],
      [own, headers],
    ] as const) {
      const answer = await send(app, add, { ...sender, ...key }, body);
      assert.equal(answer.status, 201, answer.text);
      assert.equal(answer.headers['idempotency-replayed'], undefined);
      secrets.add(/whsec_[^"]+/.exec(answer.text)?.[0] ?? '');
    }
    assert.equal(secrets.size, 2);
    const form = { ...headers, 'plimsoll-form-token': foreign['plimsoll-form-token'] };
    assert.equal((await send(own, add, { ...form, ...type }, body)).status, 403);

    const open = { method: 'GET', path: `/sign-in/${other.credentials.createLink(NOW)}` } as const;
    assert.equal((await send(own, open, {})).status, 403);
    assert.equal((await send(other, open, {})).status, 303);
    const origin = { ...foreign, origin: `http://${own.host}` };
    assert.equal((await send(other, list, origin)).status, 403);
  });

  test('cannot be chosen by two hosts in one request', async () => {
    const { cookie } = await openSession(other, { tenant: 'globex' }, ROLES);
    const ask = async (...lines: readonly string[]): Promise<string> => {
      const socket = connect(port, '127.0.0.1');
      socket.end([...lines, `Cookie: ${cookie}`, 'Connection: close', '', ''].join('\r\n'));
      return await readText(socket);
    };
    const [a, b] = [`Host: ${own.host}`, `Host: ${other.host}`];
    const path = '/api/v1/images';
    const answer = await ask(`GET ${path} HTTP/1.1`, b);
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.ok(hasMarker(answer));
    for (const lines of [
      [`GET ${path} HTTP/1.1`, a, b],
      [`GET ${path} HTTP/1.1`, b, a],
      [`GET http://${other.host}${path} HTTP/1.1`, a],
      [`GET ${path} HTTP/1.1`, `Host: ${own.host}, ${other.host}`],
      [`GET ${path} HTTP/1.0`],
      [`GET ${path} HTTP/1.1`, a, `X-Forwarded-Host: ${other.host}`],
      [`GET ${path} HTTP/1.1`, a, `Forwarded: host=${other.host}`],
    ]) {
      const refused = await ask(...lines);
      assert.match(refused, /^HTTP\/1\.1 40[0-9] /, lines.join('|'));
      assert.ok(!hasMarker(refused));
    }
  });

  /** Returns the senders with a role that send requests to the own tenant. */
  async function listSenders(role: Role): Promise<readonly Sender[]> {
    const mine = { tenant: 'default' };
    const shop = { ...mine, project: 'shop' };
    const foreign = { tenant: 'globex' };
    const request = { name: `of-${role}`, role, scope: foreign, days: 1 };
    const token = await addToken(other.store, request, NOW);
    const create = async (title: string, app: ServerApp, scope: Scope): Promise<Sender> => {
      const headers = await openSession(app, scope, [role], `${role} ${title}`);
      return { title: `${role} ${title}`, headers, ...(app === own ? { grant: scope } : {}), role };
    };
    return [
      await create('of the tenant', own, mine),
      await create('of a project', own, shop),
      await create('of another tenant with a session here', own, foreign),
      await create('of another tenant', other, foreign),
      await create('of another tenant, as in this one', other, mine),
      { title: `token of a ${role}`, headers: { authorization: `Bearer ${token}` } },
    ];
  }

  test('neither return nor change data of another tenant, whatever the route and role', async () => {
    const senders: Sender[] = [
      { title: 'nobody', headers: {} },
      { title: 'the other server', headers: { authorization: `Bearer ${other.token}` } },
    ];
    for (const role of ROLES) {
      senders.push(...(await listSenders(role)));
    }
    await fillTables(other, MARKER);
    for (const table of WORDED) {
      assert.ok(hasMarker(JSON.stringify(await readTable(other.store, table))), table);
    }
    const state = await readStore(other);
    for (const { right, path } of listRequests()) {
      for (const { title, headers, grant, role } of senders) {
        const { status, text } = await send(own, { method: right.method, path }, headers);
        const place = `${right.method} ${path} by ${title}: ${status} ${text}`;
        assert.ok(!hasMarker(text), place);
        assert.doesNotMatch(text, /plimsoll_session=plimsoll_/, place);
        if (right.roles !== 'anyone') {
          const grants = grant && role ? [{ role, scope: grant }] : [];
          const { isAllowed } = decideAccess(right, { grants }, 'default');
          const refusal = grant === undefined ? 401 : 403;
          assert.equal(
            isAllowed ? status !== 401 && status !== 403 : status === refusal,
            true,
            place,
          );
        }
      }
    }
    assert.equal(await readStore(other), state);
  });
});
