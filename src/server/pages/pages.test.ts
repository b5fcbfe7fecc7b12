import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { HOSTILE_TEXTS } from '../../../test/support/hostile-text.data.ts';
import { assertHarmlessPage } from '../../../test/support/page-shape.ts';
import { createDraw, type Draw, drawItem } from '../../../test/support/random-draw.ts';
import { type FleetShape, writeRandomFleet } from '../../../test/support/random-fleet.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { Store } from '../store/store.ts';
import { ADDRESSES, formatAddress, listParameters, type PageId } from './address.ts';
import { type PageAnswer, PageReader } from './page-reader.ts';

const NOW = Date.parse('2026-01-05T00:00:00Z');
/** The others are documents of another type. */
const PAGES = (Object.keys(ADDRESSES) as PageId[]).filter((id) => id !== 'atom' && id !== 'packet');
/** Pages about one thing have tests of their own. */
const LIST_PAGES = PAGES.filter((id) => !ADDRESSES[id].path.includes(':'));
/** Pages that read no documents, which this fleet lacks. */
const STATE_PAGES = LIST_PAGES.filter((id) => id !== 'decide' && id !== 'compare');

class PageWorld implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'plimsoll-pages-'));
  readonly resources = new AsyncDisposableStack();
  reader: PageReader | undefined;

  async open(engine: TestEngine, shape?: FleetShape): Promise<void> {
    const setting = { folder: this.folder, ...(await engine.create(this.resources)) };
    await using store = await Store.open(setting);
    if (shape !== undefined) {
      await writeRandomFleet(store, shape);
    }
    this.reader = this.resources.use(await PageReader.open(setting));
  }

  async get(address: string, known = ''): Promise<PageAnswer> {
    const { pathname, search } = new URL(address, 'http://127.0.0.1');
    assert.ok(this.reader);
    const answer = await this.reader.answerRequest({
      path: pathname,
      query: search,
      now: NOW,
      known,
    });
    assert.ok(answer.problem === undefined || isUnassessed(address), answer.problem ?? '');
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.resources.disposeAsync();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The fleet has neither documents nor an advisory database. */
function isUnassessed(address: string): boolean {
  return /^\/(?:images\/\d|compare\?)/.test(address);
}

/** Returns the addresses of the links of a page with their texts. */
function listLinks(html: string): { readonly address: string; readonly text: string }[] {
  return [...html.matchAll(/<a [^>]*?href="([^"]*)"[^>]*>([^]*?)<\/a>/g)].map(
    ([, address = '', text = '']) => ({
      address: address.replaceAll('&amp;', '&').replaceAll('&#39;', "'"),
      text: text.replaceAll(/<[^>]*>/g, ''),
    }),
  );
}

function isPage(address: string): boolean {
  return !address.startsWith('#') && !/\.(?:atom|zip)(?:$|\?)/.test(address);
}

function countRows(html: string): number {
  const [, body = ''] = /<tbody>([^]*?)<\/tbody>/.exec(html) ?? [];
  return [...body.matchAll(/<tr>/g)].length;
}

function readHeading(html: string): string {
  return /<h1>([^]*?)<\/h1>/.exec(html)?.[1] ?? '';
}

/** Counts the rows of a list on all its pages. */
async function countAll(world: PageWorld, address: string): Promise<number> {
  let rows = 0;
  let next: string | undefined = address;
  for (let pages = 0; next !== undefined; pages += 1) {
    assert.ok(pages < 50, 'the pages of a list end');
    const { body } = await world.get(next);
    const count = countRows(body);
    assert.ok(count <= 200);
    rows += count;
    const found: string | undefined = /<a href="([^"]*)" rel="next">/.exec(body)?.[1];
    next = found?.replaceAll('&amp;', '&');
  }
  return rows;
}

for (const engine of STORE_ENGINES) {
  suite(`pages on ${engine.name}`, { skip: engine.skip }, () => {
    testPages(engine);
  });
}

