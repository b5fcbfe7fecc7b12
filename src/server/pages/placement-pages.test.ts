import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { NOW, openPageWorld } from '../../../test/support/page-world.ts';
import { createPlacement, setDigest } from '../../../test/support/placed-image.ts';
import { STORE_ENGINES } from '../../../test/support/store-engines.ts';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;
const HOSTILE = '<script>alert(1)</script>&"';

for (const storeEngine of STORE_ENGINES) {
  suite(`pages about images in use on ${storeEngine.name}`, { skip: storeEngine.skip }, () => {
    test('name images without an inventory, environments and silent sources', async (t) => {
      const { engine, push, readPage } = await openPageWorld(t, storeEngine);
      const empty = await readPage('/placements');
      assert.equal(empty.heading, 'No source has reported which images are in use');
      const web = await push('web', setDigest(A));
      assert.doesNotMatch((await readPage('/')).body, /<h2>In use/);
      assert.doesNotMatch((await readPage(`/images/${web}`)).body, /id="placements"/);
      const placements = [
        createPlacement('web:1', A, { exposure: 'exposed' }),
        createPlacement(HOSTILE, B, { environment: 'test' }),
        createPlacement('web', '', { workload: HOSTILE }),
      ];
      await engine.watched.placements.report({ source: 'eu', sender: 'local', placements }, NOW);
      const page = await readPage('/placements');
      assert.equal(page.heading, '3 images in use: 1 not in the store, 1 named without a digest');
      assert.match(page.text, /prod 2 1 1 1 0 1 test 1 0 0 0 1 0 /);
      assert.match(page.body, /3 placements<\/h2>[^]*<a href="\/images\/1">web<\/a>/);
      assert.match(page.text, /web named without a digest/);
      assert.match(page.text, new RegExp(`the store has no inventory of ${B}`));
      assert.match(
        page.text,
        /named web, without a digest: it may be another build than the image of this name/,
      );
      assert.doesNotMatch(page.body, /<script>alert/);
      assert.doesNotMatch(page.text, /what runs there now is unknown/);
      const late = '2026-01-05T00:01:00Z';
      assert.match((await readPage('/placements', late)).text, /what runs there now is unknown/);
      const overview = await readPage('/', late);
      assert.match(
        overview.text,
        /In use prod: 2 images in use : 1 must not ship , 1 named without a digest test: 1 image in use : 1 not in the store One is named web, without a digest: it may be another build than the image of this name/,
      );
      assert.match(overview.text, /1 source without a report for more than a day/);
      const image = await readPage(`/images/${web}`);
      assert.match(image.text, /In use in prod Workload/);
      assert.match(image.text, /1 workload names an image with this name by its tag/);
      assert.doesNotMatch(image.body, /<script>alert/);
    });

    test('filter lists by environment, and report images that a list lacks', async (t) => {
      const { engine, push, readPage } = await openPageWorld(t, storeEngine);
      await push('web', setDigest(A));
      await push('other', setDigest(B));
      const placements = [createPlacement('web:1', A), createPlacement('x', '')];
      await engine.watched.placements.report({ source: 'eu', sender: 'local', placements }, NOW);
      const images = await readPage('/images?environment=prod');
      assert.equal(images.heading, '1 image of 2 match');
      assert.match(images.text, /This list lacks 1 image that only a tag names/);
      const failing = await readPage('/images?verdict=fail&environment=prod');
      assert.equal(failing.heading, '1 image must not ship of 2 match');
      const none = await readPage('/images?environment=stage');
      assert.match(none.text, /No source reports the environment &quot;stage&quot;/);
      assert.match(none.text, /None of 2 images matches/);
      const exposure = await readPage('/exposure?package=musl&environment=prod');
      assert.equal(exposure.heading, 'musl: 1 image in use in prod');
      assert.match(exposure.body, /href="\/images\?environment=prod&amp;component=1">1 image/);
      const affected = await readPage('/exposure?vulnerability=CVE-2020-0001&environment=stage');
      assert.equal(affected.heading, 'CVE-2020-0001: 0 images in use in stage affected');
      assert.doesNotMatch(affected.text, /without this finding/);
      // Nothing runs any more, but it did.
      const { views } = engine;
      const before = await views.readLastRevision();
      await engine.watched.placements.report(
        { source: 'eu', sender: 'local', placements: [] },
        NOW,
      );
      const past = await readPage(`/images?environment=prod&asof=${before}`);
      assert.equal(past.heading, '1 image of 2 match');
      assert.equal((await readPage('/placements')).heading, 'No image is in use');
      const changes = await readPage('/changes?kind=placement');
      assert.match(changes.text, /Source eu reports 0 placements: 0 started, 2 stopped/);
    });
  });
}
