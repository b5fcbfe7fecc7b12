import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertGolden } from '../../../../test/support/golden.ts';
import {
  SAMPLE_FINDINGS,
  SAMPLE_REPORT,
  writeReport,
} from '../../../../test/support/sample-report.ts';
import { githubAnnotations } from './github-annotations.ts';

suite('github-annotations', () => {
  test('writes the recorded report', () => {
    assertGolden(
      new URL('./golden/report.txt', import.meta.url),
      writeReport(githubAnnotations, SAMPLE_REPORT),
    );
  });

  test('escapes control characters from an image', () => {
    assert.doesNotMatch(
      writeReport(githubAnnotations, SAMPLE_REPORT),
      /[\u0000-\u0009\u000b-\u001f\u202e]/,
    );
  });

  test('does not look clean if nothing was evaluated', () => {
    const findings = { ...SAMPLE_FINDINGS, findings: [], database: undefined };
    const text = writeReport(githubAnnotations, { ...SAMPLE_REPORT, findings });
    assert.match(text, /error|failure/);
  });
});
