import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { toBytes } from '../../core/bytes.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { readPackageBlobs } from './package-blobs.ts';
import { createNdb, createRpmDatabase } from './rpm-database.fixture.ts';

const BLOBS = [Buffer.alloc(100, 1), Buffer.alloc(5_000, 2), Buffer.alloc(12_000, 3)];
const SIZES = BLOBS.map((blob) => blob.length);

const PAGE_BYTES = 4_096;

/**
 * A hash database with one page of entries in either byte order: rpm's package count and the
 * packages, of which a short one is stored on the page itself.
 */
function createBerkeleyDb(blobs: readonly Uint8Array[], isLittle: boolean): Buffer {
  const write32 = (page: Buffer, value: number, at: number) =>
    isLittle ? page.writeUInt32LE(value, at) : page.writeUInt32BE(value, at);
  const write16 = (page: Buffer, value: number, at: number) =>
    isLittle ? page.writeUInt16LE(value, at) : page.writeUInt16BE(value, at);
  const pages = [Buffer.alloc(PAGE_BYTES), Buffer.alloc(PAGE_BYTES)];
  const [metadata, entries] = pages as [Buffer, Buffer];
  let [items, end] = [0, PAGE_BYTES];
  const addItem = (item: Uint8Array): void => {
    end -= item.length;
    entries.set(item, end);
    write16(entries, end, 26 + 2 * items++);
    write16(entries, items, 20);
  };
  const addOverflow = (blob: Uint8Array): Buffer => {
    const item = Buffer.alloc(12, 3);
    write32(item, pages.length, 4);
    write32(item, blob.length, 8);
    const room = PAGE_BYTES - 26;
    for (let at = 0; at < blob.length; at += room) {
      const piece = blob.subarray(at, at + room);
      const page = Buffer.alloc(PAGE_BYTES);
      page[25] = 7;
      write16(page, piece.length, 22);
      page.set(piece, 26);
      write32(page, at + room < blob.length ? pages.length + 1 : 0, 16);
      pages.push(page);
    }
    return item;
  };
  entries[25] = 13;
  for (const [number, blob] of [Buffer.of(3, 0, 0, 0), ...blobs].entries()) {
    addItem(Buffer.of(1, number, 0, 0, 0));
    addItem(blob.length > PAGE_BYTES / 4 ? addOverflow(blob) : Buffer.of(1, ...blob));
  }
  write32(metadata, 0x061561, 12);
  write32(metadata, PAGE_BYTES, 20);
  metadata[25] = 8;
  write32(metadata, pages.length - 1, 32);
  return Buffer.concat(pages);
}

for (const [name, content] of [
  ['SQLite', createRpmDatabase(BLOBS)],
  ['ndb', createNdb(BLOBS)],
  ['BerkeleyDB, little-endian', createBerkeleyDb(BLOBS, true)],
  ['BerkeleyDB, big-endian', createBerkeleyDb(BLOBS, false)],
] as const) {
  test(`reads every package of a database in ${name}`, () => {
    const { blobs, problems } = readPackageBlobs(toBytes(content), DEFAULT_LIMITS);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      blobs.map((blob) => Buffer.from(blob).toString('hex')),
      BLOBS.map((blob) => blob.toString('hex')),
    );
  });

  test(`reads exactly recordsMax packages of a database in ${name}, and reports more`, () => {
    const count = BLOBS.length;
    const exact = readPackageBlobs(toBytes(content), { ...DEFAULT_LIMITS, recordsMax: count });
    assert.deepEqual([exact.blobs.length, exact.problems], [count, []]);
    const less = readPackageBlobs(toBytes(content), { ...DEFAULT_LIMITS, recordsMax: count - 1 });
    assert.equal(less.blobs.length, count - 1);
    assert.deepEqual(
      less.problems.map(({ code }) => code),
      ['P_LIMIT'],
    );
  });

  test(`reports a truncated database in ${name} instead of an empty one`, () => {
    for (const share of [0.1, 0.4, 0.7, 0.95]) {
      const cut = content.subarray(0, Math.floor(content.length * share));
      const { blobs, problems } = readPackageBlobs(toBytes(cut), DEFAULT_LIMITS);
      assert.ok(blobs.length < BLOBS.length);
      assert.ok(problems.length > 0, `cut to ${share}`);
    }
  });

  test(`reports every package lost by a wrong byte of a database in ${name}`, () => {
    // Every byte of the first pages, which lead to the packages, and some of the others.
    for (let at = 0; at < content.length; at += at < 2 * PAGE_BYTES ? 1 : 11) {
      const hostile = Buffer.from(content);
      hostile[at] = (hostile[at] ?? 0) ^ 0xff;
      const { blobs, problems } = readPackageBlobs(toBytes(hostile), DEFAULT_LIMITS);
      const sizes = blobs.map((blob) => blob.length);
      const isWhole = isDeepStrictEqual(sizes, SIZES);
      assert.ok(isWhole || problems.length > 0, `byte ${at}: ${sizes.join(', ')}`);
    }
  });
}

test('reports SQLite rows with no package or two', () => {
  using database = new DatabaseSync(':memory:');
  database.exec(`CREATE TABLE Packages (hnum, blob);
    INSERT INTO Packages VALUES (1, x'01'), (2, NULL), (x'02', x'03')`);
  const { problems } = readPackageBlobs(toBytes(database.serialize()), DEFAULT_LIMITS);
  assert.deepEqual(problems, [
    { code: 'P_RECORD', message: '2 rows of Packages do not contain exactly one package each' },
  ]);
});

test('circular overflow pages lose one record', () => {
  const content = createBerkeleyDb(BLOBS, true);
  content.writeUInt32LE(3, 3 * PAGE_BYTES + 16);
  const { blobs, problems } = readPackageBlobs(toBytes(content), DEFAULT_LIMITS);
  assert.equal(blobs.length, 2);
  assert.equal(problems[0]?.code, 'P_RECORD');
});

test('rejects a file that is not a database', () => {
  const { problems } = readPackageBlobs(toBytes(Buffer.from('hello')), DEFAULT_LIMITS);
  assert.equal(problems[0]?.code, 'P_MALFORMED');
});
