import { assert } from '../../foundation/core/assert.ts';
import { toBuffer } from '../../foundation/core/bytes.ts';
import { enlarge, type PathStore } from '../../foundation/core/file-table.ts';
import type { Spill, SpillFile } from '../../foundation/core/target.ts';

/** Bytes written or read at once. */
const PAGE_BYTES = 16 * 1024;
/**
 * Maximum number of pages in memory. A few suffice, because views read rows in order or one by one.
 */
const PAGES_MAX = 64;
const INITIAL_ROWS = 1_024;

/**
 * Keeps the paths of a table in a temporary file, concatenated in UTF-8, and eight bytes a path in
 * memory. If all paths fit into one page, it creates no file.
 */
export class SpilledPaths implements PathStore {
  readonly #spill: Spill;
  #file: SpillFile | undefined;
  /** Bytes that are not written yet. */
  readonly #tail = Buffer.allocUnsafeSlow(PAGE_BYTES);
  #writtenBytes = 0;
  #tailBytes = 0;
  /** The end of the path of each row. */
  #ends = new Float64Array(INITIAL_ROWS);
  #length = 0;
  /** Names without a UTF-8 form, which would not be restored unchanged. */
  readonly #odd = new Map<number, string>();
  readonly #pages = new Map<number, Buffer>();

  constructor(spill: Spill) {
    this.#spill = spill;
  }

  get length(): number {
    return this.#length;
  }

  push(path: string): void {
    const isOdd = !path.isWellFormed();
    if (isOdd) {
      this.#odd.set(this.#length, path);
    }
    this.#writeBytes(Buffer.from(isOdd ? '' : path));
    if (this.#length === this.#ends.length) {
      this.#ends = enlarge(this.#ends, this.#length * 2);
    }
    this.#ends[this.#length++] = this.#writtenBytes + this.#tailBytes;
  }

  getPath(row: number): string {
    assert(row >= 0 && row < this.#length, 'a row that was added');
    const start = row === 0 ? 0 : (this.#ends[row - 1] ?? 0);
    const end = this.#ends[row] ?? 0;
    const page = Math.floor(start / PAGE_BYTES);
    const first = page * PAGE_BYTES;
    if (end - first <= PAGE_BYTES) {
      const text = this.#page(page).toString('utf8', start - first, end - first);
      return this.#odd.get(row) ?? text;
    }
    const pieces: Buffer[] = [];
    for (let at = start; at < end; ) {
      const number = Math.floor(at / PAGE_BYTES);
      const from = at - number * PAGE_BYTES;
      pieces.push(this.#page(number).subarray(from, from + end - at));
      at = (number + 1) * PAGE_BYTES;
    }
    return Buffer.concat(pieces).toString('utf8');
  }

  #writeBytes(bytes: Buffer): void {
    for (let taken = 0; taken < bytes.length; ) {
      const count = bytes.copy(this.#tail, this.#tailBytes, taken);
      taken += count;
      this.#tailBytes += count;
      if (this.#tailBytes === PAGE_BYTES) {
        this.#file ??= this.#spill.create();
        this.#file.append(this.#tail);
        this.#writtenBytes += PAGE_BYTES;
        this.#tailBytes = 0;
      }
    }
  }

  #page(number: number): Buffer {
    if (number * PAGE_BYTES === this.#writtenBytes) {
      return this.#tail;
    }
    const known = this.#pages.get(number);
    if (known !== undefined) {
      return known;
    }
    assert(this.#file !== undefined, 'a page that was written');
    const bytes = this.#file.read(number * PAGE_BYTES, PAGE_BYTES);
    const page = toBuffer(bytes);
    const [oldest] = this.#pages.keys();
    if (oldest !== undefined && this.#pages.size >= PAGES_MAX) {
      this.#pages.delete(oldest);
    }
    this.#pages.set(number, page);
    return page;
  }
}
