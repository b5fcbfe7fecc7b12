import { addToList } from '../../foundation/core/add-to-list.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import { compareVersions } from '../../hardening/compare/compare-versions.ts';
import { createFact, createUnknownFact, type FactValue, type PolicyInput } from './fact.ts';
import { dropVersion } from './package-identity.ts';

/** Keys that rpm records as packages; they are not software. rpmkeys(8). */
const KEY_PACKAGE = 'gpg-pubkey';

const INDEXES = new WeakMap<Inventory, ReadonlyMap<string, readonly InventoryPackage[]>>();

/**
 * Reads whether an operating-system package or a program is an older copy: another one of the same
 * name has a newer version. Modules of languages are not counted: several versions of them are
 * usual, because each user of a module may require its own.
 */
export function readSuperseded(item: InventoryPackage, { assessment }: PolicyInput): FactValue {
  const key = toCopyKey(item);
  if (key === undefined) {
    return createFact(false);
  }
  const copies = indexCopies(assessment.inventory).get(key) ?? [];
  const others = copies.filter(({ version }) => version !== item.version);
  const orders = others.map((other) => compareVersions(item, other));
  const newer = others.find((_, index) => orders[index] === -1);
  if (newer !== undefined) {
    return createFact(true, { newer: newer.version });
  }
  return orders.includes(undefined)
    ? createUnknownFact(`the versions of ${item.name} cannot be compared`)
    : createFact(false);
}

function indexCopies(inventory: Inventory): ReadonlyMap<string, readonly InventoryPackage[]> {
  const known = INDEXES.get(inventory);
  if (known !== undefined) {
    return known;
  }
  const index = new Map<string, InventoryPackage[]>();
  for (const item of inventory.packages) {
    const key = toCopyKey(item);
    if (key !== undefined) {
      addToList(index, key, item);
    }
  }
  INDEXES.set(inventory, index);
  return index;
}

/** Packages for several architectures, and programs of several products, are not copies. */
function toCopyKey({ type, name, purl, language }: InventoryPackage): string | undefined {
  if (name === KEY_PACKAGE || (language !== '' && type !== 'binary')) {
    return undefined;
  }
  const architecture = /[?&]arch=([^&#]*)/.exec(purl)?.[1] ?? '';
  return [type, purl === '' ? name : dropVersion(purl), architecture].join('\0');
}
