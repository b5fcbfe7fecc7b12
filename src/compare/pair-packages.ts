import { compareText } from '../core/digest.ts';
import type { InventoryPackage } from '../core/inventory.ts';

/** What became of a package from one target to the other. */
export interface PackagePair {
  readonly before?: InventoryPackage;
  readonly after?: InventoryPackage;
  /**
   * `same`: nothing that names it changed; `moved`: found elsewhere; `version`: another version;
   * `renamed`: another package that was built from the same source; `replaced`: another package
   * that provides the same, which only whole inventories tell.
   */
  readonly how: 'same' | 'moved' | 'version' | 'renamed' | 'replaced' | 'added' | 'removed';
  /** What both provide, of `replaced`. Sorted. */
  readonly provides?: readonly string[];
}

/**
 * Pairs the packages of two inventories, each at most once: by key, then by type, name and version,
 * then by type and name, then by the source that both were built from. In order of what they are
 * called after, then before.
 */
export function pairPackages(
  before: readonly InventoryPackage[],
  after: readonly InventoryPackage[],
): readonly PackagePair[] {
  const left = new Map(before.map((one) => [one.key, one]));
  const right = new Map(after.map((one) => [one.key, one]));
  const pairs: PackagePair[] = [];
  for (const { how, keyOf } of WAYS) {
    const waiting = Map.groupBy(sorted(left.values()), keyOf);
    for (const one of sorted(right.values())) {
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
  return pairs.toSorted((one, other) => compareText(nameOf(one), nameOf(other)));
}

interface Way {
  readonly how: PackagePair['how'];
  /** Packages with the same text are taken for each other; `undefined`: this one with none. */
  keyOf(item: InventoryPackage): string | undefined;
}

const WAYS: readonly Way[] = [
  { how: 'same', keyOf: ({ key }) => key },
  { how: 'moved', keyOf: ({ type, name, version }) => [type, name, version].join('\0') },
  { how: 'version', keyOf: ({ type, name }) => [type, name].join('\0') },
  {
    how: 'renamed',
    keyOf: ({ type, upstreams }) => {
      const [source] = upstreams;
      return source === undefined ? undefined : [type, source.name].join('\0');
    },
  },
];

function sorted(packages: Iterable<InventoryPackage>): readonly InventoryPackage[] {
  return [...packages].toSorted(
    (left, right) =>
      compareText(left.name, right.name) ||
      compareText(left.version, right.version) ||
      compareText(left.key, right.key),
  );
}

function nameOf({ before, after }: PackagePair): string {
  const one = after ?? before;
  return one === undefined ? '' : [one.name, one.type, one.version, one.key].join('\0');
}
