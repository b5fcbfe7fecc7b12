import { appendAll } from '../../foundation/core/append-all.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import { compareForSorting } from './compare-versions.ts';

/** The counterparts of a package in two targets. */
export interface PackagePair {
  readonly before?: InventoryPackage;
  readonly after?: InventoryPackage;
  /**
   * `same`: nothing that names it changed; `moved`: found elsewhere; `version`: another version;
   * `renamed`: another package that was built from the same source; `replaced`: another package
   * that provides the same, which can only be detected with complete inventories.
   */
  readonly how: 'same' | 'moved' | 'version' | 'renamed' | 'replaced' | 'added' | 'removed';
  /** If `how` is `replaced`, the sorted names that both packages provide. */
  readonly provides?: readonly string[];
}

/**
 * Pairs the packages of two inventories, each at most once, in the order of {@link WAYS}: a package
 * in the same place before one that moved, one of the same version before another. Sorted by the
 * name after, then before.
 */
export function pairPackages(
  before: readonly InventoryPackage[],
  after: readonly InventoryPackage[],
): readonly PackagePair[] {
  const left = indexByKey(before);
  const right = indexByKey(after);
  const pairs: PackagePair[] = [];
  for (const { how, toKey } of WAYS) {
    const waiting = Map.groupBy(left.values(), toKey);
    for (const one of right.values()) {
      const key = toKey(one);
      const other = key === undefined ? undefined : waiting.get(key)?.shift();
      if (other !== undefined) {
        pairs.push({ before: other, after: one, how });
        left.delete(other.key);
        right.delete(one.key);
      }
    }
  }
  appendAll(
    pairs,
    right.values().map((one): PackagePair => ({ after: one, how: 'added' })),
  );
  appendAll(
    pairs,
    left.values().map((one): PackagePair => ({ before: one, how: 'removed' })),
  );
  return pairs.toSorted((one, other) => compareText(sortName(one), sortName(other)));
}

interface Way {
  readonly how: PackagePair['how'];
  /** Packages with equal keys are paired; `undefined`: this one is not paired. */
  toKey(item: InventoryPackage): string | undefined;
}

const WAYS: readonly Way[] = [
  { how: 'same', toKey: ({ key }) => key },
  {
    how: 'same',
    toKey: (item) =>
      joinParts([...toNameParts(item), item.version, item.architecture, getPlace(item)]),
  },
  { how: 'same', toKey: (item) => joinParts([...toNameParts(item), item.version, getPlace(item)]) },
  {
    how: 'version',
    toKey: (item) => joinParts([...toNameParts(item), item.architecture, getPlace(item)]),
  },
  { how: 'version', toKey: (item) => joinParts([...toNameParts(item), getPlace(item)]) },
  { how: 'moved', toKey: (item) => joinParts([...toNameParts(item), item.version]) },
  { how: 'version', toKey: (item) => joinParts(toNameParts(item)) },
  {
    how: 'renamed',
    toKey: ({ type, upstreams }) => {
      const [source] = upstreams;
      return source === undefined ? undefined : [type, source.name].join('\0');
    },
  },
];

function joinParts(parts: readonly (string | undefined)[]): string {
  return parts.map((part) => part ?? '').join('\0');
}

function toNameParts({ type, name }: InventoryPackage): readonly string[] {
  return [type, name];
}

/** Returns the paths of the records that identify a package. */
function getPlace({ locations }: InventoryPackage): string {
  const primary = locations.filter(({ evidence = 'primary' }) => evidence === 'primary');
  const [only] = primary;
  return primary.length === 1 && only !== undefined
    ? only.path
    : [...new Set(primary.map(({ path }) => path))].sort(compareText).join('\0');
}

/** In order of version, so that the oldest ones are compared with each other. */
function indexByKey(packages: readonly InventoryPackage[]): Map<string, InventoryPackage> {
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
