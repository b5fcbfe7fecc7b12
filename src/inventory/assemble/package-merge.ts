import { compareText } from '../../foundation/core/compare-text.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import type { Location, Package } from '../../foundation/core/package.ts';
import { mergeLicenses } from '../../foundation/identity/license/license.ts';
import { deduplicate } from './deduplicate.ts';

/**
 * Assigns each package its key, merges packages with the same key and all their evidence, and sorts
 * them by name, version, type and key.
 */
export function mergePackages<T = Package>(
  packages: readonly T[],
  withKey: (pkg: T) => InventoryPackage,
): InventoryPackage[] {
  return mergeByKey(packages.map(withKey), mergeAll);
}

/**
 * Merges the packages of several states of an image, the topmost state first: its data counts,
 * lower states only add further locations.
 */
export function mergeStatesOfPackages(packages: readonly InventoryPackage[]): InventoryPackage[] {
  return mergeByKey(packages, (first, all) => ({ ...first, locations: mergeLocations(all) }));
}

type MergeGroup = (first: InventoryPackage, all: readonly InventoryPackage[]) => InventoryPackage;

/** All packages of a key are merged at once: one after the other would take quadratic time. */
function mergeByKey(packages: readonly InventoryPackage[], merge: MergeGroup): InventoryPackage[] {
  const groups = [...Map.groupBy(packages, ({ key }) => key).values()];
  const merged = groups.flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [group.length === 1 ? first : merge(first, group)];
  });
  return merged.sort(
    (left, right) =>
      compareText(left.name, right.name) ||
      compareText(left.version, right.version) ||
      compareText(left.type, right.type) ||
      compareText(left.key, right.key),
  );
}

function mergeAll(first: InventoryPackage, all: readonly InventoryPackage[]): InventoryPackage {
  const { installedFiles: _, ...rest } = first;
  return {
    ...rest,
    ...mergeInstalledFiles(all),
    locations: mergeLocations(all),
    licenses: mergeLicenses(all.flatMap(({ licenses }) => licenses)),
    cpes: deduplicate(
      all.flatMap(({ cpes }) => cpes),
      (cpe) => cpe.cpe,
    ),
    ownedFiles: deduplicate(
      all.flatMap(({ ownedFiles }) => ownedFiles),
      (file) => file.path,
    ),
    ...mergeLists('alternatives', all, ({ purl }) => purl),
    ...mergeLists('otherOwnedFiles', all, ({ path }) => path),
    ...mergeLists('neededLibraries', all, (name) => name),
    ...mergeLists('symbols', all, ({ path }) => path),
    ...mergeLists('changelogFixes', all, ({ id }) => id),
  };
}

/** The files are only known if every package lists them. */
function mergeInstalledFiles(
  all: readonly InventoryPackage[],
): Pick<InventoryPackage, 'installedFiles'> {
  const lists = all.flatMap(({ installedFiles }) =>
    installedFiles === undefined ? [] : [installedFiles],
  );
  return lists.length < all.length
    ? {}
    : { installedFiles: deduplicate(lists.flat(), ({ path }) => path) };
}

type ListName =
  | 'alternatives'
  | 'otherOwnedFiles'
  | 'neededLibraries'
  | 'symbols'
  | 'changelogFixes';
type ItemOf<Name extends ListName> = NonNullable<InventoryPackage[Name]>[number];

/** A list that is absent in all stays absent, which differs from an empty one. */
function mergeLists<Name extends ListName>(
  name: Name,
  all: readonly InventoryPackage[],
  identity: (item: ItemOf<Name>) => string,
): object {
  const lists = all.map((pkg) => pkg[name]) as (readonly ItemOf<Name>[] | undefined)[];
  return lists.every((list) => list === undefined)
    ? {}
    : {
        [name]: deduplicate(
          lists.flatMap((list) => list ?? []),
          identity,
        ),
      };
}

function mergeLocations(all: readonly InventoryPackage[]): Location[] {
  return deduplicate(
    all.flatMap(({ locations }) => locations),
    (location) => `${location.path}\0${location.accessPath}\0${location.layer ?? ''}`,
  );
}
