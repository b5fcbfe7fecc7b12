import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertGolden } from '../../../test/support/golden.ts';
import {
  SAMPLE_INVENTORY,
  SAMPLE_REPORT,
  writeReport,
} from '../../../test/support/sample-report.ts';
import { spdxTagValue } from './write.ts';

suite('spdx-tag-value', () => {
  test('writes the recorded document', () => {
    const golden = new URL('./golden/report.spdx', import.meta.url);
    assertGolden(golden, writeReport(spdxTagValue, SAMPLE_REPORT));
  });

  test('text can neither end its block nor begin a line', () => {
    const packages = SAMPLE_INVENTORY.packages.map((pkg) => ({
      ...pkg,
      name: 'a\nSPDXID: SPDXRef-forged',
      metadata: { kind: 'x', value: { description: 'b</text>\nPackageName: forged' } },
    }));
    const inventory = { ...SAMPLE_INVENTORY, packages };
    const text = writeReport(spdxTagValue, { ...SAMPLE_REPORT, inventory });
    assert.doesNotMatch(text, /^SPDXID: SPDXRef-forged/m);
    const outside = text.replaceAll(/<text>[^]*?<\/text>/g, '');
    assert.doesNotMatch(outside, /^PackageName: forged/m);
    assert.match(text, /b&lt;\/text>\n/);
  });

  test('version 2.2 has no purposes', () => {
    const text = writeReport(spdxTagValue, SAMPLE_REPORT, { version: '2.2' });
    assert.match(text, /^SPDXVersion: SPDX-2\.2\n/);
    assert.doesNotMatch(text, /PrimaryPackagePurpose/);
  });
});
