import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { AccessStore } from '../access/access-store.ts';
import { Store } from '../store/store.ts';
import { Notifier } from './notifier.ts';
import { countKeys, listUnreadable, NO_SEAL, replaceSeal, SecretSeal } from './secret-seal.ts';

const SLACK = 'https://hooks.slack.com/services/T0/B0/secret-of-slack';
const TOKEN = 'secret-of-github';
const WRONG = { code: 'E_SECRETS_KEY' };

function createKey(): Uint8Array {
  return Uint8Array.from(randomBytes(32));
}

async function openStore(t: TestContext, engine: TestEngine): Promise<Store> {
  const resources = new AsyncDisposableStack();
  t.after(async () => await resources.disposeAsync());
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-seal-'));
  resources.defer(() => rmSync(folder, { recursive: true, force: true }));
  return resources.use(await Store.open({ folder, ...(await engine.create(resources)) }));
}

function createNotifier(store: Store, secretsKey?: Uint8Array): Notifier {
  const options = { getTime: Date.now, allowedHosts: new Set<string>(), source: 'http://x' };
  return new Notifier(store, secretsKey === undefined ? options : { ...options, secretsKey });
}

/** Adds one subscription of each kind of secret, and returns the secret of the webhook. */
async function addAll(notifier: Notifier): Promise<string> {
  const usual = { filter: {}, options: {} };
  await notifier.addSubscription({ name: 'chat', channel: 'slack', url: SLACK, ...usual });
  const repository = { url: 'https://github.com/acme/shop', secret: TOKEN };
  await notifier.addSubscription({ name: 'issues', channel: 'github', ...repository, ...usual });
  const hook = { name: 'hook', channel: 'webhook', url: 'https://hooks.example.org/' };
  return (await notifier.addSubscription({ ...hook, ...usual })).secret;
}

async function readRows(store: Store) {
  return await store.db.selectFrom('subscription').selectAll().orderBy('id').execute();
}

for (const engine of STORE_ENGINES) {
  suite(`secrets of subscriptions on ${engine.name}`, { skip: engine.skip }, () => {
    test('are only readable with the key, by their own subscription', async (t) => {
      const store = await openStore(t, engine);
      const key = createKey();
      const seal = new SecretSeal(key);
      const notifier = createNotifier(store, key);
      const secret = await addAll(notifier);
      const rows = await readRows(store);
      const text = JSON.stringify(rows);
      for (const one of [secret, TOKEN, 'secret-of-slack', secret.slice('whsec_'.length)]) {
        assert.ok(!text.includes(one), one);
      }
      assert.equal(new Set(rows.map(({ secrets }) => secrets)).size, 3);
      assert.deepEqual(
        rows.map((row) => seal.openTarget(row)),
        [
          { url: SLACK, secrets: [] },
          { url: 'https://github.com/acme/shop', secrets: [TOKEN] },
          { url: 'https://hooks.example.org/', secrets: [secret] },
        ],
      );
      assert.deepEqual(
        (await notifier.listSubscriptions()).map(({ url }) => url),
        ['https://hooks.slack.com/…', 'https://github.com/acme/shop', 'https://hooks.example.org/'],
      );
      const { secret: fresh } = await notifier.rotateSecret({ name: 'hook' });
      const access = new AccessStore(store, key);
      const request = { key: 'k', request: 'r', now: 1 };
      assert.equal(await access.beginAnswer(request), undefined);
      await access.endAnswer({ key: 'k', status: 201, body: fresh, location: '' });
      assert.equal((await access.beginAnswer(request))?.body, fresh);
      const answers = await store.db.selectFrom('known_answer').selectAll().execute();
      assert.ok(!JSON.stringify(answers).includes(fresh));
      for (const other of [undefined, createKey()]) {
        await assert.rejects(new AccessStore(store, other).beginAnswer(request), WRONG);
      }
      const [sealed] = answers;
      assert.ok(sealed);
      await store.db
        .updateTable('known_answer')
        .set({ body: `${sealed.body.slice(0, -4)}AAAA` })
        .execute();
      await assert.rejects(access.beginAnswer(request), WRONG);
      const [, issues, hook] = await readRows(store);
      assert.ok(issues && hook);
      assert.deepEqual(seal.openTarget(hook).secrets, [fresh, secret]);
      const { secrets } = issues;
      const last = secrets.at(-1) === 'A' ? 'B' : 'A';
      for (const [one, row] of [
        [NO_SEAL, issues],
        [new SecretSeal(createKey()), issues],
        [seal, { ...issues, name: 'other' }],
        [seal, { ...issues, channel: 'jira' }],
        [seal, { ...issues, secrets: `${secrets.slice(0, 40)}${last}${secrets.slice(41)}` }],
        [seal, { ...issues, secrets: secrets.slice(0, 50) }],
        [seal, { ...issues, secrets: secrets.slice(0, 26) }],
      ] as const) {
        assert.throws(() => one.openTarget(row), WRONG);
      }
    });

    test('are encrypted when a server starts, with another key, and with none', async (t) => {
      const store = await openStore(t, engine);
      const secret = await addAll(createNotifier(store));
      const plain = await readRows(store);
      assert.ok(JSON.stringify(plain).includes(secret));
      const [key, other] = [createKey(), createKey()];
      await createNotifier(store, key).sealSecrets();
      const sealed = await readRows(store);
      assert.ok(!JSON.stringify(sealed).includes(secret));
      assert.deepEqual(await countKeys(store.db), [{ keyId: new SecretSeal(key).keyId, count: 3 }]);
      // A server with the wrong key, or without one, does not start.
      await assert.rejects(createNotifier(store, other).sealSecrets(), WRONG);
      await assert.rejects(createNotifier(store).sealSecrets(), WRONG);
      const [seal, next] = [new SecretSeal(key), new SecretSeal(other)];
      await assert.rejects(replaceSeal(store, next, next), WRONG);
      assert.deepEqual(await readRows(store), sealed);
      assert.equal(await replaceSeal(store, next, seal), 3);
      assert.equal(await replaceSeal(store, next, seal), 0);
      await createNotifier(store, other).sealSecrets();
      assert.deepEqual(await listUnreadable(store.db, seal), ['chat', 'issues', 'hook']);
      assert.deepEqual(await listUnreadable(store.db, next), []);
      assert.equal(await replaceSeal(store, NO_SEAL, next), 3);
      assert.deepEqual(await readRows(store), plain);
    });

    test('that another process has encrypted are a failed attempt', async (t) => {
      const store = await openStore(t, engine);
      const notifier = createNotifier(store);
      await addAll(notifier);
      await replaceSeal(store, new SecretSeal(createKey()));
      const { status, error } = await notifier.test('hook');
      assert.equal(status, 0);
      assert.match(error, /the secrets of the subscription "hook" need the key [0-9a-f]{16}/);
    });
  });
}
