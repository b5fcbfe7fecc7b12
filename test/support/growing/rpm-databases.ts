const NDB = { head: 0x506d7052, slot: 0x746f6c53, blob: 0x53626c42, pageBytes: 4_096 } as const;

interface NdbOptions {
  /** Number of slots that all point to the first blob. */
  readonly slots?: number;
  /** Number of blobs that start inside the first one, each with the rest of it. */
  readonly nested?: number;
}

/** Creates an ndb database with these headers; its slots may share them. */
export function createNdb(
  headers: readonly Uint8Array[],
  { slots, nested }: NdbOptions = {},
): Buffer {
  const count = slots ?? nested ?? headers.length;
  const pages = Math.ceil((32 + 16 * count) / NDB.pageBytes);
  const start = pages * NDB.pageBytes;
  const head = Buffer.alloc(start);
  writeWords(head, 0, [NDB.head, 0, 1, pages]);
  for (let at = 32; at + 16 <= start; at += 16) {
    writeWords(head, at, [NDB.slot]);
  }
  const blobs: Buffer[] = [];
  let at = start;
  for (const [number, header] of headers.entries()) {
    const blob = Buffer.alloc(Math.ceil((16 + header.length) / 16) * 16);
    writeWords(blob, 0, [NDB.blob, number + 1, 0, header.length]);
    blob.set(header, 16);
    blobs.push(blob);
    writeWords(head, 32 + 16 * number, [NDB.slot, number + 1, at / 16]);
    at += blob.length;
  }
  for (let slot = 0; slot < (slots ?? 0); slot++) {
    writeWords(head, 32 + 16 * slot, [NDB.slot, 1, start / 16]);
  }
  for (let inner = 0; inner < (nested ?? 0); inner++) {
    const [whole = head] = blobs;
    writeWords(whole, 16 * inner, [NDB.blob, inner + 1, 0, whole.length - 16 * inner - 16]);
    writeWords(head, 32 + 16 * inner, [NDB.slot, inner + 1, start / 16 + inner]);
  }
  return Buffer.concat([head, ...blobs]);
}

function writeWords(bytes: Buffer, at: number, values: readonly number[]): void {
  for (const [index, value] of values.entries()) {
    bytes.writeUInt32LE(value, at + 4 * index);
  }
}

interface SqliteOptions {
  /** Entries of the leaf that all point to one cell. */
  readonly cells: number;
  /** Length of that cell, most of it on a page whose successor is the page itself. */
  readonly payloadBytes: number;
  /** Inner pages above, each with the same number of children, all of which are the next page. */
  readonly inner?: number;
}

const PAGE_BYTES = 65_536;

/** Creates a SQLite database with a table `Packages` that has more row content than bytes. */
export function createSqlite({ cells, payloadBytes, inner = 0 }: SqliteOptions): Buffer {
  const schema = Buffer.alloc(PAGE_BYTES);
  schema.write('SQLite format 3\0');
  schema.writeUInt16BE(1, 16);
  schema.set([1, 1, 0, 64, 32, 32], 18);
  writeLeaf(
    schema,
    100,
    createRow(['table', 'Packages', 'Packages', 2, 'CREATE TABLE Packages'], 1),
    1,
  );
  const pages = Array.from({ length: inner }, (_, at) => createInnerPage(3 + at));
  const leafNumber = 2 + inner;
  const leaf = Buffer.alloc(PAGE_BYTES);
  writeLeaf(leaf, 0, createBlobRow(payloadBytes, leafNumber + 1), cells);
  const overflow = Buffer.alloc(PAGE_BYTES);
  overflow.writeUInt32BE(leafNumber + 1);
  return Buffer.concat([schema, ...pages, leaf, overflow]);
}

function writeLeaf(page: Buffer, head: number, cell: Buffer, cells: number): void {
  const at = page.length - cell.length;
  cell.copy(page, at);
  const count = Math.min(cells, Math.floor((at - head - 8) / 2));
  page.writeUInt8(13, head);
  page.writeUInt16BE(count, head + 3);
  for (let index = 0; index < count; index++) {
    page.writeUInt16BE(at, head + 8 + 2 * index);
  }
}

