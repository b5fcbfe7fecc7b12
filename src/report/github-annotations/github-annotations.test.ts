import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertGolden } from '../../../test/support/golden.ts';
import { SAMPLE_FINDINGS, SAMPLE_REPORT, written } from '../../../test/support/sample-report.ts';
import { githubAnnotations } from './github-annotations.ts';

suite('github-annotations', () => {
  test('writes the recorded report', () => {
    assertGolden(
      new URL('./golden/report.txt', import.meta.url),
      written(githubAnnotations, SAMPLE_REPORT),
    );
  });

  test('nothing of an image steers a terminal', () => {
    assert.doesNotMatch(
      written(githubAnnotations, SAMPLE_REPORT),
      /[\u0000-\u0009\u000b-\u001f\u202e]/,
    );
  });

  test('where nothing was evaluated, it does not read as clean', () => {
    const findings = { ...SAMPLE_FINDINGS, findings: [], database: undefined };
    const text = written(githubAnnotations, { ...SAMPLE_REPORT, findings });
    assert.match(text, /error|failure/);
  });
});
