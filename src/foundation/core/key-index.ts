/** Items by key. */
export interface KeyIndex<Item> {
  get(key: string): Item | undefined;
}

/**
 * Creates a lazy index: keys of packages may have to be computed, and a run without findings needs
 * none. Of several items with one key, the last counts.
 */
export function indexByKey<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): KeyIndex<Item> {
  let index: ReadonlyMap<string, Item> | undefined;
  return {
    get(key) {
      index ??= new Map(items.map((item) => [keyOf(item), item]));
      return index.get(key);
    },
  };
}
