/** Groups items that share an ID, also through others, in the order of their last items. */
export function groupByIds<Item>(
  items: readonly Item[],
  listIds: (item: Item) => readonly string[],
): readonly Item[][] {
  const groupOfId = new Map<string, Item[]>();
  const groups = new Set<Item[]>();
  for (const one of items) {
    const ids = listIds(one);
    const met = listGroups(ids, groupOfId);
    const joined = met.length === 0 ? [one] : [...met.flat(), one];
    for (const group of met) {
      groups.delete(group);
    }
    groups.add(joined);
    for (const id of met.length === 0 ? ids : joined.flatMap(listIds)) {
      groupOfId.set(id, joined);
    }
  }
  return [...groups];
}

function listGroups<Item>(
  ids: readonly string[],
  groupOfId: ReadonlyMap<string, Item[]>,
): readonly Item[][] {
  const groups: Item[][] = [];
  for (const id of ids) {
    const group = groupOfId.get(id);
    if (group !== undefined && !groups.includes(group)) {
      groups.push(group);
    }
  }
  return groups;
}
