import type { Digest } from '../../foundation/core/digest.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import type { PackageOrigin } from '../../foundation/core/origin.ts';
import type { BasePackage } from './base-image.ts';
import { nameWithType } from './identify-base.ts';

/** The base image of an inventory, as far as it is known. */
export interface OriginBase {
  readonly packages: readonly BasePackage[];
  /** Layers of the image that belong to the base image; absent if it is known by content only. */
  readonly layers?: number;
}

/** Returns the origin of every package by its key. */
export function findOrigins(
  { target, packages }: Pick<Inventory, 'target' | 'packages'>,
  base: OriginBase,
): ReadonlyMap<string, PackageOrigin> {
  const versions = Map.groupBy(base.packages, nameWithType);
  const own =
    target.kind === 'image' && base.layers !== undefined
      ? new Set(target.layers.slice(0, base.layers).map(({ diffId }) => diffId))
      : undefined;
  return new Map(
    packages.map((item) => {
      const same = versions.get(nameWithType(item)) ?? [];
      return [item.key, findOrigin(item, same, own)];
    }),
  );
}

function findOrigin(
  item: InventoryPackage,
  sameName: readonly BasePackage[],
  baseLayers: ReadonlySet<Digest> | undefined,
): PackageOrigin {
  const isKnown = sameName.some(({ version }) => version === item.version);
  if (baseLayers === undefined) {
    return isKnown ? 'base' : sameName.length > 0 ? 'changed' : 'application';
  }
  const layer = findPackageLayer(item);
  if (layer === undefined) {
    return 'unknown';
  }
  if (baseLayers.has(layer)) {
    return 'base';
  }
  return sameName.length > 0 ? 'changed' : 'application';
}

/** Returns the layer of the package record, or else of the file that is its primary evidence. */
export function findPackageLayer({
  introducedIn,
  locations,
}: InventoryPackage): Digest | undefined {
  return (
    introducedIn ??
    locations.find(({ evidence }) => evidence === 'primary')?.layer ??
    locations[0]?.layer
  );
}
