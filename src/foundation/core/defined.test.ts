import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defined } from './defined.ts';

test('omits undefined members and keeps the order of the others', () => {
  assert.deepEqual(Object.entries(defined({ b: 1, a: undefined, c: 'x' })), [
    ['b', 1],
    ['c', 'x'],
  ]);
  assert.deepEqual(Object.keys({ z: 0, ...defined({ y: undefined }), x: 1 }), ['z', 'x']);
});

test('keeps other falsy values', () => {
  const values = { no: false, zero: 0, empty: '', nothing: null, not: Number.NaN };
  assert.deepEqual(defined(values), values);
});
