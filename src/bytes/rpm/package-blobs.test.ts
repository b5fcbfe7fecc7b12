import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { bytesOf } from '../../core/bytes.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { readPackageBlobs } from './package-blobs.ts';

const BLOBS = [Buffer.alloc(100, 1), Buffer.alloc(9_000, 2), Buffer.alloc(20_000, 3)];

function sqlite(blobs: readonly Uint8Array[]): Uint8Array {
  using database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)');
  for (const blob of blobs) {
    database.prepare('INSERT INTO Packages (blob) VALUES (?)').run(blob);
  }
  return database.serialize();
}

/** A database in rpm's own format with one page of slots. */
function ndb(blobs: readonly Uint8Array[]): Buffer {
  const slots = Buffer.alloc(4_096);
  slots.write('RpmP');
  slots.writeUInt32LE(1, 12);
  for (let at = 32; at < slots.length; at += 16) {
    slots.write('Slot', at);
  }
  const stored: Buffer[] = [];
  let block = slots.length / 16;
  for (const [index, blob] of blobs.entries()) {
    const length = 16 + Math.ceil((blob.length + 12) / 16) * 16;
    const content = Buffer.alloc(length);
    content.write('BlbS');
    content.writeUInt32LE(index + 1, 4);
    content.writeUInt32LE(blob.length, 12);
    content.set(blob, 16);
    slots.writeUInt32LE(index + 1, 32 + index * 16 + 4);
    slots.writeUInt32LE(block, 32 + index * 16 + 8);
    slots.writeUInt32LE(length / 16, 32 + index * 16 + 12);
    stored.push(content);
    block += length / 16;
  }
  return Buffer.concat([slots, ...stored]);
}

const PAGE_BYTES = 4_096;

/** A hash database with one page of entries, in either order of bytes. */
function berkeleyDb(blobs: readonly Uint8Array[], isLittle: boolean): Buffer {
  const write32 = (page: Buffer, value: number, at: number) =>
    isLittle ? page.writeUInt32LE(value, at) : page.writeUInt32BE(value, at);
  const write16 = (page: Buffer, value: number, at: number) =>
    isLittle ? page.writeUInt16LE(value, at) : page.writeUInt16BE(value, at);
  const pages = [Buffer.alloc(PAGE_BYTES), Buffer.alloc(PAGE_BYTES)];
  const [metadata, entries] = pages as [Buffer, Buffer];
  entries[25] = 13;
  write16(entries, blobs.length * 2, 20);
  for (const [index, blob] of blobs.entries()) {
    const room = PAGE_BYTES - 26;
    const first = pages.length;
    for (let at = 0; at < blob.length; at += room) {
      const piece = blob.subarray(at, at + room);
      const page = Buffer.alloc(PAGE_BYTES);
      page[25] = 7;
      write16(page, piece.length, 22);
      page.set(piece, 26);
      write32(page, at + room < blob.length ? pages.length + 1 : 0, 16);
      pages.push(page);
    }
    const value = PAGE_BYTES - 12 * (index + 1);
    entries[value] = 3;
    write32(entries, first, value + 4);
    write32(entries, blob.length, value + 8);
    write16(entries, value, 26 + (index * 2 + 1) * 2);
  }
  write32(metadata, 0x061561, 12);
  write32(metadata, PAGE_BYTES, 20);
  metadata[25] = 8;
  write32(metadata, pages.length - 1, 32);
  return Buffer.concat(pages);
}

for (const [name, content] of [
  ['SQLite', sqlite(BLOBS)],
  ['ndb', ndb(BLOBS)],
  ['BerkeleyDB, little-endian', berkeleyDb(BLOBS, true)],
  ['BerkeleyDB, big-endian', berkeleyDb(BLOBS, false)],
] as const) {
  test(`reads every package of a database in ${name}`, () => {
    const { blobs, problems } = readPackageBlobs(bytesOf(content), DEFAULT_LIMITS);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      blobs.map((blob) => Buffer.from(blob).toString('hex')),
      BLOBS.map((blob) => blob.toString('hex')),
    );
  });

  test(`a cut database in ${name} is never an empty one in silence`, () => {
    for (const share of [0.1, 0.4, 0.7, 0.95]) {
      const cut = content.subarray(0, Math.floor(content.length * share));
      const { blobs, problems } = readPackageBlobs(bytesOf(cut), DEFAULT_LIMITS);
      assert.ok(blobs.length < BLOBS.length);
      assert.ok(problems.length > 0, `cut to ${share}`);
    }
  });

  test(`any wrong byte of a database in ${name} ends in an answer`, () => {
    for (let at = 0; at < content.length; at += 11) {
      const hostile = Buffer.from(content);
      hostile[at] = (hostile[at] ?? 0) ^ 0xff;
      readPackageBlobs(bytesOf(hostile), DEFAULT_LIMITS);
    }
  });
}

test('overflow pages that lead in circles cost one record', () => {
  const content = berkeleyDb(BLOBS, true);
  content.writeUInt32LE(3, 3 * PAGE_BYTES + 16);
  const { blobs, problems } = readPackageBlobs(bytesOf(content), DEFAULT_LIMITS);
  assert.equal(blobs.length, 2);
  assert.equal(problems[0]?.code, 'P_RECORD');
});

test('what is no database is said to be none', () => {
  const { problems } = readPackageBlobs(bytesOf(Buffer.from('hello')), DEFAULT_LIMITS);
  assert.equal(problems[0]?.code, 'P_MALFORMED');
});
