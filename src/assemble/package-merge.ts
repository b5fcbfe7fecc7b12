import { compareText } from '../core/compare-text.ts';
import type { InventoryPackage } from '../core/inventory.ts';
import type { Location, Package } from '../core/package.ts';
import { mergeLicenses } from '../identity/license/license.ts';
import { deduplicate } from './deduplicate.ts';

/**
 * Assigns each package its key, merges packages with the same key and all their evidence, and sorts
 * them by name, version, type and key.
 */
export function mergePackages<T = Package>(
  packages: readonly T[],
  withKey: (pkg: T) => InventoryPackage,
): InventoryPackage[] {
  return mergeByKey(packages.map(withKey), mergePair);
}

/**
 * Merges the packages of several states of an image, the topmost state first: its data counts,
 * lower states only add further locations.
 */
export function mergeStatesOfPackages(packages: readonly InventoryPackage[]): InventoryPackage[] {
  const merge = (first: InventoryPackage, second: InventoryPackage): InventoryPackage => ({
    ...first,
    locations: deduplicateLocations([...first.locations, ...second.locations]),
  });
  return mergeByKey(packages, merge);
}

function mergeByKey(
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

function mergePair(first: InventoryPackage, second: InventoryPackage): InventoryPackage {
  const { installedFiles, ...rest } = first;
  return {
    ...rest,
    ...mergeInstalledFiles(installedFiles, second.installedFiles),
    locations: deduplicateLocations([...first.locations, ...second.locations]),
    licenses: mergeLicenses([...first.licenses, ...second.licenses]),
    cpes: deduplicate([...first.cpes, ...second.cpes], (cpe) => cpe.cpe),
    ownedFiles: deduplicate([...first.ownedFiles, ...second.ownedFiles], (file) => file.path),
    ...mergeLists('alternatives', first, second, ({ purl }) => purl),
    ...mergeLists('otherOwnedFiles', first, second, ({ path }) => path),
    ...mergeLists('neededLibraries', first, second, (name) => name),
    ...mergeLists('symbols', first, second, ({ path }) => path),
    ...mergeLists('changelogFixes', first, second, ({ id }) => id),
  };
}

/** The files are only known if both sides list them. */
function mergeInstalledFiles(
  first: InventoryPackage['installedFiles'],
  second: InventoryPackage['installedFiles'],
): Pick<InventoryPackage, 'installedFiles'> {
  return first === undefined || second === undefined
    ? {}
    : { installedFiles: deduplicate([...first, ...second], ({ path }) => path) };
}

type ListName =
  | 'alternatives'
  | 'otherOwnedFiles'
  | 'neededLibraries'
  | 'symbols'
  | 'changelogFixes';
type ItemOf<Name extends ListName> = NonNullable<InventoryPackage[Name]>[number];

/** A list that is absent in both stays absent, which differs from an empty one. */
function mergeLists<Name extends ListName>(
  name: Name,
  first: InventoryPackage,
  second: InventoryPackage,
  identity: (item: ItemOf<Name>) => string,
): object {
  const lists = [first[name], second[name]] as (readonly ItemOf<Name>[] | undefined)[];
  return lists.every((list) => list === undefined)
    ? {}
    : {
        [name]: deduplicate(
          lists.flatMap((list) => list ?? []),
          identity,
        ),
      };
}

function deduplicateLocations(locations: readonly Location[]): Location[] {
  return deduplicate(
    locations,
    (location) => `${location.path}\0${location.accessPath}\0${location.layer ?? ''}`,
  );
}
