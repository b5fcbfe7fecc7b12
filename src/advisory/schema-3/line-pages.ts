import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import zlib from 'node:zlib';
import { present } from '../../core/assert.ts';

/** A decompressed page. Few of its lines are read, so each one is decoded separately. */
interface LinePage {
  readonly first: number;
  readonly bytes: Buffer;
  /** Offsets of the lines, then the offset at which another line would begin. */
  readonly starts: readonly number[];
}

/** Number of decompressed pages to keep: most lines are read in their stored order. */
const PAGES_KEPT = 8;

/**
 * Reads the lines of a table of pages. Each row has the number of a page's first line and the
 * compressed page. Throws if they are damaged.
 */
export class LinePageReader {
  readonly #database: DatabaseSync;
  readonly #table: string;
  readonly #pages = new Map<number, LinePage>();
  #select: StatementSync | undefined;
  #last: LinePage | undefined;

  constructor(database: DatabaseSync, table: string) {
    this.#database = database;
    this.#table = table;
  }

  /** Yields all lines in the order of their numbers, which begin at 1 and have no gap. */
  *readLines(): Generator<string> {
    let next = 1;
    const pages = this.#database.prepare(`SELECT first, value FROM ${this.#table} ORDER BY first`);
    for (const row of pages.iterate()) {
      const { first, bytes, starts } = toLinePage(row);
      if (first !== next) {
        throw new RangeError(`a page with line ${first} where line ${next} was expected`);
      }
      for (const [at, start] of starts.slice(0, -1).entries()) {
        yield bytes.toString('utf8', start, (starts[at + 1] ?? 0) - 1);
      }
      next += starts.length - 1;
    }
  }

  readLine(number: number): string {
    const { first, bytes, starts } = this.#getPage(number);
    const at = number - first;
    const end = present(starts[at + 1], 'the page holds the line');
    return bytes.toString('utf8', starts[at], end - 1);
  }

  #getPage(number: number): LinePage {
    if (this.#last === undefined || !hasLine(this.#last, number)) {
      this.#last =
        this.#pages.values().find((page) => hasLine(page, number)) ?? this.#readPage(number);
    }
    return this.#last;
  }

  #readPage(number: number): LinePage {
    this.#select ??= this.#database.prepare(
      `SELECT first, value FROM ${this.#table} WHERE first <= ? ORDER BY first DESC LIMIT 1`,
    );
    const page = toLinePage(present(this.#select.get(number), 'there is a page for every line'));
    const oldest = this.#pages.keys().next();
    if (this.#pages.size >= PAGES_KEPT && oldest.done !== true) {
      this.#pages.delete(oldest.value);
    }
    this.#pages.set(page.first, page);
    return page;
  }
}

function toLinePage(row: Record<string, SQLOutputValue>): LinePage {
  const bytes = unpackPage(row['value'] as Uint8Array);
  return { first: Number(row['first']), bytes, starts: findLineStarts(bytes) };
}

function hasLine({ first, starts }: LinePage, number: number): boolean {
  return number >= first && number < first + starts.length - 1;
}

const LINE_END = 0x0a;

/** The last line has no line break. */
function findLineStarts(bytes: Buffer): readonly number[] {
  const starts = [0];
  for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, end + 1)) {
    starts.push(end + 1);
  }
  starts.push(bytes.length + 1);
  return starts;
}

/** A page begins with its decompressed length. */
const LENGTH_BYTES = 4;

/** Maximum decompressed size of a page: far above any real one, far below the available memory. */
const PAGE_BYTES_MAX = 512 * 1024 * 1024;

function unpackPage(stored: Uint8Array): Buffer {
  const length = new DataView(stored.buffer, stored.byteOffset, stored.byteLength).getUint32(
    0,
    true,
  );
  if (length > PAGE_BYTES_MAX) {
    throw new RangeError(`a page of ${length} bytes`);
  }
  const bytes = zlib.inflateRawSync(stored.subarray(LENGTH_BYTES), {
    maxOutputLength: Math.max(length, 1),
    chunkSize: Math.max(length + 1, zlib.constants.Z_MIN_CHUNK),
  });
  if (bytes.length !== length) {
    throw new RangeError(`a page of ${bytes.length} bytes where ${length} were stored`);
  }
  return bytes;
}
