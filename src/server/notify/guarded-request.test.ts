import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { sendGuarded } from './guarded-request.ts';

async function serve(t: TestContext, handler: http.RequestListener): Promise<URL> {
  const server = http.createServer(handler).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`);
}

const REQUEST = { method: 'POST', headers: {}, body: '{}' } as const;
const ALLOWED = new Set(['127.0.0.1']);

test('returns the beginning of the answer, and follows no redirect', async (t) => {
  const paths: string[] = [];
  const url = await serve(t, (request, response) => {
    paths.push(request.url ?? '');
    response.writeHead(302, { location: '/other' }).end('x'.repeat(5_000));
  });
  const attempt = await sendGuarded({ ...REQUEST, url }, { allowedHosts: ALLOWED });
  assert.deepEqual(
    { ...attempt, head: attempt.head.length },
    { status: 302, head: 1_024, error: '' },
  );
  assert.deepEqual(paths, ['/hook']);
});

test('ends an answer that does not come', async (t) => {
  const url = await serve(t, () => undefined);
  const options = { allowedHosts: ALLOWED, timeoutMs: 50 };
  const { status, error } = await sendGuarded({ ...REQUEST, url }, options);
  assert.equal(status, 0);
  assert.match(error, /timeout|aborted/i);
});

test('does not reach private networks unless they are allowed', async () => {
  const options = { allowedHosts: new Set<string>() };
  for (const text of [
    'https://127.0.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://[::ffff:10.0.0.1]/',
    'https://[fd00:ec2::254]/',
    'https://2130706433/',
    'https://localhost/',
  ]) {
    const attempt = await sendGuarded({ ...REQUEST, url: new URL(text) }, options);
    assert.match(attempt.error, /is in a private network, and the server does not allow it/, text);
  }
  const plain = await sendGuarded({ ...REQUEST, url: new URL('http://example.org/') }, options);
  assert.match(plain.error, /is only reached over HTTPS/);
});
