import type { FileRef, FileView, ViewLayer } from '../../foundation/core/cataloger.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { DEFAULT_LIMITS, type Limits } from '../../foundation/core/limits.ts';
import type { Problem } from '../../foundation/core/problem.ts';
import { MISSING, NODE_KINDS, ROOT, type TreeNode } from './file-tree.ts';
import { LayerStack } from './layer-stack.ts';
import { getParentPath, isParent } from './path.ts';
import type { WalkEnd, WalkOptions } from './tree-walk.ts';
import { type UnpackedLayers, unpackLayers } from './unpack-layers.ts';

export interface SquashOptions {
  readonly limits?: Limits;
  /**
   * Called once when more names were walked than `linkStepsMax` allows: from then on, no path leads
   * through a link.
   */
  readonly onLimit?: () => void;
  /** Receives entries that container runtimes reject or read differently. */
  readonly onProblem?: (problem: Problem) => void;
}

/**
 * Returns the files that a process would see in a stack of layers, from the lowest up.
 *
 * Layers are unpacked as in containerd. Links are followed as in Linux, within the root and at most
 * `linkDepthMax` of them for one path.
 */
export function createSquashedView(
  layers: readonly ViewLayer[],
  options: SquashOptions = {},
): FileView {
  const { limits = DEFAULT_LIMITS, onLimit = ignore, onProblem = ignore } = options;
  const budget = { stepsLeft: limits.linkStepsMax, onLimit };
  const stack = new LayerStack(layers);
  const unpacked = unpackLayers(stack, { budget, reportProblem: onProblem });
  return new SquashedView(stack, unpacked, limits.linkDepthMax);
}

const ignore = (): void => undefined;

/** Maximum number of names in all cached listings together. */
const KEPT_NAMES_MAX = 200_000;

interface PlacedNode {
  readonly node: TreeNode;
  readonly path: string;
}

class SquashedView implements FileView {
  readonly layers: readonly ViewLayer[];
  readonly #stack: LayerStack;
  readonly #unpacked: UnpackedLayers;
  readonly #walkOptions: WalkOptions;
  /** The directory of the last path: paths come directory by directory. */
  #folder = '/';
  #isFolderNormal = true;
  #folderEnd: WalkEnd = { node: ROOT, linksFollowed: 0 };
  readonly #lists = new Map<TreeNode, readonly string[]>();
  #keptNames = 0;
  #moved: Map<number, string> | undefined;

  constructor(stack: LayerStack, unpacked: UnpackedLayers, linksMax: number) {
    this.layers = stack.layers;
    this.#stack = stack;
    this.#unpacked = unpacked;
    this.#walkOptions = { linksMax, isConfined: true, isLastFollowed: true };
  }

  find(path: string): FileRef | undefined {
    const node = this.#findLiteralNode(path);
    const number = node < 0 ? undefined : this.#unpacked.tree.getRow(node);
    return number === undefined ? undefined : this.#stack.toFileRef(number);
  }

  resolve(path: string): { readonly ref: FileRef; readonly path: string } | undefined {
    const { node, linksFollowed } = this.#walkPath(path);
    const number = node < 0 ? undefined : this.#unpacked.tree.getRow(node);
    if (number === undefined) {
      return undefined;
    }
    const ref = this.#stack.toFileRef(this.#unpacked.contentRows.get(number) ?? number);
    // Most paths are already the real path of the file that they open.
    const isReal =
      linksFollowed === 0 && this.#isFolderNormal && isPlainPath(path, nameStart(path));
    return { ref, path: isReal ? path : this.#unpacked.tree.getPath(node) };
  }

  resolveHardLink({ layer, row }: FileRef): FileRef {
    const content = this.#unpacked.contentRows.get(this.#stack.getNumber(layer, row));
    return content === undefined ? { layer, row } : this.#stack.toFileRef(content);
  }

  getRealPath(ref: FileRef): string | undefined {
    const number = this.#stack.getNumber(ref.layer, ref.row);
    const path = this.#stack.getLayer(ref.layer).files.getPath(ref.row);
    const node = this.#findLiteralNode(path);
    const isThere = node >= 0 && this.#unpacked.tree.getRow(node) === number;
    return isThere ? path : this.#findMovedPaths().get(number);
  }

  /** Files that were written through a link, by the number of their row. */
  #findMovedPaths(): ReadonlyMap<number, string> {
    if (this.#moved === undefined) {
      this.#moved = new Map();
      for (const { node, path } of this.#unpacked.hasMoved ? this.#walkNodes() : []) {
        const number = this.#unpacked.tree.getRow(node);
        if (number !== undefined && this.#stack.getPath(number) !== path) {
          this.#moved.set(number, path);
        }
      }
    }
    return this.#moved;
  }

