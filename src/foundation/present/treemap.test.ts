import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createRandom } from '../../../test/support/random-version.ts';
import { placeTiles, type Tile } from './treemap.ts';

const AREA = { x: 0, y: 0, width: 600, height: 400 };
const NEARLY = 1e-6;

function measureOverlap(one: Tile, other: Tile): number {
  const across = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const down = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  return Math.max(0, across) * Math.max(0, down);
}

suite('a treemap', () => {
  test('lays out the example of the paper as the paper does', () => {
    const values = [6, 6, 4, 3, 2, 2, 1];
    const amounts = values.map((value, index) => ({ name: String(index), value }));
    const tiles = placeTiles(amounts, { x: 0, y: 0, width: 6, height: 4 });
    const rounded = tiles.map(({ x, y, width, height }) =>
      [x, y, width, height].map((each) => Math.round(each * 100) / 100),
    );
    assert.deepEqual(rounded, [
      [0, 0, 3, 2],
      [0, 2, 3, 2],
      [3, 0, 1.71, 2.33],
      [4.71, 0, 1.29, 2.33],
      [3, 2.33, 1.2, 1.67],
      [4.2, 2.33, 1.2, 1.67],
      [5.4, 2.33, 0.6, 1.67],
    ]);
  });

  test('gives each amount its part of the area, without overlaps', () => {
    const random = createRandom(7);
    for (const count of [1, 2, 3, 10, 60]) {
      const amounts = Array.from({ length: count }, (_, index) => ({
        name: String(index),
        value: Math.ceil(random() * 1_000_000),
      })).sort((left, right) => right.value - left.value);
      const sum = amounts.reduce((total, { value }) => total + value, 0);
      const tiles = placeTiles(amounts, AREA);
      assert.equal(tiles.length, count);
      for (const [index, tile] of tiles.entries()) {
        const part = (tile.width * tile.height) / (AREA.width * AREA.height);
        assert.ok(Math.abs(part - tile.value / sum) < NEARLY);
        assert.ok(tile.x > -NEARLY && tile.x + tile.width < AREA.width + NEARLY);
        assert.ok(tile.y > -NEARLY && tile.y + tile.height < AREA.height + NEARLY);
        assert.ok(tiles.slice(index + 1).every((other) => measureOverlap(tile, other) < NEARLY));
      }
    }
  });

  test('has no tile for zero', () => {
    assert.deepEqual(placeTiles([], AREA), []);
    assert.deepEqual(placeTiles([{ name: 'empty', value: 0 }], AREA), []);
  });
});
