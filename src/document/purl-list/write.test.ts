import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertGolden } from '../../../test/support/golden.ts';
import { createInventory } from '../../../test/support/inventory.ts';
import { SAMPLE_REPORT, writeReport } from '../../../test/support/sample-report.ts';
import { purls } from './write.ts';

suite('purls', () => {
  test('writes the recorded list', () => {
    assertGolden(
      new URL('./golden/report.txt', import.meta.url),
      writeReport(purls, SAMPLE_REPORT),
    );
  });

  test('lists each package URL once, sorted, on one line', () => {
    const packages = ['pkg:x/b@1', 'pkg:x/a@1', '', 'pkg:x/b@1', 'pkg:x/c\n@1'].map((purl) => ({
      name: 'n',
      type: 'x',
      purl,
    }));
    const text = writeReport(purls, { ...SAMPLE_REPORT, inventory: createInventory({ packages }) });
    assert.equal(text, 'pkg:x/a@1\npkg:x/b@1\npkg:x/c\\u{a}@1\n');
  });
});
