import { type Bytes, toDataView } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import { NoteList } from '../../core/note-list.ts';
import type { ProblemNote } from '../../core/problem.ts';
import type { StoredHeaders } from './stored-headers.ts';

const HASH_MAGIC = 0x061561;
const METADATA_BYTES = 72;
const PAGE_HEADER_BYTES = 26;
const FREE_PAGE = 0;
const HASH_UNSORTED_PAGE = 2;
const OVERFLOW_PAGE = 7;
const METADATA_PAGE = 8;
const HASH_PAGE = 13;
/** Pages of a hash table without entries. */
const OTHER_PAGES: ReadonlySet<number> = new Set([FREE_PAGE, OVERFLOW_PAGE, METADATA_PAGE]);
const ITEM_ON_PAGE = 1;
const ITEM_OFF_PAGE = 3;
/** rpm keeps the highest package number as a value of four bytes. */
const BOOKKEEPING_BYTES_MAX = 4;
const OFF_PAGE_BYTES = 12;
const PAGE_BYTES_MIN = 512;
const PAGE_BYTES_MAX = 65_536;

export function isBerkeleyDb(bytes: Bytes): boolean {
  const head = toDataView(bytes.read(0, METADATA_BYTES));
  if (head.byteLength < METADATA_BYTES) {
    return false;
  }
  return head.getUint32(12, true) === HASH_MAGIC || head.getUint32(12, false) === HASH_MAGIC;
}

/**
 * Reads the package blobs of an rpm database in BerkeleyDB's hash format. A value is stored on a
 * chain of overflow pages, or on the hash page itself if it is short. BerkeleyDB, dbinc/db_page.h.
 */
export function readBerkeleyDb(bytes: Bytes, limits: Limits): StoredHeaders {
  const head = toDataView(bytes.read(0, METADATA_BYTES));
  const isLittle = head.getUint32(12, true) === HASH_MAGIC;
  const pageBytes = head.getUint32(20, isLittle);
  const refusal = refuse(head, pageBytes);
  if (refusal !== undefined) {
    return { blobs: [], problems: [refusal] };
  }
  const reader = new HashReader(bytes, pageBytes, isLittle, limits);
  const lastPage = Math.min(head.getUint32(32, isLittle), Math.ceil(bytes.sizeBytes / pageBytes));
  for (let number = 0; number <= lastPage && !reader.isFull; number++) {
    reader.readPage(number);
  }
  if (head.getUint32(32, isLittle) > lastPage) {
    const message = 'the database has fewer pages than its header declares';
    reader.notes.add('P_TRUNCATED', message);
  }
  return { blobs: reader.blobs, problems: reader.notes.notes };
}

function refuse(head: DataView, pageBytes: number): ProblemNote | undefined {
  if (head.getUint8(24) !== 0) {
    return { code: 'P_UNSUPPORTED', message: 'the database is encrypted' };
  }
  const isPowerOfTwo = (pageBytes & (pageBytes - 1)) === 0;
  if (!isPowerOfTwo || pageBytes < PAGE_BYTES_MIN || pageBytes > PAGE_BYTES_MAX) {
    return { code: 'P_MALFORMED', message: `unsupported page size: ${pageBytes} bytes` };
  }
  return head.getUint8(25) === METADATA_PAGE
    ? undefined
    : { code: 'P_UNSUPPORTED', message: 'the database is not a hash table' };
}

/** Position of an item on its page. */
interface Item {
  readonly start: number;
  readonly end: number;
}

class HashReader {
  readonly blobs: Uint8Array[] = [];
  readonly notes: NoteList;
  readonly #bytes: Bytes;
  readonly #pageBytes: number;
  readonly #isLittle: boolean;
  readonly #limits: Limits;
  /** Overflow pages in use: one page belongs to one value, which bounds hostile chains. */
  readonly #used = new Set<number>();
  /** Items of a page may overlap: all values together are not longer than the file. */
  #bytesLeft: number;
  /** Whether there are more records than the limit. */
  isFull = false;

  constructor(bytes: Bytes, pageBytes: number, isLittle: boolean, limits: Limits) {
    this.#bytes = bytes;
    this.#pageBytes = pageBytes;
    this.#isLittle = isLittle;
    this.#limits = limits;
    this.notes = new NoteList(limits);
    this.#bytesLeft = bytes.sizeBytes;
  }

