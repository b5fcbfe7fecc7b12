import { type FileTree, MISSING, NODE_KINDS, ROOT, type TreeNode } from './file-tree.ts';

/** The path leads through a file that is not a directory. */
const NOT_DIRECTORY = -2;
/** The path leads through more links than are followed. */
export const TOO_MANY_LINKS = -3;

/** Number of names of link targets that may still be walked, for all walks of a view together. */
export interface LinkBudget {
  stepsLeft: number;
  readonly onLimit: () => void;
}

export interface WalkOptions {
  readonly linksMax: number;
  /**
   * Whether absolute targets and `..` stay below the root, as for a process in the container.
   * Otherwise, paths that leave the root are missing.
   */
  readonly isConfined: boolean;
  readonly isLastFollowed: boolean;
}

/** The end of a walk. */
export interface WalkEnd {
  /** A node, or {@link MISSING}, {@link NOT_DIRECTORY} or {@link TOO_MANY_LINKS}. */
  readonly node: TreeNode;
  readonly linksFollowed: number;
}

interface Remainder {
  readonly text: string;
  at: number;
}

/** Walks a path in the same way as Linux. path_resolution(7). */
export class TreeWalk {
  readonly #tree: FileTree;
  /** Target of a symbolic link, which may be that of a hard link to it. */
  readonly #readTarget: (node: TreeNode) => string;
  readonly #budget: LinkBudget;

  constructor(tree: FileTree, readTarget: (node: TreeNode) => string, budget: LinkBudget) {
    this.#tree = tree;
    this.#readTarget = readTarget;
    this.#budget = budget;
  }

  /** @param from the directory that the path is relative to, and the links that led there */
  walk(path: string, options: WalkOptions, from: WalkEnd = START): WalkEnd {
    const tree = this.#tree;
    const remainders: Remainder[] = [{ text: path, at: 0 }];
    let { node, linksFollowed } = from;
    for (;;) {
      const name = nextName(remainders);
      if (name === undefined) {
        return { node, linksFollowed };
      }
      if (!tree.isDirectory(node)) {
        return { node: NOT_DIRECTORY, linksFollowed };
      }
      const { text, start, end } = name;
      if (end === start || isDot(name)) {
        continue;
      }
      if (isDotDot(name)) {
        if (node === ROOT && !options.isConfined) {
          return { node: MISSING, linksFollowed };
        }
        node = tree.getParent(node);
        continue;
      }
      const child = tree.findChild(node, text, start, end);
      if (child === MISSING) {
        return { node: MISSING, linksFollowed };
      }
      const isFollowed = options.isLastFollowed || hasMore(remainders);
      if (tree.getKind(child) !== NODE_KINDS.symlink || !isFollowed) {
        node = child;
        continue;
      }
      const target = this.#readTarget(child);
      if (++linksFollowed > options.linksMax || !this.#consumeNames(target)) {
        return { node: TOO_MANY_LINKS, linksFollowed };
      }
      if (target.startsWith('/')) {
        if (!options.isConfined) {
          return { node: MISSING, linksFollowed };
        }
        node = ROOT;
      }
      remainders.push({ text: target, at: 0 });
    }
  }

  /** Counts the names of a target; `false` once too many were walked. */
  #consumeNames(target: string): boolean {
    return consumeSteps(this.#budget, countNames(target));
  }
}

/** Returns the number of names in a path, including empty ones. */
export function countNames(path: string): number {
  let count = 1;
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    count++;
  }
  return count;
}

/** Deducts some steps from the budget; `false` if it has been used up. */
export function consumeSteps(budget: LinkBudget, steps: number): boolean {
  if (budget.stepsLeft <= 0) {
    return false;
  }
  budget.stepsLeft -= steps;
  if (budget.stepsLeft <= 0) {
    budget.onLimit();
    return false;
  }
  return true;
}

const START: WalkEnd = { node: ROOT, linksFollowed: 0 };

interface Name {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Returns the next name, which is empty between two slashes and after the last one. */
function nextName(remainders: Remainder[]): Name | undefined {
  for (let top = remainders.at(-1); top !== undefined; top = remainders.at(-1)) {
    const { text, at } = top;
    if (at <= text.length && text !== '') {
      const slash = text.indexOf('/', at);
      const end = slash < 0 ? text.length : slash;
      top.at = end + 1;
      return { text, start: at, end };
    }
    remainders.pop();
  }
  return undefined;
}

/**
 * Returns whether names remain. A slash at the end of a path counts as one, because it requires a
 * directory.
 */
function hasMore(remainders: readonly Remainder[]): boolean {
  return remainders.some(({ text, at }) => at <= text.length);
}

function isDot({ text, start, end }: Name): boolean {
  return end === start + 1 && text[start] === '.';
}

function isDotDot({ text, start, end }: Name): boolean {
  return end === start + 2 && text.startsWith('..', start);
}
