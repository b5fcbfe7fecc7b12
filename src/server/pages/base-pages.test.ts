import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { NOW, openPageWorld } from '../../../test/support/page-world.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { readInventory } from '../../assess/read-inventory.ts';
import { FixtureLayout } from '../../foundation/bytes/oci/image.fixture.ts';
import { createTar } from '../../foundation/bytes/tar/tar.fixture.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { writeInventoryDocument } from '../engine/inventory-document.ts';

const CLAIM = 'org.opencontainers.image.base.name';

/** A system with musl, whose finding is fixed in 1.1.24-r3. */
function createSystem(version: string, release = '3.10'): Buffer {
  return createTar([
    {
      name: 'etc/os-release',
      content: `ID=alpine\nVERSION_ID=${release}.1\nPRETTY_NAME="Alpine ${release}"\n`,
    },
    { name: 'lib/apk/db/installed', content: `P:musl\nV:${version}\nA:x86_64\n\n` },
  ]);
}

const OLD = createSystem('1.1.20-r0');

for (const storeEngine of STORE_ENGINES) {
  suite(`pages of base images on ${storeEngine.name}`, { skip: storeEngine.skip }, () => {
    testBasePages(storeEngine);
  });
}

async function openBaseWorld(t: Parameters<typeof openPageWorld>[0], storeEngine: TestEngine) {
  const { engine, world, readPage } = await openPageWorld(t, storeEngine);
  return {
    readPage,
    /** Pushes an image of layers, with the base image that its label names. */
    async push(
      name: string,
      layers: readonly Buffer[],
      claim = '',
      change = (inventory: Inventory): Inventory => inventory,
    ): Promise<number> {
      const layout = new FixtureLayout();
      const image = layout.addImage({ layers, labels: claim === '' ? {} : { [CLAIM]: claim } });
      const file = join(world.root, `${name}.tar`);
      writeFileSync(file, createTar(layout.listEntries([image])));
      const inventory = change(await readInventory(file, { temporaryFolder: world.root, name }));
      const document = writeInventoryDocument({ inventory, configuration: {} });
      const pushed = await engine.push({ document, gates: {}, now: NOW });
      return pushed.image.id;
    },
    async readBases() {
      const { body } = await readPage('/');
      const [, table = ''] = /id="base-fixes">([^]*?)<\/section>/.exec(body) ?? [];
      const links = [...table.matchAll(/href="([^"]*)">([^<]*)</g)];
      return {
        text: table.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' '),
        links: links.map(([, link = '', title]) => [link.replaceAll('&amp;', '&'), title] as const),
      };
    },
  };
}

/** A layer of an application, with a file of its own. */
function createLayer(content: string): Buffer {
  return createTar([{ name: 'app', content }]);
}

