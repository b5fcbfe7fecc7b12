import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { LinePageReader, LinePageWriter, PAGE_COLUMNS } from './line-pages.ts';

const PAGE_BYTES = 100;

function writePages(lines: readonly string[]): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  database.exec(`CREATE TABLE pages (${PAGE_COLUMNS})`);
  const writer = new LinePageWriter(database, 'pages', PAGE_BYTES);
  const numbers = lines.map((line) => writer.storeLine(line));
  writer.flush();
  writer.flush();
  assert.deepEqual(
    numbers,
    lines.map((_, index) => index + 1),
  );
  return database;
}

function readFirsts(database: DatabaseSync): readonly unknown[] {
  const rows = database.prepare('SELECT first FROM pages ORDER BY first').all();
  return rows.map((row) => row['first']);
}

test('returns every line in any order, for any number of pages', () => {
  const lines = Array.from({ length: 200 }, (_, index) => `${'x'.repeat(index % 60)} № ${index}`);
  using database = writePages(lines);
  assert.ok(readFirsts(database).length > 20);
  const reader = new LinePageReader(database, 'pages');
  for (const step of [1, 7, 199]) {
    for (let index = 0; index < lines.length; index++) {
      const at = (index * step) % lines.length;
      assert.equal(reader.readLine(at + 1), lines[at]);
    }
  }
});

test('ends a page before a line that does not fit, and gives a long line its own page', () => {
  using database = writePages(['a'.repeat(60), 'b'.repeat(40), 'c', 'd'.repeat(5000), '', 'e']);
  assert.deepEqual(readFirsts(database), [1, 3, 4, 5]);
  const reader = new LinePageReader(database, 'pages');
  assert.equal(reader.readLine(4), 'd'.repeat(5000));
  assert.equal(reader.readLine(5), '');
});

test('a table without lines has no pages', () => {
  using database = writePages([]);
  assert.deepEqual(readFirsts(database), []);
  assert.throws(() => new LinePageReader(database, 'pages').readLine(1), /a page for every line/);
});

const DAMAGES: readonly (readonly [title: string, damage: (page: Buffer) => Buffer])[] = [
  ['is cut', (page) => page.subarray(0, -2)],
  ['is shorter than its length', (page) => page.subarray(0, 3)],
  ['has more than it says', (page) => withLength(page, 1)],
  ['has less than it says', (page) => withLength(page, 1000)],
  ['says that it is larger than any', (page) => withLength(page, 2 ** 32 - 1)],
  ['is of other bytes', (page) => page.fill(0xff, 4)],
];

function withLength(page: Buffer, length: number): Buffer {
  page.writeUInt32LE(length);
  return page;
}

for (const [title, damage] of DAMAGES) {
  test(`refuses a page that ${title}`, () => {
    using database = writePages(['first', 'second']);
    const row = database.prepare('SELECT value FROM pages').get();
    const page = damage(Buffer.from(row?.['value'] as Uint8Array));
    database.prepare('UPDATE pages SET value = ?').run(page);
    assert.throws(() => new LinePageReader(database, 'pages').readLine(2));
  });
}

test('a missing line is an error', () => {
  using database = writePages(['first', 'second']);
  assert.throws(() => new LinePageReader(database, 'pages').readLine(3), /the page holds the line/);
});
