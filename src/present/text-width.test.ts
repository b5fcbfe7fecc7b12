import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutTo, widthOf } from './text-width.ts';

test('text is cut by its columns, and wide characters count twice', () => {
  assert.equal(widthOf('日本'), 4);
  assert.equal(cutTo('abcdef', 6), 'abcdef');
  assert.equal(cutTo('abcdef', 5), 'abcd…');
  assert.equal(cutTo('日本語', 4), '日…');
  assert.equal(cutTo('abc', 1), '…');
  assert.equal(cutTo('abc', 0), '');
});
