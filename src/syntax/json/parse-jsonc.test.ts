import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budget } from '../../core/budget.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { parseJsonc } from './parse-jsonc.ts';

const read = (text: string): unknown => parseJsonc(text, new Budget(DEFAULT_LIMITS));

test('comments and last commas are no part of the value, but for those in texts', () => {
  const text = '// a\n{"a": [1, 2,], /* , */ "b": "// x, }", "c": "\\"/*", // b\n}';
  assert.deepEqual(read(text), { a: [1, 2], b: '// x, }', c: '"/*' });
});

test('what is not well formed is no value, and soon said so', () => {
  for (const text of ['', '{', '[1,,]', '/*', `["${'\\"'.repeat(200_000)}`, '['.repeat(99_999)]) {
    assert.equal(read(text), undefined);
  }
  assert.equal(read(`[1${' '.repeat(99_999)}`), undefined);
  assert.equal(read(', '.repeat(99_999)), undefined);
});

test('more comments or last commas than values are allowed are no value, and are reported', () => {
  for (const text of [`[${'/**/'.repeat(6)}]`, `[${'[1,],'.repeat(5)}[1,]]`]) {
    const budget = new Budget({ ...DEFAULT_LIMITS, jsonValuesMax: 5 });
    assert.equal(parseJsonc(text, budget), undefined);
    assert.match(budget.drainProblems()[0]?.message ?? '', /jsonValuesMax/);
  }
});
