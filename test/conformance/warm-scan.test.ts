import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { readInventory } from '../../src/assess/read-inventory.ts';
import type { Inventory } from '../../src/foundation/core/inventory.ts';
import { formats } from '../../src/report/output/formats.ts';
import { writeReport } from '../support/sample-report.ts';
import { withFolder } from './score.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';
import { listCorpusTargets } from './targets.ts';

const IMAGES =
  /^(?:alpine-3\.20|debian-trixie-slim|java-mini|many-layers-60|python-mini|rpm-rocky9)$/;
const TOOL = { name: 'plimsoll', version: '0' };

const shared = findSharedMaterial();
const skip = shared === undefined ? SKIP_REASON : false;

function writeTexts(inventory: Inventory): ReadonlyMap<string, string> {
  const report = { tool: TOOL, inventory, configuration: {} };
  // The user defines the content of the template format.
  const fitting = formats.filter(
    ({ id, carries }) => carries.includes('inventory') && id !== 'template',
  );
  return new Map(fitting.map((format) => [format.id, writeReport(format, report)]));
}

/** Keeps the layer facts in the cache, and removes everything about the image as a whole. */
function removeInventories(folder: string): void {
  const names = readdirSync(folder).filter((name) => name.endsWith('.inventory'));
  assert.equal(names.length > 0, true);
  for (const name of names) {
    rmSync(join(folder, name));
  }
}

suite('a second scan of an image', { skip }, () => {
  test('writes the same bytes in every format as the first', async () => {
    await withFolder(async (folder) => {
      for (const { name, input } of listCorpusTargets(shared ?? '', folder, IMAGES)) {
        const options = {
          name,
          temporaryFolder: folder,
          cache: { folder: join(folder, 'facts'), build: 'test', isRenewed: false },
        };
        const cold = writeTexts(await readInventory(input, options));
        const warm = writeTexts(await readInventory(input, options));
        removeInventories(options.cache.folder);
        const fromFacts = writeTexts(await readInventory(input, options));
        const { cache: _, ...without } = options;
        const uncached = writeTexts(await readInventory(input, without));
        for (const [format, text] of uncached) {
          assert.equal(cold.get(format), text, `${name} as ${format}, cold`);
          assert.equal(warm.get(format), text, `${name} as ${format}, warm`);
          assert.equal(fromFacts.get(format), text, `${name} as ${format}, from facts`);
        }
      }
    });
  });
});
