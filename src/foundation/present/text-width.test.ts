import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutText, measureWidth } from './text-width.ts';

test('text is cut by its columns, and wide characters count twice', () => {
  assert.equal(measureWidth('日本'), 4);
  assert.equal(cutText('abcdef', 6), 'abcdef');
  assert.equal(cutText('abcdef', 5), 'abcd…');
  assert.equal(cutText('日本語', 4), '日…');
  assert.equal(cutText('abc', 1), '…');
  assert.equal(cutText('abc', 0), '');
});
