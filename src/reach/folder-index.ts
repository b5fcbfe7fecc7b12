import type { ReachWorld } from './rule-contract.ts';

/** Names in folders, each folder listed once; links in its path are followed. */
export interface FolderIndex {
  /** Whether a folder or file of the name is directly in the folder. */
  has(folder: string, name: string): boolean;
  /** Names in the folder whose text before the first dot is this one, in order. */
  ofStem(folder: string, stem: string): readonly string[];
  names(folder: string): readonly string[];
  /** Whether anything is in the folder. */
  isFilled(folder: string): boolean;
  /** Paths of files at any depth, folders of the names left out; at most `filesMax`. */
  filesBelow(folder: string, options: BelowOptions): readonly string[];
}

export interface BelowOptions {
  readonly filesMax: number;
  readonly without?: ReadonlySet<string>;
}

interface Folder {
  readonly names: readonly string[];
  readonly set: ReadonlySet<string>;
  readonly byStem: ReadonlyMap<string, readonly string[]>;
}

const EMPTY: Folder = { names: [], set: new Set(), byStem: new Map() };
const DEPTH_MAX = 32;

const indexes = new WeakMap<ReachWorld, FolderIndex>();

/** The index of a world, made once and shared by the rules. */
export function folderIndex(world: ReachWorld): FolderIndex {
  const known = indexes.get(world);
  if (known !== undefined) {
    return known;
  }
  const made = createIndex(world);
  indexes.set(world, made);
  return made;
}

function createIndex({ view }: ReachWorld): FolderIndex {
  const folders = new Map<string, Folder>();
  const read = (path: string): Folder => {
    const known = folders.get(path);
    if (known !== undefined) {
      return known;
    }
    // A folder that no layer names is there all the same where something lies in it.
    const names = view.list(view.resolve(path)?.path ?? path);
    const folder = names.length === 0 ? EMPTY : folderOf(names);
    folders.set(path, folder);
    return folder;
  };
  return {
    has: (folder, name) => read(folder).set.has(name),
    ofStem: (folder, stem) => read(folder).byStem.get(stem) ?? [],
    names: (folder) => read(folder).names,
    isFilled: (folder) => read(folder).names.length > 0,
    filesBelow: (folder, { filesMax, without }) => {
      const found: string[] = [];
      const walk = (at: string, depth: number): void => {
        for (const name of read(at).names) {
          const path = at === '/' ? `/${name}` : `${at}/${name}`;
          if (found.length >= filesMax || without?.has(name) === true) {
            continue;
          }
          if (isFolder(view, path)) {
            if (depth < DEPTH_MAX) {
              walk(path, depth + 1);
            }
          } else {
            found.push(path);
          }
        }
      };
      walk(folder, 0);
      return found;
    },
  };
}

function folderOf(names: readonly string[]): Folder {
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
  return { names, set: new Set(names), byStem };
}

/** Links to folders are no folders: what lies behind them is somewhere else. */
function isFolder(view: ReachWorld['view'], path: string): boolean {
  const ref = view.find(path);
  return ref === undefined || view.layers[ref.layer]?.files.type(ref.row) === 'directory';
}
