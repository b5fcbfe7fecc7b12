import { posix } from 'node:path';
import { type FileTree, MISSING, NODE_KINDS, type TreeNode } from './file-tree.ts';
import {
  consumeSteps,
  countNames,
  type LinkBudget,
  TOO_MANY_LINKS,
  type TreeWalk,
} from './tree-walk.ts';

/** Number of links that containerd follows for the directory of one entry, `fs.RootPath`. */
const LINKS_MAX = 255;
/** Linux rejects longer paths, `PATH_MAX`. */
const PATH_CHARS_MAX = 4_096;
/** Number of links that Linux follows for one path. */
const LINUX_LINKS_MAX = 40;

/**
 * Resolves the directory of an entry as containerd does when it unpacks a layer,
 * `github.com/containerd/continuity/fs.RootPath`. Unlike Linux, it removes `..` from targets
 * without resolving the part before it, and resolves the directory of a path before the rest.
 */
export class RootPath {
  readonly #tree: FileTree;
  readonly #walk: TreeWalk;
  readonly #readTarget: (node: TreeNode) => string;
  readonly #budget: LinkBudget;
  #links: TreeNode[] = [];

  constructor(
    tree: FileTree,
    walk: TreeWalk,
    readTarget: (node: TreeNode) => string,
    budget: LinkBudget,
  ) {
    this.#tree = tree;
    this.#walk = walk;
    this.#readTarget = readTarget;
    this.#budget = budget;
  }

  /** The links on the last resolved path. */
  get links(): readonly TreeNode[] {
    return this.#links;
  }

  /**
   * Returns an absolute path without links; `undefined` if there are too many, or a file is in the
   * way.
   */
  resolve(path: string): string | undefined {
    this.#links = [];
    let at = path;
    for (;;) {
      const before = this.#links.length;
      const next = this.#resolveOnce(at);
      if (next === undefined) {
        return undefined;
      }
      const absolute = join('/', next);
      if (before === this.#links.length && next === absolute) {
        return absolute;
      }
      at = before === this.#links.length ? absolute : next;
    }
  }

  /** `walkLinks`: one step for each link on the way. */
  #resolveOnce(path: string): string | undefined {
    const nameAt = path.lastIndexOf('/') + 1;
    const directory = path.slice(0, nameAt);
    const name = path.slice(nameAt);
    if (directory === '') {
      return this.#follow(name)?.path;
    }
    if (name === '') {
      return directory === '/' ? '/' : this.#resolveOnce(directory.slice(0, -1));
    }
    const parent = this.#resolveOnce(directory);
    const found = parent === undefined ? undefined : this.#follow(join(parent, name));
    if (
      parent === undefined ||
      found === undefined ||
      !found.isLink ||
      found.path.startsWith('/')
    ) {
      return found?.path;
    }
    return join(parent, found.path);
  }

  /** `walkLink`: the target of a link, or the path of any other file. */
  #follow(path: string): { readonly path: string; readonly isLink: boolean } | undefined {
    const absolute = join('/', path);
    if (this.#links.length > LINKS_MAX) {
      return undefined;
    }
    const node = this.lookUp(absolute);
    if (node < MISSING) {
      return undefined;
    }
    if (node === MISSING || this.#tree.getKind(node) !== NODE_KINDS.symlink) {
      return { path: absolute, isLink: false };
    }
    this.#links.push(node);
    return { path: this.#readTarget(node), isLink: true };
  }

  /**
   * Finds the same node as `lstat`: links before the base name are followed, and may lead out of
   * the root.
   */
  lookUp(path: string): TreeNode {
    if (path.length > PATH_CHARS_MAX || !consumeSteps(this.#budget, countNames(path))) {
      return TOO_MANY_LINKS;
    }
    const options = { linksMax: LINUX_LINKS_MAX, isConfined: false, isLastFollowed: false };
    return this.#walk.walk(path, options).node;
  }
}

/** `filepath.Join`, which removes a slash at the end. */
function join(parent: string, name: string): string {
  // Joining plain names costs much less, and nearly all names are plain.
  const isPlain = parent.startsWith('/') && !ODD_PART.test(parent) && !ODD_PART.test(`/${name}`);
  if (isPlain) {
    return parent === '/' ? `/${name}` : `${parent}/${name}`;
  }
  const joined = posix.join(parent, name);
  return joined.length > 1 && joined.endsWith('/') ? joined.slice(0, -1) : joined;
}

/** Parts that `join` has to remove: empty names, `.`, `..` and a slash at the end. */
const ODD_PART = /\/[./]|.\/$/;