  findRealFolder(path: string): string | undefined {
    const { tree } = this.#unpacked;
    const { node } = path.startsWith('/') ? this.#walkPath(path) : { node: MISSING };
    return node >= 0 && tree.isDirectory(node) ? tree.getPath(node) : undefined;
  }

  list(folder: string): readonly string[] {
    const { tree } = this.#unpacked;
    const { node } = this.#walkPath(folder);
    if (node < 0 || !tree.isDirectory(node)) {
      return [];
    }
    const known = this.#lists.get(node);
    if (known !== undefined) {
      return known;
    }
    const names = [...tree.listChildren(node)]
      .map((child) => tree.getNodeName(child))
      .sort(compareText);
    this.#keptNames += names.length;
    if (this.#keptNames > KEPT_NAMES_MAX) {
      this.#lists.clear();
      this.#keptNames = names.length;
    }
    this.#lists.set(node, names);
    return names;
  }

  *listPaths(): Generator<string> {
    for (const { path } of this.#walkNodes()) {
      yield path;
    }
  }

  /** Every node that has a row. */
  *#walkNodes(): Generator<PlacedNode> {
    const { tree } = this.#unpacked;
    const pending: PlacedNode[] = [{ node: ROOT, path: '' }];
    for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
      for (const node of tree.listChildren(folder.node)) {
        const placed = { node, path: this.#buildPath(folder.path, node) };
        if (tree.getRow(node) !== undefined) {
          yield placed;
        }
        if (tree.isDirectory(node)) {
          pending.push(placed);
        }
      }
    }
  }

  /** Reuses the string of the row if that is the node's place. */
  #buildPath(folder: string, node: TreeNode): string {
    const number = this.#unpacked.tree.getRow(node);
    const path = number === undefined ? '' : this.#stack.getPath(number);
    return path.startsWith('/') &&
      path.lastIndexOf('/') === folder.length &&
      path.startsWith(folder)
      ? path
      : `${folder}/${this.#unpacked.tree.getNodeName(node)}`;
  }

  /** Returns the node of exactly this path. */
  #findLiteralNode(path: string): TreeNode {
    if (path === '/') {
      return ROOT;
    }
    const nameAt = nameStart(path);
    const { node, linksFollowed } = this.#openFolder(path);
    const isLiteral = linksFollowed === 0 && this.#isFolderNormal && isPlainPath(path, nameAt);
    return isLiteral && node >= 0 ? this.#unpacked.tree.findChild(node, path, nameAt) : MISSING;
  }

  #walkPath(path: string): WalkEnd {
    const { tree, walk } = this.#unpacked;
    const nameAt = nameStart(path);
    if (!isPlainPath(path, nameAt)) {
      return walk.walk(path, this.#walkOptions);
    }
    const folder = this.#openFolder(path);
    if (folder.node < 0 || !tree.isDirectory(folder.node)) {
      return NOWHERE;
    }
    const node = tree.findChild(folder.node, path, nameAt);
    return node !== MISSING && tree.getKind(node) === NODE_KINDS.symlink
      ? walk.walk(path.slice(nameAt), this.#walkOptions, folder)
      : { node, linksFollowed: folder.linksFollowed };
  }

  #openFolder(path: string): WalkEnd {
    if (!isParent(this.#folder, path)) {
      this.#folder = getParentPath(path);
      this.#isFolderNormal = isNormal(this.#folder);
      this.#folderEnd = this.#unpacked.walk.walk(this.#folder, this.#walkOptions);
    }
    return this.#folderEnd;
  }
}

const NOWHERE: WalkEnd = { node: MISSING, linksFollowed: 0 };

function nameStart(path: string): number {
  return path.lastIndexOf('/') + 1;
}

/** Returns whether a path is absolute and has no empty names, `.` or `..`. */
function isNormal(path: string): boolean {
  return path === '/' || (path.startsWith('/') && !/\/\.{0,2}(?:\/|$)/.test(path));
}

/**
 * Returns whether a path ends in one slash and the name of an entry, not in a slash, `.` or `..`.
 */
function isPlainPath(path: string, nameAt: number): boolean {
  const length = path.length - nameAt;
  const isName =
    length > 2 ||
    (length > 0 && path[nameAt] !== '.') ||
    (length === 2 && path[nameAt + 1] !== '.');
  return isName && path[nameAt - 2] !== '/' && path[0] === '/';
}
