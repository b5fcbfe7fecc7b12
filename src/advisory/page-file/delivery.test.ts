import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { diffPageFiles } from './diff-page-files.ts';
import { packPageFile, unpackPageFile } from './pack-page-file.ts';
import {
  createEntries,
  createFileNames,
  createRandom,
  type Entries,
  openWritten,
  readAll,
  writeEntries,
} from './page-file.fixture.ts';
import { applyDelta, createDelta } from './page-file-delta.ts';

const limits = DEFAULT_LIMITS;

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Yields bytes in pieces of any length. */
async function* cutPieces(bytes: Buffer, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) {
    yield bytes.subarray(at, at + length);
  }
}

/** Returns entries of which some are removed, changed and added. */
function changeEntries(entries: Entries, seed: number, share: number): Map<string, string> {
  const next = createRandom(seed);
  const changed = new Map<string, string>();
  for (const [key, value] of entries) {
    const choice = next() / share;
    if (choice < 0.3) {
      changed.set(`${key}-added`, `${value}, again`);
    }
    if (choice < 0.6) {
      changed.set(key, `${value.slice(0, 40)} changed ${value.slice(40)}`);
    } else if (choice > 1) {
      changed.set(key, value);
    }
  }
  return changed;
}

const CASES: readonly (readonly [name: string, before: Entries, after: Entries])[] = [
  ['nothing and nothing', new Map(), new Map()],
  ['nothing and many entries', new Map(), createEntries(3000)],
  ['many entries and nothing', createEntries(3000), new Map()],
  ['equal entries', createEntries(3000), createEntries(3000)],
  ['a few changes', createEntries(20_000), changeEntries(createEntries(20_000), 3, 0.001)],
  ['many changes', createEntries(20_000), changeEntries(createEntries(20_000), 4, 0.3)],
  ['different entries', createEntries(5000), createEntries(500, 9)],
  ['a removed first entry', createEntries(5000), new Map([...createEntries(5000)].sort().slice(1))],
  ['a removed end', createEntries(5000), new Map([...createEntries(5000)].sort().slice(0, 2000))],
  ['an added end', createEntries(5000), new Map([...createEntries(5000), ['~', 'the last']])],
];

for (const [name, before, after] of CASES) {
  test(`a difference lists exactly the changes: ${name}`, (t) => {
    const nextName = createFileNames(t);
    using older = openWritten(writeEntries(nextName(), before));
    using newer = openWritten(writeEntries(nextName(), after));
    const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
    const expected = keys
      .filter((key) => before.get(key) !== after.get(key))
      .map((key) => ({ key, before: before.get(key), after: after.get(key) }));
    const found = [...diffPageFiles(older, newer)].map((change) => ({
      key: change.key,
      before: change.before?.toString(),
      after: change.after?.toString(),
    }));
    assert.deepEqual(found, expected);
  });

  test(`a delta produces the bytes of the new file: ${name}`, async (t) => {
    const nextName = createFileNames(t);
    const newest = writeEntries(nextName(), after);
    using older = openWritten(writeEntries(nextName(), before));
    using newer = openWritten(newest);
    const delta = await collect(createDelta(older, newer));
    for (const length of [delta.length, 7]) {
      const target = nextName();
      const stream = cutPieces(delta, length);
      const summary = await applyDelta(older, stream, {
        target,
        expectedRoot: newest.root,
        limits,
      });
      assert.equal(summary.root, newest.root);
      assert.ok(fs.readFileSync(target).equals(fs.readFileSync(newest.file)));
    }
  });
}

test('a difference reads only the pages that differ', (t) => {
  const nextName = createFileNames(t);
  const entries = createEntries(20_000);
  const key = [...entries.keys()][777] ?? '';
  const original = writeEntries(nextName(), entries);
  // Damage in a page that does not differ is found by everything that reads it.
  const damaged = fs.readFileSync(original.file);
  using whole = openWritten(original);
  const untouched = [...whole.listLeaves()].filter(({ firstKey }) => firstKey > key)[5];
  assert.ok(untouched);
  damaged.fill(0, untouched.span.position, untouched.span.position + 20);
  fs.writeFileSync(original.file, damaged);
  using older = openWritten(original);
  using newer = openWritten(writeEntries(nextName(), new Map(entries).set(key, 'changed')));
  assert.throws(() => readAll(older), { code: 'E_DB_INVALID' });
  assert.deepEqual(
    [...diffPageFiles(older, newer)].map((change) => change.key),
    [key],
  );
});

