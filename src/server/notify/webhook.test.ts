import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { sendWebhook, signWebhook } from './webhook.ts';

test('signs as the example of Standard Webhooks', () => {
  const message = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    body: '{"test": 2432232314}',
    secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  };
  const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
  assert.equal(signWebhook(message, 1_614_265_330), signature);
  const rotated = { ...message, secrets: [...message.secrets, 'whsec_AAAA'] };
  assert.match(signWebhook(rotated, 1_614_265_330), /^v1,\S+ v1,\S+$/);
});

async function serve(t: TestContext, handler: http.RequestListener): Promise<URL> {
  const server = http.createServer(handler).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`);
}

const MESSAGE = { id: 'msg_1', body: '{}', secrets: ['whsec_AAAA'] };
const NOW = 1_700_000_000_000;
const ALLOWED = new Set(['127.0.0.1']);

test('returns the beginning of the answer, and follows no redirect', async (t) => {
  const paths: string[] = [];
  const url = await serve(t, (request, response) => {
    paths.push(request.url ?? '');
    response.writeHead(302, { location: '/other' }).end('x'.repeat(5_000));
  });
  const attempt = await sendWebhook({ ...MESSAGE, url }, { now: NOW, allowedHosts: ALLOWED });
  assert.deepEqual(
    { ...attempt, head: attempt.head.length },
    { status: 302, head: 1_024, error: '' },
  );
  assert.deepEqual(paths, ['/hook']);
});

test('ends an answer that does not come', async (t) => {
  const url = await serve(t, () => undefined);
  const options = { now: NOW, allowedHosts: ALLOWED, timeoutMs: 50 };
  const { status, error } = await sendWebhook({ ...MESSAGE, url }, options);
  assert.equal(status, 0);
  assert.match(error, /timeout|aborted/i);
});

test('does not reach private networks unless they are allowed', async () => {
  const options = { now: NOW, allowedHosts: new Set<string>() };
  for (const text of [
    'https://127.0.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://[::ffff:10.0.0.1]/',
    'https://[fd00:ec2::254]/',
    'https://2130706433/',
    'https://localhost/',
  ]) {
    const attempt = await sendWebhook({ ...MESSAGE, url: new URL(text) }, options);
    assert.match(attempt.error, /is in a private network, and the server does not allow it/, text);
  }
  const plain = await sendWebhook({ ...MESSAGE, url: new URL('http://example.org/') }, options);
  assert.match(plain.error, /is only reached over HTTPS/);
});
