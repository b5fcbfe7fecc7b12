import assert from 'node:assert/strict';
import { it } from 'node:test';
import { findLayerOfLastChange } from './layer-of-last-change.ts';

function answer(layer: string, ...earlier: readonly (readonly [string, boolean])[]) {
  const lowers = earlier.map(([name, isSame]) => ({ layer: name, isSame }));
  return findLayerOfLastChange(layer, lowers, ({ isSame }) => isSame);
}

it('names the lowest layer that has held the record ever since', () => {
  assert.equal(answer('3', ['2', true], ['1', true], ['0', false]), '1');
});

it('names the layer of the file where no lower one has the record', () => {
  assert.equal(answer('3'), '3');
  assert.equal(answer('3', ['2', false]), '3');
});

it('does not look below a layer that had no such record, even if lower ones have it', () => {
  assert.equal(answer('3', ['2', true], ['1', false], ['0', true]), '2');
});

it('knows no layer where there are none, as in a directory', () => {
  assert.equal(
    findLayerOfLastChange(undefined, [], () => true),
    undefined,
  );
});
