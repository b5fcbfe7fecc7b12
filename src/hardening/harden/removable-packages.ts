import type { Relationship } from '../../foundation/core/inventory.ts';
import type { PlannedPackage } from './removal-plan.ts';

/**
 * Returns the keys of the packages that a package manager can remove without others: no package
 * that stays needs one of them.
 */
export function findRemovable(
  candidates: ReadonlySet<string>,
  relationships: readonly Relationship[],
): ReadonlySet<string> {
  const needs = relationships.filter((one) => one.kind === 'dependency-of');
  const removable = new Set(candidates);
  for (let size = -1; size !== removable.size; ) {
    size = removable.size;
    for (const { from, to } of needs) {
      if (!removable.has(to)) {
        removable.delete(from);
      }
    }
  }
  return removable;
}

/** Returns the keys of everything that the given packages need, and of these. */
export function findNeededPackages(
  keys: readonly string[],
  relationships: readonly Relationship[],
): ReadonlySet<string> {
  const needs = Map.groupBy(
    relationships.filter((one) => one.kind === 'dependency-of'),
    ({ to }) => to,
  );
  const found = new Set(keys);
  for (const key of found) {
    for (const { from } of needs.get(key) ?? []) {
      found.add(from);
    }
  }
  return found;
}

/** Returns the paths of packages that no other package lists. */
export function listOwnPaths(
  packages: readonly PlannedPackage[],
  isRemoved: (packageKey: string) => boolean,
): ReadonlySet<string> {
  const left = new Set(
    packages
      .filter(({ key }) => !isRemoved(key))
      .flatMap(({ kept, dropped }) => [...kept, ...dropped]),
  );
  return new Set(
    packages
      .filter(({ key }) => isRemoved(key))
      .flatMap(({ kept, dropped }) => [...kept, ...dropped])
      .filter((path) => !left.has(path)),
  );
}
