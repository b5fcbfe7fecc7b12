import { type Page, type PageEntry, type PageFile, type PageRef, toChild } from './page-file.ts';

/** A key whose value differs between two page files. */
export interface PageChange {
  readonly key: string;
  /** Absent if the key was added. */
  readonly before?: Buffer;
  /** Absent if the key was removed. */
  readonly after?: Buffer;
}

/**
 * Yields the differences of two page files in the order of the keys. Pages with equal hashes are
 * neither read nor expanded, so the cost depends on the changes and not on the entries.
 *
 * @throws UserError `E_DB_INVALID`
 */
export function* diffPageFiles(older: PageFile, newer: PageFile): Generator<PageChange> {
  const [left, right] = [new TreeWalk(older), new TreeWalk(newer)];
  while (left.next !== undefined || right.next !== undefined) {
    const order = compareSteps(left.next, right.next);
    if (order === 0 && isSamePage(left.next, right.next)) {
      left.skip();
      right.skip();
    } else if (!expandSteps(left, right, order)) {
      yield* compareEntries(left, right, order);
    }
  }
}

/** A page that was not read yet, or an entry. */
type Step =
  | { readonly key: string; readonly ref: PageRef }
  | { readonly key: string; readonly ref?: undefined; readonly value: Buffer };

/** Walks a tree from its first key to its last, and goes into a page only if it is told to. */
class TreeWalk {
  readonly #file: PageFile;
  /** The next step is the last one. */
  readonly #steps: Step[];

  constructor(file: PageFile) {
    this.#file = file;
    this.#steps = [{ key: '', ref: file.rootRef }];
  }

  get next(): Step | undefined {
    return this.#steps.at(-1);
  }

  skip(): void {
    this.#steps.pop();
  }

  /** Replaces the next page by its items. */
  expand(): void {
    const step = this.#steps.pop();
    if (step?.ref !== undefined) {
      this.#steps.push(...listSteps(this.#file.readPage(step.ref)).reverse());
    }
  }
}

function listSteps(page: Page): Step[] {
  if ('leaf' in page) {
    const { keys, values } = page.leaf;
    return values.map((value, at) => ({ key: keys[at] ?? '', value }));
  }
  return page.branch.keys.map((key, at) => ({ key, ref: toChild(page.branch, at) }));
}

/** A finished side sorts last. */
function compareSteps(left: Step | undefined, right: Step | undefined): number {
  if (left === undefined || right === undefined) {
    return left === undefined ? 1 : -1;
  }
  if (left.key === right.key) {
    return 0;
  }
  return left.key < right.key ? -1 : 1;
}

function isSamePage(left: Step | undefined, right: Step | undefined): boolean {
  return (
    left?.ref !== undefined &&
    right?.ref !== undefined &&
    left.ref.level === right.ref.level &&
    left.ref.hash.equals(right.ref.hash)
  );
}

/**
 * Expands the page that begins first, or of two that begin with the same key the higher one.
 * Returns whether there was a page to expand.
 */
function expandSteps(left: TreeWalk, right: TreeWalk, order: number): boolean {
  const leftLevel = order <= 0 ? (left.next?.ref?.level ?? -1) : -1;
  const rightLevel = order >= 0 ? (right.next?.ref?.level ?? -1) : -1;
  if (leftLevel < 0 && rightLevel < 0) {
    return false;
  }
  if (leftLevel >= rightLevel) {
    left.expand();
  }
  if (rightLevel >= leftLevel) {
    right.expand();
  }
  return true;
}

function* compareEntries(left: TreeWalk, right: TreeWalk, order: number): Generator<PageChange> {
  const before = order <= 0 ? takeEntry(left) : undefined;
  const after = order >= 0 ? takeEntry(right) : undefined;
  if (before === undefined || after === undefined) {
    yield {
      key: (before ?? after)?.key ?? '',
      ...(before === undefined ? {} : { before: before.value }),
      ...(after === undefined ? {} : { after: after.value }),
    };
  } else if (!before.value.equals(after.value)) {
    yield { key: after.key, before: before.value, after: after.value };
  }
}

function takeEntry(walk: TreeWalk): PageEntry | undefined {
  const step = walk.next;
  if (step === undefined || step.ref !== undefined) {
    return undefined;
  }
  walk.skip();
  return step;
}
