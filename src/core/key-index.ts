/** What has keys, by them. */
export interface KeyIndex<Item> {
  get(key: string): Item | undefined;
}

/**
 * An index that is made when it is first asked: the keys of packages may have to be computed, and a
 * run that finds nothing asks for none. Of several items of one key, the last.
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
