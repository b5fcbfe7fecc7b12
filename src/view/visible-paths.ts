import type { LayerStack } from './layer-stack.ts';
import { isParentOf, joinPath, nameOf, parentOf } from './path.ts';
import { CompactPathNumbers, type PathNumbers } from './path-numbers.ts';
import { hiddenByMarker } from './whiteout.ts';

/**
 * The real path of a folder among `numbers`, all links followed; `undefined` where links go round.
 */
export type FolderResolver = (
  folder: string,
  numbers: Pick<PathNumbers, 'get'>,
) => string | undefined;

/** The paths that a view shows. */
export interface VisiblePaths {
  /** Path → number of the row that is visible there. */
  readonly numbers: PathNumbers;
  /** Whether it is known that no path leads through a link or a file. */
  readonly areReal: boolean;
}

/**
 * Goes through the layers from the top down and through each from its last entry to its first, so
 * that the first one met at a path is the one that counts.
 */
export function visiblePaths(stack: LayerStack, resolveFolder: FolderResolver): VisiblePaths {
  const pass = new TopDownPass(stack);
  for (let layer = stack.layers.length - 1; layer >= 0; layer--) {
    pass.addLayer(layer);
  }
  const strayFolders = foldersBelowFiles(pass);
  moveOutOfLinks(pass, strayFolders, resolveFolder);
  return { numbers: pass.numbers, areReal: strayFolders.size === 0 };
}

class TopDownPass {
  readonly stack: LayerStack;
  readonly numbers: PathNumbers;
  /** Folders that visible entries lie in. */
  readonly folders = new Set<string>();
  /** Paths that are hidden with all that is below. */
  readonly #hidden = new Set<string>();
  /** Folders whose content is hidden. */
  readonly #emptied = new Set<string>();
  readonly #isFolderHidden = new Map<string, boolean>();

  constructor(stack: LayerStack) {
    this.stack = stack;
    const areStored = stack.layers.some(({ files }) => files.arePathsStored);
    this.numbers = areStored ? new CompactPathNumbers(stack) : new Map();
  }

  addLayer(layer: number): void {
    const { files } = this.stack.layer(layer);
    const firstNumber = this.stack.numberOf(layer, 0);
    const hiddenBelow: string[] = [];
    const emptiedBelow: string[] = [];
    let folder = '';
    for (let row = files.length - 1; row >= 0; row--) {
      const path = files.path(row);
      if (!isParentOf(folder, path)) {
        folder = parentOf(path);
      }
      const marker = hiddenByMarker(path);
      if (marker === undefined) {
        const isFolder = files.type(row) === 'directory';
        this.#add(path, folder, firstNumber + row, isFolder);
      } else {
        (marker.isOpaque ? emptiedBelow : hiddenBelow).push(marker.path);
      }
    }
    // A layer's whiteouts apply to lower layers only. OCI layer.md, "Whiteouts".
    for (const path of hiddenBelow) {
      this.#hidden.add(path);
    }
    for (const path of emptiedBelow) {
      this.#emptied.add(path);
    }
    this.#isFolderHidden.clear();
  }

  #add(path: string, folder: string, number: number, isFolder: boolean): void {
    const isFolderHidden = this.#isFolderHidden.get(folder) ?? this.#isHidden(folder);
    if (isFolderHidden || this.#hidden.has(path)) {
      return;
    }
    if (!this.numbers.has(path)) {
      this.numbers.set(path, number);
      this.folders.add(folder);
    } else if (!isFolder) {
      // It is replaced by a later entry, and yet what lay below was gone before that one came.
      this.#emptied.add(path);
    }
    if (!isFolder && this.#isFolderHidden.has(path)) {
      this.#isFolderHidden.clear();
    }
  }

  /** Whether nothing that comes now may be seen in a folder. */
  #isHidden(folder: string): boolean {
    let isHidden = false;
    const passed: string[] = [];
    for (let at = folder; at !== '/'; at = parentOf(at)) {
      const known = this.#isFolderHidden.get(at);
      if (known !== undefined) {
        isHidden = known;
        break;
      }
      passed.push(at);
    }
    isHidden ||= this.#emptied.has('/');
    for (const at of passed.reverse()) {
      isHidden ||= this.#hidden.has(at) || this.#emptied.has(at) || this.#isFile(at);
      this.#isFolderHidden.set(at, isHidden);
    }
    return isHidden;
  }

  #isFile(path: string): boolean {
    const number = this.numbers.get(path);
    return number !== undefined && this.stack.typeOf(number) !== 'directory';
  }
}

/**
 * Puts right what lies below a path that turned out to be no folder. A layer may hold `bin/tool`
 * where `bin` is a link of a lower layer: unpacking it writes through the link. Where `bin` is
 * another kind of file, the folder of the upper layer takes its place.
 */
function moveOutOfLinks(
  { numbers, stack }: TopDownPass,
  strayFolders: ReadonlySet<string>,
  resolveFolder: FolderResolver,
): void {
  if (strayFolders.size === 0) {
    return;
  }
  for (const folder of strayFolders) {
    const number = numbers.get(folder);
    const type = number === undefined ? 'directory' : stack.typeOf(number);
    if (type !== 'directory' && type !== 'symlink') {
      numbers.delete(folder);
    }
  }
  const moved: { readonly path: string; readonly number: number }[] = [];
  for (const [path, number] of numbers) {
    if (strayFolders.has(parentOf(path))) {
      moved.push({ path, number });
    }
  }
  for (const { path } of moved) {
    numbers.delete(path);
  }
  // Parents first, since a link among them leads to where their children go.
  moved.sort((left, right) => left.path.length - right.path.length);
  for (const { path, number } of moved) {
    const folder = resolveFolder(parentOf(path), numbers);
    const place = folder && joinPath(folder, nameOf(path));
    if (place !== undefined && number > (numbers.get(place) ?? -1)) {
      numbers.set(place, number);
    }
  }
}

/** Folders of visible entries that are, or lie below, a file or a link. */
function foldersBelowFiles(pass: TopDownPass): ReadonlySet<string> {
  const { numbers, stack } = pass;
  const isStray = new Map<string, boolean>();
  for (const folder of pass.folders) {
    const passed: string[] = [];
    let isBelowFile = false;
    for (let at = folder; at !== '/'; at = parentOf(at)) {
      const known = isStray.get(at);
      if (known !== undefined) {
        isBelowFile = known;
        break;
      }
      passed.push(at);
    }
    for (const at of passed.reverse()) {
      const number = numbers.get(at);
      isBelowFile ||= number !== undefined && stack.typeOf(number) !== 'directory';
      isStray.set(at, isBelowFile);
    }
  }
  return new Set([...isStray].filter(([, isBelowFile]) => isBelowFile).map(([folder]) => folder));
}
