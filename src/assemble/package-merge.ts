import { compareText } from '../core/compare-text.ts';
import type { InventoryPackage } from '../core/inventory.ts';
import type { Location, Package } from '../core/package.ts';
import { mergeLicenses } from '../identity/license/license.ts';
import { distinct } from './distinct.ts';

/**
 * Assigns each package its key, merges packages with the same key and all their evidence, and sorts
 * them by name, version, type and key.
 */
export function mergePackages<T = Package>(
  packages: readonly T[],
  withKey: (pkg: T) => InventoryPackage,
): InventoryPackage[] {
  return mergedByKey(packages.map(withKey), merged);
}

/**
 * Merges the packages of several states of an image, the topmost state first: its data counts,
 * lower states only add further locations.
 */
export function mergeStatesOfPackages(packages: readonly InventoryPackage[]): InventoryPackage[] {
  const merge = (first: InventoryPackage, second: InventoryPackage): InventoryPackage => ({
    ...first,
    locations: distinctLocations([...first.locations, ...second.locations]),
  });
  return mergedByKey(packages, merge);
}

function mergedByKey(
  packages: readonly InventoryPackage[],
  merge: (first: InventoryPackage, second: InventoryPackage) => InventoryPackage,
): InventoryPackage[] {
  const byKey = new Map<string, InventoryPackage>();
  for (const pkg of packages) {
    const known = byKey.get(pkg.key);
    byKey.set(pkg.key, known === undefined ? pkg : merge(known, pkg));
  }
  return [...byKey.values()].sort(
    (left, right) =>
      compareText(left.name, right.name) ||
      compareText(left.version, right.version) ||
      compareText(left.type, right.type) ||
      compareText(left.key, right.key),
  );
}

function merged(first: InventoryPackage, second: InventoryPackage): InventoryPackage {
  return {
    ...first,
    locations: distinctLocations([...first.locations, ...second.locations]),
    licenses: mergeLicenses([...first.licenses, ...second.licenses]),
    cpes: distinct([...first.cpes, ...second.cpes], (cpe) => cpe.cpe),
    ownedFiles: distinct([...first.ownedFiles, ...second.ownedFiles], (file) => file.path),
    ...unionOf('alternatives', first, second, ({ purl }) => purl),
    ...unionOf('otherOwnedFiles', first, second, ({ path }) => path),
    ...unionOf('neededLibraries', first, second, (name) => name),
    ...unionOf('symbols', first, second, ({ path }) => path),
    ...unionOf('changelogFixes', first, second, ({ id }) => id),
  };
}

type ListName =
  | 'alternatives'
  | 'otherOwnedFiles'
  | 'neededLibraries'
  | 'symbols'
  | 'changelogFixes';
type ItemOf<Name extends ListName> = NonNullable<InventoryPackage[Name]>[number];

/** A list that is absent in both stays absent, which differs from an empty one. */
function unionOf<Name extends ListName>(
  name: Name,
  first: InventoryPackage,
  second: InventoryPackage,
  identity: (item: ItemOf<Name>) => string,
): object {
  const lists = [first[name], second[name]] as (readonly ItemOf<Name>[] | undefined)[];
  return lists.every((list) => list === undefined)
    ? {}
    : {
        [name]: distinct(
          lists.flatMap((list) => list ?? []),
          identity,
        ),
      };
}

function distinctLocations(locations: readonly Location[]): Location[] {
  return distinct(
    locations,
    (location) => `${location.path}\0${location.accessPath}\0${location.layer ?? ''}`,
  );
}
