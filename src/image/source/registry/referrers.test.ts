import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { test } from 'node:test';
import { type LoopbackServer, startServer } from '../../../../test/support/loopback-server.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { openListing } from '../open-listing.ts';

const IMAGE = `sha256:${'a'.repeat(64)}`;

function createIndex(...digits: readonly string[]): string {
  const manifests = digits.map((digit) => ({ digest: `sha256:${digit.repeat(64)}` }));
  return JSON.stringify({ schemaVersion: 2, manifests });
}

/** Lists the referrers of an image in a registry; returns the first digits of their digests. */
async function listReferrers(listener: RequestListener, onServer?: (one: LoopbackServer) => void) {
  await using server = await startServer((request, response) =>
    request.url === '/v2/' ? response.end('{}') : listener(request, response),
  );
  onServer?.(server);
  const limits = { ...DEFAULT_LIMITS, httpTriesMax: 1 };
  using listing = await openListing(server.host, { limits, network: {} });
  const found = await listing.listReferrers('app', IMAGE);
  return found.map(({ digest }) => digest.charAt('sha256:'.length)).join('');
}

const sendStatus =
  (status: number): RequestListener =>
  (_, response) =>
    void response.writeHead(status).end('{}');

for (const status of [400, 404, 405]) {
  test(`a registry that returns ${status} for referrers does not support them`, async () => {
    assert.equal(await listReferrers(sendStatus(status)), '');
  });
}

for (const status of [401, 403, 408, 429, 500, 501, 502, 503, 504]) {
  test(`${status} is an error, and not an empty list of referrers`, async () => {
    const code = status === 401 || status === 403 ? 'E_UNAUTHORIZED' : 'E_NETWORK';
    await assert.rejects(listReferrers(sendStatus(status)), { code });
  });
}

test('a connection that ends, another server, and a body without a list are errors', async () => {
  await using elsewhere = await startServer(sendStatus(404));
  for (const [listener, code] of [
    [(_, response) => response.destroy(), 'E_NETWORK'],
    [
      (_, response) => response.writeHead(307, { location: `${elsewhere.origin}/x` }).end(),
      'E_NETWORK',
    ],
    [(_, response) => response.end('<html>'), 'E_DOCUMENT_INVALID'],
    [(_, response) => response.end('{}'), 'E_DOCUMENT_INVALID'],
    [(_, response) => response.end('[]'), 'E_DOCUMENT_INVALID'],
    [(_, response) => response.end('{"manifests":null}'), 'E_DOCUMENT_INVALID'],
  ] as const satisfies readonly (readonly [RequestListener, string])[]) {
    await assert.rejects(listReferrers(listener), { code });
  }
});

test('reads all pages, and an error of any of them is an error', async () => {
  let sendSecond: RequestListener = (_, response) => response.end(createIndex('2', '3'));
  let server: LoopbackServer | undefined;
  const list = () =>
    listReferrers(
      (request, response) => {
        if (request.url?.endsWith('?next_page=b%2Fc') === true) {
          sendSecond(request, response);
        } else {
          const link = '<http://169.254.169.254/v2/app/x?next_page=b%2Fc>; rel="next"';
          response.writeHead(200, { link }).end(createIndex('1'));
        }
      },
      (one) => {
        server = one;
      },
    );
  assert.equal(await list(), '123');
  assert.deepEqual(server?.requests.slice(-2), [
    `GET /v2/app/referrers/${IMAGE} -`,
    `GET /v2/app/referrers/${IMAGE}?next_page=b%2Fc -`,
  ]);
  for (const status of [404, 429, 500]) {
    sendSecond = sendStatus(status);
    await assert.rejects(list(), ({ code }) => code === 'E_NETWORK' || code === 'E_TARGET_UNKNOWN');
  }
});

test('a list of referrers whose pages never end is an error', async () => {
  let pages = 0;
  const sendPage: RequestListener = (_, response) => {
    pages += 1;
    const link = `</v2/app/referrers/x?last=${pages}>; rel=next`;
    response.writeHead(200, { link }).end(createIndex('1'));
  };
  await assert.rejects(listReferrers(sendPage), { code: 'E_LIMIT' });
  assert.equal(pages, 100);
});
