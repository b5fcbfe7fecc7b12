/**
 * Creates an order by several criteria: the first that distinguishes two items decides.
 *
 * @param criteria compare functions of `Array.prototype.sort`
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
