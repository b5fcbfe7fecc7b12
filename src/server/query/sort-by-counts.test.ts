import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDraw } from '../../../test/support/random-draw.ts';
import { sortByCounts } from './sort-by-counts.ts';

const PLACES = 3;

test('items are sorted as by comparing their counts, the last one first', () => {
  const draw = createDraw(7);
  for (let round = 0; round < 50; round += 1) {
    const items = Array.from({ length: draw(60) }, (_, id) => ({
      id,
      counts: Array.from({ length: PLACES + 1 }, () => (draw(9) === 0 ? draw(100_000) : draw(4))),
    }));
    const compared = items.toSorted((left, right) => {
      const [low = 0, middle = 0, high = 0] = left.counts.map(
        (count, place) => (right.counts[place] ?? 0) - count,
      );
      return high || middle || low;
    });
    const sorted = sortByCounts(items, PLACES, ({ counts }, place) => counts[place] ?? 0);
    assert.deepEqual(sorted, compared);
  }
});
