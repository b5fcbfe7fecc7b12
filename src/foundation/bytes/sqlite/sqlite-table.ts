import { type Bytes, toDataView } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import { NoteList } from '../../core/note-list.ts';
import type { ProblemNote } from '../../core/problem.ts';

/** Value of one column: NULL, integer, real, text or blob. */
export type SqliteValue = null | number | bigint | string | Uint8Array;

export interface SqliteRows {
  readonly rows: readonly (readonly SqliteValue[])[];
  /** ID of each row. A column that is the table's integer primary key is NULL in the row itself. */
  readonly rowIds: readonly number[];
  readonly problems: readonly ProblemNote[];
}

const MAGIC = 'SQLite format 3\0';
const FILE_HEADER_BYTES = 100;
const INTERIOR_TABLE = 5;
const LEAF_TABLE = 13;
const SCHEMA_ROOT_PAGE = 1;
/** SQLite's own maximum. "Limits In SQLite", 2. */
const COLUMNS_MAX = 2_000;
const SCHEMA_COLUMNS = { type: 0, name: 1, rootPage: 3 } as const;

export function isSqlite(bytes: Bytes): boolean {
  return Buffer.from(bytes.read(0, MAGIC.length)).toString('latin1') === MAGIC;
}

/**
 * Reads all rows of one table of a SQLite database from its bytes, so that no native code and no
 * temporary file handle hostile content. Each page belongs to one tree or one row, and all rows
 * together are not longer than the file. A write-ahead log beside the file is ignored. SQLite
 * "Database File Format", sections 1 and 2.
 */
export function readSqliteTable(bytes: Bytes, table: string, limits: Limits): SqliteRows {
  const reader = new PageReader(bytes, limits);
  if (!reader.isValid) {
    return {
      rows: [],
      rowIds: [],
      problems: [{ code: 'P_MALFORMED', message: 'the file has no SQLite header' }],
    };
  }
  const { rows: schema } = reader.readRows(SCHEMA_ROOT_PAGE);
  const entry = schema.find(
    (row) => row[SCHEMA_COLUMNS.type] === 'table' && row[SCHEMA_COLUMNS.name] === table,
  );
  const rootPage = entry?.[SCHEMA_COLUMNS.rootPage];
  if (typeof rootPage !== 'number') {
    const message = `the SQLite database has no table ${table}`;
    return {
      rows: [],
      rowIds: [],
      problems: [...reader.problems, { code: 'P_MALFORMED', message }],
    };
  }
  return { ...reader.readRows(rootPage), problems: reader.problems };
}

interface Varint {
  readonly value: number;
  readonly next: number;
}

interface Rows {
  readonly rows: SqliteValue[][];
  readonly rowIds: number[];
}

interface StoredRow {
  readonly rowId: number;
  readonly payload: Uint8Array;
}

class PageReader {
  readonly isValid: boolean;
  readonly #notes: NoteList;
  readonly #bytes: Bytes;
  readonly #limits: Limits;
  readonly #pageBytes: number;
  readonly #usableBytes: number;
  /** Pages that belong to a tree or a row. */
  readonly #used = new Set<number>();
  #payloadBytesLeft: number;

