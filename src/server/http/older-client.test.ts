import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { ServerApp } from '../../../test/support/server-app.ts';
import { readInventory } from '../../assess/read-inventory.ts';
import { writeInventoryDocument } from '../engine/inventory-document.ts';

/*
 * The requests of a client of version 0.2.0 with the answers of that server. To record those of
 * another version, name a new file in PLIMSOLL_RECORD_API.
 */

const RECORDED = join(import.meta.dirname, '../../../test/support/api-0.2.0.json.gz');
const NOW = Date.parse('2026-01-04T00:00:00Z');

interface Exchange {
  readonly method: string;
  readonly path: string;
  /** JSON, or bytes in Base64. */
  readonly body?: unknown;
  readonly base64?: string;
  readonly status: number;
  /** JSON, or a text. */
  readonly answer: unknown;
}

type Request = Omit<Exchange, 'answer' | 'status'>;

const DIGEST = `sha256:${'1'.repeat(64)}`;
const DECISION = {
  author: 'ada',
  vulnerability: 'CVE-2020-0001',
  package: 'pkg:apk/alpine/musl',
  status: 'not_affected',
  justification: 'component_not_present',
};
const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  spec: { containers: [{ name: 'web', image: `registry.example.org/web@${DIGEST}` }] },
};
const SBOM = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  components: [{ type: 'library', name: 'musl', version: '1.1.20-r0' }],
};
const REVIEW = {
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: { uid: 'u-1', operation: 'CREATE', object: POD },
};
const PLACEMENTS = [
  { environment: 'prod', reference: `web@${DIGEST}`, digest: DIGEST, exposure: 'exposed' },
  { environment: 'prod', reference: 'redis:7' },
];
const RECEIVER = { name: 'ops', url: 'https://hooks.example.org/x', severity: 'high' };

/** The requests of a client, in an order in which each has an effect. */
function listRequests(inventory: Buffer): readonly Request[] {
  const sha256 = createHash('sha256').update(inventory).digest('hex');
  const get = (path: string): Request => ({ method: 'GET', path: `/api/v1${path}` });
  const send = (method: string, path: string, body?: unknown): Request => {
    return { method, path: `/api/v1${path}`, ...(body === undefined ? {} : { body }) };
  };
  const base64 = zstdCompressSync(inventory).toString('base64');
  const put = { method: 'PUT', path: `/api/v1/inventories/${sha256}?fail-on=high`, base64 };
  return [
    put,
    put,
    ...['/status', '/images', '/images?name=a*&limit=1', '/images/1', '/images/1/findings'].map(
      get,
    ),
    ...['/images/1/verdict', '/findings?severity=unknown', '/exposure?name=musl'].map(get),
    send('POST', '/decisions', DECISION),
    get('/decisions'),
    send('DELETE', '/decisions/1?author=ada'),
    ...['/jobs', '/jobs/1', '/held-updates', '/changes?after=0'].map(get),
    send('POST', '/gate', { digest: DIGEST }),
    send('POST', '/gate', { sbom: SBOM, failOn: 'low' }),
    send('POST', '/admission/review?unknown=warn', REVIEW),
    get('/admission/denied'),
    get('/exports/images?format=csv'),
    get('/exports/findings?format=jsonl'),
    send('PUT', '/placement-reports/eu', { placements: PLACEMENTS }),
    ...['/placements?environment=prod', '/placement-reports', '/images/1/placements'].map(get),
    ...['/images/1/attachments', '/registry-watches'].map(get),
    send('POST', '/subscriptions', RECEIVER),
    get('/subscriptions'),
    send('POST', '/subscriptions/ops/pause'),
    send('POST', '/subscriptions/ops/resume'),
    get('/subscriptions/ops/deliveries'),
    get('/subscriptions/ops/feed.atom'),
    send('POST', '/subscriptions/ops/replay', { since: '2026-01-01T00:00:00Z' }),
    send('DELETE', '/subscriptions/ops'),
    get('/who-may?method=POST&path=/api/v1/decisions'),
    get('/audit-log?after=0'),
    get('/images/99'),
    get('/images?nothing=1'),
  ];
}

