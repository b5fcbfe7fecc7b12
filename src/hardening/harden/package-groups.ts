import { compareText } from '../../foundation/core/compare-text.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import { findDominators, type Link } from '../reach/dominators.ts';

/** A dropped package with the packages that are present only for it. */
export interface PackageGroup {
  readonly head: InventoryPackage;
  /** The head first, the others by name. */
  readonly members: readonly InventoryPackage[];
  /** Packages outside of the group that need a member, although no file of it is needed. */
  readonly dependents: readonly InventoryPackage[];
}

const START = '';

/**
 * Groups dropped packages by the package without which nothing in the image needs them. Each is in
 * one group.
 */
export function groupDroppedPackages(
  { packages, relationships }: Pick<Inventory, 'packages' | 'relationships'>,
  isDropped: (packageKey: string) => boolean,
): readonly PackageGroup[] {
  const byKey = new Map(packages.map((item) => [item.key, item]));
  const needs = relationships.flatMap((one) =>
    one.kind === 'dependency-of' && byKey.has(one.from) && byKey.has(one.to)
      ? [{ from: one.to, to: one.from }]
      : [],
  );
  const dropped = packages.filter(({ key }) => isDropped(key));
  const heads = findHeads(dropped, needs, isDropped);
  const membersOf = Map.groupBy(dropped, ({ key }) => heads.get(key) ?? key);
  return [...membersOf].flatMap(([key, members]) => {
    const head = byKey.get(key);
    const own = new Set(members.map((one) => one.key));
    const dependents = needs.flatMap(({ from, to }) =>
      own.has(to) && !own.has(from) ? (byKey.get(from) ?? []) : [],
    );
    return head === undefined
      ? []
      : [
          {
            head,
            members: [head, ...members.filter((one) => one !== head).toSorted(comparePackages)],
            dependents: [...new Set(dependents)].toSorted(comparePackages),
          },
        ];
  });
}

function comparePackages(left: InventoryPackage, right: InventoryPackage): number {
  return compareText(left.name, right.name) || compareText(left.key, right.key);
}

/** Returns the outermost dropped package on every path to each dropped package. */
function findHeads(
  dropped: readonly InventoryPackage[],
  needs: readonly Link[],
  isDropped: (packageKey: string) => boolean,
): ReadonlyMap<string, string> {
  const inner = needs.filter(({ from, to }) => isDropped(from) && isDropped(to));
  const needed = new Set(needs.filter(({ from, to }) => from !== to).map(({ to }) => to));
  const fromKept = needs.flatMap(({ from, to }) => (isDropped(from) || !isDropped(to) ? [] : [to]));
  const starts = new Set([
    ...dropped.flatMap(({ key }) => (needed.has(key) ? [] : [key])),
    ...fromKept,
  ]);
  let dominators = findDominated(starts, inner);
  for (const { key } of dropped) {
    // Packages that need each other, and that nothing else needs.
    if (!dominators.has(key)) {
      starts.add(key);
      dominators = findDominated(starts, inner);
    }
  }
  const heads = new Map<string, string>();
  for (const { key } of dropped) {
    let at = key;
    for (let up = dominators.get(at); up !== undefined && up !== START; up = dominators.get(at)) {
      at = up;
    }
    heads.set(key, at);
  }
  return heads;
}

function findDominated(
  starts: ReadonlySet<string>,
  inner: readonly Link[],
): ReadonlyMap<string, string> {
  return findDominators(START, [...[...starts].map((to) => ({ from: START, to })), ...inner]);
}
