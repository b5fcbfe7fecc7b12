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

function listTableRows(body: string, label: string): readonly string[] {
  const [, rows = ''] =
    new RegExp(`aria-label="${label}"[^]*?<tbody>([^]*?)</tbody>`).exec(body) ?? [];
  return rows.match(/<tr>[^]*?<\/tr>/g) ?? [];
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

  test('the overview recommends the first rows of its tables, even if systems differ', async () => {
    const { body } = await fleet.get('/');
    const [, first = ''] = /<p class="lead">Then: ([^]*?)<\/p>/.exec(body) ?? [];
    const [update] = listTableRows(body, 'Packages to update');
    const [base] = listTableRows(body, 'Base images to update');
    const [, recommended = ''] = /update <a href="([^"]*)"/.exec(first) ?? [];
    assert.ok(recommended !== '' && update?.includes(recommended), first);
    const [, rebuilt = ''] = /rebuild .*? base image <a href="([^"]*)"/.exec(first) ?? [];
    assert.ok(rebuilt !== '' && base?.includes(rebuilt), first);
    const isForEach = (text = ''): boolean => text.includes('the fixed version of each system');
    assert.equal(isForEach(first), isForEach(update));
    const worst = listTableRows(body, 'Packages to update').map((row) =>
      Number(/>(\d+) critical</.exec(row)?.[1]),
    );
    assert.deepEqual(
      worst,
      worst.toSorted((left, right) => right - left),
    );
    assert.ok(worst.length > 1, body);
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
