import type { Digest } from '../../foundation/core/digest.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import { createFact, createUnknownFact, type FactValue, type PolicyInput } from './fact.ts';

const NO_BASE = createUnknownFact('the base image is not known: add --base auto');

/**
 * Returns the number of layers of the target that belong to its base, or why it is unknown. A base
 * that is only known by its contents has no layers of its own.
 */
export function countBaseLayers({ assessment }: PolicyInput): number | FactValue {
  const { base } = assessment.inventory;
  if (base === undefined || base.state === 'unknown') {
    return NO_BASE;
  }
  return base.state === 'exact' && base.layers !== undefined
    ? base.layers
    : createUnknownFact(
        `the first layers of the target are not those of ${base.name ?? 'its base'}`,
      );
}

/** Reads whether a package is from the base: by its origin, or else by its layer. */
export function readPackageInBase(
  { origin, introducedIn, locations: [place] }: InventoryPackage,
  input: PolicyInput,
): FactValue {
  return origin === undefined || origin === 'unknown'
    ? readInBase(introducedIn ?? place?.layer, input)
    : createFact(origin === 'base', { origin, base: input.assessment.inventory.base?.name ?? '' });
}

/** Reads whether a layer belongs to the base. */
export function readInBase(layer: Digest | undefined, input: PolicyInput): FactValue {
  const count = countBaseLayers(input);
  if (typeof count !== 'number') {
    return count;
  }
  const { target, inventory } = input.assessment;
  const at =
    target.kind === 'image' ? target.layers.findIndex(({ diffId }) => diffId === layer) : -1;
  return at === -1
    ? createUnknownFact('the layer that it is from is not known')
    : createFact(at < count, { layer: String(at + 1), base: inventory.base?.name ?? '' });
}
