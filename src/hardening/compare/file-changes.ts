import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import { isExecutableFile } from '../../foundation/core/executable-file.ts';
import type { Inventory, InventoryFile } from '../../foundation/core/inventory.ts';
import { computeChangeId } from './change-id.ts';
import type { FileChange, FileChangeKind, FileRef } from './difference.ts';
import { type FileOwners, findFileOwners } from './file-owners.ts';
import type { Result } from './finding-changes.ts';
import { detectNoise } from './noise.data.ts';

/** Files of two inventories that can be compared. */
export interface ComparableFiles {
  readonly before: readonly InventoryFile[];
  readonly after: readonly InventoryFile[];
  /** Whether one side lists none, so that changes are unknown. */
  readonly isOneSided?: boolean;
  /** Reason for which some were left out. */
  readonly note?: string;
}

/**
 * Returns the files of both sides, each path once. If only one inventory lists files without a
 * package, those are left out: the other one may have them, too.
 */
export function selectComparableFiles(before: Result, after: Result): ComparableFiles {
  const { lists, isRestricted } = selectFileLists([before, after]);
  const [left = [], right = []] = lists;
  const both = { before: left, after: right };
  if ([before, after].some(({ inventory }) => detectFileOrigin(inventory) === 'none')) {
    return {
      ...both,
      isOneSided: true,
      note: 'files were not compared, because one side lists none',
    };
  }
  return isRestricted
    ? {
        ...both,
        note: 'only package files and executables were compared, because one side lists no others',
      }
    : both;
}

/** The files of several results that can be counted against each other. */
interface FileLists {
  readonly lists: readonly (readonly InventoryFile[])[];
  /** Whether files without a package were left out, because not all results list them. */
  readonly isRestricted: boolean;
}

/**
 * Returns the files of each result, each path once. If only some of the inventories list files
 * without a package, those are left out of all. An inventory without files restricts nothing.
 */
export function selectFileLists(results: readonly Result[]): FileLists {
  const listing = results.filter(({ inventory }) => detectFileOrigin(inventory) !== 'none');
  const isRestricted = new Set(listing.map(isComplete)).size > 1;
  const listed = new Set(
    isRestricted
      ? listing.filter((one) => !isComplete(one)).flatMap(({ inventory }) => listPaths(inventory))
      : [],
  );
  const lists = results.map((result) => {
    const files = selectTopmost(result.inventory.files);
    return isRestricted && isComplete(result)
      ? selectPackageFiles(result.inventory, files, listed)
      : files;
  });
  return { lists, isRestricted };
}

/**
 * Returns the origin of an inventory's files: `itself`: this program read the target, so that
 * unlisted files do not exist; `document`: a document lists some; `none`: no files are listed.
 */
export function detectFileOrigin({ files, surface }: Inventory): 'itself' | 'document' | 'none' {
  if (surface !== undefined) {
    return 'itself';
  }
  return files.length > 0 ? 'document' : 'none';
}

/**
 * A document does not declare whether it is complete, but directories are listed only if every file
 * is.
 */
function isComplete({ inventory, listsEveryFile = false }: Result): boolean {
  return listsEveryFile || inventory.files.some(({ type }) => type === 'directory');
}

function listPaths({ files }: Inventory): readonly string[] {
  return files.map(({ path }) => path);
}

/** A file that a partial list names must stay, too: otherwise it would count as removed. */
function selectPackageFiles(
  inventory: Inventory,
  files: readonly InventoryFile[],
  listed: ReadonlySet<string>,
): readonly InventoryFile[] {
  const owned = new Set(
    inventory.relationships.flatMap((edge) => (edge.kind === 'contains-file' ? [edge.path] : [])),
  );
  const evident = new Set(
    inventory.packages.flatMap(({ locations }) => locations.map(({ path }) => path)),
  );
  return files.filter(
    (file) =>
      isExecutableFile(file) ||
      owned.has(file.path) ||
      evident.has(file.path) ||
      listed.has(file.path),
  );
}

/** Returns each path once: from the topmost layer that has it. */
function selectTopmost(files: readonly InventoryFile[]): readonly InventoryFile[] {
  let previous = '';
  // Sorted paths, which most inventories have, can be checked for duplicates by comparing
  // neighbors.
  const isDistinct = files.every(({ path }) => {
    const isNext = path > previous;
    previous = path;
    return isNext;
  });
  return isDistinct ? files : [...indexByPath(files).values()];
}

function indexByPath(files: readonly InventoryFile[]): Map<string, InventoryFile> {
  const found = new Map<string, InventoryFile>();
  for (const file of files) {
    found.set(file.path, file);
  }
  return found;
}

/**
 * Returns every change of a file that is not the same on both sides, with all recorded properties.
 * Sorted by path.
 */
