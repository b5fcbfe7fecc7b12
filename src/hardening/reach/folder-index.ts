import type { FileView } from '../../foundation/core/cataloger.ts';
import { hasExecuteBit } from '../../foundation/core/executable-file.ts';
import { joinPath } from '../../image/view/path.ts';
import type { ReachWorld } from './rule-contract.ts';

/** Names in directories. Each directory is listed once; links in its path are followed. */
export interface FolderIndex {
  /** Returns whether a file or directory of the name is directly in the directory. */
  has(folder: string, name: string): boolean;
  /** Returns the sorted names in the directory whose text before the first dot equals the stem. */
  listStem(folder: string, stem: string): readonly string[];
  listNames(folder: string): readonly string[];
  /** Returns whether the directory contains anything. */
  isFilled(folder: string): boolean;
  /**
   * Returns the paths of all files below a directory, at any depth, sorted per directory. Links to
   * directories are left out, because their contents are elsewhere.
   */
  listDescendantFiles(folder: string, options?: BelowOptions): readonly string[];
}

export interface BelowOptions {
  /** Further files are ignored: a pattern is not a closure. */
  readonly filesMax?: number;
  /** Number of directory levels to list; 1 lists only the directory itself. */
  readonly depthMax?: number;
  /** Names of files and directories to leave out. */
  readonly without?: ReadonlySet<string>;
}

interface Folder {
  readonly names: ReadonlySet<string>;
  readonly byStem: ReadonlyMap<string, readonly string[]>;
}

const EMPTY: Folder = { names: new Set(), byStem: new Map() };
const FILES_MAX = 4_096;
const DEPTH_MAX = 32;

type World = Pick<ReachWorld, 'view'>;

const indexes = new WeakMap<FileView, FolderIndex>();

/** Returns the index of a world; all rules share it. */
export function getFolderIndex({ view }: World): FolderIndex {
  const known = indexes.get(view);
  if (known !== undefined) {
    return known;
  }
  const made = createIndex(view);
  indexes.set(view, made);
  return made;
}

/** Returns whether a path leads to a directory, following links. */
export function isFolder(path: string, { view }: World): boolean {
  return view.findRealFolder(path) !== undefined;
}

/** Returns whether a path leads to an executable file. */
export function isExecutable(path: string, { view }: World): boolean {
  const found = view.resolve(path);
  const files = found && view.layers[found.ref.layer]?.files;
  if (found === undefined || files === undefined) {
    return false;
  }
  const { row } = found.ref;
  return files.getType(row) !== 'directory' && hasExecuteBit(files.getMode(row));
}

/** Returns the real paths of files below a directory, down to `depthMax` levels. */
export function listDescendantFiles(
  folder: string,
  world: World,
  depthMax = DEPTH_MAX,
): readonly string[] {
  return getFolderIndex(world).listDescendantFiles(world.view.findRealFolder(folder) ?? folder, {
    depthMax,
  });
}

function createIndex(view: FileView): FolderIndex {
  const folders = new Map<string, Folder>();
  const lists = new Map<string, readonly string[]>();
  const listNames = (path: string): readonly string[] => {
    const real = view.findRealFolder(path);
    return real === undefined ? [] : view.list(real);
  };
  const readFolder = (path: string): Folder => {
    const known = folders.get(path);
    if (known !== undefined) {
      return known;
    }
    const own = listNames(path);
    const folder = own.length === 0 ? EMPTY : toFolder(own);
    folders.set(path, folder);
    return folder;
  };
  return {
    has: (folder, name) => readFolder(folder).names.has(name),
    listStem: (folder, stem) => readFolder(folder).byStem.get(stem) ?? [],
    listNames,
    isFilled: (folder) => listNames(folder).length > 0,
    listDescendantFiles: (folder, options = {}) => {
      const { filesMax = FILES_MAX, depthMax = DEPTH_MAX, without } = options;
      if (without !== undefined) {
        return listFilesOfView(folder, view, { filesMax, depthMax, without });
      }
      const key = `${depthMax} ${filesMax} ${folder}`;
      const found = lists.get(key) ?? listFilesOfView(folder, view, { filesMax, depthMax });
      lists.set(key, found);
      return found;
    },
  };
}

type Below = BelowOptions & Required<Pick<BelowOptions, 'filesMax' | 'depthMax'>>;

function listFilesOfView(
  folder: string,
  view: FileView,
  { filesMax, depthMax, without }: Below,
): readonly string[] {
  const found: string[] = [];
  const visit = (shown: string, real: string, depth: number): void => {
    for (const name of view.list(real)) {
      if (found.length >= filesMax || without?.has(name) === true) {
        continue;
      }
      const path = joinPath(real, name);
      const kind = detectKind(path, view);
      if (kind === 'file') {
        found.push(joinPath(shown, name));
      } else if (kind === 'folder' && depth < depthMax) {
        visit(joinPath(shown, name), path, depth + 1);
      }
    }
  };
  const real = view.findRealFolder(folder);
  if (real !== undefined) {
    visit(folder, real, 1);
  }
  return found;
}

/** @param path real path */
function detectKind(path: string, view: FileView): 'file' | 'folder' | 'link to a folder' {
  const ref = view.find(path);
  const type = ref && view.layers[ref.layer]?.files.getType(ref.row);
  if (type === undefined || type === 'directory') {
    return 'folder';
  }
  const isLink = type === 'symlink' && view.findRealFolder(path) !== undefined;
  return isLink ? 'link to a folder' : 'file';
}

function toFolder(names: readonly string[]): Folder {
  const byStem = new Map<string, string[]>();
  for (const name of names) {
    const dot = name.indexOf('.');
    const stem = dot === -1 ? name : name.slice(0, dot);
    const others = byStem.get(stem);
    if (others === undefined) {
      byStem.set(stem, [name]);
    } else {
      others.push(name);
    }
  }
  return { names: new Set(names), byStem };
}
