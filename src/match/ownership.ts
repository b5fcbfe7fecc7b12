import type { Inventory, InventoryPackage } from '../core/inventory.ts';
import { isBuild } from '../core/same-product.ts';
import type { MatchContext, Matcher } from './matcher.ts';
import { thirdPartyOf } from './third-party.ts';

/** The packages whose own record lists a file of this one, by package key. */
export type Owners = ReadonlyMap<string, readonly string[]>;

/** From the inventory's relationships, or from paths where it has none, as in foreign documents. */
export function ownersOf(inventory: Inventory): Owners {
  const owners = new Map<string, string[]>();
  const add = (owned: string, owner: string): void => {
    const known = owners.get(owned);
    if (known === undefined) {
      owners.set(owned, [owner]);
    } else if (!known.includes(owner)) {
      known.push(owner);
    }
  };
  for (const relationship of inventory.relationships) {
    if (relationship.kind === 'owns-package') {
      add(relationship.to, relationship.from);
    }
  }
  // Our own catalogers state each owner that is proven, and paths alone prove nothing.
  const isStated = owners.size > 0 || inventory.catalogers.length > 0;
  return isStated ? owners : ownersByPath(inventory.packages, owners, add);
}

function ownersByPath(
  packages: readonly InventoryPackage[],
  owners: Owners,
  add: (owned: string, owner: string) => void,
): Owners {
  const locations = new Map<string, InventoryPackage[]>();
  for (const item of packages) {
    for (const { path } of item.locations) {
      const known = locations.get(path);
      if (known === undefined) {
        locations.set(path, [item]);
      } else {
        known.push(item);
      }
    }
  }
  for (const item of packages) {
    for (const { path } of item.ownedFiles) {
      // Most files are evidence of no package.
      locations.get(path)?.forEach((owned) => {
        // Any record can list any path, see `withoutOwnedBinaries`.
        const isProven = owned.yieldsToOwner !== true || isBuild(item, owned);
        if (owned.key !== item.key && isProven) {
          add(owned.key, item.key);
        }
      });
    }
  }
  return owners;
}

export interface Owned {
  readonly package: InventoryPackage;
  readonly matcher: Matcher;
}

/**
 * Whether a package is nothing but a part of the operating system package that owns its file: it is
 * known by a binary's content only, and the versions agree as far as both go. What a package of a
 * language brought along is a component of its own, since nobody states anything about it in that
 * package's name; and what another vendor built has no statements in its own name.
 */
export function isPartOf(part: Owned, owner: Owned, context: MatchContext): boolean {
  const { distro } = context;
  const isOwnerSystem = owner.matcher.isSystem;
  if (
    distro === undefined ||
    !isOwnerSystem ||
    !hasSameVersion(part.package, owner.package) ||
    thirdPartyOf(owner, context) !== undefined
  ) {
    return false;
  }
  return context.strategy.scope.isPart(part, owner, distro);
}

export function hasSameVersion(left: InventoryPackage, right: InventoryPackage): boolean {
  return left.version.startsWith(right.version) || right.version.startsWith(left.version);
}
