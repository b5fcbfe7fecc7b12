import { catalogers } from '../catalog/registry.generated.ts';
import type { Inventory } from '../core/inventory.ts';
import type { PublishedArchives } from '../core/published-archives.ts';

/**
 * Packages that a document lists as what their digests tell; the same inventory where none does.
 */
export function recogniseListed(
  inventory: Inventory,
  publishedArchives: PublishedArchives,
): Inventory {
  const digests = new Map(inventory.files.map(({ path, sha1 }) => [path, sha1]));
  const context = { publishedArchives, getFileSha1: (path: string) => digests.get(path) };
  const packages = inventory.packages.map((item) =>
    catalogers.reduce((told, { recognize: recognise }) => {
      const known = recognise?.(told, context) ?? told;
      return known === told ? told : { ...known, key: item.key };
    }, item),
  );
  const isSame = packages.every((item, at) => item === inventory.packages[at]);
  return isSame ? inventory : { ...inventory, packages };
}
