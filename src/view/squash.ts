import { appendAll } from '../core/append-all.ts';
import type { FileRef, FileView, ViewLayer } from '../core/cataloger.ts';
import type { FileTable } from '../core/file-table.ts';
import { DEFAULT_LIMITS, type Limits } from '../core/limits.ts';
import { FolderNames, namesIn } from './folder-names.ts';
import { hardLinksOf } from './hard-link.ts';
import { LayerStack } from './layer-stack.ts';
import { isParentOf, isPlainName, joinPath, nameOf, parentOf } from './path.ts';
import type { PathNumbers } from './path-numbers.ts';
import { visiblePaths } from './visible-paths.ts';

/**
 * What a process would see of a stack of layers, from the lowest up.
 *
 * Whiteouts and opaque folders are those of the OCI image specification, layer.md, "Representing
 * Changes". Links are followed as Linux does, within the root and at most `linkDepthMax` of them
 * for one path. Costs one entry of a map for each visible path; folders are indexed when `readList` is
 * called for a second one.
 *
 * @param onLimit called once, when more links were followed than `linkStepsMax` allows: from then
 * on no path leads through a link
 */
export function squash(
  layers: readonly ViewLayer[],
  limits: Limits = DEFAULT_LIMITS,
  onLimit: () => void = () => undefined,
): FileView {
  return new SquashedView(new LayerStack(layers), limits, onLimit);
}

interface Walk {
  /** Real path of what was passed so far. */
  path: string;
  /** Names still to be passed, the next one last. */
  readonly names: string[];
  linksFollowed: number;
}

class SquashedView implements FileView {
  readonly layers: readonly ViewLayer[];
  readonly #stack: LayerStack;
  readonly #numbers: PathNumbers;
  readonly #areReal: boolean;
  readonly #linkDepthMax: number;
  readonly #onLimit: () => void;
  #stepsLeft: number;
  readonly #realFolders = new Map<string, string | undefined>();
  /** The folder that was asked for last: paths come folder by folder. */
  #lastFolder = '/';
  #lastReal: string | undefined = '/';
  /** The first folder that was listed. */
  #listed: { readonly folder: string; readonly names: readonly string[] } | undefined;
  #names: FolderNames | undefined;

  constructor(stack: LayerStack, limits: Limits, onLimit: () => void) {
    this.layers = stack.layers;
    this.#stack = stack;
    this.#linkDepthMax = limits.linkDepthMax;
    this.#stepsLeft = limits.linkStepsMax;
    this.#onLimit = onLimit;
    const { numbers, areReal } = visiblePaths(stack, (path, known) => {
      const walk = { path: '/', names: namesOf(path), linksFollowed: 0 };
      return this.#follow(walk, known) ? walk.path : undefined;
    });
    this.#numbers = numbers;
    this.#areReal = areReal;
  }

  find(path: string): FileRef | undefined {
    const number = this.#numbers.get(path);
    return number === undefined ? undefined : this.#stack.refOf(number);
  }

  resolve(path: string): { readonly ref: FileRef; readonly path: string } | undefined {
    const seen = this.find(path);
    // Most paths are those of what they open: these need no walk.
    if (this.#areReal && seen !== undefined && !this.#isLink(seen)) {
      return { ref: seen, path };
    }
    const folder = this.#realParent(path);
    if (folder === undefined) {
      return undefined;
    }
    const name = nameOf(path);
    const direct = folder === this.#lastFolder ? path : joinPath(folder, name);
    const ref = direct === path ? seen : this.find(direct);
    if (ref !== undefined && !this.#isLink(ref)) {
      return { ref, path: direct };
    }
    return ref === undefined && isPlainName(name) ? undefined : this.#open(folder, name);
  }

