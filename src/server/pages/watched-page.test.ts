import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { NOW, openPageWorld } from '../../../test/support/page-world.ts';
import { createPlacement, setDigest } from '../../../test/support/placed-image.ts';
import { ServerApp } from '../../../test/support/server-app.ts';
import { STORE_ENGINES } from '../../../test/support/store-engines.ts';
import { parseRegistryWatch } from '../registry/registry-watch.ts';
import { addRegistryWatch } from '../registry/watch-store.ts';

const START = Date.parse(NOW);
const HOSTILE = '<img src=x onerror=alert(1)>';

for (const storeEngine of STORE_ENGINES) {
  suite(`the page of what is watched on ${storeEngine.name}`, { skip: storeEngine.skip }, () => {
    test('lists every source, each failure and its reason', async (t) => {
      const { engine, store, push, readPage } = await openPageWorld(t, storeEngine);
      await push('web');
      const empty = await readPage('/watched');
      assert.equal(empty.heading, 'Neither registries nor images in use are watched');
      await addRegistryWatch(store, parseRegistryWatch('lab', 'a.example/x'), START);
      const placements = [createPlacement('web:1', '')];
      await engine.watched.placements.report({ source: 'eu', sender: 'local', placements }, NOW);
      assert.equal(
        (await readPage('/watched')).heading,
        '1 registry is watched, 1 source reports images in use, without a failure',
      );
      const tag = { repository: 'x', digest: 'sha256:1', taken: '', found: 0, due: START };
      await store.runTransaction(async ({ db, writeRows }) => {
        const rows = [
          { watch: 1, tag: '1', ...tag, attempts: 2, error: HOSTILE },
          { watch: 1, tag: '2', ...tag, attempts: 0, error: '' },
          { watch: 1, tag: '3', ...tag, taken: 'sha256:1', attempts: 1, error: '' },
        ];
        await writeRows('registry_tag', rows);
        await db
          .updateTable('registry_watch')
          .set({ error: `x: ${HOSTILE}`, drift: 7 })
          .execute();
      });
      const page = await readPage('/watched');
      assert.equal(page.heading, '2 failures in what is watched');
      assert.match(page.text, /lab a\.example\/x fails x: &lt;img src=x onerror=alert\(1\)&gt;/);
      assert.match(page.text, /no check has succeeded yet 3 1 1 7/);
      assert.match(
        page.text,
        /1 image could not be read completely .* x:1 lab &lt;img .*&gt; 2 2026-01-04/,
      );
      assert.doesNotMatch(page.body, /<img/);
      // A day later, the source of placements is silent as well.
      const late = await readPage('/watched', '2026-01-05T01:00:00Z');
      assert.equal(late.heading, '3 failures in what is watched');
      await store.db.updateTable('registry_watch').set({ error: '' }).execute();
      assert.match((await readPage('/watched', '2026-01-04T02:00:00Z')).text, /no check succeeded/);
      assert.equal(
        (await readPage('/watched?asof=1')).heading,
        'Failures of the past are not kept',
      );
    });

    test('the page of an image lists attached documents', async (t) => {
      const { store, push, readPage } = await openPageWorld(t, storeEngine);
      const digest = `sha256:${'a'.repeat(64)}`;
      const image = await push('web', setDigest(digest));
      assert.doesNotMatch((await readPage(`/images/${image}`)).body, /id="attachments"/);
      await addRegistryWatch(store, parseRegistryWatch('lab', 'a.example/x'), START);
      await store.runTransaction(async ({ writeRows }) => {
        const place = { watch: 1, repository: 'x', subject: digest };
        await writeRows('registry_attachment', [{ ...place, name: 'sha256-a.sig', kind: HOSTILE }]);
      });
      const page = await readPage(`/images/${image}`);
      assert.match(page.text, /1 attached document &lt;img .* a\.example\/x sha256-a\.sig/);
      assert.doesNotMatch(page.body, /<img/);
    });
  });
}

test('an operator checks a registry by a form', async () => {
  await using app = await ServerApp.start(START);
  await addRegistryWatch(app.store, parseRegistryWatch('lab', 'a.example/x'), START);
  const delayCheck = async () =>
    await app.store.db.updateTable('registry_watch').set({ due: 9e12 }).execute();
  await delayCheck();
  const session = await app.openSession('olga', { tenant: 'default' }, ['operator']);
  const page = await app.send('/watched', {}, session);
  assert.match(await page.text(), /<button>Check lab now<\/button>/);
  const send = async (name: string, headers: Record<string, string>) => {
    const body = new URLSearchParams({ name }).toString();
    const form = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
    return await app.send('/watched/check', { method: 'POST', body }, form);
  };
  const viewer = await app.openSession('vera', { tenant: 'default' }, ['viewer']);
  assert.equal((await send('lab', viewer)).status, 403);
  const readDue = async () =>
    (await app.store.db.selectFrom('registry_watch').select('due').executeTakeFirst())?.due;
  assert.equal(await readDue(), 9e12);
  assert.equal((await send('lab', session)).status, 303);
  assert.equal(await readDue(), 0);
  const wrong = await send('other', session);
  assert.equal(wrong.status, 400);
  assert.match(await wrong.text(), /Nothing was changed: no registry is watched/);
});

test('events need a token of an uploader, and hints are stored once', async () => {
  await using app = await ServerApp.start(START);
  await addRegistryWatch(app.store, parseRegistryWatch('lab', 'a.example/shop/*'), START);
  const event = { action: 'push', target: { repository: 'shop/web', tag: '1' } };
  const body = JSON.stringify({ events: [event, event] });
  const path = '/api/v1/registry-watches/lab/events';
  assert.equal((await app.send(path, { method: 'POST', body }, { authorization: '' })).status, 401);
  for (let count = 0; count < 2; count += 1) {
    const response = await app.send(path, { method: 'POST', body });
    assert.deepEqual([response.status, await response.json()], [202, { hints: 1 }]);
  }
  assert.equal((await app.store.db.selectFrom('registry_hint').selectAll().execute()).length, 1);
  const unknown = await app.send(path.replace('lab', 'x'), { method: 'POST', body });
  assert.equal(unknown.status, 400);
  // More hints than the store keeps become a check of everything.
  await app.store.db.updateTable('registry_watch').set({ due: 9e12 }).execute();
  const events = Array.from({ length: 1_001 }, (_, tag) => ({
    action: 'push',
    target: { repository: 'shop/web', tag: `t${tag}` },
  }));
  await app.send(path, { method: 'POST', body: JSON.stringify({ events }) });
  assert.equal((await app.store.db.selectFrom('registry_hint').selectAll().execute()).length, 1);
  const watch = await app.store.db.selectFrom('registry_watch').select('due').executeTakeFirst();
  assert.equal(watch?.due, 0);
});
