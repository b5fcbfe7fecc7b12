import assert from 'node:assert/strict';
import { it } from 'node:test';
import { findLayerOfLastChange } from './layer-of-last-change.ts';

function findLayer(layer: string, ...earlier: readonly (readonly [string, boolean])[]) {
  const lowers = earlier.map(([name, isSame]) => ({ layer: name, isSame }));
  return findLayerOfLastChange(layer, lowers, ({ isSame }) => isSame);
}

it('returns the lowest layer since which the record is unchanged', () => {
  assert.equal(findLayer('3', ['2', true], ['1', true], ['0', false]), '1');
});

it('returns the layer of the file if no lower one has the record', () => {
  assert.equal(findLayer('3'), '3');
  assert.equal(findLayer('3', ['2', false]), '3');
});

it('does not search below a layer without the record, even if lower ones have it', () => {
  assert.equal(findLayer('3', ['2', true], ['1', false], ['0', true]), '2');
});

it('returns no layer if there are none, as in a directory', () => {
  assert.equal(
    findLayerOfLastChange(undefined, [], () => true),
    undefined,
  );
});
