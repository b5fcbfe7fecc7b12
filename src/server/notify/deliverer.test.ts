import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { HOUR_MS } from '../../foundation/core/duration.ts';
import { addEffects, type Cause, writeCauses } from '../engine/causes.ts';
import { sendVerdictJobs } from '../engine/verdicts.ts';
import { JobQueue } from '../jobs/job-queue.ts';
import { Store } from '../store/store.ts';
import { Deliverer } from './deliverer.ts';
import {
  checkSubscription,
  type SubscriptionFilter,
  type SubscriptionOptions,
} from './subscription.ts';
import {
  addSubscription,
  type DeliveryView,
  listDeliveries,
  listSubscriptions,
  removeSubscription,
  setSubscriptionState,
} from './subscriptions.ts';

const START = Date.parse('2026-01-03T00:00:00Z');
const OPENED = [{ kind: 'opened', count: 402, images: 402 }];

interface Received {
  readonly id: string;
  readonly subject: string;
  readonly body: string;
  readonly headers: http.IncomingHttpHeaders;
}

async function openWorld(t: TestContext, engine: TestEngine) {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-notify-'));
  const resources = new AsyncDisposableStack();
  t.after(async () => {
    await resources.disposeAsync();
    rmSync(folder, { recursive: true, force: true });
  });
  const store = resources.use(await Store.open({ folder, ...(await engine.create(resources)) }));
  const received: Received[] = [];
  const world = {
    now: START,
    status: 200,
    location: '',
    /** Whether the body of the answer never ends. */
    drips: false,
    onReceived: async () => {},
  };
  const server = http.createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString();
      const { id, subject } = JSON.parse(body) as { id: string; subject: string };
      received.push({ id, subject, body, headers: request.headers });
      void world.onReceived().then(() => {
        if (world.drips) {
          response.writeHead(200);
          const timer = setInterval(() => response.write('.'), 10);
          response.on('close', () => clearInterval(timer));
          return;
        }
        response
          .writeHead(world.status, { location: world.location })
          .end(`answer ${world.status}`);
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => server.close());
  const deliverer = new Deliverer(store, {
    getTime: () => world.now,
    allowedHosts: new Set(['127.0.0.1']),
    source: 'http://127.0.0.1:7447',
  });
  let revision = 0;
  return {
    store,
    received,
    world,
    deliverer,
    subscribe: async (
      filter: SubscriptionFilter = {},
      name = 'ops',
      options: SubscriptionOptions = {},
    ) => {
      const { port } = server.address() as AddressInfo;
      const url = `http://127.0.0.1:${port}/hook`;
      const request = { name, channel: 'webhook', url, filter, options };
      return await addSubscription(store, checkSubscription(request), START);
    },
    report: async (more: Partial<Cause>) =>
      await store.runTransaction(async (change) => {
        revision += 1;
        const cause = {
          revision,
          kind: 'data',
          subject: '',
          summary: 's',
          effects: OPENED,
        } as const;
        await writeCauses(change, [{ ...cause, ...more }], world.now);
      }),
  };
}

/** Prints each attempt with the beginning of the answer. */
function printLedger(t: TestContext, deliveries: readonly (DeliveryView | undefined)[]): void {
  for (const { subject, state, attempts } of deliveries.filter((one) => one !== undefined)) {
    t.diagnostic(`message about ${subject}: ${state}`);
    for (const { at, status, head, error } of attempts) {
      t.diagnostic(`  ${at} ${status} ${head.slice(0, 40)}${error}`);
    }
  }
}

for (const engine of STORE_ENGINES) {
  suite(`messages on ${engine.name}`, { skip: engine.skip }, () => {
    test('one signed message reports a cause, whatever the number of images is', async (t) => {
      const { deliverer, received, report, subscribe, store } = await openWorld(t, engine);
      const { secret } = await subscribe();
      await report({ subject: 'CVE-2026-1', summary: 'CVE-2026-1 in openssl: fixed in 3.0.15' });
      await report({ subject: 'CVE-2026-2', effects: [] });
      assert.equal(await deliverer.deliverDue(), undefined);
      assert.equal(await deliverer.deliverDue(), undefined);
      const [message, ...others] = received;
      assert.deepEqual(others, []);
      assert.ok(message);
      const { headers, body, id } = message;
      assert.equal(headers['content-type'], 'application/cloudevents+json; charset=utf-8');
      assert.equal(headers['webhook-id'], id);
      const signed = `${id}.${String(headers['webhook-timestamp'])}.${body}`;
      const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
      const expected = createHmac('sha256', key).update(signed).digest('base64');
      assert.equal(headers['webhook-signature'], `v1,${expected}`);
      const { data, type, subject } = JSON.parse(body) as Record<string, unknown>;
      assert.deepEqual([type, subject], ['plimsoll.change.data', 'CVE-2026-1']);
      assert.deepEqual(data, {
        revision: 1,
        summary: 'CVE-2026-1 in openssl: fixed in 3.0.15',
        exploited: false,
        effects: [{ ...OPENED[0], rows: '/api/v1/causes/1/images?effect=opened' }],
        changes: '/api/v1/changes?after=0',
      });
      const [listed] = await listDeliveries(store.db, 'ops');
      assert.deepEqual(listed?.attempts, [
        { at: '2026-01-03T00:00:00.000Z', status: 200, head: 'answer 200', error: '' },
      ]);
    });

    test('nothing is lost while the receiver is down, and the order is kept', async (t) => {
      const { deliverer, received, report, subscribe, store, world } = await openWorld(t, engine);
      await subscribe();
      world.status = 503;
      await report({ subject: 'a' });
      assert.equal(await deliverer.deliverDue(), START + 5_000);
      await report({ subject: 'b' });
      assert.equal(await deliverer.deliverDue(), START + 5_000, 'the first one is first');
      while (world.now < START + HOUR_MS) {
        world.now = (await deliverer.deliverDue()) ?? 0;
      }
      assert.deepEqual(new Set(received.map(({ subject }) => subject)), new Set(['a']));
      world.status = 204;
      received.length = 0;
      assert.equal(await deliverer.deliverDue(), undefined);
      assert.deepEqual(
        received.map(({ subject }) => subject),
        ['a', 'b'],
      );
      const [second, first] = await listDeliveries(store.db, 'ops');
      printLedger(t, [first, second]);
      assert.deepEqual([first?.state, second?.state], ['sent', 'sent']);
      assert.deepEqual(
        first?.attempts.map(({ status }) => status),
        [503, 503, 503, 503, 503, 204],
      );
    });

    test('a message is given up after three days, and the next one is sent', async (t) => {
      const { deliverer, report, subscribe, store, world } = await openWorld(t, engine);
      await subscribe();
      world.status = 302;
      world.location = 'http://169.254.169.254/latest/meta-data';
      await report({ subject: 'a' });
      for (let next = await deliverer.deliverDue(); next !== undefined; ) {
        world.now = next;
        next = await deliverer.deliverDue();
      }
      const days = (world.now - START) / (24 * HOUR_MS);
      assert.ok(days > 2.5 && days <= 3, `${days} days`);
      const [given] = await listDeliveries(store.db, 'ops');
      assert.equal(given?.state, 'dead');
      assert.equal(given.attempts.length, 12);
      world.status = 200;
      await report({ subject: 'b' });
      assert.equal(await deliverer.deliverDue(), undefined);
      const [{ queued, dead } = { queued: -1, dead: -1 }] = await listSubscriptions(store.db);
      assert.deepEqual({ queued, dead }, { queued: 0, dead: 1 });
    });

    test('a receiver that fails for three days is reported to others, once', async (t) => {
      const { deliverer, received, report, subscribe, store, world } = await openWorld(t, engine);
      await subscribe();
      world.status = 500;
      await report({ subject: 'a' });
      await report({ subject: 'b' });
      assert.equal(await deliverer.deliverDue(), START + 5_000);
      const [failing] = await listSubscriptions(store.db);
      assert.equal(failing?.failingSince, new Date(START).toISOString());
      const runToEnd = async (): Promise<void> => {
        for (let next = await deliverer.deliverDue(); next !== undefined; ) {
          world.now = next;
          next = await deliverer.deliverDue();
        }
      };
      await subscribe({}, 'others');
      await setSubscriptionState(store, 'others', 'paused');
      await subscribe({ project: 'shop' }, 'shop');
      await setSubscriptionState(store, 'shop', 'paused');
      await runToEnd();
      world.status = 200;
      received.length = 0;
      await setSubscriptionState(store, 'others', 'active');
      await setSubscriptionState(store, 'shop', 'active');
      await runToEnd();
      assert.deepEqual(
        received.map(({ body }) => {
          const { type, subject, data } = JSON.parse(body) as Record<string, unknown>;
          return [type, subject, (data as { summary: string }).summary];
        }),
        [
          [
            'plimsoll.receiver.failed',
            'ops',
            'the subscription "ops" fails: a message was given up',
          ],
        ],
      );
      await report({ subject: 'c' });
      await runToEnd();
      assert.deepEqual(
        (await listSubscriptions(store.db)).map(({ failingSince }) => failingSince),
        [undefined, undefined, undefined],
      );
    });

    test('a receiver that is not there, fails, redirects, is slow or never ends is tried again', async (t) => {
      const { deliverer, received, report, subscribe, store, world } = await openWorld(t, engine);
      const slow = new Deliverer(store, {
        getTime: () => world.now,
        allowedHosts: new Set(['127.0.0.1']),
        source: 'http://127.0.0.1:7447',
        timeoutMs: 100,
      });
      const closed = http.createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => closed.once('listening', resolve));
      const { port } = closed.address() as AddressInfo;
      await new Promise((resolve) => closed.close(resolve));
      await subscribe();
      const { url } = await store.db
        .selectFrom('subscription')
        .select('url')
        .executeTakeFirstOrThrow();
      const move = async (address: string): Promise<void> =>
        void (await store.db
          .updateTable('subscription')
          .set({ url: address } as never)
          .execute());
      await report({ subject: 'a' });
      await report({ subject: 'b' });
      await move(`http://127.0.0.1:${port}/`);
      world.now = (await slow.deliverDue()) ?? 0;
      await move(url);
      world.status = 500;
      world.now = (await slow.deliverDue()) ?? 0;
      world.status = 307;
      world.location = 'http://169.254.169.254/latest/meta-data/';
      world.now = (await slow.deliverDue()) ?? 0;
      world.status = 200;
      const never = Promise.withResolvers<void>();
      world.onReceived = async () => await never.promise;
      world.now = (await slow.deliverDue()) ?? 0;
      world.onReceived = async () => {};
      world.drips = true;
      world.now = (await slow.deliverDue()) ?? 0;
      world.drips = false;
      never.resolve();
      assert.ok(world.now - START > HOUR_MS / 2, 'the outage was long');
      assert.equal(await deliverer.deliverDue(), undefined);
      const [second, delivery] = await listDeliveries(store.db, 'ops');
      printLedger(t, [delivery, second]);
      assert.equal(second?.attempts.length, 1, 'the second one waited for the first one');
      assert.deepEqual(
        delivery?.attempts.map(({ status, error }) => [status, error.replace(/\d+\.\S+/, '')]),
        [
          [0, 'connect ECONNREFUSED '],
          [500, ''],
          [307, ''],
          [0, 'The operation was aborted'],
          [0, 'The operation was aborted'],
          [200, ''],
        ],
      );
      assert.equal(new Set(received.map(({ id }) => id)).size, 2);
      assert.equal(received.at(-1)?.subject, 'b');
    });

    test('a message that was not recorded is sent again with the same ID', async (t) => {
      const { deliverer, received, report, subscribe, store, world } = await openWorld(t, engine);
      await subscribe();
      await report({ subject: 'a' });
      await deliverer.deliverDue();
      // The state of a process that ended between sending and recording.
      await store.db.deleteFrom('attempt').execute();
      const lost = { state: 'queued', attempts: 0, run_at: world.now + 60_000 } as const;
      await store.db.updateTable('delivery').set(lost).execute();
      world.now = (await deliverer.deliverDue()) ?? 0;
      assert.equal(await deliverer.deliverDue(), undefined);
      assert.equal(received.length, 2);
      assert.equal(received[0]?.id, received[1]?.id);
    });

    test('a receiver that is gone gets nothing any more', async (t) => {
      const { deliverer, received, report, subscribe, store, world } = await openWorld(t, engine);
      await subscribe();
      world.status = 410;
      await report({ subject: 'a' });
      await deliverer.deliverDue();
      await report({ subject: 'b' });
      assert.equal(await deliverer.deliverDue(), undefined);
      assert.equal(received.length, 1);
      const [subscription] = await listSubscriptions(store.db);
      assert.equal(subscription?.state, 'ended');
    });

    test('a pause keeps messages, a test is sent at once, and a removal ends all', async (t) => {
      const { deliverer, received, report, subscribe, store } = await openWorld(t, engine);
      await subscribe();
      await setSubscriptionState(store, 'ops', 'paused');
      await report({ subject: 'a' });
      assert.equal(await deliverer.deliverDue(), undefined);
      assert.equal((await deliverer.test('ops')).status, 200);
      await setSubscriptionState(store, 'ops', 'active');
      await deliverer.deliverDue();
      assert.deepEqual(
        received.map(({ subject }) => subject),
        [undefined, 'a'],
      );
      await assert.rejects(subscribe(), { code: 'E_USAGE' });
      await removeSubscription(store, 'ops');
      assert.deepEqual(await listSubscriptions(store.db), []);
      await assert.rejects(listDeliveries(store.db, 'ops'), { code: 'E_USAGE' });
      await subscribe();
    });

    test('filters let unrated and exploited vulnerabilities and failing verdicts through', async (t) => {
      const { deliverer, received, report, subscribe, store } = await openWorld(t, engine);
      await subscribe({ severity: 'high' });
      await subscribe({ kinds: ['image'] }, 'images');
      const match = { component: 1, kind: 0, number: 0, opened: 1, closed: null, fix_state: '' };
      // The last one is unrated.
      const severities = { 'CVE-1': 2, 'CVE-2': 4, 'CVE-3': 2, 'CVE-4': 2, 'CVE-5': 0 };
      await store.runTransaction(async ({ writeRows }) => {
        const more = { fix_versions: '', reason: '', digest: '' };
        await writeRows(
          'match',
          Object.entries(severities).map(([vulnerability, severity]) => {
            return { ...match, vulnerability, severity, ...more };
          }),
        );
        await writeRows('vulnerability', [{ id: 'CVE-3', epss: -1, exploited: 1 }]);
      });
      for (const subject of ['CVE-1', 'CVE-2', 'CVE-3', 'CVE-5']) {
        await report({ subject });
      }
      await report({ subject: 'CVE-4', effects: [{ kind: 'pass-fail', count: 1, images: 1 }] });
      await report({ kind: 'image', subject: 'app' });
      await deliverer.deliverDue();
      assert.deepEqual(received.map(({ subject }) => subject).sort(), [
        'CVE-2',
        'CVE-3',
        'CVE-4',
        'CVE-5',
        'app',
        'app',
      ]);
    });

    test('many accepted messages are few changes of the store, the last one included', async (t) => {
      const { deliverer, received, report, subscribe, store, world } = await openWorld(t, engine);
      await subscribe();
      const readChanges = async () =>
        (await store.db.selectFrom('store').select('changes').executeTakeFirstOrThrow()).changes;
      for (let index = 1; index <= 40; index += 1) {
        await report({ subject: `CVE-2026-${index}` });
      }
      const before = await readChanges();
      const seen: number[] = [];
      world.onReceived = async () => void seen.push(await readChanges());
      const started = performance.now();
      await deliverer.deliverDue();
      const seconds = Math.ceil((performance.now() - started) / 1_000);
      const last = await readChanges();
      assert.equal(received.length, 40);
      // One that creates the messages, the first and the last message, and one of each second.
      assert.ok(last - before <= 3 + seconds, `${last - before} changes in ${seconds} s`);
      assert.ok(last > (seen.at(-1) ?? last), 'the last message is a change');
      assert.ok((seen[1] ?? 0) > (seen[0] ?? 0), 'so is the first one');
    });

    test('verdicts are one message, after the last job, and another one if more follow', async (t) => {
      const { deliverer, received, subscribe, store, world } = await openWorld(t, engine);
      await subscribe();
      const queue = new JobQueue(store);
      const verdicts = { revision: 7, kind: 'data' } as const;
      const fail = async (count: number) =>
        await store.runTransaction(async (change) => {
          const effects = [{ kind: 'pass-fail', count, images: count }];
          await addEffects(change, { ...verdicts, subject: '', summary: 's', effects }, world.now);
        });
      const runJob = async () => {
        const job = await queue.takeNext(['verdicts']);
        assert.ok(job);
        await store.runTransaction(async (change) => await queue.complete(change, job, {}));
      };
      const listEffects = () =>
        received.map(({ body }) =>
          (JSON.parse(body) as { data: { effects: readonly { rows: string }[] } }).data.effects.map(
            ({ rows: _, ...effect }) => effect,
          ),
        );
      await store.runTransaction(async (change) => {
        await sendVerdictJobs(change, queue, verdicts, [1, 100_000]);
        const cause = { ...verdicts, subject: 'CVE-1', summary: 's', effects: OPENED };
        await writeCauses(change, [cause], world.now);
      });
      await fail(16);
      await runJob();
      await deliverer.deliverDue();
      assert.deepEqual(listEffects(), [OPENED], 'other causes do not wait');
      await fail(2);
      await runJob();
      await deliverer.deliverDue();
      const all = [{ kind: 'pass-fail', count: 18, images: 18 }];
      assert.deepEqual(listEffects(), [OPENED, all]);
      // A job that failed is retried after the message was sent.
      await fail(1);
      await deliverer.deliverDue();
      const more = [{ kind: 'pass-fail', count: 19, images: 19 }];
      assert.deepEqual(listEffects(), [OPENED, all, more]);
      assert.equal(new Set(received.map(({ id }) => id)).size, 3);
      const [last] = await listDeliveries(store.db, 'ops');
      assert.deepEqual([last?.state, last?.attempts.length], ['sent', 2]);
    });

    test('a search that finds nothing does not change the store', async (t) => {
      const { deliverer, report, subscribe, store } = await openWorld(t, engine);
      await subscribe();
      await report({});
      await deliverer.deliverDue();
      const readChanges = async () =>
        (await store.db.selectFrom('store').select('changes').executeTakeFirstOrThrow()).changes;
      const before = await readChanges();
      await deliverer.deliverDue();
      assert.equal(await readChanges(), before);
    });

    test('a pause and a removal during an attempt stop the messages behind it', async (t) => {
      const { deliverer, received, report, subscribe, store, world } = await openWorld(t, engine);
      await subscribe();
      await report({ subject: 'a' });
      await report({ subject: 'b' });
      world.onReceived = async () => await setSubscriptionState(store, 'ops', 'paused');
      await deliverer.deliverDue();
      assert.deepEqual(
        [received.length, (await listDeliveries(store.db, 'ops'))[0]?.state],
        [1, 'queued'],
      );
      await setSubscriptionState(store, 'ops', 'active');
      world.onReceived = async () => await removeSubscription(store, 'ops');
      await deliverer.deliverDue();
      world.onReceived = async () => {};
      // The next message has the ID of the one that was removed.
      await subscribe();
      await report({ subject: 'c' });
      assert.equal(await deliverer.deliverDue(), undefined);
      assert.deepEqual(
        received.map(({ subject }) => subject),
        ['a', 'b', 'c'],
      );
      const [sent] = await listDeliveries(store.db, 'ops');
      assert.deepEqual([sent?.state, sent?.attempts.length], ['sent', 1]);
    });
  });
}

test('a subscription that cannot be meant is refused', () => {
  const url = 'https://hooks.example.org/';
  for (const [name, address, message] of [
    ['A b', url, /^the name of a subscription/],
    ['a', 'ftp://x/', /^the address of the subscription cannot be used/],
    [
      'a',
      'https://user:secret@hooks.example.org/',
      /^the address of the subscription cannot be used/,
    ],
  ] as const) {
    const request = { name, channel: 'webhook', url: address, filter: {}, options: {} };
    assert.throws(() => checkSubscription(request), { code: 'E_USAGE', message });
  }
});
