import { posix } from 'node:path';
import { defined } from '../../foundation/core/defined.ts';
import type { FileTable, FileType } from '../../foundation/core/file-table.ts';
import type { Problem } from '../../foundation/core/problem.ts';
import { FileTree, MISSING, NODE_KINDS, type NodeKind, ROOT, type TreeNode } from './file-tree.ts';
import type { LayerStack } from './layer-stack.ts';
import { RootPath } from './root-path.ts';
import { consumeSteps, type LinkBudget, TreeWalk } from './tree-walk.ts';
import { OPAQUE_MARKER, WHITEOUT_PREFIX } from './whiteout.ts';

/** The file system that a runtime creates from layers. */
export interface UnpackedLayers {
  readonly tree: FileTree;
  readonly walk: TreeWalk;
  /** Number of a hard link's row → number of the row that has its content. */
  readonly contentRows: ReadonlyMap<number, number>;
  /** Whether an entry was written through a link, so that its place differs from its row. */
  readonly hasMoved: boolean;
}

export interface UnpackReport {
  readonly budget: LinkBudget;
  reportProblem(problem: Problem): void;
}

/**
 * Unpacks layers from the lowest up, each from its first entry to its last, like containerd's
 * `archive.Apply`. If containerd would reject the layer, this reports a problem and skips only the
 * entry.
 */
export function unpackLayers(stack: LayerStack, report: UnpackReport): UnpackedLayers {
  const unpacking = new Unpacking(stack, report);
  for (let layer = 0; layer < stack.layers.length; layer++) {
    unpacking.addLayer(layer);
  }
  return unpacking;
}

const NOTHING: readonly TreeNode[] = [];

class Unpacking implements UnpackedLayers {
  readonly tree: FileTree;
  readonly walk: TreeWalk;
  readonly contentRows = new Map<number, number>();
  readonly #stack: LayerStack;
  readonly #report: UnpackReport;
  readonly #rootPath: RootPath;
  hasMoved = false;
  readonly #reportedLinks = new Set<number>();
  #layer = 0;
  #firstRow = 0;
  /** The directory of the last entry, because a layer lists its entries directory by directory. */
  #folder = '';
  #folderNode = MISSING;

  constructor(stack: LayerStack, report: UnpackReport) {
    const tree = new FileTree(stack);
    const readTarget = (node: TreeNode): string => this.#readTarget(node);
    this.tree = tree;
    this.walk = new TreeWalk(tree, readTarget, report.budget);
    this.#stack = stack;
    this.#report = report;
    this.#rootPath = new RootPath(tree, this.walk, readTarget, report.budget);
  }

  addLayer(layer: number): void {
    const { files, diffId } = this.#stack.getLayer(layer);
    this.#layer = layer;
    this.#firstRow = this.#stack.getNumber(layer, 0);
    this.#folderNode = MISSING;
    for (let row = 0; row < files.length; row++) {
      const path = files.getPath(row);
      const nameAt = path.lastIndexOf('/') + 1;
      const parent = this.#openFolder(path, nameAt);
      if (parent === MISSING) {
        continue;
      }
      // A directory has no layers below it: names like those of whiteouts are plain names.
      const isWhiteout = diffId !== undefined && path.startsWith(WHITEOUT_PREFIX, nameAt);
      if (!isWhiteout) {
        this.#addEntry(parent, files, row);
      } else if (
        path.startsWith(OPAQUE_MARKER, nameAt) &&
        path.length === nameAt + OPAQUE_MARKER.length
      ) {
        this.#clearDirectory(parent, path);
      } else {
        this.#applyWhiteout(parent, path, nameAt + WHITEOUT_PREFIX.length);
      }
    }
  }