  /** What a name in a real folder opens, links followed. */
  #open(folder: string, name: string): ReturnType<FileView['resolve']> {
    const walk: Walk = { path: folder, names: namesOf(name), linksFollowed: 0 };
    while (this.#follow(walk, this.#numbers)) {
      const ref = this.find(walk.path);
      if (ref === undefined) {
        return undefined;
      }
      const content = this.#contentOf(ref);
      if (typeof content !== 'string') {
        return { ref: content, path: walk.path };
      }
      walk.linksFollowed++;
      walk.path = '/';
      if (!this.#pushNames(walk, content)) {
        return undefined;
      }
    }
    return undefined;
  }

  realFolder(path: string): string | undefined {
    const real = path.startsWith('/') ? this.#realFolder(path) : undefined;
    if (real === undefined) {
      return undefined;
    }
    const number = this.#numbers.get(real);
    const isFolder = number === undefined ? this.#folderNames().has(real) : !this.#isFile(number);
    return isFolder ? real : undefined;
  }

  list(folder: string): readonly string[] {
    // Most views are asked for one folder, which is told without an index of all.
    if (this.#names === undefined && (this.#listed ?? { folder }).folder === folder) {
      this.#listed ??= { folder, names: namesIn(folder, this.#numbers.keys()) };
      return this.#listed.names;
    }
    return this.#folderNames().in(folder);
  }

  #folderNames(): FolderNames {
    this.#names ??= new FolderNames(this.#stack, this.#numbers);
    return this.#names;
  }

  paths(): Iterable<string> {
    return this.#numbers.keys();
  }

  #realParent(path: string): string | undefined {
    if (!isParentOf(this.#lastFolder, path)) {
      this.#lastFolder = parentOf(path);
      this.#lastReal = this.#realFolder(this.#lastFolder);
    }
    return this.#lastReal;
  }

  #realFolder(folder: string): string | undefined {
    const known = this.#realFolders.get(folder);
    if (known !== undefined || this.#realFolders.has(folder)) {
      return known;
    }
    const real = this.#isReal(folder) ? folder : this.#walkTo(folder);
    this.#realFolders.set(folder, real);
    return real;
  }

  /** Whether a folder is told to be where it seems to be without a walk from the root. */
  #isReal(folder: string): boolean {
    const ref = this.find(folder);
    if (ref !== undefined) {
      return this.#areReal && this.#stack.layer(ref.layer).files.type(ref.row) === 'directory';
    }
    const above = parentOf(folder);
    const isAboveReal = above !== '/' && this.#realFolders.get(above) === above;
    return isAboveReal && isPlainName(nameOf(folder));
  }

  #walkTo(folder: string): string | undefined {
    const walk: Walk = { path: '/', names: namesOf(folder), linksFollowed: 0 };
    return this.#follow(walk, this.#numbers) ? walk.path : undefined;
  }

  /** Where the content of a hard link is: a row, or for a name of a lower layer its path. */
  #contentOf(ref: FileRef): FileRef | string {
    const { files } = this.#stack.layer(ref.layer);
    if (files.type(ref.row) !== 'hardlink') {
      return ref;
    }
    const row = hardLinksOf(files).get(ref.row);
    return row === undefined ? (files.linkTarget(ref.row) ?? '/') : { layer: ref.layer, row };
  }

  /**
   * Passes all names of a walk; false where a link leads round in circles or a file is used as a
   * folder.
   */
  #follow(walk: Walk, numbers: Pick<PathNumbers, 'get'>): boolean {
    for (let name = walk.names.pop(); name !== undefined; name = walk.names.pop()) {
      if (name === '..') {
        walk.path = parentOf(walk.path);
        continue;
      }
      const path = joinPath(walk.path, name);
      const target = this.#symbolicTarget(numbers.get(path));
      if (target === undefined) {
        if (walk.names.length > 0 && this.#isFile(numbers.get(path))) {
          return false;
        }
        walk.path = path;
        continue;
      }
      if (++walk.linksFollowed > this.#linkDepthMax) {
        return false;
      }
      if (target.startsWith('/')) {
        walk.path = '/';
      }
      if (!this.#pushNames(walk, target)) {
        return false;
      }
    }
    return walk.linksFollowed <= this.#linkDepthMax;
  }

  /** False where too many names were passed already. */
  #pushNames(walk: Walk, target: string): boolean {
    if (this.#stepsLeft <= 0) {
      return false;
    }
    const names = namesOf(target);
    this.#stepsLeft -= names.length;
    if (this.#stepsLeft <= 0) {
      this.#onLimit();
      return false;
    }
    appendAll(walk.names, names);
    return true;
  }

  #symbolicTarget(number: number | undefined): string | undefined {
    if (number === undefined) {
      return undefined;
    }
    const ref = this.#stack.refOf(number);
    const { files } = this.#stack.layer(ref.layer);
    return files.type(contentRow(files, ref.row)) === 'symlink'
      ? files.linkTarget(contentRow(files, ref.row))
      : undefined;
  }

  #isLink({ layer, row }: FileRef): boolean {
    const type = this.#stack.layer(layer).files.type(row);
    return type === 'symlink' || type === 'hardlink';
  }

  #isFile(number: number | undefined): boolean {
    return number !== undefined && this.#stack.typeOf(number) !== 'directory';
  }
}

function contentRow(files: FileTable, row: number): number {
  return files.type(row) === 'hardlink' ? (hardLinksOf(files).get(row) ?? row) : row;
}

/** The names of a path, the first one last, without those that say nothing. */
function namesOf(path: string): string[] {
  return path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .reverse();
}
