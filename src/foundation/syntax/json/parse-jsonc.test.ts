import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budget } from '../../core/budget.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { parseJsonc } from './parse-jsonc.ts';

const read = (text: string): unknown => parseJsonc(text, new Budget(DEFAULT_LIMITS));

test('ignores comments and trailing commas, except in strings', () => {
  const text = '// a\n{"a": [1, 2,], /* , */ "b": "// x, }", "c": "\\"/*", // b\n}';
  assert.deepEqual(read(text), { a: [1, 2], b: '// x, }', c: '"/*' });
});

test('returns no value for malformed text, in little time', () => {
  for (const text of ['', '{', '[1,,]', '/*', `["${'\\"'.repeat(200_000)}`, '['.repeat(99_999)]) {
    assert.equal(read(text), undefined);
  }
  assert.equal(read(`[1${' '.repeat(99_999)}`), undefined);
  assert.equal(read(', '.repeat(99_999)), undefined);
});

test('rejects and reports more comments or trailing commas than allowed values', () => {
  for (const text of [`[${'/**/'.repeat(6)}]`, `[${'[1,],'.repeat(5)}[1,]]`]) {
    const budget = new Budget({ ...DEFAULT_LIMITS, jsonValuesMax: 5 });
    assert.equal(parseJsonc(text, budget), undefined);
    assert.match(budget.drainProblems()[0]?.message ?? '', /jsonValuesMax/);
  }
});
