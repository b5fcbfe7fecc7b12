import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureFact } from './fact-size.ts';

test('counts each value of a fact, and a long string several times', () => {
  assert.equal(measureFact(null, 10), 1);
  assert.equal(measureFact(['a', 1, undefined], 10), 4);
  assert.equal(measureFact({ a: { b: [true] } }, 10), 4);
  assert.equal(measureFact('x'.repeat(640), 100), 11);
});

test('stops soon after the given maximum', () => {
  const endless: unknown[] = [];
  endless.push(endless, endless);
  assert.equal(measureFact(endless, 1_000), 1_001);
});
