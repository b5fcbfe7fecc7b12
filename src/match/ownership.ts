import { addToList } from '../core/add-to-list.ts';
import {
  type Inventory,
  type InventoryPackage,
  isProvenOwner,
  type WeakProof,
} from '../core/inventory.ts';
import { isBuild } from '../core/same-product.ts';
import type { ComponentPackage } from './component.ts';
import type { MatchContext, Matcher } from './matcher.ts';
import { findThirdParty } from './third-party.ts';

/** By package key, the packages whose own record lists a file of that package. */
export type Owners = ReadonlyMap<string, readonly string[]>;

/** The key of a package whose record lists a file of another one, without a matching digest. */
interface WeakOwnerKey {
  readonly key: string;
  readonly proof: WeakProof;
}

export interface Ownership {
  readonly owners: Owners;
  /** By package key; some of them are owners nevertheless. */
  readonly weakOwners: ReadonlyMap<string, readonly WeakOwnerKey[]>;
}

/** @param needsProof whether an owner's record must prove that it installed the package */
export function findOwnership(inventory: Inventory, needsProof: boolean): Ownership {
  const weakOwners = new Map<string, WeakOwnerKey[]>();
  for (const edge of needsProof ? inventory.relationships : []) {
    if (edge.kind === 'owns-package' && edge.proof !== undefined) {
      addToList(weakOwners, edge.to, { key: edge.from, proof: edge.proof });
    }
  }
  return { owners: findOwners(inventory, needsProof), weakOwners };
}

/**
 * Finds owners by the inventory's relationships, or by paths if it has none, as in imported
 * documents.
 */
export function findOwners(inventory: Inventory, needsProof = true): Owners {
  const owners = new Map<string, string[]>();
  const addOwner = (owned: string, owner: string): void => {
    const known = owners.get(owned);
    if (known === undefined) {
      owners.set(owned, [owner]);
    } else if (!known.includes(owner)) {
      known.push(owner);
    }
  };
  // Our own catalogers record each proven owner; paths alone are not a proof.
  let isStated = inventory.catalogers.length > 0;
  for (const relationship of inventory.relationships) {
    if (relationship.kind === 'owns-package') {
      isStated = true;
      if (!needsProof || isProvenOwner(relationship)) {
        addOwner(relationship.to, relationship.from);
      }
    }
  }
  return isStated ? owners : findOwnersByPath(inventory.packages, owners, addOwner);
}

function findOwnersByPath(
  packages: readonly InventoryPackage[],
  owners: Owners,
  addOwner: (owned: string, owner: string) => void,
): Owners {
  const locations = new Map<string, InventoryPackage[]>();
  for (const item of packages) {
    for (const { path } of item.locations) {
      addToList(locations, path, item);
    }
  }
  for (const item of packages) {
    for (const { path } of item.ownedFiles) {
      // Most files are not evidence of a package.
      locations.get(path)?.forEach((owned) => {
        // Any record can list any path, see `suppressOwnedBinaries`.
        const isProven = owned.yieldsToOwner !== true || isBuild(item, owned);
        if (owned.key !== item.key && isProven) {
          addOwner(owned.key, item.key);
        }
      });
    }
  }
  return owners;
}

export interface Owned {
  readonly package: ComponentPackage;
  readonly matcher: Matcher;
}

/**
 * Returns whether a package is only a part of the operating-system package that owns its file: it
 * is only known by a binary's content, and its version agrees with the other one up to the end of
 * the shorter one. Language packages that a system package installed are components of their own,
 * because statements never name the system package for them. Packages built by another vendor have
 * no statements under their own name.
 */
export function isSystemPart(part: Owned, owner: Owned, context: MatchContext): boolean {
  const { distro } = context;
  const isOwnerSystem = owner.matcher.isSystem;
  if (
    distro === undefined ||
    !isOwnerSystem ||
    !hasSameVersion(part.package, owner.package) ||
    findThirdParty(owner, context) !== undefined
  ) {
    return false;
  }
  return context.strategy.scope.isPart(part, owner, distro);
}

export function hasSameVersion(left: ComponentPackage, right: ComponentPackage): boolean {
  return left.version.startsWith(right.version) || right.version.startsWith(left.version);
}
