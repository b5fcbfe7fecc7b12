import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJsonc } from './parse-jsonc.ts';

test('comments and last commas are no part of the value, but for those in texts', () => {
  const text = '// a\n{"a": [1, 2,], /* , */ "b": "// x, }", "c": "\\"/*", // b\n}';
  assert.deepEqual(parseJsonc(text), { a: [1, 2], b: '// x, }', c: '"/*' });
});

test('what is not well formed is no value, and soon said so', () => {
  for (const text of ['', '{', '[1,,]', '/*', `["${'\\"'.repeat(200_000)}`, '['.repeat(99_999)]) {
    assert.equal(parseJsonc(text), undefined);
  }
  assert.equal(parseJsonc(`[1${' '.repeat(99_999)}`), undefined);
  assert.equal(parseJsonc(', '.repeat(99_999)), undefined);
});
