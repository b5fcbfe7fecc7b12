import { compareText } from '../core/compare-text.ts';
import type { Distro } from '../core/distro.ts';
import type { Finding, Findings } from '../core/finding.ts';
import type { Inventory, InventoryPackage } from '../core/inventory.ts';
import { indexByKey } from '../core/key-index.ts';
import { findOwners } from './ownership.ts';
import { sortUnevaluated } from './unevaluated.ts';

/**
 * Splits an inventory whose package URLs name several distributions into one inventory each, so
 * that every package is matched by its own distribution. A package that a system package installed
 * stays with it. The first part keeps the distribution of the inventory.
 */
export function splitByDistro(inventory: Inventory): readonly Inventory[] {
  if (!inventory.packages.some(({ distro }) => distro !== undefined)) {
    return [inventory];
  }
  const owners = findOwners(inventory);
  const byKey = indexByKey(inventory.packages, ({ key }) => key);
  const findDistro = (item: InventoryPackage): Distro | undefined => {
    const owner = (owners.get(item.key) ?? [])
      .map((key) => byKey.get(key)?.distro)
      .find((distro) => distro !== undefined);
    return item.distro ?? owner;
  };
  const parts = Map.groupBy(inventory.packages, (item) => {
    const distro = findDistro(item);
    return distro === undefined
      ? ''
      : `${distro.id} ${distro.versionId ?? ''} ${distro.versionCodename ?? ''}`;
  });
  return [...parts]
    .toSorted(([left], [right]) => compareText(left, right))
    .map(([name, packages]) => {
      const [first] = packages;
      const distro = name === '' || first === undefined ? inventory.distro : findDistro(first);
      return { ...inventory, distro, packages };
    });
}

/** Merges the findings of all parts in the order of an inventory that was not split. */
export function joinFindings(inventory: Inventory, parts: readonly Findings[]): Findings {
  const places = new Map(inventory.packages.map(({ key }, place) => [key, place]));
  const byKey = indexByKey(inventory.packages, ({ key }) => key);
  const compare = (left: Finding, right: Finding): number => {
    const [a, b] = [byKey.get(left.packageKey), byKey.get(right.packageKey)];
    return (
      compareText(a?.name ?? '', b?.name ?? '') ||
      compareText(a?.version ?? '', b?.version ?? '') ||
      compareText(a?.type ?? '', b?.type ?? '') ||
      compareText(left.id, right.id) ||
      (places.get(left.packageKey) ?? 0) - (places.get(right.packageKey) ?? 0)
    );
  };
  return {
    database: parts[0]?.database,
    findings: parts.flatMap(({ findings }) => findings).toSorted(compare),
    ignored: parts
      .flatMap(({ ignored }) => ignored)
      .toSorted((left, right) => compare(left.finding, right.finding)),
    unevaluated: sortUnevaluated(parts.flatMap(({ unevaluated }) => unevaluated)),
    alerts: parts.flatMap(({ alerts }) => alerts),
  };
}
