import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { NOW, openPageWorld } from '../../../test/support/page-world.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';

const LISTS = [
  '/',
  '/changes',
  '/images',
  '/images?verdict=pass',
  '/findings',
  '/exposure?package=musl',
  '/exposure?vulnerability=CVE-2020-0001',
  '/review',
  '/compliance',
  '/health',
  '/placements',
];
const DECISION = {
  author: 'ada@example.org',
  vulnerability: 'CVE-2020-0001',
  package: 'pkg:apk/alpine/musl',
  status: 'not_affected',
  justification: 'vulnerable_code_not_in_execute_path',
} as const;

/** Returns the text of the content, without the notice about the past. */
function readMain(body: string): string {
  const [, main = ''] = /<main id="main">([^]*)<\/main>/.exec(body) ?? [];
  return main
    .replace(/<p class="notice">This is the state [^]*?<\/p>/, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

for (const storeEngine of STORE_ENGINES) {
  suite(`pages of the past on ${storeEngine.name}`, { skip: storeEngine.skip }, () => {
    testPastPages(storeEngine);
  });
}

function testPastPages(storeEngine: TestEngine): void {
  test('a page of a past revision is the page that was shown then', async (t) => {
    const { world, engine, push, runJobs, readPage } = await openPageWorld(t, storeEngine);
    const shown = new Map<string, string>();
    let imagePages: readonly string[] = [];
    const record = async (): Promise<void> => {
      await runJobs();
      const revision = await engine.views.readLastRevision();
      for (const address of [...LISTS, ...imagePages]) {
        const asof = `${address}${address.includes('?') ? '&' : '?'}asof=${revision}`;
        shown.set(asof, readMain((await readPage(address)).body));
      }
    };
    const first = await push('app');
    imagePages = [`/images/${first}`, `/images/${first}/finding?vulnerability=CVE-2020-0001`];
    await record();
    await engine.setPolicy({ severity: 'high', policies: [] }, NOW);
    await record();
    const { id } = await engine.addDecision(DECISION, NOW);
    await record();
    world.writeTarget('1.1.24-r3');
    await push('app');
    await push('other');
    await record();
    await engine.revokeDecision({ id, author: 'ada@example.org' }, NOW);
    await record();
    await engine.setPolicy({ policies: [] }, NOW);
    await record();
    assert.equal(
      (await engine.removeImages({ before: Date.parse(NOW) + 1, keepEach: 1 }, NOW)).length,
      1,
    );
    assert.equal((await readPage('/images')).heading, '2 images: all may ship');
    assert.match(
      (await readPage(`/images/${first}?asof=1`)).heading,
      /^app must not ship: 1 open finding is high/,
    );
    for (const [address, text] of shown) {
      const { status, body } = await readPage(address);
      assert.equal(status, 200, address);
      assert.equal(readMain(body), text, address);
      assert.match(body, /This is the state of revision \d+/);
    }
    assert.ok(shown.size > 60);
  });

  test('links and forms of a past page stay in its revision, and lead back to the present', async (t) => {
    const { push, readPage } = await openPageWorld(t, storeEngine);
    await push('app');
    await push('other');
    const { body, heading } = await readPage('/?gate=low&asof=1');
    assert.equal(heading, '1 of 1 image must not ship: app');
    const links = [...body.matchAll(/href="(\/[^"]*)"/g)].map(([, address = '']) => address);
    const present = links.filter((one) => !one.includes('asof=1'));
    assert.deepEqual(
      present.filter((one) => !/^\/(?:assets|changes\.atom)/.test(one)),
      ['/', '/?gate=low'],
    );
    assert.ok(links.length - present.length > 10);
    for (const [form = ''] of body.matchAll(/<form [^]*?<\/form>/g)) {
      assert.match(form, /name="asof" (?:value="1"|required)/);
    }
    assert.match(
      (await readPage('/images')).body,
      /Permanent address of this state: \/images\?asof=2/,
    );
  });

  test('a day leads to its last revision, and a wrong one is reported', async (t) => {
    const { push, readPage } = await openPageWorld(t, storeEngine);
    await push('app', (one) => one, '2026-01-01T10:00:00Z');
    await push('other', (one) => one, '2026-01-02T10:00:00Z');
    const find = async (asof: string): Promise<string | undefined> =>
      (await readPage(`/images?q=a&asof=${asof}`)).location;
    assert.equal(await find('2026-01-01'), '/images?q=a&asof=1');
    assert.equal(await find('2026-01-02T09:59Z'), '/images?q=a&asof=1');
    assert.equal(await find('2026-01-02'), '/images?q=a&asof=2');
    assert.equal(await find('2025-12-31'), '/images?q=a&asof=0');
    assert.equal((await readPage('/?asof=0')).heading, 'No images yet');
    assert.equal(await find('2026-13-77'), undefined);
    for (const asof of ['3', '2026-13-77', 'yesterday']) {
      const { body, heading } = await readPage(`/images?asof=${asof}`);
      assert.match(heading, /^2 images:/, asof);
      assert.match(body, /class="notice">[^<]*(?:shows the present|changes nothing)/, asof);
    }
  });

  test('an image whose advisories were removed shows what was stored', async (t) => {
    const { world, engine, push, runJobs, readPage } = await openPageWorld(t, storeEngine);
    await engine.setPolicy({ severity: 'high', policies: [] }, NOW);
    const id = await push('app');
    await runJobs();
    rmSync(join(world.folder, 'generations'), { recursive: true });
    for (const page of ['', '/finding?vulnerability=CVE-2020-0001']) {
      const mark = page === '' ? '?' : '&';
      const { status, heading, text } = await readPage(`/images/${id}${page}${mark}asof=2`);
      assert.equal(status, 200);
      assert.equal(heading, 'app at revision 2: fail, 1 open finding is high or worse');
      assert.match(text, /CVE-2020-0001 high musl 1\.1\.20-r0 1\.1\.24-r3 2026-01-04 00:00 UTC/);
      assert.match(text, /advisories of this revision are not kept any more/);
    }
  });
}
