import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { writeRandomFleet } from '../../../test/support/random-fleet.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { SEVERITIES } from '../../foundation/core/finding.ts';
import { findImages } from '../store/find-images.ts';
import { Store } from '../store/store.ts';
import type { StoreView } from '../store/store-view.ts';
import {
  countFindings,
  type DistinctFinding,
  type FindingFilter,
  formatFindingKey,
  listFindings,
} from './distinct-findings.ts';

const FILTERS: readonly FindingFilter[] = [
  {},
  { exploited: 'yes' },
  { severity: 'high' },
  { least: 'medium', fix: 'none' },
  { fix: 'available', exploited: 'yes' },
  { package: 'package-3' },
];
const SHAPE = { images: 90, components: 80, packagesEach: 9, seed: 41, isSealed: true };

for (const engine of STORE_ENGINES) {
  suite(`findings over all images on ${engine.name}`, { skip: engine.skip }, () =>
    testFindings(engine),
  );
}

function testFindings(engine: TestEngine): void {
  const resources = new AsyncDisposableStack();
  let store: Store;

  before(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-findings-'));
    resources.defer(() => rmSync(folder, { recursive: true, force: true }));
    store = resources.use(await Store.open({ folder, ...(await engine.create(resources)) }));
    await writeRandomFleet(store, SHAPE);
  });
  after(async () => await resources.disposeAsync());

  test('pages of any size make up the list: exploited ones first, then by severity', async () => {
    for (const at of [undefined, 1]) {
      const view: StoreView = at === undefined ? { db: store.db } : { db: store.db, at };
      for (const filter of FILTERS) {
        const title = JSON.stringify([filter, at]);
        const all = await listFindings(view, filter, { after: '', rows: 1_000 });
        assert.ok(all.length > 0, title);
        assert.equal(all.length, await countFindings(view, filter), title);
        assert.deepEqual(all, all.toSorted(compareFindings), title);
        const paged: DistinctFinding[] = [];
        while (paged.length < all.length) {
          const last = paged.at(-1);
          const start = last === undefined ? '' : formatFindingKey(last);
          const rows = await listFindings(view, filter, { after: start, rows: 3 });
          assert.ok(rows.length > 0, title);
          paged.push(...rows);
        }
        assert.deepEqual(paged, all, title);
      }
    }
  });

  test('each counts the images that contain its component', async () => {
    const view = { db: store.db };
    const rows = await listFindings(view, {}, { after: '', rows: 1_000 });
    const components = new Set(rows.map(({ component }) => component));
    const holders = await findImages(store.db, components);
    for (const { component, images } of rows) {
      assert.equal(images, holders.get(component)?.size, String(component));
    }
  });
}

function compareFindings(left: DistinctFinding, right: DistinctFinding): number {
  return (
    Number(right.isExploited) - Number(left.isExploited) ||
    SEVERITIES.findIndex((word) => word === right.severity) -
      SEVERITIES.findIndex((word) => word === left.severity) ||
    compareText(left.vulnerability, right.vulnerability) ||
    left.component - right.component
  );
}
