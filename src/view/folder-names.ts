import { compareText } from '../core/compare-text.ts';
import type { LayerStack } from './layer-stack.ts';
import { isParentOf, joinPath, nameOf, parentOf } from './path.ts';

/** Names of lists that were asked for which are kept, all together. */
const KEPT_NAMES_MAX = 200_000;

/**
 * The names in each folder of a view. Takes four bytes a path and an entry of a map for each
 * folder; names are looked up and sorted when they are asked for.
 */
export class FolderNames {
  readonly #stack: LayerStack;
  /** By folder: number + 1 of one file in it. */
  readonly #first = new Map<string, number>();
  /** By number: number + 1 of another file in the same folder, 0 for none. */
  readonly #next: Uint32Array;
  /** Folders that exist since something lies in them, by the folder that they lie in. */
  readonly #folders = new Map<string, Set<string>>();
  readonly #kept = new Map<string, readonly string[]>();
  #keptNames = 0;

  constructor(stack: LayerStack, numbers: Iterable<readonly [string, number]>) {
    this.#stack = stack;
    this.#next = new Uint32Array(stack.size);
    let folder = '/';
    for (const [path, number] of numbers) {
      if (!isParentOf(folder, path)) {
        folder = parentOf(path);
      }
      const first = this.#first.get(folder);
      if (first === undefined) {
        this.#addFolder(folder);
      }
      this.#next[number] = first ?? 0;
      this.#first.set(folder, number + 1);
    }
  }

  /** Whether something lies in it. */
  has(folder: string): boolean {
    return folder === '/' || this.#first.has(folder) || this.#folders.has(folder);
  }

  /** Sorted. */
  in(folder: string): readonly string[] {
    const known = this.#kept.get(folder);
    if (known !== undefined) {
      return known;
    }
    const names = new Set(this.#folders.get(folder));
    for (let at = this.#first.get(folder) ?? 0; at !== 0; at = this.#next[at - 1] ?? 0) {
      const { layer, row } = this.#stack.refOf(at - 1);
      names.add(nameOf(this.#stack.layer(layer).files.path(row)));
    }
    const sorted = [...names].sort(compareText);
    this.#keptNames += sorted.length;
    if (this.#keptNames > KEPT_NAMES_MAX) {
      this.#kept.clear();
      this.#keptNames = sorted.length;
    }
    this.#kept.set(folder, sorted);
    return sorted;
  }

  /** Folders that no entry names exist all the same: walk up until one is known. */
  #addFolder(folder: string): void {
    for (let at = folder; at !== '/'; at = parentOf(at)) {
      const above = parentOf(at);
      const folders = this.#folders.get(above);
      if (folders === undefined) {
        this.#folders.set(above, new Set([nameOf(at)]));
      } else if (folders.has(nameOf(at))) {
        return;
      } else {
        folders.add(nameOf(at));
      }
    }
  }
}

/** The same of one folder, from all paths. */
export function namesIn(folder: string, paths: Iterable<string>): readonly string[] {
  const names = new Set<string>();
  const start = joinPath(folder, '');
  for (const path of paths) {
    if (path.startsWith(start)) {
      const end = path.indexOf('/', start.length);
      names.add(path.slice(start.length, end < 0 ? undefined : end));
    }
  }
  return [...names].sort(compareText);
}