export function listFileChanges(
  { before, after, isOneSided = false }: ComparableFiles,
  sides: { readonly before: Inventory; readonly after: Inventory },
): readonly FileChange[] {
  if (isOneSided) {
    return [];
  }
  const owners = { before: findFileOwners(sides.before), after: findFileOwners(sides.after) };
  const left = new Map<string, InventoryFile>();
  const right = indexByPath(after);
  const changes: FileChange[] = [];
  for (const file of before) {
    const other = right.get(file.path);
    if (other === undefined) {
      left.set(file.path, file);
      continue;
    }
    right.delete(file.path);
    const kinds = listAspects(file, other);
    if (kinds.length > 0) {
      changes.push(toChange(kinds, { before: file, after: other }, owners));
    }
  }
  for (const [file, other] of findMoves(left, right)) {
    left.delete(file.path);
    right.delete(other.path);
    const kinds: FileChangeKind[] = ['moved', ...listAspects(file, other)];
    changes.push(toChange(kinds, { before: file, after: other }, owners));
  }
  for (const file of left.values()) {
    changes.push(toChange(['removed'], { before: file, after: undefined }, owners));
  }
  for (const file of right.values()) {
    changes.push(toChange(['added'], { before: undefined, after: file }, owners));
  }
  return changes
    .map((change) => ({ change, path: getSortPath(change) }))
    .sort(
      (one, other) =>
        compareText(one.path, other.path) ||
        compareText(computeFileChangeId(one.change), computeFileChangeId(other.change)),
    )
    .map(({ change }) => change);
}

export function computeFileChangeId({ before, after }: FileChange): string {
  return computeChangeId('files', before?.path ?? '', after?.path ?? '');
}

/** Sorts by the smaller path, so that the order is the same in both directions. */
function getSortPath({ before, after }: FileChange): string {
  const [left, right] = [before?.path, after?.path];
  if (left === undefined || right === undefined) {
    return left ?? right ?? '';
  }
  return compareText(left, right) > 0 ? right : left;
}

function listAspects(before: InventoryFile, after: InventoryFile): readonly FileChangeKind[] {
  const kinds: FileChangeKind[] = [];
  const isFile = before.type === 'regular' || before.type === 'hardlink';
  if (before.type !== after.type) {
    kinds.push('type');
  } else if (isFile && (before.sizeBytes !== after.sizeBytes || before.sha256 !== after.sha256)) {
    kinds.push('content');
  }
  if (before.mode !== after.mode) {
    kinds.push('mode');
  }
  if (before.uid !== after.uid || before.gid !== after.gid) {
    kinds.push('owner');
  }
  if ((before.linkTarget ?? '') !== (after.linkTarget ?? '')) {
    kinds.push('link');
  }
  return kinds;
}

type FilesByPath = ReadonlyMap<string, InventoryFile>;

/** Pairs files with the same content and another path, in order of their paths. */
function findMoves(
  removed: FilesByPath,
  added: FilesByPath,
): readonly (readonly [InventoryFile, InventoryFile])[] {
  const waiting = groupByContent(added);
  return [...groupByContent(removed)].flatMap(([digest, files]) => {
    const others = waiting.get(digest) ?? [];
    return files.flatMap((file, index) => {
      const other = others[index];
      return other === undefined ? [] : [[file, other] as const];
    });
  });
}

function groupByContent(files: FilesByPath): ReadonlyMap<string, readonly InventoryFile[]> {
  const withContent = [...files.values()]
    .filter(({ type, sizeBytes, sha256 }) => type === 'regular' && sizeBytes > 0 && sha256)
    .toSorted((left, right) => compareText(left.path, right.path));
  return Map.groupBy(withContent, ({ sha256 = '' }) => sha256);
}

function toChange(
  kinds: readonly FileChangeKind[],
  {
    before,
    after,
  }: { readonly before: InventoryFile | undefined; readonly after: InventoryFile | undefined },
  owners: { readonly before: FileOwners; readonly after: FileOwners },
): FileChange {
  const [was, is] = [before?.path ?? '', after?.path ?? ''];
  const ownerBefore = owners.before.get(was)?.name ?? '';
  const ownerAfter = owners.after.get(is)?.name ?? '';
  const noise = detectNoise(after?.path ?? was, kinds);
  // Thousands of these are created, most of them here.
  if (before !== undefined && after !== undefined && noise === undefined) {
    return { kinds, before, after, ownerBefore, ownerAfter };
  }
  return {
    kinds,
    ...defined({ before, after }),
    ownerBefore,
    ownerAfter,
    ...defined({ noise }),
  };
}

/** Copies only the members that a comparison needs. */
export function toFileRef(file: FileRef): FileRef {
  const { path, type, mode, uid, gid, sizeBytes, sha256, linkTarget } = file;
  return {
    path,
    type,
    mode,
    uid,
    gid,
    sizeBytes,
    ...defined({ sha256, linkTarget }),
  };
}
