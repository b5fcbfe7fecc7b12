import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../tools/source-tree.ts';

const PAGE = readFileSync(join(ROOT, 'docs/better-than-syft.md'), 'utf8');

/** `FILE`: words of its test */
const SHOWN = /`([^`]+\.test\.ts)`: ([^<|]+)/g;

test('every point of better-than-syft.md is shown by a test that is there', () => {
  const rows = PAGE.split('\n').filter((line) => /^\| \d+ \|/.test(line));
  assert.deepEqual(
    rows.map((row) => Number(row.split('|')[1])),
    Array.from({ length: 29 }, (_, index) => index + 1),
  );
  for (const row of rows) {
    const shown = [...row.matchAll(SHOWN)];
    assert.ok(shown.length > 0, row);
    for (const [, file = '', words = ''] of shown) {
      assert.ok(existsSync(join(ROOT, file)), file);
      const source = readFileSync(join(ROOT, file), 'utf8');
      assert.ok(source.includes(words.trim()), `${file} has no test "${words.trim()}"`);
    }
  }
});