/** Creates a page with as many children as fit, all of which are the same page. */
function createInnerPage(child: number): Buffer {
  const page = Buffer.alloc(PAGE_BYTES);
  const at = PAGE_BYTES - 5;
  const count = Math.floor((at - 12) / 2);
  page.writeUInt8(5, 0);
  page.writeUInt16BE(count, 3);
  page.writeUInt32BE(child, 8);
  page.writeUInt32BE(child, at);
  for (let index = 0; index < count; index++) {
    page.writeUInt16BE(at, 12 + 2 * index);
  }
  return page;
}

function createRow(columns: readonly (string | number)[], rowId: number): Buffer {
  const types = columns.map((one) =>
    typeof one === 'number' ? encodeVarint(1) : encodeVarint(one.length * 2 + 13),
  );
  const values = columns.map((one) =>
    typeof one === 'number' ? Buffer.of(one) : Buffer.from(one),
  );
  const typeBytes = Buffer.concat(types);
  const payload = Buffer.concat([Buffer.of(typeBytes.length + 1), typeBytes, ...values]);
  return Buffer.concat([encodeVarint(payload.length), encodeVarint(rowId), payload]);
}

/** Creates a row with a blob that continues on another page if it does not fit. */
function createBlobRow(payloadBytes: number, nextPage: number): Buffer {
  const createHead = (bytes: number): Buffer => {
    const type = encodeVarint(bytes * 2 + 12);
    return Buffer.concat([Buffer.of(2 + type.length), Buffer.of(0), type]);
  };
  const start = createHead(payloadBytes - createHead(payloadBytes).length);
  const most = PAGE_BYTES - 35;
  const least = Math.floor(((PAGE_BYTES - 12) * 32) / 255) - 23;
  const fitting = least + ((payloadBytes - least) % (PAGE_BYTES - 4));
  const isWhole = payloadBytes <= most;
  const localBytes = isWhole ? payloadBytes : fitting <= most ? fitting : least;
  const local = Buffer.alloc(localBytes);
  start.copy(local);
  const next = Buffer.alloc(isWhole ? 0 : 4);
  if (!isWhole) {
    next.writeUInt32BE(nextPage);
  }
  return Buffer.concat([encodeVarint(payloadBytes), encodeVarint(1), local, next]);
}

function encodeVarint(value: number): Buffer {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift(128 + (rest % 128));
  }
  return Buffer.from(bytes);
}

const BDB_PAGE_BYTES = 4_096;

/** Creates a Berkeley DB hash whose entries all name the same chain of overflow pages. */
export function createBerkeleyDb(entries: number, value: Uint8Array): Buffer {
  const perPage = 150;
  const hashPages = Math.ceil(entries / perPage);
  const room = BDB_PAGE_BYTES - 26;
  const chainPages = Math.ceil(value.length / room);
  const head = Buffer.alloc(BDB_PAGE_BYTES);
  head.writeUInt32LE(0x061561, 12);
  head.writeUInt32LE(BDB_PAGE_BYTES, 20);
  head.writeUInt8(8, 25);
  head.writeUInt32LE(hashPages + chainPages, 32);
  const pages = Array.from({ length: hashPages }, () => {
    const page = Buffer.alloc(BDB_PAGE_BYTES);
    page.writeUInt16LE(perPage * 2, 20);
    page.writeUInt8(13, 25);
    const at = BDB_PAGE_BYTES - 12;
    page.writeUInt8(3, at);
    page.writeUInt32LE(hashPages + 1, at + 4);
    page.writeUInt32LE(value.length, at + 8);
    for (let entry = 0; entry < perPage * 2; entry++) {
      page.writeUInt16LE(at, 26 + 2 * entry);
    }
    return page;
  });
  const chain = Array.from({ length: chainPages }, (_, number) => {
    const page = Buffer.alloc(BDB_PAGE_BYTES);
    const piece = value.subarray(number * room, (number + 1) * room);
    page.writeUInt32LE(number + 1 < chainPages ? hashPages + number + 2 : 0, 16);
    page.writeUInt16LE(piece.length, 22);
    page.writeUInt8(7, 25);
    page.set(piece, 26);
    return page;
  });
  return Buffer.concat([head, ...pages, ...chain]);
}
