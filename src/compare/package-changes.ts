import { compareText } from '../core/digest.ts';
import type { Inventory, InventoryFile, InventoryPackage } from '../core/inventory.ts';
import { changeId } from './change-id.ts';
import { compareVersions } from './compare-versions.ts';
import type { PackageChange, PackageChangeKind, PackageRef } from './difference.ts';
import type { ComparableFiles } from './file-changes.ts';
import { type FileOwners, fileOwners } from './file-owners.ts';
import { pairByProvision } from './pair-by-provision.ts';
import { type PackagePair, pairPackages } from './pair-packages.ts';

/**
 * Pairs all packages of two inventories, each at most once: as {@link pairPackages} does, and what
 * is left by what the packages provide.
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

/** What became of each package that is not quite the same on both sides. Sorted by name. */
export function packageChanges(
  pairs: readonly PackagePair[],
  { before, after }: { readonly before: Inventory; readonly after: Inventory },
  files: ComparableFiles,
): readonly PackageChange[] {
  const contents = {
    before: contentOf(before, files.before),
    after: contentOf(after, files.after),
  };
  return pairs
    .flatMap((pair) => changeOf(pair, contents))
    .toSorted(
      (left, right) =>
        compareText(sortName(left), sortName(right)) || compareText(left.id, right.id),
    );
}

/** By the name that comes first, so that the order is the same in both directions. */
function sortName({ before, after }: PackageChange): string {
  const names = [before, after].flatMap((one) => (one === undefined ? [] : [one.name]));
  return names.sort(compareText)[0] ?? '';
}

interface Contents {
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

/** For each package the digests of the files it owns, as one text. */
function contentOf(
  inventory: Inventory,
  files: readonly InventoryFile[],
): ReadonlyMap<string, string> {
  const owners: FileOwners = fileOwners(inventory);
  const content = new Map<string, string[]>();
  for (const { path, sha256 } of files) {
    const owner = sha256 === undefined ? undefined : owners.get(path);
    if (owner !== undefined && sha256 !== undefined) {
      const list = content.get(owner.key) ?? [];
      list.push(`${path} ${sha256}`);
      content.set(owner.key, list);
    }
  }
  return new Map([...content].map(([key, list]) => [key, list.sort(compareText).join('\n')]));
}

function changeOf(pair: PackagePair, contents: Contents): readonly PackageChange[] {
  const { before, after, provides } = pair;
  const kind = kindOf(pair, contents);
  if (kind === undefined) {
    return [];
  }
  const left = before && packageRef(before);
  const right = after && packageRef(after);
  return [
    {
      id: changeId('packages', left?.key ?? '', right?.key ?? ''),
      kind,
      ...(left === undefined ? {} : { before: left }),
      ...(right === undefined ? {} : { after: right }),
      ...(provides === undefined ? {} : { provides }),
    },
  ];
}

function kindOf(
  { before, after, how }: PackagePair,
  contents: Contents,
): PackageChangeKind | undefined {
  if (before === undefined || after === undefined) {
    return before === undefined ? 'added' : 'removed';
  }
  switch (how) {
    case 'version':
      return versionChange(before, after);
    case 'renamed':
    case 'replaced':
      return how;
    default:
      return sameVersionChange(before, after, contents);
  }
}

/** Versions that are the same text are no change of version. */
function versionChange(
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

function sameVersionChange(
  before: InventoryPackage,
  after: InventoryPackage,
  contents: Contents,
): PackageChangeKind | undefined {
  const left = packageRef(before);
  const right = packageRef(after);
  if (left.paths.join('\0') !== right.paths.join('\0')) {
    return 'relocated';
  }
  const [was, is] = [contents.before.get(before.key), contents.after.get(after.key)];
  const isRebuilt =
    (was !== undefined && is !== undefined && was !== is) ||
    before.architecture !== after.architecture;
  if (isRebuilt) {
    return 'rebuilt';
  }
  return before.key === after.key ? undefined : 'relabelled';
}

export function packageRef(item: InventoryPackage): PackageRef {
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
