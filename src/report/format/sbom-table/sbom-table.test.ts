import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertGolden } from '../../../../test/support/golden.ts';
import {
  SAMPLE_INVENTORY,
  SAMPLE_REPORT,
  writeReport,
} from '../../../../test/support/sample-report.ts';
import { sbomTable } from './sbom-table.ts';

suite('sbom-table', () => {
  test('writes the recorded table', () => {
    assertGolden(
      new URL('./golden/report.txt', import.meta.url),
      writeReport(sbomTable, SAMPLE_REPORT),
    );
  });

  test('in parity mode only the table is written', () => {
    const text = writeReport(sbomTable, SAMPLE_REPORT, { isParity: true });
    assert.doesNotMatch(text, /incomplete/);
    assert.match(text, /\nlodash +4\.17\.20 +npm +\(\+1 duplicate\)\n$/);
  });

  test('reports that there are no packages', () => {
    const inventory = { ...SAMPLE_INVENTORY, packages: [], problems: [], problemsNotListed: 0 };
    assert.equal(
      writeReport(sbomTable, { ...SAMPLE_REPORT, inventory }),
      'No packages discovered\n',
    );
  });
});
