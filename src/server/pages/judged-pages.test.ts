import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { HOSTILE_TEXTS } from '../../../test/support/hostile-text.data.ts';
import { assertHarmlessPage } from '../../../test/support/page-shape.ts';
import { ServerWorld } from '../../../test/support/server-world.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { readInventory } from '../../assess/read-inventory.ts';
import type { Inventory } from '../../core/inventory.ts';
import { Engine } from '../engine/engine.ts';
import { writeInventoryDocument } from '../engine/inventory-document.ts';
import { PageReader } from './page-reader.ts';

const NOW = '2026-01-04T00:00:00Z';
/** Rates the one finding of the world as high. */
const RATED = `UPDATE blobs SET value = replace(value, '{"id":"CVE-2020-0001"',
  '{"id":"CVE-2020-0001","severities":[{"scheme":"CHML","value":"high","rank":1}]') WHERE id = 1;`;
const DECISION = {
  author: 'ada@example.org',
  vulnerability: 'CVE-2020-0001',
  package: 'pkg:apk/alpine/musl',
  status: 'not_affected',
  justification: 'vulnerable_code_not_in_execute_path',
} as const;

async function openWorld(t: TestContext, storeEngine: TestEngine) {
  const resources = new AsyncDisposableStack();
  t.after(async () => await resources.disposeAsync());
  const world = resources.use(new ServerWorld());
  await world.importDatabase(RATED);
  world.writeTarget();
  const { folder, database } = world;
  const store = await storeEngine.create(resources);
  const engine = resources.use(await Engine.open({ folder, database, ...store }, NOW));
  const reader = resources.use(await PageReader.open({ folder, ...store }));
  const runner = engine.createRunner({
    signal: new AbortController().signal,
    pauseMs: 1,
    onProblem: (error) => assert.fail(String(error)),
    getTime: () => Date.parse(NOW),
  });
  return {
    world,
    engine,
    async push(name: string, change = (inventory: Inventory): Inventory => inventory) {
      const read = await readInventory(`dir:${world.target}`, {
        temporaryFolder: world.root,
        name,
      });
      const document = writeInventoryDocument({ inventory: change(read), configuration: {} });
      const { image } = await engine.push({ document, gates: {}, now: NOW });
      return image.id;
    },
    async runJobs() {
      while (await runner.runNext()) {
        // Each job may send others.
      }
    },
    async readPage(address: string) {
      const { pathname, search } = new URL(address, 'http://127.0.0.1');
      const request = { path: pathname, query: search, now: Date.parse(NOW), known: '' };
      const { body, status } = await reader.answerRequest(request);
      const [, heading = ''] = /<h1>([^]*?)<\/h1>/.exec(body) ?? [];
      return {
        body,
        status,
        heading,
        text: body.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' '),
      };
    },
  };
}

for (const storeEngine of STORE_ENGINES) {
  suite(`pages of judged images on ${storeEngine.name}`, { skip: storeEngine.skip }, () => {
    testJudgedPages(storeEngine);
  });
}

