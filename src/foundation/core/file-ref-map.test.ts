import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileRefMap } from './file-ref-map.ts';

test('finds values by layer and row, and the last one of a file counts', () => {
  const map = new FileRefMap([
    [{ layer: 0, row: 1 }, 'a'],
    [{ layer: 1, row: 1 }, 'b'],
    [{ layer: 1, row: 0 }, 'c'],
    [{ layer: 0, row: 1 }, 'd'],
  ]);
  const found = [0, 1].flatMap((layer) => [0, 1].map((row) => map.get({ layer, row })));
  assert.deepEqual(found, [undefined, 'd', 'c', 'b']);
  assert.equal(map.get({ layer: 2, row: 0 }), undefined);
  assert.deepEqual([map.isEmpty, new FileRefMap().isEmpty], [false, true]);
});
