import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import { createFact, createUnknownFact, type FactValue } from './fact.ts';

/** Returns the files by which a package was found; unknown if a document names none. */
export function readPaths({ name, locations }: InventoryPackage): FactValue {
  return locations.length === 0
    ? createUnknownFact(`the files of ${name} are not known`)
    : createFact(locations.map(({ path }) => path));
}
