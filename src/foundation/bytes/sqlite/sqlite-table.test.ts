import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { toBytes } from '../../core/bytes.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { isSqlite, readSqliteTable } from './sqlite-table.ts';

function createDatabase(rows: number, blobBytes: number, pageBytes = 4_096): Uint8Array {
  using database = new DatabaseSync(':memory:');
  database.exec(`PRAGMA page_size = ${pageBytes}`);
  database.exec('CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)');
  database.exec('CREATE INDEX other ON Packages (blob)');
  const insert = database.prepare('INSERT INTO Packages VALUES (?, ?)');
  for (let row = 1; row <= rows; row++) {
    insert.run(row, Buffer.alloc(blobBytes, row % 251));
  }
  return database.serialize();
}

test('reads every row in order, with blobs within a page or overflowing it', () => {
  for (const [rows, blobBytes, pageBytes] of [
    [3, 10, 4_096],
    [500, 300, 512],
    [40, 70_000, 4_096],
    [2_000, 100, 65_536],
  ] as const) {
    const content = createDatabase(rows, blobBytes, pageBytes);
    const { rows: found, problems } = readSqliteTable(toBytes(content), 'Packages', DEFAULT_LIMITS);
    assert.deepEqual(problems, []);
    assert.equal(found.length, rows);
    for (const [index, [rowId, blob]] of found.entries()) {
      assert.equal(rowId, null, 'the row id is not stored in its column');
      assert.deepEqual(blob, new Uint8Array(Buffer.alloc(blobBytes, (index + 1) % 251)));
    }
  }
});

test('decodes integers of every width, reals, strings and NULL', () => {
  using database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE t (a, b, c, d, e, f, g, h, i, j)');
  const numbers = [0, 1, -2, 300, -70_000, 5_000_000_000, 1n << 60n];
  database.prepare('INSERT INTO t VALUES (?,?,?,?,?,?,?,?,?,?)').run(...numbers, 1.5, 'Ω', null);
  const { rows } = readSqliteTable(toBytes(database.serialize()), 't', DEFAULT_LIMITS);
  assert.deepEqual(rows, [[...numbers, 1.5, 'Ω', null]]);
});

test('reports damage of a database and keeps the readable rows', () => {
  const whole = createDatabase(500, 300, 4_096);
  const half = whole.subarray(0, Math.floor(whole.length / 2));
  const cut = readSqliteTable(toBytes(half), 'Packages', DEFAULT_LIMITS);
  assert.ok(cut.rows.length > 50 && cut.rows.length < 500);
  assert.ok(cut.problems.length > 0);

  const absent = readSqliteTable(toBytes(whole), 'Nothing', DEFAULT_LIMITS);
  assert.match(absent.problems[0]?.message ?? '', /no table Nothing/);

  const noise = readSqliteTable(toBytes(Buffer.alloc(4_096, 7)), 'Packages', DEFAULT_LIMITS);
  assert.equal(noise.problems[0]?.code, 'P_MALFORMED');
  assert.equal(isSqlite(toBytes(Buffer.alloc(3))), false);
});

test('stops at circular trees and at any single wrong byte', () => {
  const whole = Buffer.from(createDatabase(200, 300, 512));
  const limits = { ...DEFAULT_LIMITS, recordsMax: 1_000 };
  for (let at = 0; at < whole.length; at += 37) {
    const hostile = Buffer.from(whole);
    hostile[at] = (hostile[at] ?? 0) ^ 0xff;
    const { rows } = readSqliteTable(toBytes(hostile), 'Packages', limits);
    assert.ok(rows.length <= 1_000);
  }
});

test('stops at the row limit and reports it', () => {
  const limits = { ...DEFAULT_LIMITS, recordsMax: 10 };
  const content = toBytes(createDatabase(50, 10));
  const { rows, problems } = readSqliteTable(content, 'Packages', limits);
  assert.equal(rows.length, 10);
  assert.equal(problems[0]?.code, 'P_LIMIT');
});
