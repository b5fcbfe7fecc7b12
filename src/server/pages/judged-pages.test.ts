import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { HOSTILE_TEXTS } from '../../../test/support/hostile-text.data.ts';
import { createImageTarget } from '../../../test/support/image-target.ts';
import { assertHarmlessPage } from '../../../test/support/page-shape.ts';
import { NOW, openPageWorld } from '../../../test/support/page-world.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';

const DECISION = {
  author: 'ada@example.org',
  vulnerability: 'CVE-2020-0001',
  package: 'pkg:apk/alpine/musl',
  status: 'not_affected',
  justification: 'vulnerable_code_not_in_execute_path',
} as const;

for (const storeEngine of STORE_ENGINES) {
  suite(`pages of judged images on ${storeEngine.name}`, { skip: storeEngine.skip }, () => {
    testJudgedPages(storeEngine);
  });
}

function testJudgedPages(storeEngine: TestEngine): void {
  test('lists and the page of an image show the verdict of the policy, before and after a decision', async (t) => {
    const { engine, push, runJobs, readPage } = await openPageWorld(t, storeEngine);
    await engine.setPolicy({ severity: 'high', policies: [] }, NOW);
    const id = await push('app');
    assert.equal((await readPage('/')).heading, '1 of 1 image must not ship: app');
    const reason = 'app must not ship: 1 open finding is high or worse';
    const page = await readPage(`/images/${id}`);
    assert.equal(page.heading, reason);
    // The heading has the reason, so the content does not repeat it.
    assert.doesNotMatch(page.body.split('</h1>')[1] ?? '', /1 open finding is high or worse/);

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
    const { engine, push, runJobs, readPage } = await openPageWorld(t, storeEngine);
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
    const { engine, push, readPage } = await openPageWorld(t, storeEngine);
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
    const { push, readPage } = await openPageWorld(t, storeEngine);
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

  test('the page of a cause names image, time, earlier verdict and reason', async (t) => {
    const { engine, push, readPage } = await openPageWorld(t, storeEngine);
    await engine.setPolicy({ severity: 'high', policies: [] }, NOW);
    const id = await push('app');
    const changes = await readPage('/changes');
    assert.match(changes.text, /app was added/);
    const [, address = ''] =
      /href="(\/changes\/[^"]*)"[^>]*>verdict: fail/.exec(changes.body) ?? [];
    const { heading, text, body } = await readPage(address.replaceAll('&amp;', '&'));
    assert.equal(heading, 'app: verdict fail');
    assert.match(
      text,
      /2026-01-04 00:00 UTC · Image: The image was added: it had no verdict before\. Revision \d/,
    );
    assert.match(
      text,
      /app ✖ fail 1 open finding is high or worse none stated none stated Revision/,
    );
    assert.doesNotMatch(text, /pushed/);
    assert.match(body, /<a href="\/changes" aria-current="page">Changes<\/a>/);
    assert.match(body, new RegExp(`href="/images/${id}"`));
  });

  test('the location of a package names the layer that brought it, and the last writer', async (t) => {
    const { engine, push, readPage } = await openPageWorld(t, storeEngine);
    await engine.setPolicy({ severity: 'high', policies: [] }, NOW);
    const layer = { blobBytes: 1, mediaType: '' };
    const layers = [
      { ...layer, diffId: 'sha256:1', instruction: 'ADD base' },
      { ...layer, diffId: 'sha256:2', instruction: 'RUN install' },
    ];
    for (const [introducedIn, expected] of [
      [
        'sha256:1',
        ': layer 1 of 2 brought the package; the record was last written in layer 2 of 2',
      ],
      ['sha256:2', ' in layer 2 of 2, created by RUN install'],
    ] as const) {
      const id = await push(introducedIn, (inventory) => ({
        ...inventory,
        target: createImageTarget(introducedIn, {
          manifestDigest: `sha256:${introducedIn.slice(-1).repeat(64)}`,
          imageId: `sha256:${introducedIn.slice(-1).repeat(64)}`,
          layers,
        }),
        layerBytes: [1, 1],
        packages: inventory.packages.map((item) => ({
          ...item,
          introducedIn,
          locations: item.locations.map((one) => ({ ...one, layer: 'sha256:2' })),
        })),
      }));
      const { body } = await readPage(`/images/${id}/finding?vulnerability=CVE-2020-0001`);
      const [, location = ''] = /<dt>Location<\/dt><dd>([^]*?)<\/dd>/.exec(body) ?? [];
      assert.ok(location.replaceAll(/<[^>]*>/g, '').includes(expected), location);
    }
  });

  test('a retired image is in no list and no number', async (t) => {
    const { world, engine, push, readPage } = await openPageWorld(t, storeEngine);
    const id = await push('app');
    world.writeTarget('1.1.19-r0');
    await push('app');
    assert.equal((await readPage('/images')).heading, '2 images: 2 must not ship');
    const rule = { before: Date.parse(NOW) + 1, keepEach: 1 };
    assert.equal((await engine.removeImages(rule, NOW)).length, 1);
    assert.equal((await readPage('/images')).heading, '1 image: 1 must not ship');
    const exposure = await readPage('/exposure?vulnerability=CVE-2020-0001');
    assert.equal(exposure.heading, 'CVE-2020-0001: 1 image affected');
    assert.equal((await readPage(`/images/${id}`)).status, 404);
  });

  test('a missing document is an error of one page', async (t) => {
    const { world, push, readPage } = await openPageWorld(t, storeEngine);
    const id = await push('app');
    rmSync(join(world.folder, 'documents'), { recursive: true });
    const { status, heading, text } = await readPage(`/images/${id}`);
    assert.deepEqual([status, heading], [500, 'This page could not be created']);
    assert.match(text, /E_STORE_DAMAGED/);
    assert.equal((await readPage('/images')).status, 200);
  });
}
