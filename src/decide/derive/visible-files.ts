import { listAliases } from '../../core/installed-files.ts';
import type { Inventory, InventoryPackage } from '../../core/inventory.ts';

interface VisibleFiles {
  readonly paths: ReadonlySet<string>;
  /** Files installed by a package that are visible to a process, too. */
  readonly explained: ReadonlySet<string>;
}

const INDEXES = new WeakMap<Inventory, VisibleFiles>();

/**
 * Returns whether a process sees a file that only this package, hidden by later layers, can have
 * installed. Another version of a package installs files at the same paths: those are explained.
 */
export function hasVisibleFile(
  { key, ownedFiles, otherOwnedFiles = [] }: InventoryPackage,
  inventory: Inventory,
): boolean {
  const { paths, explained } = findVisibleFiles(inventory);
  const recorded = [...ownedFiles, ...otherOwnedFiles].flatMap(({ path }) => listAliases(path));
  const linked = inventory.relationships.flatMap((edge) =>
    edge.kind === 'contains-file' && edge.from === key ? [edge.path] : [],
  );
  return [...recorded, ...linked].some((path) => paths.has(path) && !explained.has(path));
}

function findVisibleFiles(inventory: Inventory): VisibleFiles {
  const known = INDEXES.get(inventory);
  if (known !== undefined) {
    return known;
  }
  const { files, packages, relationships } = inventory;
  const seen = new Set(
    packages
      .filter(({ locations }) => locations.some(({ isVisible }) => isVisible !== false))
      .map(({ key }) => key),
  );
  const index = {
    paths: new Set(files.filter(({ isVisible }) => isVisible !== false).map(({ path }) => path)),
    explained: new Set(
      relationships.flatMap((edge) =>
        edge.kind === 'contains-file' && seen.has(edge.from) ? [edge.path] : [],
      ),
    ),
  };
  INDEXES.set(inventory, index);
  return index;
}
