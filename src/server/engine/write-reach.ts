import type { Inventory } from '../../foundation/core/inventory.ts';
import { encodeNumbers } from '../store/number-list.ts';
import type { StoreTransaction } from '../store/store.ts';

interface AnalyzedImage {
  readonly id: number;
  readonly inventory: Inventory;
  /** The keys of its packages, each with its component, which several may share. */
  readonly places: readonly (readonly [packageKey: string, component: number])[];
}

/** Writes which components of a new image cannot be reached, if it was analyzed. */
export async function writeReach(
  { writeRows }: StoreTransaction,
  { id: image, inventory: { reach }, places }: AnalyzedImage,
): Promise<void> {
  if (reach === undefined || reach.unknown !== undefined) {
    return;
  }
  const classes = new Map(reach.packages.map((one) => [one.packageKey, one.reach]));
  const reached = new Set<number>();
  const unknown = new Set<number>();
  for (const [key, component] of places) {
    const found = classes.get(key);
    if (found === undefined) {
      unknown.add(component);
    } else if (found !== 'unreachable') {
      reached.add(component);
    }
  }
  const rest = new Set(places.flatMap(([, one]) => (reached.has(one) ? [] : [one])));
  const sorted = [...rest].sort((left, right) => left - right);
  await writeRows('image_reach', [
    {
      image,
      unreachable: encodeNumbers(sorted.filter((one) => !unknown.has(one))),
      unknown: encodeNumbers(sorted.filter((one) => unknown.has(one))),
    },
  ]);
}
