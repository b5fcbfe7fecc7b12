import { hash } from 'node:crypto';
import { compareText } from '../../foundation/core/compare-text.ts';
import { isExecutableFile } from '../../foundation/core/executable-file.ts';
import type { Inventory, InventoryFile } from '../../foundation/core/inventory.ts';
import { findFileOwners } from '../../hardening/compare/file-owners.ts';

/** The bytes of a package, as far as the inventory lists its files with digests. */
export interface PackageContent {
  /** `sha256:…` of the paths and digests of its files. */
  readonly digest: string;
  readonly bytes: number;
  readonly executables: number;
}

/** Files that an administrator may have changed do not identify the package. */
const SETTINGS = /^\/etc\//;

/**
 * Returns the content of each package by its key. A record of many packages is not the content of
 * any. The result is the same whichever further files the inventory lists.
 */
export function digestPackages(inventory: Inventory): ReadonlyMap<string, PackageContent> {
  const owners = findFileOwners(inventory);
  const records = findSharedRecords(inventory);
  const filesByKey = new Map<string, Map<string, InventoryFile>>();
  for (const file of inventory.files) {
    const owner = owners.get(file.path);
    const isOwn = file.sha256 !== undefined && !SETTINGS.test(file.path) && !records.has(file.path);
    if (owner !== undefined && isOwn) {
      const files = filesByKey.get(owner.key) ?? new Map<string, InventoryFile>();
      filesByKey.set(owner.key, files.set(file.path, file));
    }
  }
  return new Map([...filesByKey].map(([key, files]) => [key, digestFiles([...files.values()])]));
}

function findSharedRecords({ packages }: Inventory): ReadonlySet<string> {
  const seen = new Map<string, string>();
  const shared = new Set<string>();
  for (const { key, locations } of packages) {
    for (const { path } of locations) {
      if ((seen.get(path) ?? key) !== key) {
        shared.add(path);
      }
      seen.set(path, key);
    }
  }
  return shared;
}

function digestFiles(files: readonly InventoryFile[]): PackageContent {
  const lines = files
    .map(({ path, sha256 = '' }) => `${sha256} ${path}\n`)
    .toSorted(compareText)
    .join('');
  return {
    digest: `sha256:${hash('sha256', lines)}`,
    bytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    executables: files.filter(isExecutableFile).length,
  };
}
