import { addToList } from '../core/add-to-list.ts';
import { defined } from '../core/defined.ts';
import type { Inventory } from '../core/inventory.ts';
import { indexByKey, type KeyIndex } from '../core/key-index.ts';
import { chooseMatcher } from './choose-matcher.ts';
import type {
  Component,
  ComponentDistro,
  ComponentOwner,
  ComponentPackage,
  ComponentSystem,
  WeakOwner,
} from './component.ts';
import type { MatchContext } from './matcher.ts';
import { findOwnership, isSystemPart, type Ownership } from './ownership.ts';

const NO_OWNERS: readonly ComponentOwner[] = [];
const NO_WEAK_OWNERS: readonly WeakOwner[] = [];
const NO_NAMESAKES: readonly ComponentPackage[] = [];

/** Returns the system that the packages of an inventory are installed in. */
export function toComponentSystem({ distro, target }: Inventory): ComponentSystem {
  const isContainer = target.kind === 'image';
  return distro === undefined ? { isContainer } : { distro: pickDistro(distro), isContainer };
}

/** Leaves out the members that matching does not read, so that it cannot start to. */
function pickDistro(distro: ComponentDistro): ComponentDistro {
  const { id, idLike, name, prettyName, version, versionId, versionCodename } = distro;
  const { contentSets, extendedSupport } = distro;
  const stated = { name, prettyName, version, versionId, versionCodename };
  return { id, idLike, ...defined({ ...stated, contentSets, extendedSupport }) };
}

/**
 * Puts each package of an inventory that is looked up into its context. All packages belong to the
 * inventory's distribution, or to none.
 */
export function planComponents(inventory: Inventory, context: MatchContext): readonly Component[] {
  const { scope } = context.strategy;
  const ownership = findOwnership(inventory, scope.needsProof);
  const byKey = indexByKey(inventory.packages, ({ key }) => key);
  const isIncluded = (item: ComponentPackage): boolean =>
    scope.isIncluded(item, inventory.target) &&
    (scope.searchesParts || !isPart(item, listOwners(item, ownership, byKey), context));
  const hasOwners = ownership.owners.size > 0 || ownership.weakOwners.size > 0;
  const included = inventory.packages.filter(isIncluded);
  const findNamesakes = indexNamesakes(included);
  return included.map((item): Component => {
    const namesakes = findNamesakes(item);
    return hasOwners
      ? {
          package: item,
          owners: listOwners(item, ownership, byKey).map((owner) => {
            return { package: owner, isSearched: isIncluded(owner) };
          }),
          weakOwners: listWeakOwners(item, ownership, byKey).filter((weak) =>
            isIncluded(weak.package),
          ),
          namesakes,
        }
      : { package: item, owners: NO_OWNERS, weakOwners: NO_WEAK_OWNERS, namesakes };
  });
}

/**
 * Returns whether a package is only a part of a system package that owns its file; see
 * {@link isSystemPart}.
 */
export function isPart(
  item: ComponentPackage,
  owners: readonly ComponentPackage[],
  context: MatchContext,
): boolean {
  const part = { package: item, matcher: chooseMatcher(item.type) };
  return owners.some((owner) =>
    isSystemPart(part, { package: owner, matcher: chooseMatcher(owner.type) }, context),
  );
}

function listOwners(
  { key }: ComponentPackage,
  { owners }: Ownership,
  byKey: KeyIndex<ComponentPackage>,
): readonly ComponentPackage[] {
  return owners.size === 0 ? [] : (owners.get(key) ?? []).flatMap((each) => byKey.get(each) ?? []);
}

function listWeakOwners(
  { key }: ComponentPackage,
  { weakOwners }: Ownership,
  byKey: KeyIndex<ComponentPackage>,
): readonly WeakOwner[] {
  return (weakOwners.get(key) ?? []).flatMap((weak) => {
    const owner = byKey.get(weak.key);
    return owner === undefined ? [] : [{ package: owner, proof: weak.proof }];
  });
}

/** Returns a function that finds the packages of the same type, name and version. */
function indexNamesakes(
  packages: readonly ComponentPackage[],
): (item: ComponentPackage) => readonly ComponentPackage[] {
  const groups = new Map<string, ComponentPackage[]>();
  for (const item of packages) {
    addToList(groups, toSameKey(item), item);
  }
  return (item) => {
    const group = groups.get(toSameKey(item)) ?? [];
    return group.length < 2 ? NO_NAMESAKES : group;
  };
}

function toSameKey({ type, name, version }: ComponentPackage): string {
  return `${type}\0${name}\0${version}`;
}
