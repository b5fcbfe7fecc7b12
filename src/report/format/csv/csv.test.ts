import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertGolden } from '../../../../test/support/golden.ts';
import { createInventory } from '../../../../test/support/inventory.ts';
import {
  SAMPLE_FINDINGS,
  SAMPLE_REPORT,
  writeReport,
} from '../../../../test/support/sample-report.ts';
import type { Report } from '../../../foundation/core/format.ts';
import { csv } from './csv.ts';

/** Returns a report without findings. */
function dropFindings(report: Report): Report {
  const { findings: _, ...rest } = report;
  return rest;
}

suite('csv', () => {
  test('writes the recorded findings', () => {
    assertGolden(
      new URL('./golden/findings.csv', import.meta.url),
      writeReport(csv, SAMPLE_REPORT),
    );
  });

  test('writes the recorded packages if no findings were requested', () => {
    const golden = new URL('./golden/packages.csv', import.meta.url);
    assertGolden(golden, writeReport(csv, dropFindings(SAMPLE_REPORT)));
  });

  test('prevents formulas in names, and doubles quotes', () => {
    const names = ['=cmd()', '@SUM(A1)', '@scope/name', '-1', '+x', 'a,"b"', 'a\nb'];
    const packages = names.map((name, number) => ({ name, type: 'x', version: `${number}` }));
    const text = writeReport(
      csv,
      dropFindings({ ...SAMPLE_REPORT, inventory: createInventory({ packages }) }),
    );
    const cells = text.split('\r\n').slice(1, -1);
    assert.deepEqual(cells.map((line) => line.slice(0, line.search(/,\d,x,/))).toSorted(), [
      `"a,""b"""`,
      "'+x",
      "'=cmd()",
      "'@SUM(A1)",
      '-1',
      '@scope/name',
      'a\\u{a}b',
    ]);
  });

  test('writes no empty table if nothing was evaluated', () => {
    const findings = { ...SAMPLE_FINDINGS, findings: [], database: undefined };
    assert.equal(
      writeReport(csv, { ...SAMPLE_REPORT, findings }),
      'error\r\nvulnerabilities were not evaluated\r\n',
    );
  });
});
