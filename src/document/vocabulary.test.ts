import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createVocabulary } from './vocabulary.ts';

suite('a vocabulary', () => {
  test('has both directions of its rows, except for those of one direction', () => {
    const { values, words, write } = createVocabulary([
      ['fixed', 'resolved'],
      ['fixed', 'resolved_with_pedigree', 'read'],
      ['absent', 'resolved', 'write'],
    ]);
    assert.deepEqual(
      [...values],
      [
        ['resolved', 'fixed'],
        ['resolved_with_pedigree', 'fixed'],
      ],
    );
    assert.deepEqual(
      [...words],
      [
        ['fixed', 'resolved'],
        ['absent', 'resolved'],
      ],
    );
    assert.equal(write('absent'), 'resolved');
  });

  test('is rejected if a word has two values, or a value has two words', () => {
    for (const rows of [
      [
        ['fixed', 'resolved'],
        ['absent', 'resolved'],
      ],
      [
        ['fixed', 'resolved'],
        ['fixed', 'done'],
      ],
    ] as const) {
      assert.throws(() => createVocabulary<readonly [string, string]>(rows), /expected: one/);
    }
  });
});
