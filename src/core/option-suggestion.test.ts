import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findNearest, suggestWord } from './option-suggestion.ts';

const KNOWN = ['output', 'offline', 'color', 'config', 'db'];

test('a mistyped word is recognised by one edit, also by two letters in the wrong order', () => {
  assert.equal(findNearest('colr', KNOWN), 'color');
  assert.equal(findNearest('ouptut', KNOWN), 'output');
  assert.equal(findNearest('bd', KNOWN), 'db');
  assert.equal(findNearest('Config', KNOWN), 'config');
});

test('a word that is far from all known ones has no nearest, however long it is', () => {
  assert.equal(findNearest('severity', KNOWN), undefined);
  assert.equal(findNearest('x'.repeat(1_000_000), KNOWN), undefined);
});

test('the suggestion lists all known words where none is near', () => {
  assert.equal(suggestWord('offlin', KNOWN), 'did you mean "offline"?');
  assert.equal(suggestWord('zzzzzz', ['a', 'b']), 'use one of: a, b');
  assert.equal(suggestWord('zzzzzz', ['a', 'b'], 'plimsoll x'), 'run "plimsoll x" to list them');
});