function testJudgedPages(storeEngine: TestEngine): void {
  test('lists and the page of an image show the verdict of the policy, before and after a decision', async (t) => {
    const { engine, push, runJobs, readPage } = await openWorld(t, storeEngine);
    await engine.setPolicy({ severity: 'high', policies: [] }, NOW);
    const id = await push('app');
    assert.equal((await readPage('/')).heading, '1 of 1 image must not ship: app');
    const reason = 'app must not ship: 1 open finding is high or worse';
    assert.equal((await readPage(`/images/${id}`)).heading, reason);

    await engine.addDecision(DECISION, NOW);
    const waiting = await readPage('/');
    assert.match(waiting.text, /1 job waits, .*: verdicts may still change/);
    assert.match(
      (await readPage(`/images/${id}`)).text,
      /Lists still show this image as &quot;fail&quot;/,
    );
    await runJobs();
    assert.equal((await engine.views.readVerdict(id)).outcome, 'pass');
    assert.equal((await readPage('/')).heading, 'The image may ship at revision 3');
    assert.match((await readPage(`/images/${id}`)).heading, /^app may ship/);
    assert.equal((await readPage('/images?verdict=pass')).heading, '1 image may ship');
    // The counts of a severity that is chosen on the page are before decisions.
    assert.equal(
      (await readPage('/images?verdict=fail&gate=high')).heading,
      '1 image must not ship',
    );
    assert.match((await readPage('/changes')).text, /Decision [^]*1 verdict fail → pass/);
    assert.match(
      (await readPage('/review')).text,
      /CVE-2020-0001 pkg:apk\/alpine\/musl all not affected/,
    );
    assert.match((await readPage('/compliance')).heading, /^1 of 1 image pass/);
  });

  test('a decision whose evidence is missing waits for review', async (t) => {
    const { engine, push, runJobs, readPage } = await openWorld(t, storeEngine);
    await engine.setPolicy({ severity: 'high', policies: [] }, NOW);
    const id = await push('app');
    const evidence = [{ path: '/lib/musl.so', sha256: 'a'.repeat(64) }];
    await engine.addDecision({ ...DECISION, evidence }, NOW);
    await runJobs();
    const { heading, text } = await readPage('/review');
    assert.match(heading, /^To review: 1 decision whose evidence changed/);
    assert.match(text, /does not apply to app : \/lib\/musl\.so is missing/);
    assert.match((await readPage(`/images/${id}`)).heading, /must not ship/);
  });

  test('without a policy, an image is judged by its counts, and its page by decisions', async (t) => {
    const { engine, push, readPage } = await openWorld(t, storeEngine);
    const id = await push('app');
    assert.equal((await readPage('/')).heading, '1 of 1 image must not ship: app');
    assert.equal((await readPage('/?gate=critical')).heading, 'The image may ship at revision 1');
    await engine.addDecision(DECISION, NOW);
    const { heading, text } = await readPage(`/images/${id}`);
    assert.match(heading, /^app may ship/);
    assert.match(
      text,
      /Lists show this image as &quot;fail&quot;, because they count findings before decisions/,
    );
  });

  test('hostile names of an image, its packages and its files are texts on its pages', async (t) => {
    const { push, readPage } = await openWorld(t, storeEngine);
    const hostile = HOSTILE_TEXTS.filter(([, text]) => text.length < 300 && text.isWellFormed())
      .map(([, text]) => text)
      .join('|');
    const id = await push(hostile, (inventory) => ({
      ...inventory,
      packages: inventory.packages.flatMap((item) => [
        item,
        ...HOSTILE_TEXTS.filter(([, text]) => text.isWellFormed()).map(([, text], index) => ({
          ...item,
          key: `k${index}`,
          name: text,
          version: text,
          locations: item.locations.map((location) => ({ ...location, path: `/${text}` })),
        })),
      ]),
      problems: [{ code: 'P_MALFORMED', message: hostile, path: hostile }],
    }));
    const plain = await push('plain');
    const finding = `/images/${id}/finding?vulnerability=CVE-2020-0001`;
    for (const address of [
      '/',
      '/images',
      '/changes',
      `/images/${id}`,
      finding,
      `/images/${id}/finding?${new URLSearchParams({ vulnerability: hostile }).toString()}`,
      `/compare?a=${plain}&b=${id}`,
    ]) {
      const { body, status } = await readPage(address);
      assert.equal(status, 200, address);
      assertHarmlessPage(body, address);
    }
    assert.match((await readPage(finding)).text, /1\.1\.20-r0 &lt; 1\.1\.24-r3/);
    assert.match((await readPage('/')).body, /\\u\{202e\}/);
  });

  test('a retired image is in no list and no number', async (t) => {
    const { world, engine, push, readPage } = await openWorld(t, storeEngine);
    const id = await push('app');
    world.writeTarget('1.1.19-r0');
    await push('app');
    assert.equal((await readPage('/images')).heading, '2 images');
    const rule = { before: Date.parse(NOW) + 1, keepEach: 1 };
    assert.equal((await engine.removeImages(rule, NOW)).length, 1);
    assert.equal((await readPage('/images')).heading, '1 image');
    const exposure = await readPage('/exposure?vulnerability=CVE-2020-0001');
    assert.equal(exposure.heading, 'CVE-2020-0001: 1 image affected');
    assert.equal((await readPage(`/images/${id}`)).status, 404);
  });

  test('a missing document is an error of one page', async (t) => {
    const { world, push, readPage } = await openWorld(t, storeEngine);
    const id = await push('app');
    rmSync(join(world.folder, 'documents'), { recursive: true });
    const { status, heading, text } = await readPage(`/images/${id}`);
    assert.deepEqual([status, heading], [500, 'This page could not be created']);
    assert.match(text, /E_STORE_DAMAGED/);
    assert.equal((await readPage('/images')).status, 200);
  });
}
