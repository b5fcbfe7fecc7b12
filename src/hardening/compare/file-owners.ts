import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';

/** The package that owns each file, by the path of the file. */
export type FileOwners = ReadonlyMap<string, InventoryPackage>;

/**
 * Assigns files to the package whose own record installed them; of several, the first in order of
 * the inventory. Then to the package found to contain them, since links may lead into another
 * package's files; then to the package that they identify.
 */
export function findFileOwners(inventory: Inventory): FileOwners {
  const known = OWNERS.get(inventory) ?? computeOwners(inventory);
  OWNERS.set(inventory, known);
  return known;
}

/** Cached, because several parts of a comparison need the same inventory. */
const OWNERS = new WeakMap<Inventory, FileOwners>();

function computeOwners({ packages, relationships }: Inventory): FileOwners {
  const byKey = new Map(packages.map((one) => [one.key, one]));
  const owners = new Map<string, InventoryPackage>();
  const own = (path: string, item: InventoryPackage | undefined): void => {
    if (item !== undefined && !owners.has(path)) {
      owners.set(path, item);
    }
  };
  for (const item of packages) {
    for (const { path } of item.ownedFiles) {
      own(path, item);
    }
    for (const { path } of item.otherOwnedFiles ?? []) {
      own(path, item);
    }
  }
  for (const edge of relationships) {
    if (edge.kind === 'contains-file') {
      own(edge.path, byKey.get(edge.from));
    }
  }
  for (const item of packages) {
    for (const { path } of item.locations) {
      own(path, item);
    }
  }
  return owners;
}
