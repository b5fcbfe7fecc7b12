import fs from 'node:fs';
import { assert, present } from '../../core/assert.ts';
import { writeAll } from '../write-all.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { addSharedKey, compressPage, hashPage, LEVEL_MAX, type PageSpan } from './page.ts';
import { isPageEnd } from './page-boundary.ts';
import type { ListedRef } from './page-file.ts';
import { addSpan, encodeFooter, FILE_HEADER, formatRoot, packBranch } from './page-file-form.ts';

/** A complete page file. */
export interface PageFileSummary {
  /** `sha256:…` of the root page. */
  readonly root: string;
  readonly sizeBytes: number;
}

const WRITE_BYTES = 256 * 1024;
const PAGE_CAPACITY = 64 * 1024;
const SPANS_CAPACITY = 4096;

/** The page of one level that is being filled. */
interface OpenPage {
  readonly bytes: ByteBuffer;
  /** Places of the listed pages; empty in level 0. */
  readonly spans: ByteBuffer;
  firstKey: string;
  lastKey: string;
  items: number;
  /** Number of pages of this level that are complete, and the last of them. */
  finished: number;
  last: ListedPage | undefined;
}

/** A page that is written, as the level above lists it. */
interface ListedPage {
  readonly firstKey: string;
  readonly hash: Buffer;
  readonly span: PageSpan;
}

/**
 * Writes a page file in one pass over sorted entries. The same entries produce the same pages, and
 * with the same compressor the same file.
 */
export class PageFileWriter implements Disposable {
  readonly path: string;
  readonly #levels: OpenPage[] = [];
  readonly #output = new ByteBuffer(2 * WRITE_BYTES);
  #file: number | undefined;
  #position = 0;
  #lastKey = '';

  /** Creates the file, which must not exist. */
  constructor(path: string) {
    this.path = path;
    this.#file = fs.openSync(path, 'wx');
    this.#append(FILE_HEADER);
  }

  /** Whether the next entry begins a page. */
  get isAtPageStart(): boolean {
    return this.#getLevel(0).items === 0;
  }

  /** Adds an entry. Keys must ascend and not be empty. */
  addEntry(key: string, value: Uint8Array): void {
    assert(key > this.#lastKey, 'keys of a page file ascend');
    this.#lastKey = key;
    const page = this.#getLevel(0);
    const before = page.bytes.length;
    this.#addKey(page, key);
    page.bytes.addNumber(value.length);
    page.bytes.addBytes(value);
    const pageBytes = page.bytes.length;
    if (isPageEnd(0, key, { pageBytes, itemBytes: pageBytes - before })) {
      this.#endPage(0);
    }
  }

  /** Adds a complete page of another file, which the same entries would produce. */
  addStoredPage({ firstKey, hash, span }: ListedRef, stored: Uint8Array): void {
    assert(this.isAtPageStart && firstKey > this.#lastKey, 'a page follows a complete page');
    this.#lastKey = firstKey;
    const position = this.#position;
    this.#append(stored);
    this.#listPage(0, { firstKey, hash, span: { ...span, position } });
  }

  /** Completes and closes the file, which is not flushed to disk yet. */
  finishFile(): PageFileSummary {
    let level = 0;
    let page = this.#getLevel(level);
    while (page.items > 0 || page.finished !== 1) {
      if (page.items > 0 || page.finished === 0) {
        this.#endPage(level);
      }
      if (page.finished > 1) {
        page = this.#getLevel(++level);
      }
    }
    const root = present(page.last, 'a level with one page');
    this.#append(encodeFooter({ span: root.span, level }));
    this.#writeOutput();
    this[Symbol.dispose]();
    return { root: formatRoot(root.hash), sizeBytes: this.#position };
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) {
      fs.closeSync(this.#file);
      this.#file = undefined;
    }
  }

  #getLevel(level: number): OpenPage {
    assert(level <= LEVEL_MAX, 'a tree of pages is low');
    let page = this.#levels[level];
    if (page === undefined) {
      page = {
        bytes: new ByteBuffer(PAGE_CAPACITY),
        spans: new ByteBuffer(level === 0 ? 0 : SPANS_CAPACITY),
        firstKey: '',
        lastKey: '',
        items: 0,
        finished: 0,
        last: undefined,
      };
      page.bytes.addByte(level);
      this.#levels.push(page);
    }
    return page;
  }

  #addKey(page: OpenPage, key: string): void {
    if (page.items === 0) {
      page.firstKey = key;
    }
    addSharedKey(page.bytes, page.lastKey, key);
    page.lastKey = key;
    page.items++;
  }

  /** Compresses and writes the open page of a level, and lists it in the level above. */
  #endPage(level: number): void {
    const page = this.#getLevel(level);
    const bytes = page.bytes.getBytes();
    const stored = level === 0 ? compressPage(bytes) : packBranch(bytes, page.spans.getBytes());
    const span = {
      position: this.#position,
      storedBytes: stored.length,
      pageBytes: bytes.length,
    };
    const listed = { firstKey: page.firstKey, hash: hashPage(bytes), span };
    this.#append(stored);
    page.bytes.clear();
    page.bytes.addByte(level);
    page.spans.clear();
    page.lastKey = '';
    page.items = 0;
    this.#listPage(level, listed);
  }

  /** Adds a written page to the page of the level above. */
  #listPage(level: number, listed: ListedPage): void {
    const page = this.#getLevel(level);
    page.finished++;
    page.last = listed;
    const above = this.#getLevel(level + 1);
    const before = above.bytes.length;
    this.#addKey(above, listed.firstKey);
    above.bytes.addBytes(listed.hash);
    addSpan(above.spans, listed.span);
    const pageBytes = above.bytes.length;
    if (isPageEnd(level + 1, listed.firstKey, { pageBytes, itemBytes: pageBytes - before })) {
      this.#endPage(level + 1);
    }
  }

  #append(bytes: Uint8Array): void {
    this.#output.addBytes(bytes);
    this.#position += bytes.length;
    if (this.#output.length >= WRITE_BYTES) {
      this.#writeOutput();
    }
  }

  #writeOutput(): void {
    const file = present(this.#file, 'a file that is being written is open');
    writeAll(file, this.#output.getBytes());
    this.#output.clear();
  }
}
