import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indexByKey } from './key-index.ts';

test('an index computes keys on first use, once each, and returns the last entry of a key', () => {
  const asked: string[] = [];
  const items = ['a1', 'b1', 'a2'];
  const index = indexByKey(items, (item) => {
    asked.push(item);
    return item.charAt(0);
  });
  assert.deepEqual(asked, []);
  assert.equal(index.get('a'), 'a2');
  assert.equal(index.get('c'), undefined);
  assert.deepEqual(asked, items);
});
