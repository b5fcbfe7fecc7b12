import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findNearest, suggestWord } from './option-suggestion.ts';

const KNOWN = ['output', 'offline', 'color', 'config', 'db'];

test('recognizes a mistyped word by one edit, including two swapped letters', () => {
  assert.equal(findNearest('colr', KNOWN), 'color');
  assert.equal(findNearest('ouptut', KNOWN), 'output');
  assert.equal(findNearest('bd', KNOWN), 'db');
  assert.equal(findNearest('Config', KNOWN), 'config');
});

test('returns no suggestion for a word far from all known ones, of any length', () => {
  assert.equal(findNearest('severity', KNOWN), undefined);
  assert.equal(findNearest('x'.repeat(1_000_000), KNOWN), undefined);
});

test('lists all known words if none is near', () => {
  assert.equal(suggestWord('offlin', KNOWN), 'did you mean "offline"?');
  assert.equal(suggestWord('zzzzzz', ['a', 'b']), 'use one of: a, b');
  assert.equal(suggestWord('zzzzzz', ['a', 'b'], 'plimsoll x'), 'run "plimsoll x" to list them');
});
