import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../tools/source-tree.ts';
import { describeAnswer, SYFT_ANSWERS } from '../conformance/syft-answers.ts';

const PAGE = readFileSync(join(ROOT, 'docs/better-than-syft.md'), 'utf8');

/** `FILE`: words of its test */
const SHOWN = /`([^`]+\.test\.ts)`: ([^<|]+)/g;

const ROWS = PAGE.split('\n').filter((line) => /^\| \d+ \|/.test(line));

test('every point of better-than-syft.md states where the answer of Syft was observed', () => {
  const seen = ROWS.map((row) => {
    const [, number = '', , place = ''] = row.split(/(?<!\\)\|/);
    return [number.trim(), place.trim()];
  });
  assert.deepEqual(
    seen,
    Object.entries(SYFT_ANSWERS).map(([number, answer]) => [number, describeAnswer(answer)]),
  );
});

test('every point of better-than-syft.md names existing tests', () => {
  for (const row of ROWS) {
    const shown = [...row.matchAll(SHOWN)];
    assert.ok(shown.length > 0, row);
    for (const [, file = '', words = ''] of shown) {
      assert.ok(existsSync(join(ROOT, file)), file);
      const source = readFileSync(join(ROOT, file), 'utf8');
      assert.ok(source.includes(words.trim()), `${file} has no test "${words.trim()}"`);
    }
  }
});