function testBasePages(storeEngine: TestEngine): void {
  test('images with the same lowest layers have one base, and its numbers equal their rows', async (t) => {
    const { push, readBases, readPage } = await openBaseWorld(t, storeEngine);
    await push('shop', [OLD, createLayer('shop')]);
    await push('bank', [OLD, createLayer('bank')]);
    await push('new', [createSystem('1.1.24-r3'), createLayer('new')]);
    await push('whole', [createSystem('1.1.19-r0')]);
    const { text, links } = await readBases();
    assert.match(
      text,
      /Alpine 3\.10, base of 1 layer sha256:[0-9a-f]{12} 2 high exploited 1 finding 2 Sorted by/,
    );
    assert.match(text, /The base image of 1 image is not known/);
    const [title, findings, images] = links;
    assert.equal(title?.[0], images?.[0]);
    assert.equal(images?.[1], '2');
    const listed = await readPage(images?.[0] ?? '');
    assert.match(
      listed.heading,
      /^2 images with the base image Alpine 3\.10, base of 1 layer: 2 must not ship$/,
    );
    assert.match(listed.text, /A newer build of it can clear 1 finding that has a fix\./);
    assert.match(listed.body, /href="\/findings\?fix=available&amp;base=\d+">1 finding</);
    assert.match((await readPage(`${images?.[0]}&q=shop`)).heading, /^1 image of 4 match$/);
    assert.match(listed.text, /shop/);
    assert.doesNotMatch(listed.text, /whole/);
    assert.equal(findings?.[1], '1 finding');
    const found = await readPage(findings?.[0] ?? '');
    assert.match(found.heading, /^1 finding with a fix, in packages of one base image/);
    assert.match(found.text, /CVE-2020-0001 .* musl 1\.1\.20-r0/);
    assert.match(found.text, /Fixed in Images with any base CVE/);
    assert.doesNotMatch((await readPage('/findings')).text, /any base/);
  });

  test('the list of images states why verdicts are unknown', async (t) => {
    const { push, readPage } = await openBaseWorld(t, storeEngine);
    await push('shop', [OLD, createLayer('shop')]);
    assert.doesNotMatch((await readPage('/images')).text, /Why unknown/);
    await push('other', [createSystem('1.1.19-r0', '3.11')]);
    const { heading, text } = await readPage('/images');
    assert.equal(heading, '2 images: 1 must not ship, 1 unknown');
    assert.match(text, /Why unknown: 1: 1 package or statement could not be evaluated/);
  });

  test('the page of an image marks the layers of the base, even without color', async (t) => {
    const { push, readPage } = await openBaseWorld(t, storeEngine);
    const id = await push('shop', [OLD, createLayer('shop')]);
    const page = await readPage(`/images/${id}`);
    assert.match(page.text, /lowest on the left; hatched: the base image/);
    assert.match(page.body, /<th scope="row">1 <span class="dim">base image<\/span><\/th>/);
    assert.match(page.body, /<th scope="row">2<\/th>/);
    assert.match(page.body, /<rect class="p0" [^>]*><rect fill="url\(#hatch-bytes\)"/);
    assert.doesNotMatch(page.body, /<rect class="p1" [^>]*><rect fill/);
    const whole = await readPage(`/images/${await push('whole', [OLD])}`);
    assert.doesNotMatch(whole.body, /hatch|base image/);
  });

  test('a package that an upper layer installed is not of the base', async (t) => {
    const { push, readBases, readPage } = await openBaseWorld(t, storeEngine);
    const base = createTar([
      { name: 'lib/apk/db/installed', content: 'P:zlib\nV:1.2.11-r1\nA:x86_64\n\n' },
    ]);
    const record = 'P:zlib\nV:1.2.11-r1\nA:x86_64\n\nP:musl\nV:1.1.20-r0\nA:x86_64\n\n';
    const upper = createTar([
      { name: 'etc/os-release', content: 'ID=alpine\nVERSION_ID=3.10.1\n' },
      { name: 'lib/apk/db/installed', content: record },
    ]);
    await push('shop', [base, upper]);
    assert.match((await readPage('/')).text, /musl/);
    assert.match((await readBases()).text, /No finding in packages of base images has a fix/);
  });

  test('a recognized name comes before one that all builders use', async (t) => {
    const { push, readBases } = await openBaseWorld(t, storeEngine);
    await push('shop', [OLD, createLayer('shop')], 'alpine:3.10');
    assert.match((await readBases()).text, /alpine:3\.10 .*1 layer, named by a label/);
    await push('bank', [OLD, createLayer('bank')], 'python:3<b>');
    assert.match(
      (await readBases()).text,
      /Alpine 3\.10, base of 1 layer .*builders name it alpine:3\.10, python:3&lt;b&gt;/,
    );
    await push('desk', [OLD, createLayer('desk')], '', (inventory) => ({
      ...inventory,
      base: {
        state: 'exact',
        name: 'alpine:3.10.1',
        layers: 1,
        manifestDigest: `sha256:${'a'.repeat(64)}`,
      },
    }));
    assert.match(
      (await readBases()).text,
      /alpine:3\.10\.1 sha256:a{12} Alpine 3\.10, 1 layer, recognized by its layers .* 3 /,
    );
  });

  test('an address of a base that no image has shows no row', async (t) => {
    const { push, readPage } = await openBaseWorld(t, storeEngine);
    await push('shop', [OLD, createLayer('shop')]);
    assert.match((await readPage('/images?base=7')).text, /None of 1 image matches/);
    assert.match((await readPage('/findings?base=7')).text, /No image has base 7/);
  });
}
