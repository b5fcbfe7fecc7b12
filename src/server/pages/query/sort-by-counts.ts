interface Counted {
  readonly counts: readonly number[];
}

/**
 * Sorts by several counts, the last one first, with the highest before others. Equal ones keep
 * their order. Each count needs one pass, which is several times faster than comparing pairs.
 *
 * @param places number of counts that decide
 */
export function sortByCounts<Item extends Counted>(
  items: readonly Item[],
  places: number,
): readonly Item[] {
  let order = Uint32Array.from(items.keys());
  let next = new Uint32Array(items.length);
  const values = new Uint32Array(items.length);
  for (let place = 0; place < places; place += 1) {
    items.forEach(({ counts }, index) => {
      values[index] = counts[place] ?? 0;
    });
    placeByValue(order, values, next);
    [order, next] = [next, order];
  }
  return Array.from(order, (index) => items[index] as Item);
}

/** Writes the order by descending values. */
function placeByValue(order: Uint32Array, values: Uint32Array, sorted: Uint32Array): void {
  const most = values.reduce((highest, value) => Math.max(highest, value), 0);
  // The place of the first item with each value.
  const starts = new Uint32Array(most + 2);
  for (const value of values) {
    const after = most - value + 1;
    starts[after] = (starts[after] ?? 0) + 1;
  }
  for (let at = 1; at < starts.length; at += 1) {
    starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0);
  }
  for (const index of order) {
    const at = most - (values[index] ?? 0);
    const place = starts[at] ?? 0;
    sorted[place] = index;
    starts[at] = place + 1;
  }
}