test('a packed file is unpacked to the same bytes', async (t) => {
  const nextName = createFileNames(t);
  for (const count of [0, 1, 20_000]) {
    const written = writeEntries(nextName(), createEntries(count));
    using file = openWritten(written);
    const packed = await collect(packPageFile(file));
    for (const length of [packed.length, 1000]) {
      const target = nextName();
      const options = { target, expectedRoot: written.root, limits };
      await unpackPageFile(cutPieces(packed, length), options);
      assert.ok(fs.readFileSync(target).equals(fs.readFileSync(written.file)));
    }
  }
});

test('a value longer than a piece of the stream is unpacked', async (t) => {
  const nextName = createFileNames(t);
  const next = createRandom(3);
  const long = Array.from({ length: 50_000 }, () => String(next())).join(',');
  const written = writeEntries(nextName(), createEntries(100).set('long', long));
  using file = openWritten(written);
  const target = nextName();
  await unpackPageFile(packPageFile(file), { target, expectedRoot: written.root, limits });
  using unpacked = openWritten({ file: target, root: written.root });
  assert.equal(unpacked.readEntryValue('long')?.toString(), long);
});

test('a damaged or truncated stream, and one with another root, are refused', async (t) => {
  const nextName = createFileNames(t);
  const written = writeEntries(nextName(), createEntries(3000));
  const other = writeEntries(nextName(), createEntries(3000, 2));
  using file = openWritten(written);
  using newer = openWritten(other);
  const packed = await collect(packPageFile(file));
  const delta = await collect(createDelta(file, newer));
  const next = createRandom(5);
  const invertBit = (bytes: Buffer): Buffer => {
    const copy = Buffer.from(bytes);
    const at = Math.floor(next() * copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(next() * 8));
    return copy;
  };
  const isExpected = (error: unknown): boolean =>
    error instanceof Error && 'code' in error && error.code === 'E_DB_IMPORT';
  for (const bytes of [packed.subarray(0, -9), packed.subarray(0, 50), Buffer.alloc(0)]) {
    const options = { target: nextName(), expectedRoot: written.root, limits };
    await assert.rejects(unpackPageFile(cutPieces(bytes, 4096), options), isExpected);
  }
  const options = { target: nextName(), expectedRoot: other.root, limits };
  await assert.rejects(unpackPageFile(cutPieces(packed, 4096), options), isExpected);
  for (let round = 0; round < 40; round++) {
    for (const isDelta of [false, true]) {
      const target = nextName();
      const root = isDelta ? other.root : written.root;
      const stream = cutPieces(invertBit(isDelta ? delta : packed), 4096);
      const to = { target, expectedRoot: root, limits };
      try {
        await (isDelta ? applyDelta(file, stream, to) : unpackPageFile(stream, to));
        using result = openWritten({ file: target, root });
        readAll(result);
      } catch (error) {
        assert.ok(isExpected(error), String(error));
      }
    }
  }
});

test('a delta is refused for another old file and another new root', async (t) => {
  const nextName = createFileNames(t);
  const [first, second, third] = [1, 2, 3].map((seed) =>
    writeEntries(nextName(), createEntries(500, seed)),
  );
  assert.ok(first && second && third);
  using older = openWritten(first);
  using newer = openWritten(second);
  using foreign = openWritten(third);
  const delta = await collect(createDelta(older, newer));
  const apply = (file: typeof older, expectedRoot: string) =>
    applyDelta(file, cutPieces(delta, 4096), { target: nextName(), expectedRoot, limits });
  await assert.rejects(apply(foreign, second.root), { code: 'E_DB_IMPORT' });
  await assert.rejects(apply(older, third.root), { code: 'E_DB_IMPORT' });
  assert.equal((await apply(older, second.root)).root, second.root);
});

test('a stream that expands too far is refused', async (t) => {
  const nextName = createFileNames(t);
  const written = writeEntries(nextName(), new Map([['a', 'x'.repeat(1_000_000)]]));
  using file = openWritten(written);
  const small = { ...DEFAULT_LIMITS, databaseBytesMax: 100_000 };
  const options = { target: nextName(), expectedRoot: written.root, limits: small };
  await assert.rejects(unpackPageFile(packPageFile(file), options), { code: 'E_LIMIT' });
});
