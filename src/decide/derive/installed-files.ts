import { hasExecuteBit, isExecutableFile } from '../../core/executable-file.ts';
import type { Inventory, InventoryFile, InventoryPackage } from '../../core/inventory.ts';

const INDEXES = new WeakMap<Inventory, ReadonlyMap<string, InventoryFile>>();

/** Returns the files of an inventory by path; created once per inventory. */
export function indexFiles(inventory: Inventory): ReadonlyMap<string, InventoryFile> {
  const known = INDEXES.get(inventory);
  if (known !== undefined) {
    return known;
  }
  const index = new Map(inventory.files.map((file) => [file.path, file]));
  INDEXES.set(inventory, index);
  return index;
}

/** Returns the files of a package that still exist, without directories. */
export function listInstalledFiles(
  { ownedFiles, otherOwnedFiles = [] }: InventoryPackage,
  inventory: Inventory,
): readonly InventoryFile[] {
  const index = indexFiles(inventory);
  return [...ownedFiles, ...otherOwnedFiles].flatMap(({ path }) => {
    const file = index.get(path);
    return file === undefined || file.type === 'directory' ? [] : [file];
  });
}

/** Returns one line per file that identifies its content, for evidence. */
export function formatFileLine({ path, mode, sizeBytes, sha256 = '' }: InventoryFile): string {
  return `${path} ${mode.toString(8)} ${sizeBytes} ${sha256}`;
}

/** By its format, or by its mode: then it is a script. */
export function isExecutable(file: InventoryFile): boolean {
  const isContent = file.type === 'regular' || file.type === 'hardlink';
  return isExecutableFile(file) || (isContent && hasExecuteBit(file.mode));
}
