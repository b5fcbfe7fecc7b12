import { addToList } from '../../foundation/core/add-to-list.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import type { ImageFiles } from './image-files.ts';

/** The files of each package, by real path. */
export interface PackageFiles {
  /** Returns the real paths of a package's files; those of its evidence if it lists none. */
  listFiles(packageKey: string): readonly string[];
  /**
   * Returns the directories of the records that make a package known, if it lists no files: its
   * files are then expected beside them.
   */
  listRecordFolders(packageKey: string): readonly string[];
  /** Returns the records that make a package known, such as a database or its metadata. */
  listRecords(packageKey: string): readonly string[];
  /** Returns the packages that list a file. */
  listOwners(path: string): readonly InventoryPackage[];
  /** Returns the name of the source package, or of the package that installed the file. */
  findSource(path: string): string | undefined;
}

/** Returns the files of packages that exist in the image. */
export function indexPackageFiles({ packages }: Inventory, files: ImageFiles): PackageFiles {
  const byKey = new Map<string, readonly string[]>();
  const owners = new Map<string, InventoryPackage[]>();
  const recordFolders = new Map<string, readonly string[]>();
  const primaryRecords = new Map<string, readonly string[]>();
  const shared = findSharedRecords(packages);
  for (const item of packages) {
    const listed = [...item.ownedFiles, ...(item.otherOwnedFiles ?? [])];
    const real = listed
      .map(({ path }) => files.toRealPath(path))
      .filter((path) => isFile(path, files));
    const evidence = item.locations.map(({ path }) => path).filter((path) => !isRecord(path));
    const own = real.length > 0 ? real : evidence;
    const primary = item.locations.filter((one) => (one.evidence ?? 'primary') === 'primary');
    primaryRecords.set(item.key, primary.map(({ path }) => path).filter(isRecord));
    const unique = [...new Set(own)];
    byKey.set(item.key, unique);
    if (real.length === 0) {
      const records = unique.filter((path) => isTextFile(path, files) && !isRecord(path));
      recordFolders.set(
        item.key,
        records.map((path) =>
          shared.has(path) ? findOwnFolder(path, item.name, files) : getFolder(path),
        ),
      );
    }
    for (const path of unique) {
      addToList(owners, path, item);
    }
  }
  const listOwners = (path: string): readonly InventoryPackage[] => owners.get(path) ?? [];
  return {
    listFiles: (key) => byKey.get(key) ?? [],
    listRecordFolders: (key) => recordFolders.get(key) ?? [],
    listRecords: (key) => primaryRecords.get(key) ?? [],
    listOwners,
    findSource: (path) => {
      const [owner] = listOwners(path);
      return owner === undefined ? undefined : (owner.upstreams[0]?.name ?? owner.name);
    },
  };
}

/** Returns the files that make several packages known. */
function findSharedRecords(packages: Inventory['packages']): ReadonlySet<string> {
  const [once, shared] = [new Set<string>(), new Set<string>()];
  for (const { locations } of packages) {
    for (const path of new Set(locations.map((one) => one.path))) {
      (once.has(path) ? shared : once).add(path);
    }
  }
  return shared;
}

/**
 * Returns the directory of a package in a record that lists several. It has the name of the package
 * and is near the record, such as `vendor/acme/lib` for `vendor/composer/installed.json`.
 */
function findOwnFolder(record: string, name: string, files: ImageFiles): string {
  const folder = getFolder(record);
  const named = [folder, getFolder(folder)].map((one) => `${one}/${name}`);
  return named.find((one) => files.findFile(one)?.type === 'directory') ?? folder;
}

/** Returns whether a file is a record, and not the program or archive that is the package. */
function isTextFile(path: string, files: ImageFiles): boolean {
  return /^(?:text\/|application\/(?:json|xml))/.test(files.findFile(path)?.mimeType ?? '');
}

function getFolder(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function isFile(path: string, files: ImageFiles): boolean {
  const file = files.findFile(path);
  return file !== undefined && file.type !== 'directory';
}

/**
 * Files that are only about a package: documentation, records of package managers, and metadata of
 * installed Python packages.
 */
const RECORD =
  /^\/(?:usr\/share\/(?:doc|man|info|licenses|lintian|bug)\/|usr\/lib\/rpm\/|var\/lib\/(?:dpkg|rpm)\/|(?:usr\/)?lib\/apk\/)|\.(?:dist|egg)-info\//;

/** Returns whether a file is a record about a package, without which its code works. */
export function isRecord(path: string): boolean {
  return RECORD.test(path);
}