function testPages(engine: TestEngine): void {
  const resources = new AsyncDisposableStack();
  const empty = resources.use(new PageWorld());
  const fleet = resources.use(new PageWorld());
  const hostile = resources.use(new PageWorld());

  before(async () => {
    await empty.open(engine);
    await fleet.open(engine, { images: 130, components: 90, packagesEach: 12, seed: 34 });
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
    let checked = 0;
    const seen = new Set<string>();
    for (const start of ['/', '/images', '/findings', '/review', '/compliance', '/changes']) {
      const { body } = await fleet.get(start);
      for (const { address, text } of listLinks(body)) {
        const count = /^([\d,]+)(?: [a-z]+)*$/.exec(text)?.[1];
        if (count === undefined || seen.has(address) || seen.size > 90) {
          continue;
        }
        seen.add(address);
        assert.match(address, /^\/(?:images|findings)\?/);
        const wanted = Number(count.replaceAll(',', ''));
        assert.equal(await countAll(fleet, address), wanted, `${start}: ${address}`);
        const heading = readHeading((await fleet.get(address)).body);
        assert.equal(Number.parseInt(heading.replaceAll(',', ''), 10), wanted, heading);
        checked += 1;
      }
    }
    assert.ok(checked > 50, String(checked));
  });

  test('500 random addresses: the page has their state, and every count equals its rows', async () => {
    const draw = createDraw(500);
    const rows = new Map<string, number>();
    const countOnce = async (address: string): Promise<number> => {
      const count = rows.get(address) ?? (await countAll(fleet, address));
      rows.set(address, count);
      return count;
    };
    let counts = 0;
    for (let count = 0; count < 500; count += 1) {
      const id = drawItem(draw, STATE_PAGES);
      const values = drawFilter(draw, id);
      const address = formatAddress(id, values);
      const { body, status, location } = await fleet.get(address);
      if (location !== undefined) {
        assert.equal(id, 'search', address);
        continue;
      }
      assert.equal(status, 200, address);
      assert.doesNotMatch(body, /changes nothing/, address);
      assertState(body, { id, values, address });
      if (id === 'images' || id === 'findings') {
        const heading = readHeading(body);
        assert.equal(await countOnce(address), Number.parseInt(heading, 10), address);
      }
      for (const link of listLinks(body)) {
        const number = /^([\d,]+)(?: [a-z]+)*$/.exec(link.text)?.[1]?.replaceAll(',', '');
        if (number !== undefined && /^\/(?:images|findings|due)\?/.test(link.address)) {
          assert.equal(
            await countOnce(link.address),
            Number(number),
            `${address}: ${link.address}`,
          );
          counts += 1;
        }
      }
    }
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
        /0 affected\. Checked against 90 components in 130 images at revision 131/,
      );
    }
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

/** Returns the value of each control of the first filter of a page. */
function readFilter(body: string): ReadonlyMap<string, string> {
  const [, form = ''] = /<form class="filter"[^>]*>([^]*?)<\/form>/.exec(body) ?? [];
  const inputs = [...form.matchAll(/<input [^>]*name="([a-z]+)" value="([^"]*)"/g)];
  const selects = [...form.matchAll(/<select name="([a-z]+)">([^]*?)<\/select>/g)];
  return new Map([
    ...inputs.map(([, name = '', value = '']) => [name, value] as const),
    ...selects.map(([, name = '', options = '']) => {
      const [, value = ''] = /<option value="([^"]*)" selected>/.exec(options) ?? [];
      return [name, value] as const;
    }),
  ]);
}

interface DrawnAddress {
  readonly id: PageId;
  readonly values: Readonly<Record<string, string>>;
  readonly address: string;
}

/** The permanent address and the filter of a page have the state of its address. */
function assertState(body: string, { id, values, address }: DrawnAddress): void {
  const [, permanent] = /<a href="([^"]*)">Permanent address/.exec(body) ?? [];
  if (permanent !== undefined) {
    const shown = permanent.replaceAll('&amp;', '&').replace(/[?&]asof=\d+$/, '');
    assert.equal(shown, address);
  }
  const filter = readFilter(body);
  const parameters = new Map(listParameters(id));
  for (const [name, value] of filter) {
    assert.equal(value, values[name] ?? parameters.get(name)?.preset ?? '', `${address}: ${name}`);
  }
}

/** Texts of filters that match some rows of the fleet, or none. */
const FILTER_TEXTS = ['', 'package-3', 'image-4', 'CVE-2026-7', '7', 'zzz'];

/** Draws values of the parameters of a list, except its place and its time. */
function drawFilter(draw: Draw, id: PageId): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, { accepts }] of listParameters(id)) {
    if (name !== 'after' && name !== 'asof' && draw(3) === 0) {
      const choices =
        accepts instanceof RegExp ? FILTER_TEXTS.filter((text) => accepts.test(text)) : accepts;
      values[name] = drawItem(draw, choices);
    }
  }
  return values;
}

function listParts(id: PageId): Record<string, number> {
  return ADDRESSES[id].path.includes(':id') ? { id: 1 } : {};
}
