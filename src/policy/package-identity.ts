import type { InventoryPackage } from '../core/inventory.ts';

/** Returns the texts by which an exception may name a package: its name and its package URL. */
export function identifyPackage({ name, purl }: InventoryPackage): readonly string[] {
  return purl === '' ? [name] : [name, dropVersion(purl)];
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