  readPage(number: number): void {
    const page = toDataView(this.#bytes.read(number * this.#pageBytes, this.#pageBytes));
    const kind = page.byteLength < PAGE_HEADER_BYTES ? FREE_PAGE : page.getUint8(25);
    if (OTHER_PAGES.has(kind)) return;
    if (kind !== HASH_PAGE && kind !== HASH_UNSORTED_PAGE) {
      this.notes.add('P_MALFORMED', `page ${number} has the unknown type ${kind}`);
      return;
    }
    const room = Math.floor((page.byteLength - PAGE_HEADER_BYTES) / 2);
    const entries = page.getUint16(20, this.#isLittle);
    if (entries > room) {
      this.notes.add('P_MALFORMED', `page ${number} declares ${entries} entries`);
      return;
    }
    // An entry is a pair of a key and a value.
    if (entries % 2 === 1)
      this.notes.add('P_MALFORMED', `page ${number} has a key without a value`);
    for (let entry = 1; entry < entries && !this.isFull; entry += 2) {
      const [end, start] = [entry - 1, entry].map((item) =>
        page.getUint16(PAGE_HEADER_BYTES + item * 2, this.#isLittle),
      ) as [number, number];
      this.#readValue(page, number, { start, end });
    }
  }

  /** Items fill a page from its end, so a value ends where its key starts. */
  #readValue(page: DataView, number: number, item: Item): void {
    const { start, end } = item;
    const kind = start < end && end <= page.byteLength ? page.getUint8(start) : undefined;
    const sizeBytes = end - start - 1;
    if (kind === ITEM_ON_PAGE && sizeBytes <= BOOKKEEPING_BYTES_MAX) return;
    const isOffPage = kind === ITEM_OFF_PAGE && start + OFF_PAGE_BYTES <= page.byteLength;
    if (kind !== ITEM_ON_PAGE && !isOffPage) {
      this.notes.add('P_RECORD', `an entry of page ${number} is damaged`);
      return;
    }
    const { recordsMax } = this.#limits;
    if (this.blobs.length >= recordsMax) {
      this.isFull = true;
      this.notes.add(
        'P_LIMIT',
        `the database has more records than the limit recordsMax (${recordsMax})`,
      );
      return;
    }
    if (isOffPage) {
      this.#readOffPage(page, start);
    } else if (sizeBytes > this.#bytesLeft) {
      this.isFull = true;
      this.notes.add('P_MALFORMED', 'all values together are larger than the file');
    } else {
      this.#bytesLeft -= sizeBytes;
      this.blobs.push(new Uint8Array(page.buffer, page.byteOffset + start + 1, sizeBytes));
    }
  }

  #readOffPage(page: DataView, offset: number): void {
    const first = page.getUint32(offset + 4, this.#isLittle);
    const length = page.getUint32(offset + 8, this.#isLittle);
    const { recordBytesMax } = this.#limits;
    if (length > recordBytesMax) {
      const message = `a value has ${length} bytes; the limit recordBytesMax allows ${recordBytesMax}`;
      this.notes.add('P_LIMIT', message);
      return;
    }
    const blob = this.#readChain(first, length);
    if (blob === undefined) {
      this.notes.add('P_RECORD', `the value that begins on page ${first} could not be read`);
    } else {
      this.blobs.push(blob);
    }
  }

  #readChain(first: number, length: number): Uint8Array | undefined {
    const pieces: Uint8Array[] = [];
    let filled = 0;
    let number = first;
    while (number !== 0 && filled < length) {
      const page = toDataView(this.#bytes.read(number * this.#pageBytes, this.#pageBytes));
      const isOverflow = page.byteLength > PAGE_HEADER_BYTES && page.getUint8(25) === OVERFLOW_PAGE;
      if (!isOverflow || this.#used.has(number)) {
        return undefined;
      }
      this.#used.add(number);
      const piece = this.#readPiece(page);
      pieces.push(piece);
      filled += piece.length;
      number = page.getUint32(16, this.#isLittle);
    }
    return filled === length && number === 0 ? Buffer.concat(pieces) : undefined;
  }

  /** On overflow pages, the field of the free offset holds the number of used bytes. */
  #readPiece(page: DataView): Uint8Array {
    const used = page.getUint16(22, this.#isLittle);
    const end = Math.min(PAGE_HEADER_BYTES + used, page.byteLength);
    const start = page.byteOffset + PAGE_HEADER_BYTES;
    return new Uint8Array(page.buffer, start, end - PAGE_HEADER_BYTES);
  }
}