async function openServer(): Promise<ServerApp> {
  const server = await ServerApp.start(NOW);
  await server.engine.setPolicy({ severity: 'high', policies: [] }, new Date(NOW).toISOString());
  return server;
}

async function sendRequest(server: ServerApp, request: Request): Promise<Exchange> {
  const { method, path, body, base64 } = request;
  const content =
    base64 === undefined ? JSON.stringify(body) : new Uint8Array(Buffer.from(base64, 'base64'));
  const response = await server.send(path, {
    method,
    ...(content === undefined ? {} : { body: content }),
  });
  // A feed has the time of its answer.
  const text = (await response.text()).replaceAll(/<updated>[^<]*/g, '<updated>');
  const isJson = /json(?:;|$)/.test(response.headers.get('content-type') ?? '');
  return { ...request, status: response.status, answer: isJson ? JSON.parse(text) : text };
}

test('a client of version 0.2.0 works: its requests have the answers that it knows', async () => {
  const file = process.env['PLIMSOLL_RECORD_API'];
  if (file !== undefined) {
    await recordExchanges(file);
    return;
  }
  assert.ok(existsSync(RECORDED));
  const recorded = JSON.parse(gunzipSync(readFileSync(RECORDED)).toString()) as Exchange[];
  assert.ok(recorded.length > 30);
  await using server = await openServer();
  for (const { status, answer, ...request } of recorded) {
    const title = `${request.method} ${request.path}`;
    const now = await sendRequest(server, request);
    assert.equal(now.status, status, `${title}: ${JSON.stringify(now.answer)}`);
    assert.deepEqual(listLosses(answer, now.answer, ''), [], title);
  }
  assert.deepEqual(server.problems, []);
});

test('a lost or changed member of an answer is found', () => {
  const old = { id: 1, items: [{ name: 'a', reason: 'old words' }], next: null };
  assert.deepEqual(listLosses(old, { ...old, more: 1 }, ''), []);
  assert.deepEqual(listLosses(old, { id: 1, items: [{ reason: 'new words' }], next: null }, ''), [
    '/items/0/name: "a" is now undefined',
  ]);
  assert.deepEqual(listLosses(old, { ...old, items: [] }, ''), ['/items: 1 items are now 0']);
  assert.deepEqual(listLosses(old, { ...old, id: '1' }, ''), ['/id: 1 is now "1"']);
});

/**
 * Texts for people may change, such as the title of a problem, whose type and code may not; the
 * other members are random, or depend on the time or version.
 */
const PROSE: ReadonlySet<string> = new Set([
  'title',
  'reason',
  'reasons',
  'summary',
  'detail',
  'hint',
  'created',
  'secret',
  'hash',
  'inputs',
  'generation',
  'next',
]);

/** Lists what an older client would miss: members may be added, but not lost or changed. */
function listLosses(old: unknown, now: unknown, pointer: string): readonly string[] {
  if (Array.isArray(old) && Array.isArray(now)) {
    return old.length === now.length
      ? old.flatMap((item, index) => listLosses(item, now[index], `${pointer}/${index}`))
      : [`${pointer}: ${old.length} items are now ${now.length}`];
  }
  if (isObject(old) && isObject(now)) {
    return Object.entries(old).flatMap(([name, value]) =>
      PROSE.has(name) && typeof value === typeof now[name]
        ? []
        : listLosses(value, now[name], `${pointer}/${name}`),
    );
  }
  return Object.is(old, now)
    ? []
    : [`${pointer}: ${JSON.stringify(old)} is now ${JSON.stringify(now) ?? 'undefined'}`];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function recordExchanges(file: string): Promise<void> {
  await using server = await openServer();
  const { target, root } = server.world;
  const read = await readInventory(`dir:${target}`, { temporaryFolder: root, name: 'app' });
  const inventory = { ...read, target: { ...read.target, userInput: 'app', path: 'app' } };
  const document = writeInventoryDocument({ inventory, configuration: {} });
  const exchanges: Exchange[] = [];
  for (const request of listRequests(document)) {
    exchanges.push(await sendRequest(server, request));
  }
  const text = JSON.stringify(exchanges).replaceAll(/whsec_[^"]+/g, 'whsec_random');
  writeFileSync(file, gzipSync(text));
}
