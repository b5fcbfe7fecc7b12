import { compareText } from './compare-text.ts';
import type { Inventory, InventoryPackage } from './inventory.ts';

/** Sorts packages as in SBOM documents: by name, version, type and key. */
export function sortPackages(inventory: Inventory): InventoryPackage[] {
  return inventory.packages.toSorted(
    (left, right) =>
      compareText(left.name, right.name) ||
      compareText(left.version, right.version) ||
      compareText(left.type, right.type) ||
      compareText(left.key, right.key),
  );
}
