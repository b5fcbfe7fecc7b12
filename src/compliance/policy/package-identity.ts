import type { InventoryPackage } from '../../foundation/core/inventory.ts';

const IDENTIFIED = new WeakMap<InventoryPackage, readonly string[]>();

/**
 * Returns the texts by which an exception may name a package: its name and its package URL. Each of
 * its files and findings has the same.
 */
export function identifyPackage(item: InventoryPackage): readonly string[] {
  const { name, purl } = item;
  const texts = IDENTIFIED.get(item) ?? (purl === '' ? [name] : [name, dropVersion(purl)]);
  IDENTIFIED.set(item, texts);
  return texts;
}

/** Removes version, qualifiers and subpath of a package URL. ECMA-427, 5. */
export function dropVersion(purl: string): string {
  const [plain = ''] = purl.split(/[?#]/, 1);
  const at = plain.lastIndexOf('@');
  return at > plain.lastIndexOf('/') ? plain.slice(0, at) : plain;
}

/** Names a package in reports. */
export function formatPackageTitle(item: InventoryPackage | undefined, packageKey: string): string {
  return item === undefined ? packageKey : `${item.name} ${item.version}`.trim();
}
