import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitCsv } from './split-csv.ts';

test('splits values, also quoted and empty ones', () => {
  assert.deepEqual(splitCsv('a,b,c'), ['a', 'b', 'c']);
  assert.deepEqual(splitCsv('a,,'), ['a', '', '']);
  assert.deepEqual(splitCsv('"a, b","say ""no""",c'), ['a, b', 'say "no"', 'c']);
  assert.deepEqual(splitCsv(''), ['']);
  assert.deepEqual(splitCsv('"open, end'), ['open, end']);
});
