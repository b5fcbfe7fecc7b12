/**
 * An order by several criteria: the first that tells two items apart decides.
 *
 * @param criteria as `Array.prototype.sort` takes them
 */
export function compareInTurn<Item>(
  criteria: readonly ((left: Item, right: Item) => number)[],
): (left: Item, right: Item) => number {
  return (left, right) => {
    for (const compare of criteria) {
      const order = compare(left, right);
      if (order !== 0) {
        return order;
      }
    }
    return 0;
  };
}
