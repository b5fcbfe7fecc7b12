import type { Inventory } from '../foundation/core/inventory.ts';
import type { PublishedArchives } from '../foundation/core/published-archives.ts';
import { catalogers } from '../inventory/catalog/registry.generated.ts';

/**
 * Replaces packages of a document by those that their digests identify; returns the same inventory
 * if none is identified.
 */
export function recognizeListed(
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
