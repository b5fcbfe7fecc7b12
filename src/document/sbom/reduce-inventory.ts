import { summarizeFiles } from '../../foundation/core/coverage.ts';
import { defined } from '../../foundation/core/defined.ts';
import { findDecisiveFiles, hasDocumentationOnly } from '../../foundation/core/installed-files.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import { detectFileKinds, type FileKinds, findPackageFile } from './package-file.ts';

/**
 * Leaves out the files of an inventory, except those that decisions on findings depend on, and
 * states the facts about the others that matter for completeness. Matching, decisions and
 * completeness of the result equal those of the whole.
 */
export function reduceInventory(inventory: Inventory): Inventory {
  const { files, relationships, target } = inventory;
  const kinds = detectFileKinds(inventory);
  const fileSummary = summarizeFiles(inventory);
  const isTarget = target.kind === 'file' && files.length === 1;
  return {
    ...inventory,
    packages: inventory.packages.map((pkg) => reducePackage(pkg, inventory, kinds)),
    // A single file that is the target identifies it.
    files: isTarget ? files : [],
    relationships: relationships.filter(({ kind }) => kind !== 'contains-file'),
    ...(fileSummary.executables > 0 && !isTarget ? { fileSummary } : {}),
  };
}

function reducePackage(
  pkg: InventoryPackage,
  inventory: Inventory,
  kinds: FileKinds,
): InventoryPackage {
  const { otherOwnedFiles: _, ...rest } = pkg;
  const file = findPackageFile(pkg, kinds);
  const named = file === undefined ? rest : { ...rest, file };
  const installedFiles = findDecisiveFiles(pkg, inventory);
  return installedFiles === undefined && !hasDocumentationOnly(pkg)
    ? { ...named, ownedFiles: [] }
    : { ...pkg, ...named, ...defined({ installedFiles }) };
}
