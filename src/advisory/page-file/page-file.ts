import fs from 'node:fs';
import { assert } from '../../core/assert.ts';
import { UserError } from '../../core/error.ts';
import {
  type Branch,
  decodeBranch,
  decodeLeaf,
  expandPage,
  findPosition,
  hashPage,
  type Leaf,
  type PageSpan,
  readLevel,
} from './page.ts';
import {
  decodeFooter,
  FILE_HEADER,
  FOOTER_BYTES,
  type Footer,
  isRoot,
  PAGE_BYTES_MAX,
  parseRoot,
  unpackBranch,
} from './page-file-form.ts';

const HINT = 'run "plimsoll db update", or import the database again: plimsoll db import FILE';
/** Number of decoded leaves to keep: neighbors are mostly read one after the other. */
const LEAVES_KEPT = 16;

/** An entry of a page file. The value is a part of its page. */
export interface PageEntry {
  /** A byte key: see `byte-key.ts`. */
  readonly key: string;
  readonly value: Buffer;
}

/** A page that another page lists, or the root. */
export interface PageRef {
  readonly hash: Buffer;
  readonly span: PageSpan;
  readonly level: number;
}

/** A page with its first key as the page above states it. */
export interface ListedRef extends PageRef {
  readonly firstKey: string;
}

/** A decoded page of a higher level with the places of its pages. */
export interface PlacedBranch extends Branch {
  readonly spans: readonly PageSpan[];
}

export type Page =
  | { readonly level: 0; readonly bytes: Buffer; readonly leaf: Leaf }
  | { readonly level: number; readonly bytes: Buffer; readonly branch: PlacedBranch };

/**
 * Reads a file that `PageFileWriter` wrote. Each page is verified by the hash in the page above when
 * it is read for the first time, and the root by the given hash. So every result is one of the
 * entries behind that hash. All methods throw `UserError` `E_DB_INVALID` for damage.
 */
export class PageFile implements Disposable {
  /** Name of the file for messages. */
  readonly name: string;
  /** `sha256:…` of the root page. */
  readonly root: string;
  readonly rootRef: PageRef;
  readonly sizeBytes: number;
  readonly #branches = new Map<number, Page>();
  readonly #leaves = new Map<number, Page>();
  #file: number | undefined;

