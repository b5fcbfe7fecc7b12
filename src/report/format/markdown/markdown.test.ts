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
import { groupDigits } from '../../../foundation/core/screen-text.ts';
import { markdown } from './markdown.ts';

/** Returns a report without findings. */
function dropFindings(report: Report): Report {
  const { findings: _, ...rest } = report;
  return rest;
}

suite('markdown', () => {
  test('writes the recorded findings', () => {
    const golden = new URL('./golden/findings.md', import.meta.url);
    assertGolden(golden, writeReport(markdown, SAMPLE_REPORT));
  });

  test('writes the recorded packages if no findings were requested', () => {
    const golden = new URL('./golden/packages.md', import.meta.url);
    assertGolden(golden, writeReport(markdown, dropFindings(SAMPLE_REPORT)));
  });

  test('keeps a name inside its cell and escapes markup', () => {
    const packages = [{ name: '`|<img src=x> @team\n# x', type: 'x' }];
    const inventory = createInventory({ packages });
    const text = writeReport(markdown, dropFindings({ ...SAMPLE_REPORT, inventory }));
    assert.ok(text.endsWith("| `'\\|<img src=x> @team\\u{a}# x` | `1.0` | `x` |\n"));
  });

  test('stays within the size limit of a comment, and counts omitted rows', () => {
    const [first] = SAMPLE_FINDINGS.findings;
    assert.ok(first);
    const list = Array.from({ length: 5_000 }, (_, index) => ({
      ...first,
      id: `CVE-2024-${index}`,
    }));
    const findings = { ...SAMPLE_FINDINGS, findings: list };
    const text = writeReport(markdown, { ...SAMPLE_REPORT, findings });
    assert.ok(text.length < 65_536);
    const rows = text.split('\n').filter((line) => line.includes('CVE-2024-')).length;
    assert.match(text, new RegExp(`\n${groupDigits(5_000 - rows)} more findings not shown`));
  });

  test('reports that nothing was evaluated, rather than "none"', () => {
    const findings = { ...SAMPLE_FINDINGS, findings: [], database: undefined, alerts: [] };
    const text = writeReport(markdown, { ...SAMPLE_REPORT, findings });
    assert.match(text, /were not evaluated/);
    assert.doesNotMatch(text, /No vulnerabilities/);
  });
});
