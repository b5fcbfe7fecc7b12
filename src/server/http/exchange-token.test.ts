import assert from 'node:assert/strict';
import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { ServerApp } from '../../../test/support/server-app.ts';

const NOW = Date.parse('2026-01-04T00:00:00Z');
const SECONDS = NOW / 1_000;
const MINUTE_MS = 60_000;
const AUDIENCE = 'https://plimsoll.example.org';
const SUBJECT = 'repo:acme/shop:ref:refs/heads/main';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const short = generateKeyPairSync('rsa', { modulusLength: 1_024 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('rsa', { modulusLength: 2_048 });

function toJwk(key: KeyObject, kid: string) {
  return { ...key.export({ format: 'jwk' }), kid };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

suite('a CI job exchanges the token of its provider', () => {
  const resources = new AsyncDisposableStack();
  let server: ServerApp;
  let issuers: Server;
  let origin = '';
  let fetches = 0;

  before(async () => {
    issuers = createServer((request, response) => {
      fetches += 1;
      const [, name = '', ...rest] = (request.url ?? '').split('/');
      const issuer = `${origin}/${name}`;
      const keys = [
        toJwk(rsa.publicKey, 'rsa'),
        toJwk(ec.publicKey, 'ec'),
        toJwk(short.publicKey, 'short'),
      ];
      const answers = new Map<string, unknown>([
        [
          '.well-known/openid-configuration',
          { issuer: name === 'liar' ? origin : issuer, jwks_uri: `${issuer}/keys` },
        ],
        ['keys', { keys }],
      ]);
      if (name === 'moved') {
        response.writeHead(302, { location: `${origin}/good/${rest.join('/')}` }).end();
      } else {
        response.end(
          name === 'long' ? ' '.repeat(300_000) : JSON.stringify(answers.get(rest.join('/'))),
        );
      }
    }).listen(0, '127.0.0.1');
    resources.defer(() => void issuers.close());
    await once(issuers, 'listening');
    origin = `http://127.0.0.1:${(issuers.address() as AddressInfo).port}`;
    const roles = ['good', 'liar', 'moved', 'long'].map((name) => ({
      issuer: `${origin}/${name}`,
      subject: 'repo:acme/*:ref:refs/heads/main',
      role: 'uploader' as const,
      project: 'shop',
    }));
    server = resources.use(await ServerApp.start(NOW, { ciTokens: { roles, audience: AUDIENCE } }));
  });
  after(async () => await resources.disposeAsync());

  function getClaims(changes: object = {}) {
    const times = { iat: SECONDS - 10, nbf: SECONDS - 10, exp: SECONDS + 300 };
    return { iss: `${origin}/good`, sub: SUBJECT, aud: AUDIENCE, ...times, ...changes };
  }

  function createJwt(
    claims: object,
    header: object = { alg: 'RS256', kid: 'rsa' },
    key = rsa.privateKey,
  ) {
    const signed = `${encode(header)}.${encode(claims)}`;
    const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }

  async function sendToken(token: unknown, body = JSON.stringify({ token })) {
    const headers = { authorization: '', 'content-length': String(body.length) };
    const response = await server.send('/api/v1/token-exchange', { method: 'POST', body }, headers);
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  }

  test('for one with one role in one project, for 15 minutes', async () => {
    for (const token of [
      createJwt(getClaims()),
      createJwt(getClaims({ aud: ['x', AUDIENCE] }), { alg: 'ES256', kid: 'ec' }, ec.privateKey),
    ]) {
      const { status, body } = await sendToken(token);
      assert.equal(status, 200, JSON.stringify(body));
      assert.deepEqual(
        [body['role'], body['project'], body['expires']],
        ['uploader', 'shop', '2026-01-04T00:15:00.000Z'],
      );
      const identify = async (now: number) =>
        await server.credentials.identify({ token: body['token'] ?? '' }, now);
      assert.deepEqual((await identify(NOW))?.principal.grants, [
        { role: 'uploader', scope: { tenant: 'default', project: 'shop' } },
      ]);
      assert.equal(await identify(NOW + 15 * MINUTE_MS), undefined);
    }
    const log = await server.engine.access.listAudit(0, 10);
    assert.deepEqual([log[0]?.actor, log[0]?.outcome], [`ci:${SUBJECT}`, 'signed in']);
  });

  test('and none for a token that is not valid', async () => {
    const claims = getClaims();
    const valid = createJwt(claims);
    const [head = '', body = '', signature = ''] = valid.split('.');
    const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
    const confused = `${encode({ alg: 'HS256', kid: 'rsa' })}.${body}`;
    const hmac = createHmac('sha256', pem).update(confused).digest('base64url');
    const own = createPublicKey(other.privateKey).export({ format: 'jwk' });
    const fetchesBefore = fetches;
    const rejected: readonly [string, unknown][] = [
      ['other issuer', createJwt(getClaims({ iss: `${origin}/evil` }))],
      ['issuer with a slash', createJwt(getClaims({ iss: `${origin}/good/` }))],
      ['other audience', createJwt(getClaims({ aud: 'https://other.example.org' }))],
      ['longer audience', createJwt(getClaims({ aud: `${AUDIENCE}.evil` }))],
      ['no audience', createJwt(getClaims({ aud: undefined }))],
      ['other subject', createJwt(getClaims({ sub: 'repo:evil/shop:ref:refs/heads/main' }))],
      ['longer subject', createJwt(getClaims({ sub: `${SUBJECT}x` }))],
      ['pull request', createJwt(getClaims({ sub: 'repo:acme/shop:pull_request' }))],
      ['expired', createJwt(getClaims({ exp: SECONDS }))],
      ['no expiry', createJwt(getClaims({ exp: undefined }))],
      ['expiry as text', createJwt(getClaims({ exp: '9999999999' }))],
      ['not yet valid', createJwt(getClaims({ nbf: SECONDS + 100 }))],
      ['from the future', createJwt(getClaims({ iat: SECONDS + 100 }))],
      ['no signature', `${head}.${body}.`],
      ['none', `${encode({ alg: 'none', kid: 'rsa' })}.${body}.${signature}`],
      ['public key as secret', `${confused}.${hmac}`],
      ['other key', createJwt(claims, { alg: 'RS256', kid: 'rsa' }, other.privateKey)],
      ['key of its own', createJwt(claims, { alg: 'RS256', kid: 'x', jwk: own }, other.privateKey)],
      ['key of another type', createJwt(claims, { alg: 'ES256', kid: 'rsa' })],
      ['no key', createJwt(claims, { alg: 'RS256' })],
      ['short key', createJwt(claims, { alg: 'RS256', kid: 'short' }, short.privateKey)],
      [
        'changed claims',
        `${head}.${encode({ ...claims, sub: 'repo:acme/x:ref:refs/heads/main' })}.${signature}`,
      ],
      ['issuer that describes another', createJwt(getClaims({ iss: `${origin}/liar` }))],
      ['issuer that redirects', createJwt(getClaims({ iss: `${origin}/moved` }))],
      ['issuer with a long answer', createJwt(getClaims({ iss: `${origin}/long` }))],
      ['four parts', `${valid}.x`],
      ['not JSON', 'a.b.c'],
      ['a list', `${encode([])}.${body}.${signature}`],
      ['nothing', ''],
    ];
    for (const [title, token] of rejected) {
      const { status } = await sendToken(token);
      assert.ok(status === 401 || status === 503, `${title}: ${status}`);
    }
    for (const bodyText of ['', '{}', '{"token":1}', '[]', `{"token":"${'x'.repeat(40_000)}"}`]) {
      assert.equal((await sendToken('', bodyText)).status, 400);
    }
    assert.ok(fetches - fetchesBefore <= 6, 'keys are fetched once, and unknown issuers never');
    assert.deepEqual(server.problems, []);
  });
});