  /** Opens a file. `root`: the expected `sha256:…` of the root page. */
  constructor(name: string, path: string, root: string) {
    this.name = name;
    this.root = root;
    if (!isRoot(root)) {
      throw this.#createError(`has the malformed root "${root}"`);
    }
    try {
      this.#file = fs.openSync(path, 'r');
      this.sizeBytes = fs.fstatSync(this.#file).size;
      this.rootRef = { hash: parseRoot(root), ...this.#readFooter(this.#file) };
    } catch (cause) {
      this[Symbol.dispose]();
      throw this.#createError('is missing or damaged', cause);
    }
  }

  /** Returns the value of a key; `undefined` if there is none. */
  readEntryValue(key: string): Buffer | undefined {
    let page = this.readPage(this.rootRef);
    while ('branch' in page) {
      const at = findPosition(page.branch.keys, key);
      if (at < 0) {
        return undefined;
      }
      page = this.readPage(toChild(page.branch, at));
    }
    const at = findPosition(page.leaf.keys, key);
    return page.leaf.keys[at] === key ? page.leaf.values[at] : undefined;
  }

  /** Yields the entries whose keys begin with a prefix, in order. */
  *readEntries(prefix = ''): Generator<PageEntry> {
    for (const ref of this.listLeaves(prefix)) {
      const { keys, values } = this.readLeaf(ref);
      for (let at = findFirst(keys, prefix); at < keys.length; at++) {
        const key = keys[at] ?? '';
        const value = values[at];
        if (value === undefined || !key.startsWith(prefix)) {
          break;
        }
        yield { key, value };
      }
    }
  }

  /** Yields the places of the leaves that may have keys with a prefix, in order. */
  *listLeaves(prefix = ''): Generator<ListedRef> {
    for (const ref of this.listPages(prefix)) {
      if (ref.level === 0) {
        yield ref;
      }
    }
  }

  /**
   * Yields the places of the leaves that may have keys with a prefix, in order, each after the
   * pages that lead to it. Leaves are not read.
   */
  *listPages(prefix: string): Generator<ListedRef> {
    yield* this.#listPages({ ...this.rootRef, firstKey: '' }, prefix);
  }

  /** Reads a leaf. */
  readLeaf(ref: PageRef): Leaf {
    const page = this.readPage(ref);
    assert('leaf' in page, 'the page has the level 0');
    return page.leaf;
  }

  /** Returns whether any key begins with a prefix. */
  hasPrefix(prefix: string): boolean {
    return this.readEntries(prefix).next().done !== true;
  }

  /** Reads a page and verifies it, unless it is known. */
  readPage(ref: PageRef): Page {
    const { position } = ref.span;
    const known = this.#branches.get(position) ?? this.#leaves.get(position);
    if (known !== undefined && known.level === ref.level) {
      return known;
    }
    try {
      return this.#loadPage(ref);
    } catch (cause) {
      throw this.#createError('is damaged', cause);
    }
  }

  /** Returns a page as it is stored, without verifying it. */
  readStoredPage({ span }: PageRef): Buffer {
    try {
      return this.#readSpan(span);
    } catch (cause) {
      throw this.#createError('is damaged', cause);
    }
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) {
      fs.closeSync(this.#file);
      this.#file = undefined;
    }
    this.#branches.clear();
    this.#leaves.clear();
  }

  *#listPages(ref: ListedRef, prefix: string): Generator<ListedRef> {
    yield ref;
    if (ref.level === 0) {
      return;
    }
    const page = this.readPage(ref);
    assert('branch' in page, 'the page has a higher level');
    for (const at of selectChildren(page.branch.keys, prefix)) {
      const firstKey = page.branch.keys[at] ?? '';
      yield* this.#listPages({ ...toChild(page.branch, at), firstKey }, prefix);
    }
  }

  /** Reads a page from the file, verifies it and keeps it. */
  #loadPage({ hash, span, level }: PageRef): Page {
    const stored = this.#readSpan(span);
    const { bytes, readSpans } =
      level === 0
        ? { bytes: expandPage(stored, span.pageBytes), readSpans: undefined }
        : unpackBranch(stored, span.pageBytes);
    if (!hashPage(bytes).equals(hash) || readLevel(bytes) !== level) {
      throw new RangeError('a page is not the one that the page above lists');
    }
    if (readSpans === undefined) {
      const page: Page = { level: 0, bytes, leaf: decodeLeaf(bytes) };
      const oldest = this.#leaves.keys().next();
      if (this.#leaves.size >= LEAVES_KEPT && oldest.done !== true) {
        this.#leaves.delete(oldest.value);
      }
      this.#leaves.set(span.position, page);
      return page;
    }
    const branch = decodeBranch(bytes);
    const page: Page = {
      level,
      bytes,
      branch: { ...branch, spans: readSpans(branch.keys.length) },
    };
    this.#branches.set(span.position, page);
    return page;
  }

  #readSpan({ position, storedBytes, pageBytes }: PageSpan): Buffer {
    assert(this.#file !== undefined, 'a page file is not read after it was closed');
    if (storedBytes > PAGE_BYTES_MAX || pageBytes > PAGE_BYTES_MAX) {
      throw new RangeError(`a page of ${pageBytes} bytes`);
    }
    return readExactly(this.#file, position, storedBytes);
  }

  #readFooter(file: number): Footer {
    const header = readExactly(file, 0, FILE_HEADER.length);
    const footer = readExactly(file, Math.max(this.sizeBytes - FOOTER_BYTES, 0), FOOTER_BYTES);
    if (!header.equals(FILE_HEADER)) {
      throw new RangeError('the file does not begin as a page file');
    }
    return decodeFooter(footer);
  }

  #createError(what: string, cause?: unknown): UserError {
    return new UserError(
      'E_DB_INVALID',
      `the shard ${this.name} of the advisory database ${what}`,
      {
        hint: HINT,
        cause,
      },
    );
  }
}

/** Returns a page that a branch lists. */
export function toChild(branch: PlacedBranch, at: number): PageRef {
  const hash = branch.hashes[at];
  const span = branch.spans[at];
  assert(hash !== undefined && span !== undefined, 'a branch has a hash and a place for each key');
  return { hash, span, level: branch.level - 1 };
}

/** Yields the numbers of the pages that may have keys with a prefix, by their first keys. */
export function* selectChildren(keys: readonly string[], prefix: string): Generator<number> {
  const first = Math.max(findPosition(keys, prefix), 0);
  for (let at = first; at < keys.length; at++) {
    if (at > first && keys[at]?.startsWith(prefix) !== true) {
      return;
    }
    yield at;
  }
}

/** Returns the number of the first key that is not before a prefix. */
function findFirst(keys: readonly string[], prefix: string): number {
  const at = findPosition(keys, prefix);
  return keys[at] === prefix ? at : at + 1;
}

function readExactly(file: number, position: number, count: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(count);
  for (let at = 0; at < count; ) {
    const read = fs.readSync(file, bytes, at, count - at, position + at);
    if (read === 0) {
      throw new RangeError('the file ends early');
    }
    at += read;
  }
  return bytes;
}
