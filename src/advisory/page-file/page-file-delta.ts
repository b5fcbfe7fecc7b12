import type { ByteBuffer, ByteCursor } from './byte-buffer.ts';
import { diffPageFiles, type PageChange } from './diff-page-files.ts';
import {
  compressItems,
  createDeliveryError,
  expandItems,
  type ItemForm,
  type ReadItem,
} from './entry-stream.ts';
import { type DeliveryTarget, finishDelivery } from './pack-page-file.ts';
import { HASH_BYTES, type Leaf } from './page.ts';
import type { ListedRef, PageFile } from './page-file.ts';
import { parseRoot } from './page-file-form.ts';
import { type PageFileSummary, PageFileWriter } from './page-file-writer.ts';

const MAGIC: Buffer = Buffer.from('plimsoll delta 1\n');

/** A changed entry: removed, or with the parts that its value shares with the value before. */
type Patch =
  | { readonly isRemoved: true }
  | {
      readonly isRemoved: false;
      readonly head: number;
      readonly tail: number;
      readonly middle: Buffer;
    };

/** Of the changes of a day. */
const EXPECTED_BYTES = 2 * 1024 * 1024;

const REMOVED = 0;
const REPLACED = 1;
const NO_BYTES: Buffer = Buffer.alloc(0);

/** Returns the changes from one page file to another as one compressed stream. */
export function createDelta(older: PageFile, newer: PageFile): AsyncIterable<Uint8Array> {
  const header = Buffer.concat([MAGIC, parseRoot(older.root), parseRoot(newer.root)]);
  return compressItems({
    header,
    items: diffPageFiles(older, newer),
    addContent: addPatch,
    expectedBytes: EXPECTED_BYTES,
  });
}

function addPatch(target: ByteBuffer, { before = NO_BYTES, after }: PageChange): void {
  if (after === undefined) {
    target.addByte(REMOVED);
    return;
  }
  const end = Math.min(before.length, after.length);
  let head = 0;
  while (head < end && before[head] === after[head]) {
    head++;
  }
  let tail = 0;
  while (tail < end - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) {
    tail++;
  }
  target.addByte(REPLACED);
  target.addNumber(head);
  target.addNumber(tail);
  target.addNumber(after.length - head - tail);
  target.addBytes(after.subarray(head, after.length - tail));
}

function readPatch(cursor: ByteCursor): Patch {
  if (cursor.readByte() === REMOVED) {
    return { isRemoved: true };
  }
  const head = cursor.readNumber();
  const tail = cursor.readNumber();
  return { isRemoved: false, head, tail, middle: cursor.readBytes(cursor.readNumber()) };
}

function createForm(older: PageFile, expectedRoot: string): ItemForm<Patch> {
  const expected = [MAGIC, parseRoot(older.root), parseRoot(expectedRoot)];
  return {
    headerBytes: MAGIC.length + 2 * HASH_BYTES,
    checkHeader(header) {
      if (!header.equals(Buffer.concat(expected))) {
        throw createDeliveryError('is not a delta between the expected roots');
      }
    },
    readContent: readPatch,
  };
}

/**
 * Writes the page file that a delta describes. Pages that did not change are copied as they are
 * stored. If anything fails, the file is incomplete and must be removed by the caller.
 *
 * @throws UserError `E_DB_IMPORT` if the delta is damaged, belongs to another file or leads to
 *   another root, `E_LIMIT` if it expands too far, `E_DB_INVALID` if the old file is damaged
 */
export async function applyDelta(
  older: PageFile,
  delta: AsyncIterable<Uint8Array>,
  { target, expectedRoot, limits }: DeliveryTarget,
): Promise<PageFileSummary> {
  using writer = new PageFileWriter(target);
  const merging = new Merging(older, writer);
  const onItem = (item: ReadItem<Patch>): void => merging.applyPatch(item);
  await expandItems(delta, createForm(older, expectedRoot), { limits, onItem });
  merging.mergeRest();
  return finishDelivery(writer, expectedRoot);
}

/** A leaf of the old file that was not merged completely. */
interface OpenLeaf {
  readonly ref: ListedRef;
  /** Decoded when its first entry is needed. */
  leaf: Leaf | undefined;
  /** Number of its merged entries. */
  merged: number;
}

/** Merges the entries of a page file with changes in the order of their keys. */
class Merging {
  readonly #older: PageFile;
  readonly #writer: PageFileWriter;
  readonly #leaves: Iterator<ListedRef>;
  #open: OpenLeaf | undefined;
  #next: ListedRef | undefined;

  constructor(older: PageFile, writer: PageFileWriter) {
    this.#older = older;
    this.#writer = writer;
    this.#leaves = older.listLeaves();
    this.#advance();
    this.#advance();
  }

  applyPatch({ key, content }: ReadItem<Patch>): void {
    while (this.#next !== undefined && key >= this.#next.firstKey) {
      this.#finishLeaf();
    }
    const before = this.#mergeUntil(key);
    if (content.isRemoved) {
      if (before === undefined) {
        throw createDeliveryError('removes an entry that the old shard does not have');
      }
      return;
    }
    const { head, tail, middle } = content;
    const value = before ?? NO_BYTES;
    if (head + tail > value.length) {
      throw createDeliveryError('shares more of an entry than the old shard has');
    }
    const shared = [value.subarray(0, head), middle, value.subarray(value.length - tail)];
    this.#writer.addEntry(key, Buffer.concat(shared));
  }

  /** Adds everything after the last change. */
  mergeRest(): void {
    while (this.#open !== undefined) {
      this.#finishLeaf();
    }
  }

  #advance(): void {
    this.#open = this.#next && { ref: this.#next, leaf: undefined, merged: 0 };
    const next = this.#leaves.next();
    this.#next = next.done === true ? undefined : next.value;
  }

  /** Adds the rest of the open leaf, without decompressing it if that is possible. */
  #finishLeaf(): void {
    const open = this.#open;
    if (open !== undefined) {
      // The last page may have ended only because there were no more entries.
      const isComplete = this.#next !== undefined && open.leaf === undefined;
      if (isComplete && this.#writer.isAtPageStart) {
        this.#writer.addStoredPage(open.ref, this.#older.readStoredPage(open.ref));
      } else {
        this.#mergeUntil(undefined);
      }
    }
    this.#advance();
  }

  /**
   * Adds the entries of the open leaf before a key. Returns the value of the key itself, which it
   * skips.
   */
  #mergeUntil(wanted: string | undefined): Buffer | undefined {
    const open = this.#open;
    if (open === undefined) {
      return undefined;
    }
    open.leaf ??= this.#older.readLeaf(open.ref);
    const { keys, values } = open.leaf;
    for (; open.merged < keys.length; open.merged++) {
      const [key = '', value = NO_BYTES] = [keys[open.merged], values[open.merged]];
      if (wanted !== undefined && key >= wanted) {
        if (key === wanted) {
          open.merged++;
          return value;
        }
        return undefined;
      }
      this.#writer.addEntry(key, value);
    }
    return undefined;
  }
}
