/** Appends items one by one, because the number of arguments of a call is limited by the stack. */
export function appendAll<Item>(to: Item[], items: Iterable<Item>): void {
  for (const item of items) {
    to.push(item);
  }
}
