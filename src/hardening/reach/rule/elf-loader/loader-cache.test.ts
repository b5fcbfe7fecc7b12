import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readLoaderCache } from './loader-cache.ts';

const NEW = 'glibc-ld.so.cache1.1';

/** Creates the new part of a cache in the format of `ldconfig`. */
function createNewPart(entries: readonly (readonly [string, string])[]): Buffer {
  const header = Buffer.alloc(48);
  header.write(NEW, 'latin1');
  header.writeUInt32LE(entries.length, 20);
  const table = Buffer.alloc(entries.length * 24);
  let strings = Buffer.alloc(0);
  const base = header.length + table.length;
  for (const [index, texts] of entries.entries()) {
    for (const [place, text] of texts.entries()) {
      table.writeUInt32LE(base + strings.length, index * 24 + 4 + place * 4);
      strings = Buffer.concat([strings, Buffer.from(`${text}\0`)]);
    }
  }
  return Buffer.concat([header, table, strings]);
}

const ENTRIES = [
  ['libz.so.1', '/lib/libz.so.1'],
  ['libc.so.6', '/lib/libc.so.6'],
] as const;

suite('the cache of the dynamic loader', () => {
  test('is read in its order', () => {
    assert.deepEqual(readLoaderCache(createNewPart(ENTRIES), 10), ENTRIES);
  });

  test('is read after an older part', () => {
    const old = Buffer.alloc(16);
    old.write('ld.so-1.7.0', 'latin1');
    assert.deepEqual(readLoaderCache(Buffer.concat([old, createNewPart(ENTRIES)]), 10), ENTRIES);
  });

  test('is read in the older format alone, too', () => {
    const header = Buffer.alloc(16 + 12);
    header.write('ld.so-1.7.0', 'latin1');
    header.writeUInt32LE(1, 12);
    header.writeUInt32LE(0, 20);
    header.writeUInt32LE(4, 24);
    const cache = Buffer.concat([header, Buffer.from('a.1\0/a\0')]);
    assert.deepEqual(readLoaderCache(cache, 10), [['a.1', '/a']]);
  });

  test('with a wrong length is read as far as possible, within the limit', () => {
    const cache = createNewPart(ENTRIES);
    cache.writeUInt32LE(0xffffffff, 20);
    assert.ok(readLoaderCache(cache, 1000).length < 10);
    assert.equal(readLoaderCache(createNewPart(ENTRIES), 1).length, 1);
    assert.deepEqual(readLoaderCache(cache.subarray(0, 40), 10), []);
    assert.deepEqual(readLoaderCache(Buffer.from('nothing'), 10), []);
    const old = Buffer.alloc(16);
    old.write('ld.so-1.7.0', 'latin1');
    old.writeUInt32LE(5, 12);
    assert.deepEqual(readLoaderCache(old, 10), []);
  });
});
