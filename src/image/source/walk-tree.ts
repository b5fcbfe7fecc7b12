import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { Problem } from '../../foundation/core/problem.ts';
import type { OpenLayers, OpenOptions, TreeFile } from '../../foundation/core/target.ts';
import { parseExclusions } from '../../foundation/syntax/path-glob/exclusion.ts';
import { tryFileOperation } from './local-file.ts';
import { createTreeFile, readContent } from './tree-file.ts';
import { TreeProblems } from './tree-problems.ts';

interface TreeRequest {
  /** Absolute and without links. */
  readonly root: string;
  readonly userInput: string;
  readonly name: string;
  /** Paths below the root that are not even examined; default: none. */
  readonly leftOut?: ReadonlySet<string>;
  /** Problems that were found before the walk. */
  readonly problems?: readonly Problem[];
}

/** Opens a directory tree. Symbolic links are listed and never followed. */
export function openTree(request: TreeRequest, options: OpenOptions): OpenLayers {
  const { root, userInput, name, leftOut = new Set(), problems: earlier = [] } = request;
  // A root that cannot be opened is an error, not an empty tree.
  tryFileOperation(root, () => readdirSync(root));
  const problems = new TreeProblems(options.limits.problemsMax);
  const isMatch = parseExclusions(options.exclude ?? [], 'directory');
  const isExcluded = (path: string): boolean => leftOut.has(path) || isMatch(path);
  const device =
    options.isOneFileSystem === true ? tryFileOperation(root, () => statSync(root).dev) : -1;
  const isForeign = (folder: string): boolean =>
    device !== -1 && tryFileOperation(folder, () => lstatSync(folder).dev) !== device;
  const tree: Tree = { root, problems, isExcluded, isForeign };
  return {
    description: { kind: 'directory', userInput, name, path: userInput },
    layers: [
      {
        kind: 'tree',
        walk: () => walk(tree),
        readContent: (path, sizeBytes) => readContent(join(root, path), sizeBytes),
      },
    ],
    get problems() {
      return [...earlier, ...problems.listProblems()];
    },
    close: async () => undefined,
  };
}

/** Trees of a running system that hold no files but views of the kernel's memory. */
const KERNEL_FOLDERS = new Set(['/proc', '/sys', '/dev']);

interface Tree {
  readonly root: string;
  readonly problems: TreeProblems;
  readonly isExcluded: (path: string) => boolean;
  /** Returns whether a directory is on a file system that must not be entered. */
  readonly isForeign: (realFolder: string) => boolean;
}

/** Yields every path below the root, each directory before its contents, names in order. */
async function* walk(tree: Tree): AsyncGenerator<TreeFile> {
  const { root, problems } = tree;
  problems.clear();
  const pending = listPaths(tree, '');
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const file = visitPath(join(root, path), path, problems);
    if (file === undefined) {
      continue;
    }
    yield file;
    const isKernels = root === '/' && KERNEL_FOLDERS.has(path);
    if (file.entry.type === 'directory' && !isKernels) {
      for (const child of listPaths(tree, path)) {
        pending.push(child);
      }
    }
  }
}

/** Paths of a directory's contents in the tree, in reverse order. */
function listPaths({ root, problems, isExcluded, isForeign }: Tree, folder: string): string[] {
  const realFolder = join(root, folder);
  try {
    const names = isForeign(realFolder)
      ? []
      : tryFileOperation(realFolder, () => readdirSync(realFolder));
    return names
      .sort((left, right) => compareText(right, left))
      .map((name) => `${folder}/${name}`)
      .filter((path) => !isExcluded(path));
  } catch (error) {
    problems.addError(error, folder);
    return [];
  }
}

function visitPath(realPath: string, path: string, problems: TreeProblems): TreeFile | undefined {
  try {
    return createTreeFile(realPath, path);
  } catch (error) {
    problems.addError(error, path);
    return undefined;
  }
}