  constructor(bytes: Bytes, limits: Limits) {
    this.#bytes = bytes;
    this.#limits = limits;
    this.#notes = new NoteList(limits);
    this.#payloadBytesLeft = bytes.sizeBytes;
    const header = toDataView(bytes.read(0, FILE_HEADER_BYTES));
    const isWhole = header.byteLength === FILE_HEADER_BYTES;
    const declared = isWhole ? header.getUint16(16) : 0;
    this.#pageBytes = declared === 1 ? 65_536 : declared;
    this.#usableBytes = this.#pageBytes - (isWhole ? header.getUint8(20) : 0);
    const isPowerOfTwo = (this.#pageBytes & (this.#pageBytes - 1)) === 0;
    this.isValid =
      isSqlite(bytes) && isPowerOfTwo && this.#pageBytes >= 512 && this.#usableBytes >= 480;
  }

  get problems(): readonly ProblemNote[] {
    return this.#notes.notes;
  }

  /** Returns the rows of the table with this root page, in the order of their row IDs. */
  readRows(rootPage: number): Rows {
    const found: Rows = { rows: [], rowIds: [] };
    const pending = this.#claim(rootPage) ? [rootPage] : [];
    for (let number = pending.pop(); number !== undefined; number = pending.pop()) {
      const page = this.#page(number);
      if (page === undefined) {
        continue;
      }
      if (page.kind === INTERIOR_TABLE) {
        pending.push(
          ...this.#listChildren(page)
            .filter((child) => this.#claim(child))
            .reverse(),
        );
      } else if (page.kind === LEAF_TABLE) {
        this.#readLeaf(page, found);
      } else {
        this.#notes.add('P_MALFORMED', `page ${number} is not a page of a table`);
      }
      const { recordsMax } = this.#limits;
      if (found.rows.length > recordsMax) {
        this.#notes.add(
          'P_LIMIT',
          `the table has more rows than the limit recordsMax (${recordsMax})`,
        );
        return {
          rows: found.rows.slice(0, recordsMax),
          rowIds: found.rowIds.slice(0, recordsMax),
        };
      }
    }
    return found;
  }

  /** Returns whether a page exists and is unused, and marks it as used. */
  #claim(number: number): boolean {
    const start = (number - 1) * this.#pageBytes;
    const isFree = number >= 1 && start < this.#bytes.sizeBytes && !this.#used.has(number);
    if (isFree) {
      this.#used.add(number);
    } else {
      const message = `the tree refers to page ${number}, which cannot be part of it`;
      this.#notes.add('P_MALFORMED', message);
    }
    return isFree;
  }

  #page(number: number): Page | undefined {
    const start = (number - 1) * this.#pageBytes;
    const content = toDataView(this.#bytes.read(start, this.#pageBytes));
    const offset = number === 1 ? FILE_HEADER_BYTES : 0;
    if (content.byteLength < offset + 12) {
      this.#notes.add('P_TRUNCATED', `page ${number} is truncated`);
      return undefined;
    }
    const kind = content.getUint8(offset);
    const cellsStart = offset + (kind === INTERIOR_TABLE ? 12 : 8);
    const room = Math.max(0, Math.floor((content.byteLength - cellsStart) / 2));
    const claimed = content.getUint16(offset + 3);
    if (claimed > room) this.#notes.add('P_MALFORMED', `page ${number} declares ${claimed} cells`);
    const cells = Math.min(claimed, room);
    return { number, content, offset, kind, cellsStart, cells };
  }

  #listChildren(page: Page): number[] {
    const children: number[] = [];
    for (const cell of this.#listCells(page)) {
      if (cell + 4 <= page.content.byteLength) {
        children.push(page.content.getUint32(cell));
      } else {
        this.#notes.add('P_MALFORMED', `a cell of page ${page.number} is beyond its end`);
      }
    }
    children.push(page.content.getUint32(page.offset + 8));
    return children;
  }

  /** Returns the offsets of the cells of a page, each once. */
  #listCells(page: Page): ReadonlySet<number> {
    const cells = new Set(listCellOffsets(page));
    if (cells.size < page.cells) {
      const message = `page ${page.number} refers to one of its cells more than once`;
      this.#notes.add('P_MALFORMED', message);
    }
    return cells;
  }

  #readLeaf(page: Page, found: Rows): void {
    for (const cell of this.#listCells(page)) {
      const stored = this.#readPayload(page, cell);
      const row = stored && decodeRecord(stored.payload);
      if (row === undefined) {
        this.#notes.add('P_RECORD', `a row on page ${page.number} is malformed`);
      } else {
        found.rows.push(row);
        found.rowIds.push(stored?.rowId ?? 0);
      }
    }
  }

  /** Returns the payload of a leaf cell including overflow pages. File format, 1.6 and 1.7. */
  #readPayload(page: Page, cell: number): StoredRow | undefined {
    const size = readVarint(page.content, cell);
    const rowId = size && readVarint(page.content, size.next);
    if (size === undefined || rowId === undefined || !this.#takePayload(size.value)) {
      return undefined;
    }
    const localBytes = this.#getLocalLength(size.value);
    const end = rowId.next + localBytes;
    if (end > page.content.byteLength) {
      return undefined;
    }
    const local = getWindow(page.content, rowId.next, end);
    if (localBytes === size.value) {
      return { rowId: rowId.value, payload: local };
    }
    const isPointerThere = end + 4 <= page.content.byteLength;
    const first = isPointerThere ? page.content.getUint32(end) : 0;
    const payload = this.#readOverflow(local, size.value, first);
    return payload && { rowId: rowId.value, payload };
  }

  #takePayload(bytes: number): boolean {
    const { recordBytesMax } = this.#limits;
    if (bytes > recordBytesMax) {
      const message = `a row has ${bytes} bytes; the limit recordBytesMax allows ${recordBytesMax}`;
      this.#notes.add('P_LIMIT', message);
      return false;
    }
    this.#payloadBytesLeft -= bytes;
    if (this.#payloadBytesLeft < 0) {
      this.#notes.add('P_MALFORMED', 'the rows are larger than the file that contains them');
    }
    return this.#payloadBytesLeft >= 0;
  }

  #getLocalLength(payloadBytes: number): number {
    const usable = this.#usableBytes;
    const most = usable - 35;
    if (payloadBytes <= most) {
      return payloadBytes;
    }
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const fitting = least + ((payloadBytes - least) % (usable - 4));
    return fitting <= most ? fitting : least;
  }

  #readOverflow(
    local: Uint8Array,
    payloadBytes: number,
    firstPage: number,
  ): Uint8Array | undefined {
    const payload = new Uint8Array(payloadBytes);
    payload.set(local);
    let filled = local.length;
    let number = firstPage;
    while (filled < payloadBytes) {
      const start = (number - 1) * this.#pageBytes;
      const content = this.#claim(number) ? this.#bytes.read(start, this.#usableBytes) : undefined;
      if (content === undefined || content.length <= 4) {
        return undefined;
      }
      const piece = content.subarray(4, 4 + payloadBytes - filled);
      payload.set(piece, filled);
      filled += piece.length;
      number = toDataView(content).getUint32(0);
    }
    return payload;
  }
}

