import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { type BucketSetting, openBucket } from './document-bucket.ts';
import { createDocumentStore } from './documents.ts';

/*
 * Answers that a real object storage rarely gives. The nightly test of a whole server has a real
 * one.
 */

interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

interface Reply {
  readonly status: number;
  readonly body?: string | Uint8Array;
}

/** Starts a server on loopback, and opens a bucket of it. */
async function openFaulty(t: TestContext, reply: (request: Request) => Reply | 'cut') {
  const requests: Request[] = [];
  const server = createServer((incoming, response) => {
    const { method = '', url = '', headers } = incoming;
    void buffer(incoming).then((body) => {
      const request = { method, url, headers, body };
      requests.push(request);
      const answer = reply(request);
      if (answer === 'cut') {
        incoming.socket.destroy();
        return;
      }
      response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const setting: BucketSetting = {
    name: 'documents',
    prefix: 'production/',
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${port}/`,
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'the secret',
    sessionToken: 'the session',
    proxyEnvironment: {},
  };
  return { requests, store: createDocumentStore(openBucket(setting)) };
}

const CONTENT = Buffer.from('an inventory');
const DIGEST = createHash('sha256').update(CONTENT).digest('hex');
const PATH = `/documents/production/${DIGEST.slice(0, 2)}/${DIGEST}.zst`;
const MISSING = { status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' };

test('a document is written once, by signed requests with the digest of the body', async (t) => {
  let stored: Buffer | undefined;
  const { store, requests } = await openFaulty(t, ({ method, body }) => {
    if (method === 'PUT') {
      stored = body;
      return { status: 200 };
    }
    return stored === undefined ? MISSING : { status: 200, body: stored };
  });
  assert.equal(await store.put(CONTENT), DIGEST);
  assert.equal(await store.put(CONTENT), DIGEST);
  assert.deepEqual(await store.get(DIGEST), CONTENT);
  assert.deepEqual(
    requests.map(({ method, url }) => `${method} ${url}`),
    [`GET ${PATH}`, `PUT ${PATH}`, `GET ${PATH}`, `GET ${PATH}`],
  );
  const [, put] = requests;
  assert.ok(put);
  const { headers, body } = put;
  assert.equal(
    headers['x-amz-content-sha256'],
    createHash('sha256').update(body).digest('hex'),
    'the body is signed',
  );
  assert.match(
    String(headers['authorization']),
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/s3\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
  );
  assert.ok(!JSON.stringify(requests).includes('the secret'));
});

test('a missing or altered document is damage, and one that is put again is repaired', async (t) => {
  for (const altered of [
    zstdCompressSync('another inventory'),
    zstdCompressSync(CONTENT).subarray(0, 10),
    Buffer.from('no Zstandard'),
  ]) {
    let stored: Uint8Array = altered;
    const { store } = await openFaulty(t, ({ method, body }) => {
      stored = method === 'PUT' ? body : stored;
      return { status: 200, body: stored };
    });
    await assert.rejects(store.get(DIGEST), { code: 'E_STORE_DAMAGED', message: /was altered/ });
    await store.put(CONTENT);
    assert.deepEqual(await store.get(DIGEST), CONTENT);
  }
  const { store } = await openFaulty(t, () => MISSING);
  await assert.rejects(store.get(DIGEST), { code: 'E_STORE_DAMAGED', message: /is missing/ });
});

test('other answers are an unreachable store, which is not damaged', async (t) => {
  const replies: readonly (readonly [Reply | 'cut', RegExp])[] = [
    [{ status: 404, body: '<Error><Code>NoSuchBucket</Code></Error>' }, /NoSuchBucket/],
    [{ status: 403, body: '<Error><Code>SignatureDoesNotMatch</Code></Error>' }, /SignatureDoes/],
    [{ status: 403, body: '<Code>\u001b[31m</Code>' }, /answers status 403$/],
    [{ status: 301 }, /status 301/],
    [{ status: 500 }, /status 500/],
    ['cut', /^the bucket documents: /],
  ];
  for (const [reply, message] of replies.filter(([one]) => one === 'cut' || one.status !== 200)) {
    const { store } = await openFaulty(t, () => reply);
    const expected = { code: 'E_STORE_UNREACHABLE', message };
    await assert.rejects(store.get(DIGEST), expected);
    await assert.rejects(store.put(CONTENT), expected);
  }
});
