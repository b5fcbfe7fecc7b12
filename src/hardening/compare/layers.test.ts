import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTarget } from '../../../test/support/comparable-target.ts';
import { compareLayers } from './layers.ts';

function formatLayers(before: string, after: string): string[] {
  const [first, second] = [before, after].map((digits) => {
    const layers = digits.split('').map((digit, index) => ({ digit, bytes: 10 + index }));
    return createTarget({ layers }).inventory;
  });
  assert.ok(first && second);
  return compareLayers(first, second).rows.map(
    (row) => `${row.diffId.at(-1)} ${row.before ?? '-'} ${row.after ?? '-'}`,
  );
}

suite('layers of two images', () => {
  test('share one row if they have the same content, at the bottom and in between', () => {
    assert.deepEqual(formatLayers('abc', 'abd'), ['a 0 0', 'b 1 1', 'c 2 -', 'd - 2']);
    assert.deepEqual(formatLayers('axb', 'ayzb'), ['a 0 0', 'x 1 -', 'y - 1', 'z - 2', 'b 2 3']);
  });

  test('keep the order of both, so that only one of two exchanged layers is shared', () => {
    assert.deepEqual(formatLayers('ab', 'ba'), ['a 0 -', 'b 1 0', 'a - 1']);
  });

  test('are shared as often as both have the same layer', () => {
    assert.deepEqual(formatLayers('aa', 'a'), ['a 0 0', 'a 1 -']);
  });

  test('have shared bytes that are counted once', () => {
    const layers = [
      { digit: 'a', bytes: 100 },
      { digit: 'b', bytes: 5 },
    ];
    const [first, second] = [layers, layers.slice(0, 1)].map(
      (some) => createTarget({ layers: some }).inventory,
    );
    assert.ok(first && second);
    assert.equal(compareLayers(first, second).sharedBytes, 100);
  });
});