  /** Returns the target of a symbolic link, or of a hard link to one. */
  #readTarget(node: TreeNode): string {
    const number = this.tree.getRow(node) ?? 0;
    const { layer, row } = this.#stack.toFileRef(this.contentRows.get(number) ?? number);
    return this.#stack.getLayer(layer).files.linkTarget(row) ?? '';
  }

  #addEntry(parent: TreeNode, files: FileTable, row: number): void {
    const path = files.getPath(row);
    const number = this.#firstRow + row;
    const type = files.getType(row);
    const known = this.tree.findChild(parent, path, path.lastIndexOf('/') + 1);
    const isKnownDirectory = known !== MISSING && this.tree.isDirectory(known);
    if (isKnownDirectory && type === 'directory') {
      this.tree.setRow(known, number, NODE_KINDS.directory);
      return;
    }
    if (known !== MISSING && this.#isOwnFolder(known)) {
      const message = 'the entry replaces a directory or link that its own layer made or filled';
      this.#reportProblem('P_MALFORMED', message, number);
    }
    const isInPlace = known !== MISSING && !isKnownDirectory && isLeaf(type);
    if (isInPlace) {
      this.#forgetFolder(known);
      this.tree.setRow(known, number, toNodeKind(type));
      return;
    }
    if (known !== MISSING) {
      this.#remove(known);
    }
    if (type === 'hardlink') {
      this.#addHardLink(parent, number, files.linkTarget(row) ?? '');
    } else {
      this.tree.addRow(parent, toNodeKind(type), number);
    }
  }

  #addHardLink(parent: TreeNode, number: number, target: string): void {
    const node = this.#findHardLinked(target);
    const content = node < 0 || this.tree.isDirectory(node) ? undefined : this.tree.getRow(node);
    if (content === undefined) {
      this.#reportProblem('P_LINK', 'the hard link does not lead to a file in the image', number);
      return;
    }
    this.contentRows.set(number, this.contentRows.get(content) ?? content);
    this.tree.addRow(parent, this.tree.getKind(node), number);
  }

  /** `hardlinkRootPath`: follows links in the directory, but not in the base name. */
  #findHardLinked(target: string): TreeNode {
    const nameAt = target.lastIndexOf('/') + 1;
    const isPlain = !target.includes('/..') && nameAt < target.length;
    const parent = isPlain ? this.#findPlain(target, nameAt) : undefined;
    if (parent !== undefined) {
      return parent === MISSING ? MISSING : this.tree.findChild(parent, target, nameAt);
    }
    const folder = this.#rootPath.resolve(target.slice(0, nameAt));
    return folder === undefined
      ? MISSING
      : this.#rootPath.lookUp(posix.join(folder, target.slice(nameAt)));
  }

  /**
   * Returns the directory of a path; `undefined` if it must be resolved because a link is on the
   * way.
   */
  #findPlain(path: string, nameAt: number): TreeNode | undefined {
    let node: TreeNode = ROOT;
    for (let at = 1; at < nameAt; ) {
      const end = path.indexOf('/', at);
      node = this.tree.findChild(node, path, at, end);
      if (node === MISSING) {
        return MISSING;
      }
      if (!this.tree.isDirectory(node)) {
        return this.tree.getKind(node) === NODE_KINDS.symlink ? undefined : MISSING;
      }
      at = end + 1;
    }
    return node;
  }

  /** Returns the directory of an entry; creates it if it is missing. */
  #openFolder(path: string, nameAt: number): TreeNode {
    const length = nameAt - 1;
    const isSame =
      this.#folderNode !== MISSING &&
      this.#folder.length === length &&
      path.startsWith(this.#folder);
    if (!isSame) {
      this.#folder = path.slice(0, length);
      this.#folderNode = this.#makeFolder(path, nameAt, true);
    }
    return this.#folderNode;
  }

  #makeFolder(path: string, nameAt: number, mayFollow: boolean): TreeNode {
    let node: TreeNode = ROOT;
    this.tree.setLastLayer(node, this.#layer);
    for (let at = 1; at < nameAt; ) {
      const end = path.indexOf('/', at);
      let child = this.tree.findChild(node, path, at, end);
      if (child !== MISSING && this.tree.getKind(child) === NODE_KINDS.symlink && mayFollow) {
        return this.#makeLinkedFolder(path, nameAt);
      }
      if (child !== MISSING && !this.tree.isDirectory(child)) {
        const message =
          'a directory of the path is a file, which container runtimes reject or replace';
        this.#report.reportProblem(this.#createProblem('P_LINK', message, path));
        this.#remove(child);
        child = MISSING;
      }
      node = child === MISSING ? this.tree.addDirectory(node, path.slice(at, end)) : child;
      this.tree.setLastLayer(node, this.#layer);
      at = end + 1;
    }
    return node;
  }

  #makeLinkedFolder(path: string, nameAt: number): TreeNode {
    const folder = this.#rootPath.resolve(path.slice(0, nameAt - 1));
    if (folder === undefined) {
      const message = 'the path leads through too many links, or through a file';
      this.#report.reportProblem(this.#createProblem('P_LINK', message, path));
      return MISSING;
    }
    this.hasMoved = true;
    this.#markLinks();
    return folder === '/' ? ROOT : this.#makeFolder(`${folder}/`, folder.length + 1, false);
  }

  /**
   * Marks the links that an entry was written through, and reports those of lower layers: runtimes
   * that unpack each layer separately create a directory in place of a link of a lower layer, and
   * hide everything behind it.
   */
  #markLinks(): void {
    for (const node of this.#rootPath.links) {
      this.tree.setLastLayer(node, this.#layer);
      const number = this.tree.getRow(node) ?? 0;
      if (number < this.#firstRow && !this.#reportedLinks.has(number)) {
        this.#reportedLinks.add(number);
        const message =
          'an upper layer writes through this link, and container runtimes differ in the result';
        this.#reportProblem('P_LINK', message, number);
      }
    }
  }

  #applyWhiteout(parent: TreeNode, path: string, nameAt: number): void {
    const node = this.tree.findChild(parent, path, nameAt);
    if (node !== MISSING) {
      this.#reportOwn(node, path);
      this.#remove(node);
    }
  }

  /**
   * Removes the entries of lower layers in a directory. containerd keeps entries that the layer
   * itself has written so far, but not directories that it only implies.
   */
  #clearDirectory(folder: TreeNode, path: string): void {
    const pending: TreeNode[] = [folder];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      for (const child of this.#takeChildren(node)) {
        if ((this.tree.getRow(child) ?? -1) < this.#firstRow) {
          this.#reportOwn(child, path);
          this.#remove(child);
        } else if (this.tree.isDirectory(child)) {
          pending.push(child);
        }
      }
    }
  }

  #takeChildren(node: TreeNode): readonly TreeNode[] {
    const children = [...this.tree.listChildren(node)];
    return consumeSteps(this.#report.budget, children.length) ? children : NOTHING;
  }

  /** Returns whether the layer has named a directory, or written into it or through a link. */
  #isOwnFolder(node: TreeNode): boolean {
    const isNamed = this.tree.isDirectory(node) && (this.tree.getRow(node) ?? -1) >= this.#firstRow;
    return isNamed || this.tree.getLastLayer(node) === this.#layer;
  }

  /**
   * A whiteout is meant for lower layers: runtimes differ in its effect on entries of its own
   * layer.
   */
  #reportOwn(node: TreeNode, path: string): void {
    const isOwn = (this.tree.getRow(node) ?? -1) >= this.#firstRow;
    if (isOwn || this.tree.getLastLayer(node) === this.#layer) {
      const message =
        'the whiteout removes an entry of its own layer, and container runtimes differ in the result';
      this.#report.reportProblem(this.#createProblem('P_MALFORMED', message, path));
    }
  }

  #remove(node: TreeNode): void {
    if (this.tree.isDirectory(node)) {
      this.#folderNode = MISSING;
    }
    this.#forgetFolder(node);
    this.tree.remove(node);
  }

  /** A path through a link leads to another place when the link changes. */
  #forgetFolder(node: TreeNode): void {
    if (this.tree.getKind(node) === NODE_KINDS.symlink) {
      this.#folderNode = MISSING;
    }
  }

  #reportProblem(code: Problem['code'], message: string, number: number): void {
    const path = this.#stack.getPath(number);
    this.#report.reportProblem(this.#createProblem(code, message, path));
  }

  #createProblem(code: Problem['code'], message: string, path: string): Problem {
    const { diffId } = this.#stack.getLayer(this.#layer);
    return { code, message, path, ...defined({ layer: diffId }) };
  }
}

/** Returns whether an entry of the type can replace a file directly. */
function isLeaf(type: FileType): boolean {
  return type !== 'directory' && type !== 'hardlink';
}

function toNodeKind(type: FileType): NodeKind {
  switch (type) {
    case 'directory':
      return NODE_KINDS.directory;
    case 'symlink':
      return NODE_KINDS.symlink;
    default:
      return NODE_KINDS.file;
  }
}
