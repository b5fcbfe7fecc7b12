import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import type {
  Inventory,
  InventoryFile,
  InventoryPackage,
} from '../../foundation/core/inventory.ts';
import { computeChangeId } from './change-id.ts';
import { compareVersions } from './compare-versions.ts';
import type { PackageChange, PackageChangeKind, PackageRef } from './difference.ts';
import type { ComparableFiles } from './file-changes.ts';
import { pairByProvision } from './pair-by-provision.ts';
import { type PackagePair, pairPackages } from './pair-packages.ts';

/**
 * Pairs the packages of two inventories, each at most once: first with {@link pairPackages}, then
 * the others by their provisions.
 */
export function pairInventories(before: Inventory, after: Inventory): readonly PackagePair[] {
  const pairs = pairPackages(before.packages, after.packages);
  const removed = pairs.flatMap((pair) => (pair.how === 'removed' && pair.before) || []);
  const added = pairs.flatMap((pair) => (pair.how === 'added' && pair.after) || []);
  const provided = pairByProvision(
    { inventory: before, packages: removed },
    { inventory: after, packages: added },
  );
  const taken = new Set(provided.flatMap((pair) => [pair.before, pair.after]));
  return [
    ...pairs.filter(({ before: left, after: right, how }) =>
      how === 'removed' ? !taken.has(left) : how !== 'added' || !taken.has(right),
    ),
    ...provided,
  ];
}

/** Returns every change of a package that is not the same on both sides. Sorted by name. */
export function listPackageChanges(
  pairs: readonly PackagePair[],
  { before, after }: { readonly before: Inventory; readonly after: Inventory },
  files: ComparableFiles,
): readonly PackageChange[] {
  const isAnyOfOneVersion = pairs.some(({ how }) => how === 'same' || how === 'moved');
  const contents = {
    before: isAnyOfOneVersion ? listPackageContents(before, files.before) : new Map(),
    after: isAnyOfOneVersion ? listPackageContents(after, files.after) : new Map(),
  };
  return pairs
    .flatMap((pair) => comparePair(pair, contents))
    .toSorted(
      (left, right) =>
        compareText(getSortName(left), getSortName(right)) ||
        compareText(computePackageChangeId(left), computePackageChangeId(right)),
    );
}

export function computePackageChangeId({ before, after }: PackageChange): string {
  return computeChangeId('packages', before?.key ?? '', after?.key ?? '');
}

/** Sorts by the smaller name, so that the order is the same in both directions. */
function getSortName({ before, after }: PackageChange): string {
  const names = [before, after].flatMap((one) => (one === undefined ? [] : [one.name]));
  return names.sort(compareText)[0] ?? '';
}

interface Contents {
  readonly before: PackageContents;
  readonly after: PackageContents;
}

/** For each package, by its key, the digests of its own files, by path. */
type PackageContents = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Files that an administrator may have changed do not identify the package. */
const SETTINGS = /^\/etc\//;

function listPackageContents(
  inventory: Inventory,
  files: readonly InventoryFile[],
): PackageContents {
  const owners = findOwners(inventory);
  const contents = new Map<string, Map<string, string>>();
  for (const { path, sha256 } of files) {
    const owner = sha256 === undefined || SETTINGS.test(path) ? undefined : owners.get(path);
    if (owner !== undefined && sha256 !== undefined) {
      const content = contents.get(owner) ?? new Map<string, string>();
      contents.set(owner, content.set(path, sha256));
    }
  }
  return contents;
}

/**
 * Returns the key of the package that a file belongs to: the one that installed it, or the only one
 * it identifies. A record of many packages is not the content of any.
 */
function findOwners({ packages, relationships }: Inventory): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  const shared = new Set<string>();
  for (const { key, locations } of packages) {
    for (const { path } of locations) {
      if ((owners.get(path) ?? key) !== key) {
        shared.add(path);
      }
      owners.set(path, key);
    }
  }
  for (const path of shared) {
    owners.delete(path);
  }
  for (const edge of relationships) {
    if (edge.kind === 'contains-file') {
      owners.set(edge.path, edge.from);
    }
  }
  for (const { key, ownedFiles, otherOwnedFiles = [] } of packages) {
    for (const { path } of ownedFiles) {
      owners.set(path, key);
    }
    for (const { path } of otherOwnedFiles) {
      owners.set(path, key);
    }
  }
  return owners;
}

/** Returns whether a file of both has different content. */
function hasDifferentContent(
  before: ReadonlyMap<string, string> = new Map(),
  after: ReadonlyMap<string, string> = new Map(),
): boolean {
  return before.entries().some(([path, digest]) => (after.get(path) ?? digest) !== digest);
}

function comparePair(pair: PackagePair, contents: Contents): readonly PackageChange[] {
  const { before, after, provides } = pair;
  const kind = chooseKind(pair, contents);
  if (kind === undefined) {
    return [];
  }
  const left = before && toPackageRef(before);
  const right = after && toPackageRef(after);
  return [
    {
      kind,
      ...defined({ before: left, after: right, provides }),
    },
  ];
}

function chooseKind(
  { before, after, how }: PackagePair,
  contents: Contents,
): PackageChangeKind | undefined {
  if (before === undefined || after === undefined) {
    return before === undefined ? 'added' : 'removed';
  }
  switch (how) {
    case 'version':
      return classifyVersionChange(before, after);
    case 'renamed':
    case 'replaced':
      return how;
    default:
      return classifySameVersion(before, after, contents);
  }
}

/** Equal version texts are not a change of version. */
function classifyVersionChange(
  before: InventoryPackage,
  after: InventoryPackage,
): 'upgraded' | 'downgraded' | 'changed' {
  switch (compareVersions(before, after)) {
    case -1:
      return 'upgraded';
    case 1:
      return 'downgraded';
    default:
      return 'changed';
  }
}

function classifySameVersion(
  before: InventoryPackage,
  after: InventoryPackage,
  contents: Contents,
): PackageChangeKind | undefined {
  const left = toPackageRef(before);
  const right = toPackageRef(after);
  if (isElsewhere(left, right)) {
    return 'relocated';
  }
  const isRebuilt =
    before.architecture !== after.architecture ||
    hasDifferentContent(contents.before.get(before.key), contents.after.get(after.key));
  if (isRebuilt) {
    return 'rebuilt';
  }
  return before.key === after.key ? undefined : 'relabelled';
}

/** Evidence that was added or removed next to unchanged evidence is not a move. */
function isElsewhere({ paths: before }: PackageRef, { paths: after }: PackageRef): boolean {
  const places = new Set(before);
  return before.length + after.length > 0 && !after.some((path) => places.has(path));
}

export function toPackageRef(item: InventoryPackage): PackageRef {
  const primary = item.locations.filter(({ evidence = 'primary' }) => evidence === 'primary');
  return {
    key: item.key,
    type: item.type,
    name: item.name,
    version: item.version,
    purl: item.purl,
    paths: [...new Set(primary.map(({ path }) => path))].sort(compareText),
  };
}
