import { compareText } from '../../../foundation/core/compare-text.ts';
import type { InventoryFile } from '../../../foundation/core/inventory.ts';
import { ImageFiles } from '../image-files.ts';

/** One `COPY --from` of a Dockerfile. */
export interface CopyLine {
  /** Real paths in the application's image, sorted: files, or one directory. */
  readonly sources: readonly string[];
  /** A directory with a slash at its end, or the path of the copied directory. */
  readonly target: string;
  readonly bytes: number;
}

/** Fewer files of a directory are named one by one. */
const DIRECTORY_FILES_MIN = 3;

/** With a smaller share of its files, a directory is not copied as a whole. */
const DIRECTORY_SHARE_MIN = 0.8;

/**
 * Groups files by their directories, the smallest group first. A directory is copied as a whole if
 * nearly all of its files are copied.
 */
export function groupCopies(
  paths: readonly string[],
  files: readonly InventoryFile[],
): readonly CopyLine[] {
  const links = listDirectoryLinks(paths, files);
  const linked = new Set(links.map(({ target }) => target));
  const chosen = new Set(paths.filter((path) => !linked.has(path)));
  const sizes = new Map(files.map(({ path, sizeBytes }) => [path, sizeBytes]));
  const own = files.filter(({ path, type }) => type === 'directory' && chosen.has(path));
  const whole = new Set([...findWholeDirectories(chosen, files), ...own.map(({ path }) => path)]);
  const groups = Map.groupBy(chosen, (path) => {
    const folder = [...listFolders(path), path].find((one) => whole.has(one));
    return folder === undefined ? `${getFolder(path)}/` : folder;
  });
  const lines = [...groups].map(([target, members]): CopyLine => {
    const isWhole = !target.endsWith('/');
    const bytes = members.reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0);
    return { sources: isWhole ? [target] : members.toSorted(compareText), target, bytes };
  });
  return [...lines, ...links].sort(
    (left, right) => left.bytes - right.bytes || compareText(left.target, right.target),
  );
}

/**
 * A build follows a link that it copies. For one to a directory, the content of the directory is
 * copied to the place of the link.
 */
function listDirectoryLinks(
  paths: readonly string[],
  files: readonly InventoryFile[],
): readonly CopyLine[] {
  const image = new ImageFiles(files);
  return paths.flatMap((path): CopyLine[] => {
    const real = image.resolve(path);
    const isLink = real !== path && image.findFile(real)?.type === 'directory';
    return isLink ? [{ sources: [real], target: path, bytes: 0 }] : [];
  });
}

/** Formats a line of a Dockerfile; names with spaces need the form of a list. */
export function formatCopy({ sources, target }: CopyLine, from: string): string {
  const words = [...sources, target];
  return words.some((word) => /[\s"\\]/.test(word))
    ? `COPY --from=${from} ${JSON.stringify(words)}`
    : `COPY --from=${from} ${words.join(' ')}`;
}

function findWholeDirectories(
  chosen: ReadonlySet<string>,
  files: readonly InventoryFile[],
): ReadonlySet<string> {
  const totals = new Map<string, { all: number; chosen: number }>();
  for (const { path, type } of files) {
    if (type === 'directory') {
      continue;
    }
    for (const folder of listFolders(path)) {
      const total = totals.get(folder) ?? { all: 0, chosen: 0 };
      total.all += 1;
      total.chosen += chosen.has(path) ? 1 : 0;
      totals.set(folder, total);
    }
  }
  return new Set(
    [...totals]
      .filter(
        ([, total]) =>
          total.all >= DIRECTORY_FILES_MIN && total.chosen >= total.all * DIRECTORY_SHARE_MIN,
      )
      .map(([folder]) => folder),
  );
}

/** Returns the directories above a path, the topmost first, without the root. */
function listFolders(path: string): readonly string[] {
  const folders: string[] = [];
  for (let end = path.indexOf('/', 1); end !== -1; end = path.indexOf('/', end + 1)) {
    folders.push(path.slice(0, end));
  }
  return folders;
}

function getFolder(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
