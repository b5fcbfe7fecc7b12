import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertGolden } from '../../../../test/support/golden.ts';
import {
  SAMPLE_INVENTORY,
  SAMPLE_REPORT,
  writeReport,
} from '../../../../test/support/sample-report.ts';
import { text } from './text.ts';

suite('text', () => {
  test('writes the recorded document', () => {
    const golden = new URL('./golden/report.txt', import.meta.url);
    assertGolden(golden, writeReport(text, SAMPLE_REPORT));
  });

  test('prints the path of a directory, and reports that nothing was found', () => {
    const target = { kind: 'directory', userInput: '.', name: '.', path: '/src\u001b[2J' } as const;
    const inventory = {
      ...SAMPLE_INVENTORY,
      target,
      packages: [],
      problems: [],
      problemsNotListed: 0,
    };
    assert.equal(
      writeReport(text, { ...SAMPLE_REPORT, inventory }),
      '[Path: /src\\u{1b}[2J]\nNo packages discovered\n',
    );
  });

  test('prevents names of packages from beginning lines', () => {
    const heads = writeReport(text, SAMPLE_REPORT)
      .split('\n')
      .filter((line) => line.startsWith('['));
    assert.equal(heads.length, 1 + SAMPLE_INVENTORY.packages.length);
  });
});
