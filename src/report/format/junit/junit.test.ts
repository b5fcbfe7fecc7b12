import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertGolden } from '../../../../test/support/golden.ts';
import {
  SAMPLE_FINDINGS,
  SAMPLE_REPORT,
  writeReport,
} from '../../../../test/support/sample-report.ts';
import { junit } from './junit.ts';

suite('junit', () => {
  test('writes the recorded report', () => {
    assertGolden(
      new URL('./golden/report.xml', import.meta.url),
      writeReport(junit, SAMPLE_REPORT),
    );
  });

  test('gives every test a unique name', () => {
    const names = [...writeReport(junit, SAMPLE_REPORT).matchAll(/<testcase ([^>]*)>/g)];
    assert.equal(names.length, 4);
    assert.equal(new Set(names.map(([, name]) => name)).size, 4);
  });

  test('escapes control characters from an image', () => {
    assert.doesNotMatch(writeReport(junit, SAMPLE_REPORT), /[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  test('does not look clean if nothing was evaluated', () => {
    const findings = { ...SAMPLE_FINDINGS, findings: [], database: undefined };
    const text = writeReport(junit, { ...SAMPLE_REPORT, findings });
    assert.match(text, /error|failure/);
  });
});
