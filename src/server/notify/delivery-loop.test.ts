import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startReceivingServer } from '../../../test/support/receiving-server.ts';
import { writeCauses } from '../engine/causes.ts';
import { Store } from '../store/store.ts';
import { Deliverer } from './deliverer.ts';
import { DeliveryLoop } from './delivery-loop.ts';
import { addSubscription, listDeliveries } from './subscriptions.ts';

const START = Date.parse('2026-01-03T00:00:00Z');
/** Much longer than a search, and much shorter than the limit for an answer. */
const WAIT_MS_MAX = 10_000;

test('a receiver that does not answer does not delay the messages to others', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-loop-'));
  const store = await Store.open({ folder });
  t.after(async () => {
    await store[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  const silent = http.createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const arrived = Promise.withResolvers<void>();
  const { received, url } = await startReceivingServer(t, ({ body }) => {
    if ((body as { subject: string }).subject === 'b') {
      arrived.resolve();
    }
    return { status: 204 };
  });
  const { port } = silent.address() as AddressInfo;
  const more = { channel: 'webhook', filter: {}, options: {} };
  await addSubscription(
    store,
    { name: 'silent', url: `http://127.0.0.1:${port}/`, ...more },
    START,
  );
  await addSubscription(store, { name: 'ops', url, ...more }, START);
  const report = async (subject: string): Promise<void> =>
    await store.runTransaction(async (change) => {
      const effects = [{ kind: 'opened', count: 1, images: 1 }];
      await writeCauses(
        change,
        [{ revision: 1, kind: 'data', subject, summary: 's', effects }],
        START,
      );
    });
  const deliverer = new Deliverer(store, {
    getTime: () => START,
    allowedHosts: new Set(['127.0.0.1']),
    source: 'http://127.0.0.1:7447',
    timeoutMs: 2 * WAIT_MS_MAX,
  });
  const ending = new AbortController();
  const loop = new DeliveryLoop(deliverer, {
    signal: ending.signal,
    onProblem: (error) => arrived.reject(error),
  });
  const asked = once(silent, 'request');
  await report('a');
  const running = loop.run();
  await asked;
  await report('b');
  loop.wake();
  const timer = setTimeout(() => arrived.reject(new Error('it did not arrive')), WAIT_MS_MAX);
  await arrived.promise;
  clearTimeout(timer);
  assert.deepEqual(
    received.map(({ body }) => (body as { subject: string }).subject),
    ['a', 'b'],
  );
  ending.abort();
  silent.closeAllConnections();
  silent.close();
  await running;
  const waiting = await listDeliveries(store.db, 'silent');
  assert.deepEqual(
    waiting.map(({ subject, state, attempts }) => [subject, state, attempts.length]),
    [
      ['b', 'queued', 0],
      ['a', 'queued', 1],
    ],
  );
});
