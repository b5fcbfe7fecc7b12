import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { CacheFolder } from './cache-folder.ts';

/** Longer than the time resolution of file systems. */
const A_WHILE_MS = 20;

async function withFolder(work: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cache-folder-test-'));
  try {
    await work(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function createKey(number: number): string {
  return number.toString(16).padStart(64, '0');
}

test('deletes the least recently used entry first', async () => {
  await withFolder(async (folder) => {
    const cache = new CacheFolder(folder);
    for (const number of [1, 2, 3]) {
      cache.writeEntry(createKey(number), 'facts', Buffer.alloc(100));
      await setTimeout(A_WHILE_MS);
    }
    assert.equal(cache.readEntry(createKey(1), 'facts', 100)?.length, 100);
    cache.shrink(250);
    const left = [1, 2, 3].filter((number) => cache.readEntry(createKey(number), 'facts', 100));
    assert.deepEqual(left, [1, 3]);
  });
});

test('reading does not change the time at which an entry was written', async () => {
  await withFolder(async (folder) => {
    const cache = new CacheFolder(folder);
    cache.writeEntry(createKey(1), 'blob', Buffer.from('a'));
    const written = cache.getWrittenMs(createKey(1), 'blob');
    await setTimeout(A_WHILE_MS);
    cache.readEntry(createKey(1), 'blob', 100);
    assert.equal(cache.getWrittenMs(createKey(1), 'blob'), written);
    assert.equal(cache.getWrittenMs(createKey(2), 'blob'), undefined);
  });
});

test('does not read an entry that is longer than expected', async () => {
  await withFolder((folder) => {
    const cache = new CacheFolder(folder);
    cache.writeEntry(createKey(1), 'files', Buffer.alloc(101));
    assert.equal(cache.readEntry(createKey(1), 'files', 100), undefined);
  });
});

test('clearing deletes entries and leftovers of dead processes, and nothing else', async () => {
  await withFolder((folder) => {
    const cache = new CacheFolder(folder);
    cache.writeEntry(createKey(1), 'files', Buffer.alloc(10));
    cache.writeEntry(createKey(2), 'blob', Buffer.alloc(5));
    const living = `new-${process.pid}-0123456789abcdef`;
    for (const name of ['notes.txt', living, 'new-4194999-0123456789abcdef']) {
      fs.writeFileSync(path.join(folder, name), 'x');
    }
    fs.symlinkSync('notes.txt', path.join(folder, `${createKey(3)}.facts`));
    assert.deepEqual(cache.clear(), {
      entries: { files: 1, facts: 0, blob: 1, inventory: 0 },
      sizeBytes: 15,
    });
    assert.deepEqual(
      fs.readdirSync(folder).sort(),
      [`${createKey(3)}.facts`, living, 'notes.txt'].sort(),
    );
  });
});

test('entries are only readable by their owner', async () => {
  await withFolder((folder) => {
    const inner = path.join(folder, 'facts');
    new CacheFolder(inner).writeEntry(createKey(1), 'files', Buffer.from('a'));
    assert.equal(fs.statSync(inner).mode & 0o777, 0o700);
    assert.equal(fs.statSync(path.join(inner, `${createKey(1)}.files`)).mode & 0o777, 0o600);
  });
});

test('a missing directory is an empty cache', () => {
  const cache = new CacheFolder('/nowhere/at/all');
  assert.deepEqual(cache.measureUse(), {
    entries: { files: 0, facts: 0, blob: 0, inventory: 0 },
    sizeBytes: 0,
  });
  cache.shrink(1);
  assert.equal(cache.clear().sizeBytes, 0);
});
