/** The most recently used items of a kind, up to a number. */
export class RecentItems<K, V> {
  readonly #itemsMax: number;
  readonly #items = new Map<K, V>();

  constructor(itemsMax: number) {
    this.#itemsMax = itemsMax;
  }

  /** Returns an item, and creates it if it is not among the recent ones. */
  take(key: K, create: () => V): V {
    const known = this.#items.get(key);
    const item = known ?? create();
    this.#items.delete(key);
    this.#items.set(key, item);
    if (this.#items.size > this.#itemsMax) {
      const oldest = this.#items.keys().next();
      if (oldest.done !== true) this.#items.delete(oldest.value);
    }
    return item;
  }
}
