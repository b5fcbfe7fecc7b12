import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { test } from 'node:test';
import { startServer } from '../../../test/support/loopback-server.ts';
import { callServer, type ServerCall } from './call-server.ts';

/** Answers the requests one after the other, the last answer for all further ones. */
async function startAnswers(answers: readonly RequestListener[]) {
  let count = 0;
  return await startServer((request, response) => {
    const answer = answers[Math.min(count, answers.length - 1)];
    count += 1;
    request.resume().on('end', () => answer?.(request, response));
  });
}

const accept: RequestListener = (_, response) => response.end('{"done":true}');
const breakOff: RequestListener = (_, response) => response.destroy();

function refuse(status: number, body: string, headers: Record<string, string> = {}) {
  const answer: RequestListener = (_, response) => response.writeHead(status, headers).end(body);
  return answer;
}

async function call(url: string, more: Partial<ServerCall> = {}) {
  const reasons: string[] = [];
  const request = { method: 'PUT', path: '/x', body: { a: 1 }, subject: 'the inventory' } as const;
  const onRetry = (reason: string): void => void reasons.push(reason);
  const answer = callServer(
    { url, token: 't' },
    { ...request, timeoutMs: 5_000, onRetry, ...more },
  );
  return { reasons, answer };
}

test('repeats a request until the server is ready', async () => {
  const wait = { 'retry-after': '0' };
  const busy = [refuse(503, '<html>', wait), breakOff, refuse(429, '{}', wait), accept];
  await using server = await startAnswers(busy);
  const { reasons, answer } = await call(server.origin);
  assert.deepEqual(await answer, { done: true });
  assert.deepEqual(reasons, [
    'it answered with status 503',
    'it does not answer',
    'it answered with status 429',
  ]);
  assert.equal(server.requests.length, 4);
});

test('reports the reason of the server, and does not repeat refused requests', async () => {
  const problem = {
    code: 'E_DOCUMENT_INVALID',
    detail: 'the inventory has another digest',
    hint: 'send it again',
    errors: [{ pointer: '/body/a', message: 'too small' }],
  };
  await using server = await startAnswers([refuse(422, JSON.stringify(problem))]);
  const { answer } = await call(server.origin);
  await assert.rejects(answer, {
    code: 'E_DOCUMENT_INVALID',
    message:
      'the server did not accept the inventory: the inventory has another digest; /body/a: too small',
    hint: 'send it again',
  });
  assert.equal(server.requests.length, 1);
});

test('does not repeat a request that could have two effects', async () => {
  await using server = await startAnswers([breakOff, accept]);
  const { answer } = await call(server.origin, { method: 'POST' });
  await assert.rejects(answer, { code: 'E_NETWORK', message: /does not answer/ });
  assert.equal(server.requests.length, 1);
});

test('reports pages of a proxy, and ends at once if no server of this machine runs', async () => {
  await using server = await startAnswers([refuse(200, '<html>sign in</html>')]);
  const { answer } = await call(server.origin);
  await assert.rejects(answer, { code: 'E_NETWORK', message: /status 200, and not an answer/ });
  await server[Symbol.asyncDispose]();
  const { answer: none, reasons } = await call(server.origin);
  await assert.rejects(none, { code: 'E_NETWORK', message: /does not answer/ });
  assert.deepEqual(reasons, []);
});
