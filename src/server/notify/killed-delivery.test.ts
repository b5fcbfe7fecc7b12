import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { suite, test } from 'node:test';
import { startReceivingServer } from '../../../test/support/receiving-server.ts';
import { STORE_ENGINES } from '../../../test/support/store-engines.ts';
import { DAY_MS, HOUR_MS } from '../../foundation/core/duration.ts';
import { writeCauses } from '../engine/causes.ts';
import { Store } from '../store/store.ts';
import { addSubscription, listDeliveries } from './subscriptions.ts';

const START = Date.parse('2026-01-03T00:00:00Z');
const PROGRAM = join(import.meta.dirname, '../../../test/support/deliver-messages.ts');

for (const engine of STORE_ENGINES) {
  suite(`a killed sender on ${engine.name}`, { skip: engine.skip }, () => {
    test('repeats the one message in flight with the same ID, and keeps the order', async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'plimsoll-killed-'));
      const resources = new AsyncDisposableStack();
      t.after(async () => {
        await resources.disposeAsync();
        rmSync(folder, { recursive: true, force: true });
      });
      const { databaseUrl } = await engine.create(resources);
      const setting = { folder, ...(databaseUrl === undefined ? {} : { databaseUrl }) };
      const store = resources.use(await Store.open(setting));
      let victim: ChildProcess | undefined;
      const { received, url } = await startReceivingServer(t, ({ body }) => {
        // The second message is received, but the process ends before it records that.
        if ((body as { subject: string }).subject === 'b') {
          victim?.kill('SIGKILL');
        }
        return { status: 204 };
      });
      const request = { name: 'ops', channel: 'webhook', url, filter: {}, options: {} };
      await addSubscription(store, request, START);
      await store.runTransaction(async (change) => {
        const causes = ['a', 'b', 'c'].map((subject) => ({
          revision: 1,
          kind: 'data' as const,
          subject,
          summary: 's',
          effects: [{ kind: 'opened', count: 1, images: 1 }],
        }));
        await writeCauses(change, causes, START);
      });
      const run = async (now: number, isVictim: boolean) => {
        const more = databaseUrl === undefined ? [] : [databaseUrl];
        const child = spawn(process.execPath, [PROGRAM, folder, `${now}`, ...more]);
        victim = isVictim ? child : undefined;
        const [status, signal] = (await once(child, 'exit')) as [number | null, string | null];
        return status ?? signal;
      };
      assert.equal(await run(START, true), 'SIGKILL');
      assert.deepEqual(
        (await listDeliveries(store.db, 'ops')).map(({ subject, state }) => [subject, state]),
        [
          ['c', 'queued'],
          ['b', 'queued'],
          ['a', 'sent'],
        ],
      );
      assert.equal(await run(START + HOUR_MS, false), 0);
      assert.equal(await run(START + DAY_MS, false), 0);
      const list = received.map(({ body }) => (body as { subject: string }).subject);
      assert.deepEqual(list, ['a', 'b', 'b', 'c'], 'nothing is lost, and the order is kept');
      const ids = received.map(({ headers }) => headers['webhook-id']);
      assert.equal(ids[1], ids[2]);
      assert.equal(new Set(ids).size, 3);
      const ledger = await listDeliveries(store.db, 'ops');
      assert.deepEqual(
        ledger.map(({ state, attempts }) => [state, attempts.map(({ status }) => status)]),
        [
          ['sent', [204]],
          ['sent', [204]],
          ['sent', [204]],
        ],
      );
    });
  });
}
