import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import {
  checkCounts,
  checkRandomAddresses,
  countAll,
  countRows,
  FleetPages,
  isPage,
  isUnassessed,
  LIST_PAGES,
  listLinks,
  PAGES,
  readHeading,
} from '../../../test/support/fleet-pages.ts';
import { HOSTILE_TEXTS } from '../../../test/support/hostile-text.data.ts';
import { assertHarmlessPage } from '../../../test/support/page-shape.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { ADDRESSES, formatAddress, type PageId } from './address.ts';

for (const engine of STORE_ENGINES) {
  suite(`pages on ${engine.name}`, { skip: engine.skip }, () => {
    testPages(engine);
  });
}

function testPages(engine: TestEngine): void {
  const resources = new AsyncDisposableStack();
  const empty = resources.use(new FleetPages());
  const fleet = resources.use(new FleetPages());
  const sparse = resources.use(new FleetPages());
  const hostile = resources.use(new FleetPages());

  before(async () => {
    await empty.open(engine);
    await fleet.open(engine, { images: 130, components: 90, packagesEach: 12, seed: 34 });
    await sparse.open(engine, { images: 3, components: 300, packagesEach: 5, seed: 36 });
    await hostile.open(engine, {
      images: HOSTILE_TEXTS.length * 2,
      components: HOSTILE_TEXTS.length * 3,
      packagesEach: 10,
      seed: 35,
      nameThing: (kind, index) => `${HOSTILE_TEXTS[index % HOSTILE_TEXTS.length]?.[1]}${kind}`,
      isSealed: true,
    });
  });
  after(async () => await resources.disposeAsync());

  test('every page of an empty store has one heading, which reports that nothing is known', async () => {
    for (const id of PAGES) {
      const { status, body } = await empty.get(formatAddress(id, listParts(id)));
      assert.equal(status, listParts(id)['id'] === undefined ? 200 : 404, id);
      assert.equal(body.match(/<h1>/g)?.length, 1, id);
    }
    assert.match((await empty.get('/')).body, /Nothing was evaluated, so nothing is known/);
    assert.doesNotMatch((await empty.get('/')).body, />0</);
  });

  test('a number that is a link equals the rows behind it', async () => {
    const checked = await checkCounts(fleet);
    assert.ok(checked > 50, String(checked));
  });

  test('findings known to be exploited come first, and those in no image are folded', async () => {
    const { body } = await fleet.get('/findings');
    const [table = '', folded = ''] = body.split('<details><summary>');
    const rows = [...table.matchAll(/<tr><th scope="row"[^]*?<\/tr>/g)].map(([row]) => row);
    const exploited = rows.filter((row) => row.includes('>exploited</span>')).length;
    assert.ok(exploited > 0 && exploited < rows.length, `${exploited} of ${rows.length}`);
    assert.ok(rows.slice(0, exploited).every((row) => row.includes('>exploited</span>')));
    assert.equal(folded, '');

    // Most of the packages of this store are in no image.
    const [held = '', others = ''] = (await sparse.get('/findings')).body.split(
      '<details><summary>',
    );
    assert.doesNotMatch(held, />0<\/td>/);
    assert.match(held, />1 image<\/a><\/td>/);
    assert.match(others, /in packages that no image contains now<\/summary>[^]*>0<\/td>/);
  });

  test('review lists findings without a fix in images, and counts the others in one line', async () => {
    const { body } = await sparse.get('/review?least=negligible');
    const [, total = '', left = ''] =
      /<a href="\/findings\?least=negligible&amp;fix=none">(\d+) findings<\/a>, of which (\d+) are not listed, because no image contains the package now\./.exec(
        body,
      ) ?? [];
    const [, section = ''] = /<section id="findings">([^]*?)<\/section>/.exec(body) ?? [];
    const rows = section.match(/<tr><th scope="row"/g)?.length ?? 0;
    assert.equal(rows + Number(left), Number(total));
    assert.match(body, new RegExp(`<h1>To review: [^<]*${rows} findings? without a fix`));
    assert.doesNotMatch(section, />0<\/td>/);
  });

  test('equal changes share a line, whose number is that of the changes below it', async () => {
    const { body } = await fleet.get('/changes');
    const ids = [...body.matchAll(/<li id="r(\d+)">/g)].map(([, id]) => Number(id));
    assert.deepEqual(
      ids,
      Array.from({ length: 131 }, (_, index) => 131 - index),
    );
    const [, count = '', listed = ''] =
      /(\d+) changes since [^]*?<\/summary><ol class="events">([^]*?)<\/ol>/.exec(body) ?? [];
    assert.equal(listed.match(/<li id="r/g)?.length, Number(count));
    assert.match(body, new RegExp(`${count} images were added: .* and ${Number(count) - 3} more`));
  });

  test('the list of images links each verdict, and gates with equal numbers share a row', async () => {
    const images = (await fleet.get('/images')).body;
    assert.match(images, /By verdict:[^]*<a href="\/images\?verdict=unknown">\d+ images?</);
    const gates = (await sparse.get('/compliance')).body;
    assert.match(gates, /the same numbers: no findings [^<]*negligible/);
  });

  test('the first step of the overview names a version, or a base image', async () => {
    for (const store of [fleet, sparse]) {
      const { body } = await store.get('/');
      const [, step = ''] =
        /<p class="lead">((?:First|Then): (?:update|rebuild|open)[^]*?)<\/p>/.exec(body) ?? [];
      const text = step.replaceAll(/<[^>]*>/g, '');
      assert.match(text, /update \S+ to \S|rebuild with a newer build of|: open /);
    }
  });

  test('no boundary of a fix is above a version that is below the fix', async () => {
    const { body } = await fleet.get('/findings?fix=available');
    const ids = new Set(
      [...body.matchAll(/exposure\?vulnerability=([^"&]*)/g)].map(([, id]) => id),
    );
    const pages: string[] = [];
    for (const id of ids) {
      pages.push((await fleet.get(`/exposure?vulnerability=${id}`)).body);
    }
    // All fixes of this store are later than all versions.
    assert.ok(pages.some((page) => />fixed|>9\.9</.test(page) && page.includes('not affected')));
    assert.ok(pages.every((page) => !page.includes('class="boundary"')));
  });

  test('500 random addresses: the page has their state, and every count equals its rows', async () => {
    const counts = await checkRandomAddresses(fleet, 500);
    assert.ok(counts > 500, String(counts));
  });

  test('pages of a list have every row once, in every order', async () => {
    for (const address of ['/images', '/images?sort=name', '/images?sort=newest', '/findings']) {
      const heading = readHeading((await fleet.get(address)).body);
      assert.equal(await countAll(fleet, address), Number.parseInt(heading, 10), address);
    }
    assert.equal(await countAll(fleet, '/images'), 130);
  });

  test('every link of the lists leads to a page without notices', async () => {
    const seen = new Set<string>();
    for (const id of LIST_PAGES) {
      const address = formatAddress(id);
      for (const { address: linked } of listLinks((await fleet.get(address)).body)) {
        const [path = ''] = linked.split('#');
        if (path === '' || seen.has(path) || path.startsWith('/api/') || isUnassessed(path)) {
          continue;
        }
        seen.add(path);
        const { status, body } = await fleet.get(path);
        assert.ok(status === 200, `${address}: ${path}: ${status}`);
        assert.doesNotMatch(body, /changes nothing/, path);
      }
    }
    assert.ok(seen.size > 100, String(seen.size));
  });

  test('hostile names and texts are texts on every page', async () => {
    const seen = new Set<string>();
    for (const id of LIST_PAGES) {
      const { body } = await hostile.get(formatAddress(id));
      assertHarmlessPage(body, id);
      for (const { address } of listLinks(body).slice(0, 60)) {
        if (!seen.has(address) && !isUnassessed(address) && isPage(address)) {
          seen.add(address);
          const { status, body: next } = await hostile.get(address);
          assert.equal(status, 200, address);
          assertHarmlessPage(next, address);
        }
      }
    }
    for (const [title, text] of HOSTILE_TEXTS) {
      for (const page of ['images', 'search'] as const) {
        const query = new URLSearchParams({ q: text, [text]: text });
        const { body, location } = await hostile.get(`${formatAddress(page)}?${query.toString()}`);
        assert.ok(location === undefined || location.startsWith('/'), title);
        assertHarmlessPage(body, title);
      }
      assertHarmlessPage(
        (await hostile.get(`/${encodeURIComponent(text.toWellFormed())}`)).body,
        title,
      );
    }
  });

  test('the feed of hostile changes is well-formed', async () => {
    const { body, type } = await hostile.get('/changes.atom');
    assert.equal(type, 'atom');
    assert.doesNotMatch(
      body.replaceAll(/<\/?[a-z]+(?: [a-z]+="[^"<>]*")*\/?>|<\?xml[^>]*\?>/g, ''),
      /[<>]/,
    );
  });

  test('an unchanged page is not created again within a minute', async () => {
    const { etag = '' } = await fleet.get('/images');
    assert.deepEqual(await fleet.get('/images', etag), {
      status: 304,
      body: '',
      type: 'html',
      etag,
    });
    assert.equal((await fleet.get('/images?sort=name', etag)).status, 200);
  });

  test('nothing affected is stated with the number of components and the revision', async () => {
    for (const address of [
      '/exposure?package=log4j-core&below=2.17',
      '/exposure?vulnerability=CVE-1-2',
    ]) {
      const { body } = await fleet.get(address);
      assert.match(
        body,
        /0 affected\. Checked against 90 package versions in 130 images at revision 131/,
      );
    }
  });

  test('the page of a vulnerability names the packages whose other versions it leaves out', async () => {
    await using world = new FleetPages();
    const shape = { images: 20, components: 60, packagesEach: 30, vulnerabilities: 1, seed: 36 };
    await world.open(engine, shape);
    const { body } = await world.get('/exposure?vulnerability=CVE-2026-0');
    assert.match(body, /listed for the first 5 of 1\d packages\. Those of the others are on/);
    const [, rest = ''] = /on their own pages:([^]*?)<\/p>/.exec(body) ?? [];
    const links = listLinks(rest).filter(({ address }) => address.startsWith('/exposure?package='));
    assert.ok(links.length > 4, rest);
  });

  test('a filter that matches nothing offers all rows again', async () => {
    for (const address of ['/images?q=zzz', '/findings?package=zzz', '/changes?before=1']) {
      assert.match((await fleet.get(address)).body, /matches this filter\. <a href="/);
    }
  });

  test('a package, a vulnerability, a digest and a name lead to their pages', async () => {
    const digest = /sha256:a*[0-9]+/.exec((await fleet.get('/images/1')).body)?.[0];
    assert.equal(digest, undefined, 'the page of an image without a document has no facts');
    for (const [text, location] of [
      ['CVE-2026-7', '/exposure?vulnerability=CVE-2026-7'],
      ['cve-2026-7', '/exposure?vulnerability=CVE-2026-7'],
      ['pkg:deb/debian/package-3@1?arch=all', '/exposure?package=package-3'],
    ] as const) {
      const query = new URLSearchParams({ q: text });
      assert.equal((await fleet.get(`/search?${query.toString()}`)).location, location);
    }
    assert.match(
      (await fleet.get('/search?q=package-1')).body,
      /href="\/exposure\?package=package-1"/,
    );
    assert.match(readHeading((await fleet.get('/search?q=%25')).body), /^Nothing is called/);
  });

  test('a range of versions includes and reports versions that cannot be compared', async () => {
    const all = (await fleet.get('/exposure?package=package-3')).body;
    const below = (await fleet.get('/exposure?package=package-3&below=2.0')).body;
    const from = (await fleet.get('/exposure?package=package-3&from=2.0')).body;
    assert.equal(countRows(below) + countRows(from), countRows(all));
    assert.match(
      (await fleet.get('/exposure?package=package-3&below=%25')).body,
      /cannot be compared/,
    );
  });

  test('a damaged store leads to an error page that lists the parts that still work', async () => {
    const { status, body, problem } = await fleet.get('/images/1');
    assert.equal(status, 500);
    assert.match(problem ?? '', /E_STORE_DAMAGED|E_DB_MISSING/);
    assert.match(body, /Everything else still works/);
  });
}

function listParts(id: PageId): Record<string, number> {
  return ADDRESSES[id].path.includes(':id') ? { id: 1 } : {};
}
