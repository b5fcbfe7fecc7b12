import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { NOW, openPageWorld } from '../../../test/support/page-world.ts';
import { RATED } from '../../../test/support/server-world.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import type { ReachClass } from '../../foundation/core/reach.ts';
import { restoreStore } from '../admin/backup.ts';
import { Store } from '../store/store.ts';

const NOTHING = { files: [], opacities: [], tainted: [], rules: {} } as const;

/** States the class of every package; `unknown` if the analysis could not tell. */
function addReach(reach: ReachClass, unknown?: string): (inventory: Inventory) => Inventory {
  return (inventory) => ({
    ...inventory,
    reach: {
      ...NOTHING,
      packages: inventory.packages.map(({ key }) => ({ packageKey: key, reach })),
      ...(unknown === undefined ? {} : { unknown }),
    },
  });
}

async function openReachWorld(t: TestContext, storeEngine: TestEngine) {
  const opened = await openPageWorld(t, storeEngine);
  const { push } = opened;
  const ids = {
    cut: await push('cut', addReach('unreachable')),
    loaded: await push('loaded', addReach('required')),
    tainted: await push('tainted', addReach('tainted')),
    plain: await push('plain'),
    vague: await push('vague', addReach('unreachable', 'it has no entry point')),
    classless: await push('classless', (inventory) => ({
      ...inventory,
      reach: { ...NOTHING, packages: [] },
    })),
  };
  return { ...opened, ids };
}

const STATES = { reachable: 2, unreachable: 1, unknown: 3 };

for (const storeEngine of STORE_ENGINES) {
  suite(`reachability on ${storeEngine.name}`, { skip: storeEngine.skip }, () => {
    testReach(storeEngine);
  });
}

function testReach(storeEngine: TestEngine): void {
  test('the API counts and filters the images that can load a package', async (t) => {
    const { engine, ids } = await openReachWorld(t, storeEngine);
    const all = Object.values(ids);
    const others = all.filter((id) => id !== ids.cut);
    for (const [choice, images] of [
      [undefined, all],
      ['reachable', others],
      ['unreachable', [ids.cut]],
    ] as const) {
      const question = { name: 'musl', ...(choice === undefined ? {} : { reach: choice }) };
      const { components } = await engine.views.findExposure(question);
      assert.deepEqual(
        components.map((one) => [one.images, one.reach]),
        [[images, STATES]],
      );
    }
    assert.deepEqual(await engine.audit(), []);
  });

  test('the pages of a package and a vulnerability filter, and their numbers are the rows', async (t) => {
    const { readPage, ids } = await openReachWorld(t, storeEngine);
    for (const subject of ['package=musl', 'vulnerability=CVE-2020-0001']) {
      const all = await readPage(`/exposure?${subject}`);
      assert.match(
        all.body,
        /reachable in 2, not reachable in <a [^>]*>1 image<\/a>, unknown in 3/,
      );
      assert.match(all.body, /<select name="reach">/);
      const cut = await readPage(`/exposure?${subject}&reach=unreachable`);
      assert.match(cut.heading, /: 1 image.* \(not reachable\)$/);
      assert.match(cut.body, new RegExp(`href="/images/${ids.cut}">cut<`));
      assert.doesNotMatch(cut.body, />plain</);
      const rest = await readPage(`/exposure?${subject}&reach=reachable`);
      assert.match(rest.heading, /: 5 images.* \(reachable or unknown\)$/);
      assert.match(rest.body, /1 image is left out: the entry point cannot load it there/);
      assert.match(rest.body, />plain<[^]*|>vague</);
      assert.doesNotMatch(rest.body, new RegExp(`href="/images/${ids.cut}">`));
      for (const { body } of [all, cut, rest]) {
        const links = [...body.matchAll(/href="(\/images\?[^"]*)">(\d+) images?</g)];
        assert.ok(links.length > 0);
        for (const [, address = '', count] of links) {
          const { heading } = await readPage(address.replaceAll('&amp;', '&'));
          assert.ok(heading.startsWith(`${count} image`), `${address}: ${heading}`);
        }
      }
    }
  });

  test('a list of images names the filter, and reports one that selects nothing', async (t) => {
    const { readPage } = await openReachWorld(t, storeEngine);
    const filtered = await readPage('/images?vulnerability=CVE-2020-0001&reach=unreachable');
    assert.equal(filtered.heading, '1 image of 6 match');
    assert.match(
      filtered.body,
      /Only images in which the package is not reachable and affected by/,
    );
    const alone = await readPage('/images?reach=unreachable');
    assert.equal(alone.heading, '6 images of 6 match');
    assert.match(alone.body, /without a component or a vulnerability, so it lists all images/);
  });

  test('the page of a cause has the images that a message counts', async (t) => {
    const { engine, world, store, readPage } = await openReachWorld(t, storeEngine);
    await world.importDatabase(RATED.replaceAll('high', 'low'));
    await engine.refresh(NOW);
    const { id } = await store.db
      .selectFrom('cause')
      .select('id')
      .where('subject', '=', 'CVE-2020-0001')
      .executeTakeFirstOrThrow();
    for (const [reach, images] of [
      ['', 6],
      ['reachable', 5],
      ['unreachable', 1],
    ] as const) {
      const choice = reach === '' ? {} : { reach };
      const request = { cause: id, effect: 'changed', after: 0, limit: 10, ...choice };
      const { total } = await engine.views.listEffectImages(request);
      assert.deepEqual([total.count, total.findings], [images, images]);
      const page = await readPage(`/changes/${id}?effect=changed&reach=${reach}`);
      assert.match(page.heading, new RegExp(`${images} findings? in ${images} images?`));
      assert.equal(page.heading.endsWith('(reachable or unknown)'), reach === 'reachable');
      assert.equal(page.heading.endsWith('(not reachable)'), reach === 'unreachable');
    }
  });

  test('a store in which no image was analyzed has no such column or filter', async (t) => {
    const { push, readPage } = await openPageWorld(t, storeEngine);
    await push('plain');
    const { body } = await readPage('/exposure?package=musl');
    assert.doesNotMatch(body, /[Rr]eachable/);
  });

  test('a backup keeps the unreachable components', async (t) => {
    const { engine, world } = await openReachWorld(t, storeEngine);
    const target = join(world.root, 'backup');
    await engine.writeBackup(target);
    await using resources = new AsyncDisposableStack();
    const folder = join(world.root, 'restored');
    const setting = { folder, ...(await storeEngine.create(resources)) };
    await using store = await Store.open(setting);
    await restoreStore(store, { folder }, target);
    const rows = await store.db.selectFrom('image_reach').selectAll().orderBy('image').execute();
    // Of the six images, one has no analysis, and one has one without a result.
    assert.equal(rows.length, 4);
    assert.deepEqual(
      rows.map(({ unreachable, unknown }) => [unreachable.length > 0, unknown.length > 0]),
      [
        [true, false],
        [false, false],
        [false, false],
        [false, true],
      ],
    );
  });

  test('the audit finds a class of a component that the image does not contain', async (t) => {
    const { engine, store, ids } = await openReachWorld(t, storeEngine);
    await store.runTransaction(async ({ db }) => {
      const changed = { unreachable: new Uint8Array([99]) };
      await db.updateTable('image_reach').set(changed).where('image', '=', ids.cut).execute();
    });
    assert.deepEqual(await engine.audit(), [
      `the reachability of image ${ids.cut} is about other components`,
    ]);
  });
}
