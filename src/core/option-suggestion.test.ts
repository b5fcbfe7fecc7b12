import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestOf, suggestionFor } from './option-suggestion.ts';

const KNOWN = ['output', 'offline', 'color', 'config', 'db'];

test('a mistyped word is recognised by one edit, also by two letters in the wrong order', () => {
  assert.equal(nearestOf('colr', KNOWN), 'color');
  assert.equal(nearestOf('ouptut', KNOWN), 'output');
  assert.equal(nearestOf('bd', KNOWN), 'db');
  assert.equal(nearestOf('Config', KNOWN), 'config');
});

test('a word that is far from all known ones has no nearest, however long it is', () => {
  assert.equal(nearestOf('severity', KNOWN), undefined);
  assert.equal(nearestOf('x'.repeat(1_000_000), KNOWN), undefined);
});

test('the suggestion lists all known words where none is near', () => {
  assert.equal(suggestionFor('offlin', KNOWN), 'did you mean "offline"?');
  assert.equal(suggestionFor('zzzzzz', ['a', 'b']), 'use one of: a, b');
  assert.equal(suggestionFor('zzzzzz', ['a', 'b'], 'plimsoll x'), 'run "plimsoll x" to list them');
});
