/** Appends items one by one: a call takes no more arguments than the stack has room for. */
export function appendAll<Item>(to: Item[], items: Iterable<Item>): void {
  for (const item of items) {
    to.push(item);
  }
}