interface Page {
  readonly number: number;
  readonly content: DataView;
  readonly offset: number;
  readonly kind: number;
  readonly cellsStart: number;
  readonly cells: number;
}

function* listCellOffsets(page: Page): Iterable<number> {
  for (let index = 0; index < page.cells; index++) {
    yield page.content.getUint16(page.cellsStart + index * 2);
  }
}

function getWindow(content: DataView, start: number, end: number): Uint8Array {
  return new Uint8Array(content.buffer, content.byteOffset + start, end - start);
}

/**
 * Reads a variable-length integer of one to nine bytes. Values beyond 2^53 are refused, because
 * they are neither lengths nor types.
 */
function readVarint(content: DataView, offset: number): Varint | undefined {
  let value = 0;
  for (let index = 0; index < 9; index++) {
    if (offset + index >= content.byteLength) {
      return undefined;
    }
    const byte = content.getUint8(offset + index);
    value = index === 8 ? value * 256 + byte : value * 128 + (byte & 0x7f);
    if (index === 8 || byte < 0x80) {
      return Number.isSafeInteger(value) ? { value, next: offset + index + 1 } : undefined;
    }
  }
  return undefined;
}

/** Decodes the columns of a record. File format, 2.1. */
function decodeRecord(payload: Uint8Array): SqliteValue[] | undefined {
  const content = toDataView(payload);
  const header = readVarint(content, 0);
  if (header === undefined || header.value > payload.length) {
    return undefined;
  }
  const values: SqliteValue[] = [];
  let at = header.value;
  for (let next = header.next; next < header.value; ) {
    const type = readVarint(content, next);
    const size = type === undefined ? undefined : getColumnLength(type.value);
    const isLast = values.length === COLUMNS_MAX;
    if (type === undefined || size === undefined || isLast || at + size > payload.length) {
      return undefined;
    }
    values.push(decodeColumn(content, type.value, at, size));
    at += size;
    next = type.next;
  }
  return at === payload.length ? values : undefined;
}

const FIXED_BYTES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0] as const;

function getColumnLength(type: number): number | undefined {
  return type < 12 ? FIXED_BYTES[type] : Math.floor((type - 12) / 2);
}

function decodeColumn(content: DataView, type: number, at: number, size: number): SqliteValue {
  if (type === 0) {
    return null;
  }
  if (type === 7) {
    return content.getFloat64(at);
  }
  if (type === 8 || type === 9) {
    return type - 8;
  }
  if (type < 7) {
    return decodeInteger(content, at, size);
  }
  const bytes = getWindow(content, at, at + size);
  return type % 2 === 0 ? bytes : Buffer.from(bytes).toString('utf8');
}

function decodeInteger(content: DataView, at: number, size: number): number | bigint {
  let value = BigInt(content.getInt8(at));
  for (let index = 1; index < size; index++) {
    value = value * 256n + BigInt(content.getUint8(at + index));
  }
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}
