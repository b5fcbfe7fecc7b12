import type { InventoryPackage } from '../../../foundation/core/inventory.ts';
import type { Limits } from '../../../foundation/core/limits.ts';

/** Access to the image while its records are reduced. */
export interface RecordContext {
  readonly limits: Limits;
  /** Whether the file with a path in a record stays. */
  isKept(path: string): boolean;
  /** Path at which a temporary file may be created. */
  readonly scratchFile: string;
  /** Returns the content of one of the requested files. */
  readFile(path: string): Uint8Array;
  /** Returns the MD5 of a file that stays, in hexadecimal digits; `undefined` if it is not regular. */
  computeMd5(path: string): string | undefined;
}

/** A file that the emitted image has instead of a record. */
export interface WrittenRecord {
  readonly path: string;
  readonly content: Uint8Array;
  /** The file of the image with the owner, mode and times of the new one. */
  readonly like: string;
}

/** Reduces the records of one kind to the packages and files that stay. */
export interface RecordKeeper {
  /** IDs of the catalogers whose packages have such records. */
  readonly catalogers: readonly string[];
  /** Returns the files whose content {@link writeRecords} reads. */
  listSources(packages: readonly InventoryPackage[]): readonly string[];
  /** Returns the records of packages that stay. */
  writeRecords(
    packages: readonly InventoryPackage[],
    context: RecordContext,
  ): readonly WrittenRecord[];
}

/** Returns the real path of the record that makes a package known. */
function findPrimaryPath({ locations }: InventoryPackage): string {
  const primary = locations.find(({ evidence = 'primary' }) => evidence === 'primary');
  return (primary ?? locations[0])?.path ?? '';
}

/** Groups packages by the record that makes them known. */
export function groupByRecord(
  packages: readonly InventoryPackage[],
): ReadonlyMap<string, readonly InventoryPackage[]> {
  return Map.groupBy(packages, findPrimaryPath);
}
