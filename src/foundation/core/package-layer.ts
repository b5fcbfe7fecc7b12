import type { Inventory, InventoryPackage } from './inventory.ts';

/** The layer of an image that has a package. */
export interface PackageLayer {
  /** From 1, the lowest layer. */
  readonly number: number;
  /** Instruction that created it; empty if the configuration has none. */
  readonly instruction: string;
}

/** Returns the layer with the primary evidence of a package; `undefined` if it is unknown. */
export function findPackageLayer(
  { target }: Pick<Inventory, 'target'>,
  { locations }: Pick<InventoryPackage, 'locations'>,
): PackageLayer | undefined {
  const layers = target.kind === 'image' ? target.layers : [];
  const evidence = locations.find((location) => location.evidence === 'primary') ?? locations[0];
  const at = layers.findIndex(({ diffId }) => diffId === evidence?.layer);
  return at < 0 ? undefined : { number: at + 1, instruction: layers[at]?.instruction ?? '' };
}
