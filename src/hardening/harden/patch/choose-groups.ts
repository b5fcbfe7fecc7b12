/** An update with its benefit and its cost. */
export interface Choice {
  readonly risk: number;
  /** Number of packages that it updates; at least 1. */
  readonly cost: number;
}

/** Every combination is compared for at most this number of updates. */
const EXACT_MAX = 20;

/**
 * Chooses the updates of at most `costMax` packages that remove the most risk: exactly for up to 20
 * updates, otherwise those with the most risk per package first.
 *
 * @returns the chosen updates, the most risk per package first
 */
export function chooseGroups<Group extends Choice>(
  groups: readonly Group[],
  costMax: number,
): readonly Group[] {
  const sorted = groups.toSorted(
    (left, right) => right.risk / right.cost - left.risk / left.cost || left.cost - right.cost,
  );
  if (sorted.reduce((sum, { cost }) => sum + cost, 0) <= costMax) {
    return sorted;
  }
  return sorted.length <= EXACT_MAX
    ? chooseExactly(sorted, costMax)
    : chooseGreedily(sorted, costMax);
}

function chooseGreedily<Group extends Choice>(
  groups: readonly Group[],
  costMax: number,
): readonly Group[] {
  let left = costMax;
  return groups.filter(({ cost }) => {
    const fits = cost <= left;
    left -= fits ? cost : 0;
    return fits;
  });
}

/** Keeps, for each number of packages, the combination that removes the most risk. */
function chooseExactly<Group extends Choice>(
  groups: readonly Group[],
  costMax: number,
): readonly Group[] {
  const limit = Math.min(
    costMax,
    groups.reduce((sum, { cost }) => sum + cost, 0),
  );
  let best: { risk: number; chosen: readonly Group[] }[] = Array.from(
    { length: limit + 1 },
    () => ({ risk: 0, chosen: [] }),
  );
  for (const group of groups) {
    best = best.map((without, budget) => {
      const rest = best[budget - group.cost];
      return rest !== undefined && rest.risk + group.risk > without.risk
        ? { risk: rest.risk + group.risk, chosen: [...rest.chosen, group] }
        : without;
    });
  }
  return best.at(-1)?.chosen ?? [];
}
