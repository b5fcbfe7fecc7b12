import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { fromByteKey, toByteKey } from './byte-key.ts';
import {
  createEntries,
  createFileNames,
  createRandom,
  openWritten,
  readAll,
  writeEntries,
} from './page-file.fixture.ts';

for (const count of [0, 1, 2, 100, 20_000]) {
  test(`a page file returns its ${count} entries in order, and no others`, (t) => {
    const name = createFileNames(t);
    const entries = createEntries(count);
    using file = openWritten(writeEntries(name(), entries));
    const found = [...file.readEntries()].map(({ key }) => key);
    assert.deepEqual(found, [...entries.keys()].sort());
    assert.deepEqual(readAll(file), entries);
    for (const [key, value] of [...entries].slice(0, 200)) {
      assert.equal(file.readEntryValue(key)?.toString(), value);
      assert.equal(file.readEntryValue(`${key}\0`), undefined);
      assert.equal(file.readEntryValue(key.slice(0, -1)), undefined);
    }
    assert.equal(file.readEntryValue('\0'), undefined);
    assert.equal(file.readEntryValue('\xff'), undefined);
  });
}

test('the last page is never empty, and its keys are found', (t) => {
  const name = createFileNames(t);
  const all = Array.from({ length: 60 }, (_, at) => `key ${String(at).padStart(3, '0')}`);
  for (let count = 1; count <= all.length; count++) {
    const keys = all.slice(0, count);
    const value = 'x'.repeat(5000);
    using file = openWritten(writeEntries(name(), new Map(keys.map((key) => [key, value]))));
    for (const ref of file.listLeaves()) {
      assert.ok(file.readLeaf(ref).keys.length > 0, `${count} entries`);
    }
    assert.ok(
      keys.every((key) => file.readEntryValue(key) !== undefined),
      `${count} entries`,
    );
  }
});

test('a prefix selects exactly the entries that begin with it', (t) => {
  const name = createFileNames(t);
  const entries = createEntries(20_000);
  using file = openWritten(writeEntries(name(), entries));
  const prefixes = ['', 'p', 'q', 'a', 'package-1', 'package-77', 'package-77\0', 'package-9'];
  for (const prefix of prefixes) {
    const expected = [...entries.keys()].filter((key) => key.startsWith(prefix)).sort();
    const found = [...file.readEntries(prefix)].map(({ key }) => key);
    assert.deepEqual(found, expected);
    assert.equal(file.hasPrefix(prefix), expected.length > 0);
  }
});

test('a changed value changes few pages, and a removed change restores the root', (t) => {
  const name = createFileNames(t);
  const entries = createEntries(20_000);
  const original = writeEntries(name(), entries);
  const key = [...entries.keys()][5000] ?? '';
  const changed = writeEntries(name(), new Map(entries).set(key, 'a new value'));
  assert.notEqual(changed.root, original.root);
  using before = openWritten(original);
  using after = openWritten(changed);
  const hashes = new Set([...before.listLeaves()].map(({ hash }) => hash.toString('hex')));
  const leaves = [...after.listLeaves()];
  const unknown = leaves.filter(({ hash }) => !hashes.has(hash.toString('hex')));
  assert.ok(leaves.length > 100);
  assert.ok(unknown.length >= 1 && unknown.length <= 3, `${unknown.length} pages differ`);
  assert.equal(writeEntries(name(), entries).root, original.root);
});

test('keys are sorted by the bytes of their UTF-8 form', (t) => {
  const name = createFileNames(t);
  const texts = ['a', 'é', '\u{ffff}', '\u{10000}', 'z'];
  const entries = new Map(texts.map((text) => [toByteKey(text), text]));
  using file = openWritten(writeEntries(name(), entries));
  const found = [...file.readEntries()].map(({ key }) => fromByteKey(key));
  const compareBytes = (left: string, right: string): number =>
    Buffer.compare(Buffer.from(left), Buffer.from(right));
  assert.deepEqual(found, texts.toSorted(compareBytes));
});

test('a flipped bit is an error or changes nothing', (t) => {
  const name = createFileNames(t);
  const entries = createEntries(3000);
  const { file, root } = writeEntries(name(), entries);
  const original = fs.readFileSync(file);
  const next = createRandom(7);
  const damaged = name();
  let errors = 0;
  for (let round = 0; round < 300; round++) {
    const bytes = Buffer.from(original);
    const at = Math.floor(next() * bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(next() * 8));
    fs.writeFileSync(damaged, bytes);
    try {
      using opened = openWritten({ file: damaged, root });
      assert.deepEqual(readAll(opened), entries);
    } catch (error) {
      assert.ok(
        error instanceof Error && 'code' in error && error.code === 'E_DB_INVALID',
        `${at}`,
      );
      errors++;
    }
  }
  assert.ok(errors > 290, `${errors} of 300 were detected`);
});

test('a truncated, empty or foreign file, and another root, are errors', (t) => {
  const name = createFileNames(t);
  const { file, root } = writeEntries(name(), createEntries(3000));
  const original = fs.readFileSync(file);
  const other = writeEntries(name(), createEntries(3000, 2));
  for (const bytes of [
    original.subarray(0, -1),
    original.subarray(0, 1000),
    Buffer.alloc(0),
    Buffer.alloc(10_000),
    fs.readFileSync(other.file),
  ]) {
    const damaged = name();
    fs.writeFileSync(damaged, bytes);
    assert.throws(
      () => {
        using opened = openWritten({ file: damaged, root });
        readAll(opened);
      },
      { code: 'E_DB_INVALID' },
    );
  }
  for (const wrong of [other.root, '', 'sha256:0', root.toUpperCase()]) {
    assert.throws(
      () => {
        using opened = openWritten({ file, root: wrong });
        readAll(opened);
      },
      { code: 'E_DB_INVALID' },
    );
  }
});
