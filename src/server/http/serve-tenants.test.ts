import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { CLIENT, IdentityProvider } from '../../../test/support/identity-provider.ts';
import { sendRequest } from '../../../test/support/send-request.ts';
import { ServerWorld } from '../../../test/support/server-world.ts';
import type { ServeSetting } from './serve-setting.ts';
import { type RunningServer, serveStore } from './serve-store.ts';
import { chooseTenantSetting } from './serve-tenant.ts';

const USUAL = 'https://plimsoll.example.org';
const ACME = 'https://acme.example.org';
const SUBJECT = 'repo:acme/shop';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Starts an issuer of tokens for CI jobs. */
async function startIssuer(resources: AsyncDisposableStack): Promise<string> {
  const server = createServer((request, response) => {
    const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'key' }];
    const answer = request.url === '/keys' ? { keys } : { issuer, jwks_uri: `${issuer}/keys` };
    response.end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  resources.defer(() => void server.close());
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return issuer;
}

suite('people and jobs sign in to one tenant', () => {
  const resources = new AsyncDisposableStack();
  let provider: IdentityProvider;
  let server: RunningServer;
  let issuer = '';

  before(async () => {
    const world = resources.use(new ServerWorld());
    await world.importDatabase();
    provider = resources.use(
      await IdentityProvider.start(`${USUAL}/oidc/callback`, `${ACME}/oidc/callback`),
    );
    issuer = await startIssuer(resources);
    const problems: unknown[] = [];
    server = resources.use(
      await serveStore({
        folder: world.folder,
        database: world.database,
        host: '127.0.0.1',
        port: 0,
        publicUrl: new URL(USUAL),
        tenants: [{ name: 'acme', publicUrl: new URL(ACME) }],
        oidc: {
          issuer: provider.issuer,
          clientId: CLIENT.id,
          clientSecret: CLIENT.secret,
          groupsClaim: 'groups',
          roles: [
            { group: 'owners', role: 'viewer' },
            { group: 'security', role: 'triager', tenant: 'acme' },
          ],
        },
        ciRoles: [
          { issuer, subject: 'repo:own/*', role: 'uploader' },
          { issuer, subject: SUBJECT, role: 'uploader', project: 'shop', tenant: 'acme' },
        ],
        getTime: Date.now,
        onUpdate: () => undefined,
        onProblem: (error) => problems.push(error),
      }),
    );
    resources.defer(() => assert.deepEqual(problems, []));
  });
  after(async () => await resources.disposeAsync());

  async function send(origin: string, path: string, cookie = '') {
    return await sendRequest(server.url, path, { headers: { host: new URL(origin).host, cookie } });
  }

  /** Begins a sign-in, and returns the address to which the provider sends the browser. */
  async function startFlow(origin: string) {
    const { headers } = await send(origin, '/oidc/begin');
    const [cookie = ''] = (headers['set-cookie']?.[0] ?? '').split(';');
    const url = await provider.visit(headers.location ?? '');
    assert.equal(url.origin, origin);
    return { cookie, path: `${url.pathname}${url.search}` };
  }

  test('people have the roles of their groups in this tenant, and none in another', async () => {
    provider.claims = { email: 'ada@example.org', email_verified: true, groups: ['security'] };
    const { cookie, path } = await startFlow(ACME);
    const done = await send(ACME, path, cookie);
    assert.equal(done.status, 303, done.text);
    const lines = done.headers['set-cookie'] ?? [];
    const session = lines.find((line) => line.startsWith('__Host-plimsoll='))?.split(';')[0] ?? '';
    assert.equal((await send(ACME, '/images', session)).status, 200);
    assert.equal((await send(USUAL, '/images', session)).status, 401);
    const refused = await startFlow(USUAL);
    const answer = await send(USUAL, refused.path, refused.cookie);
    assert.equal(answer.status, 403);
    assert.match(answer.text, /no group of .*ada@example\.org.* has a role/);
  });

  test('a sign-in that began at one tenant does not end at another', async () => {
    provider.claims = { sub: 'eve', groups: ['owners', 'security'] };
    for (const [from, to] of [
      [ACME, USUAL],
      [USUAL, ACME],
    ] as const) {
      const { cookie, path } = await startFlow(from);
      const { status, headers } = await send(to, path, cookie);
      assert.equal(status, 403);
      assert.ok(!(headers['set-cookie'] ?? []).some((line) => line.startsWith('__Host-plimsoll=')));
    }
  });

  async function sendJobToken(origin: string, aud: string, sub: string) {
    const seconds = Math.floor(Date.now() / 1_000);
    const claims = { iss: issuer, sub, aud, exp: seconds + 60 };
    const signed = `${encode({ alg: 'ES256', kid: 'key' })}.${encode(claims)}`;
    const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
    const signature = sign('sha256', Buffer.from(signed), key).toString('base64url');
    const body = JSON.stringify({ token: `${signed}.${signature}` });
    const headers = {
      host: new URL(origin).host,
      'content-type': 'application/json',
      'content-length': String(body.length),
    };
    const path = '/api/v1/token-exchange';
    return await sendRequest(server.url, path, { method: 'POST', headers, body });
  }

  test('the token of a CI job is only for the tenant that it names', async () => {
    const own = await sendJobToken(ACME, ACME, SUBJECT);
    assert.equal(own.status, 200, own.text);
    const { token, project } = JSON.parse(own.text) as Record<string, string>;
    assert.equal(project, 'shop');
    for (const [origin, aud, sub] of [
      // The token of another tenant, replayed.
      [USUAL, ACME, SUBJECT],
      [ACME, USUAL, SUBJECT],
      [ACME, USUAL, 'repo:own/x'],
      // A subject with a role in the other tenant only.
      [USUAL, USUAL, SUBJECT],
      [ACME, ACME, 'repo:own/x'],
    ] as const) {
      const { status, text } = await sendJobToken(origin, aud, sub);
      assert.equal(status, 401, `${origin} ${aud} ${sub}: ${text}`);
    }
    assert.equal((await sendJobToken(USUAL, USUAL, 'repo:own/x')).status, 200);
    // It is known to one tenant, whose jobs it may not read.
    for (const [origin, status] of [
      [ACME, 403],
      [USUAL, 401],
    ] as const) {
      const headers = { host: new URL(origin).host, authorization: `Bearer ${token}` };
      const job = await sendRequest(server.url, '/api/v1/jobs/1', { headers });
      assert.equal(job.status, status, job.text);
    }
  });
});

test('layers are only known to the tenant that has read them', () => {
  const setting: ServeSetting = {
    folder: '/server',
    host: '127.0.0.1',
    port: 0,
    cache: { folder: '/cache', build: '1', isRenewed: false },
    getTime: Date.now,
    onUpdate: () => undefined,
    onProblem: () => undefined,
  };
  const folders = ['default', 'acme', 'globex'].map(
    (name) => chooseTenantSetting(setting, name).cache?.folder,
  );
  assert.deepEqual(folders, [
    '/cache',
    join('/server', 'tenants', 'acme', 'facts'),
    join('/server', 'tenants', 'globex', 'facts'),
  ]);
});
