import { compareText } from '../core/compare-text.ts';
import type { InventoryPackage } from '../core/inventory.ts';
import { compareForSorting } from './compare-versions.ts';

/** What became of a package from one target to the other. */
export interface PackagePair {
  readonly before?: InventoryPackage;
  readonly after?: InventoryPackage;
  /**
   * `same`: nothing that names it changed; `moved`: found elsewhere; `version`: another version;
   * `renamed`: another package that was built from the same source; `createReplacedError`: another package
   * that provides the same, which only whole inventories tell.
   */
  readonly how: 'same' | 'moved' | 'version' | 'renamed' | 'replaced' | 'added' | 'removed';
  /** What both provide, of `createReplacedError`. Sorted. */
  readonly provides?: readonly string[];
}

/**
 * Pairs the packages of two inventories, each at most once, in the order of {@link WAYS}: a package
 * that stayed where it was before one that moved, one of the same version before another. In order
 * of what they are called after, then before.
 */
export function pairPackages(
  before: readonly InventoryPackage[],
  after: readonly InventoryPackage[],
): readonly PackagePair[] {
  const left = byKey(before);
  const right = byKey(after);
  const pairs: PackagePair[] = [];
  for (const { how, keyOf } of WAYS) {
    const waiting = Map.groupBy(left.values(), keyOf);
    for (const one of right.values()) {
      const key = keyOf(one);
      const other = key === undefined ? undefined : waiting.get(key)?.shift();
      if (other !== undefined) {
        pairs.push({ before: other, after: one, how });
        left.delete(other.key);
        right.delete(one.key);
      }
    }
  }
  pairs.push(...[...right.values()].map((one): PackagePair => ({ after: one, how: 'added' })));
  pairs.push(...[...left.values()].map((one): PackagePair => ({ before: one, how: 'removed' })));
  return pairs.toSorted((one, other) => compareText(sortName(one), sortName(other)));
}

interface Way {
  readonly how: PackagePair['how'];
  /** Packages with the same text are taken for each other; `undefined`: this one with none. */
  keyOf(item: InventoryPackage): string | undefined;
}

const WAYS: readonly Way[] = [
  { how: 'same', keyOf: ({ key }) => key },
  {
    how: 'same',
    keyOf: (item) => textOf([...namesOf(item), item.version, item.architecture, placeOf(item)]),
  },
  { how: 'same', keyOf: (item) => textOf([...namesOf(item), item.version, placeOf(item)]) },
  { how: 'version', keyOf: (item) => textOf([...namesOf(item), item.architecture, placeOf(item)]) },
  { how: 'version', keyOf: (item) => textOf([...namesOf(item), placeOf(item)]) },
  { how: 'moved', keyOf: (item) => textOf([...namesOf(item), item.version]) },
  { how: 'version', keyOf: (item) => textOf(namesOf(item)) },
  {
    how: 'renamed',
    keyOf: ({ type, upstreams }) => {
      const [source] = upstreams;
      return source === undefined ? undefined : [type, source.name].join('\0');
    },
  },
];

function textOf(parts: readonly (string | undefined)[]): string {
  return parts.map((part) => part ?? '').join('\0');
}

function namesOf({ type, name }: InventoryPackage): readonly string[] {
  return [type, name];
}

/** Where the records lie that make a package known. */
function placeOf({ locations }: InventoryPackage): string {
  const primary = locations.filter(({ evidence = 'primary' }) => evidence === 'primary');
  const [only] = primary;
  return primary.length === 1 && only !== undefined
    ? only.path
    : [...new Set(primary.map(({ path }) => path))].sort(compareText).join('\0');
}

/** In order of version, so that of several the oldest is held against the oldest. */
function byKey(packages: readonly InventoryPackage[]): Map<string, InventoryPackage> {
  const distinct = new Map(packages.map((one) => [one.key, one])).values();
  const sorted = [...distinct].sort(
    (left, right) =>
      compareText(left.type, right.type) ||
      compareText(left.name, right.name) ||
      compareForSorting(left, right) ||
      compareText(left.version, right.version) ||
      compareText(left.key, right.key),
  );
  return new Map(sorted.map((one) => [one.key, one]));
}

function sortName({ before, after }: PackagePair): string {
  const one = after ?? before;
  return one === undefined ? '' : [one.name, one.type, one.version, one.key].join('\0');
}
