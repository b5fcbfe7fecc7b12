import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import {
  checkCounts,
  checkRandomAddresses,
  countAll,
  FleetPages,
} from '../../../test/support/fleet-pages.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';

for (const engine of STORE_ENGINES) {
  for (const isSealed of [false, true]) {
    const title = `pages of one project on ${engine.name}${isSealed ? ', sealed' : ''}`;
    suite(title, { skip: engine.skip }, () => testScope(engine, isSealed));
  }
}

function testScope(engine: TestEngine, isSealed: boolean): void {
  const resources = new AsyncDisposableStack();
  const fleet = resources.use(new FleetPages());

  before(async () => {
    const projects = ['shop', 'bank', ''];
    const shape = { images: 150, components: 90, packagesEach: 12, seed: 35, projects, isSealed };
    await fleet.open(engine, shape);
    fleet.projects = ['shop'];
  });
  after(async () => await resources.disposeAsync());

  test('only its images are listed', async () => {
    assert.equal(await countAll(fleet, '/images'), 50);
    assert.equal((await fleet.get('/images/1')).status, 500, 'it has no document');
    assert.equal((await fleet.get('/images/2')).status, 404);
  });

  test('a number that is a link equals the rows behind it', async () => {
    const checked = await checkCounts(fleet);
    assert.ok(checked > 40, String(checked));
  });

  test('200 random addresses: every count equals its rows', async () => {
    const counts = await checkRandomAddresses(fleet, 200);
    assert.ok(counts > 150, String(counts));
  });
}
