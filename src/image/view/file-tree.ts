import { randomBytes } from 'node:crypto';
import { assert } from '../../foundation/core/assert.ts';
import { getBaseName } from '../../foundation/core/base-name.ts';
import { enlarge } from '../../foundation/core/file-table.ts';
import type { LayerStack } from './layer-stack.ts';

/** Number of a node of a {@link FileTree}. */
export type TreeNode = number;

export const ROOT: TreeNode = 0;
/** Not a node. */
export const MISSING: TreeNode = -1;

export const NODE_KINDS = { directory: 0, symlink: 1, file: 2, removed: 3 } as const;
export type NodeKind = (typeof NODE_KINDS)[keyof typeof NODE_KINDS];

const INITIAL_NODES = 64;
/** Number of slots per node; more than one, so that a look-up passes few others. */
const SLOTS_EACH = 1.6;
const FREE = 0;
const REMOVED = 0xffffffff;
const SLASH = 0x2f;

/**
 * The directories and files of a view. Takes about 30 bytes a node and stores no names: the name of
 * a node is the base name of the path of its row, and only directories without a row have a name of
 * their own. Nodes are found by a hash of parent and name with a secret seed.
 */
export class FileTree {
  readonly #stack: LayerStack;
  readonly #seed = (randomBytes(4).readUInt32LE() | 1) >>> 0;
  #length = 0;
  #parents: Uint32Array;
  /** Number of the row + 1, or 0 for a directory without a row. */
  #rows: Uint32Array;
  #kinds: Uint8Array;
  /** For a directory: one of its children + 1. */
  #firstChildren: Uint32Array;
  /** Another child of the same directory + 1. */
  #siblings: Uint32Array;
  #hashes: Uint32Array;
  /** Number + 1 of the last layer that wrote into or below a directory, or through a link. */
  #layers: Uint16Array;
  readonly #names = new Map<TreeNode, string>();
  /** Node + 1, {@link FREE}, or {@link REMOVED}. */
  #slots: Uint32Array;
  #usedSlots = 0;

  constructor(stack: LayerStack) {
    this.#stack = stack;
    const nodes = Math.max(INITIAL_NODES, stack.size + 1);
    this.#parents = new Uint32Array(nodes);
    this.#rows = new Uint32Array(nodes);
    this.#kinds = new Uint8Array(nodes);
    this.#firstChildren = new Uint32Array(nodes);
    this.#siblings = new Uint32Array(nodes);
    this.#hashes = new Uint32Array(nodes);
    this.#layers = new Uint16Array(nodes);
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(nodes * SLOTS_EACH)));
    this.#length = 1;
    this.#names.set(ROOT, '');
  }

  getKind(node: TreeNode): NodeKind {
    return (this.#kinds[node] ?? NODE_KINDS.removed) as NodeKind;
  }

  isDirectory(node: TreeNode): boolean {
    return this.#kinds[node] === NODE_KINDS.directory;
  }

  getParent(node: TreeNode): TreeNode {
    return this.#parents[node] ?? ROOT;
  }

  /** Returns the number of a node's row; `undefined` for a directory without a row. */
  getRow(node: TreeNode): number | undefined {
    const row = this.#rows[node] ?? 0;
    return row === 0 ? undefined : row - 1;
  }

  /** Assigns another row with the same name to a node; a directory remains one. */
  setRow(node: TreeNode, row: number, kind: NodeKind): void {
    assert(this.isDirectory(node) === (kind === NODE_KINDS.directory), 'no child is left behind');
    this.#rows[node] = row + 1;
    this.#kinds[node] = kind;
    if (kind !== NODE_KINDS.directory) {
      this.#layers[node] = 0;
    }
  }

  /** Returns the last layer that wrote into or below a directory, or through a link. */
  getLastLayer(node: TreeNode): number | undefined {
    const layer = this.#layers[node] ?? 0;
    return layer === 0 ? undefined : layer - 1;
  }

  setLastLayer(node: TreeNode, layer: number): void {
    this.#layers[node] = layer + 1;
  }

  getNodeName(node: TreeNode): string {
    const path = this.#getRowPath(node);
    return path === undefined ? (this.#names.get(node) ?? '') : getBaseName(path);
  }

  /** Returns the absolute path; the same string as in its row if that is the node's place. */
  getPath(node: TreeNode): string {
    const names: string[] = [];
    for (let at = node; at !== ROOT; at = this.getParent(at)) {
      names.push(this.getNodeName(at));
    }
    return `/${names.reverse().join('/')}`;
  }

  /** Finds the child of a directory by a name that is part of a text. */
  findChild(parent: TreeNode, text: string, start = 0, end = text.length): TreeNode {
    const hash = this.#hash(parent, text, start, end);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const value = this.#slots[slot] ?? FREE;
      if (value === FREE) {
        return MISSING;
      }
      const node = value - 1;
      if (
        value !== REMOVED &&
        this.#hashes[node] === hash &&
        this.#parents[node] === parent &&
        this.#isNamed(node, text, start, end)
      ) {
        return node;
      }
    }
  }

  /** Adds a new child with the name of its row. */
  addRow(parent: TreeNode, kind: NodeKind, row: number): TreeNode {
    const path = this.#stack.getPath(row);
    const hash = this.#hash(parent, path, path.lastIndexOf('/') + 1, path.length);
    const node = this.#addChild(parent, kind, hash);
    this.#rows[node] = row + 1;
    return node;
  }

  /** Adds a new directory without a row. */
  addDirectory(parent: TreeNode, name: string): TreeNode {
    const hash = this.#hash(parent, name, 0, name.length);
    const node = this.#addChild(parent, NODE_KINDS.directory, hash);
    this.#names.set(node, name);
    return node;
  }

  /** Removes a node with everything below it. */
  remove(node: TreeNode): void {
    assert(node !== ROOT, 'the root stays');
    const mask = this.#slots.length - 1;
    let slot = (this.#hashes[node] ?? 0) & mask;
    while (this.#slots[slot] !== node + 1) {
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = REMOVED;
    this.#kinds[node] = NODE_KINDS.removed;
    this.#names.delete(node);
  }

  /** The children of a directory, the last added first. */
  *listChildren(node: TreeNode): Generator<TreeNode> {
    let last = MISSING;
    for (let at = this.#firstChildren[node] ?? 0; at !== 0; at = this.#siblings[at - 1] ?? 0) {
      const child = at - 1;
      if (this.#kinds[child] !== NODE_KINDS.removed) {
        last = child;
        yield child;
      } else if (last === MISSING) {
        this.#firstChildren[node] = this.#siblings[child] ?? 0;
      } else {
        this.#siblings[last] = this.#siblings[child] ?? 0;
      }
    }
  }

  #addChild(parent: TreeNode, kind: NodeKind, hash: number): TreeNode {
    if (this.#length === this.#parents.length) {
      this.#extendCapacity();
    }
    if ((this.#usedSlots + 1) * SLOTS_EACH > this.#slots.length) {
      this.#rebuildSlots();
    }
    const node = this.#length++;
    this.#parents[node] = parent;
    this.#kinds[node] = kind;
    this.#hashes[node] = hash;
    this.#siblings[node] = this.#firstChildren[parent] ?? 0;
    this.#firstChildren[parent] = node + 1;
    this.#put(node, hash);
    return node;
  }

  #put(node: TreeNode, hash: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== FREE) {
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = node + 1;
    this.#usedSlots++;
  }

  #rebuildSlots(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    this.#usedSlots = 0;
    for (let node = 1; node < this.#length; node++) {
      if (this.#kinds[node] !== NODE_KINDS.removed) {
        this.#put(node, this.#hashes[node] ?? 0);
      }
    }
  }

  #extendCapacity(): void {
    const nodes = this.#parents.length * 2;
    this.#parents = enlarge(this.#parents, nodes);
    this.#rows = enlarge(this.#rows, nodes);
    this.#kinds = enlarge(this.#kinds, nodes);
    this.#firstChildren = enlarge(this.#firstChildren, nodes);
    this.#siblings = enlarge(this.#siblings, nodes);
    this.#hashes = enlarge(this.#hashes, nodes);
    this.#layers = enlarge(this.#layers, nodes);
  }

  #getRowPath(node: TreeNode): string | undefined {
    const row = this.getRow(node);
    return row === undefined ? undefined : this.#stack.getPath(row);
  }

  #isNamed(node: TreeNode, text: string, start: number, end: number): boolean {
    const path = this.#getRowPath(node) ?? `/${this.#names.get(node) ?? ''}`;
    const from = path.length - (end - start);
    if (from < 1 || path.charCodeAt(from - 1) !== SLASH) {
      return false;
    }
    for (let index = start; index < end; index++) {
      if (path.charCodeAt(from + index - start) !== text.charCodeAt(index)) {
        return false;
      }
    }
    return true;
  }

  /** Multiplies by an odd number that is chosen randomly for each view, and mixes the result. */
  #hash(parent: TreeNode, text: string, start: number, end: number): number {
    const seed = this.#seed;
    let value = Math.imul(seed ^ parent, 0x9e3779b1);
    value ^= value >>> 15;
    for (let index = start; index < end; index++) {
      value = Math.imul(value ^ text.charCodeAt(index), seed);
      value ^= value >>> 15;
    }
    value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
    return (value ^ (value >>> 13)) >>> 0;
  }
}
