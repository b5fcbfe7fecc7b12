import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Budget } from '../../core/budget.ts';
import { readText, toBytes } from '../../core/bytes.ts';
import { DEFAULT_LIMITS, type Limits } from '../../core/limits.ts';
import { createZip, type ZipFixtureEntry, type ZipFixtureOptions } from './zip.fixture.ts';
import { readZipDirectory } from './zip-directory.ts';
import { readZipEntry } from './zip-entry.ts';

interface Seen {
  readonly contents: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}

function readDirectory(archive: Uint8Array, limits: Limits = DEFAULT_LIMITS): Seen | undefined {
  const budget = new Budget(limits);
  const directory = readZipDirectory(toBytes(archive), budget, () => true);
  if (directory === undefined) {
    return undefined;
  }
  const problems = directory.problems.map(({ code }) => code as string);
  const contents: Record<string, string> = {};
  const left = { expandedBytesLeft: limits.zipExpandedBytesMax };
  for (const entry of directory.entries) {
    const read = readZipEntry(directory, entry, { budget, left, maxBytes: 'zipEntryBytesMax' });
    if (read.content !== undefined) {
      contents[entry.name] = readText(read.content);
    } else {
      problems.push(`${read.problem.code} ${entry.name}`);
    }
  }
  return { contents, problems };
}

const readEntries = (
  entries: readonly ZipFixtureEntry[],
  options?: ZipFixtureOptions,
  limits?: Limits,
) => readDirectory(createZip(entries, options), limits);

const TWO: readonly ZipFixtureEntry[] = [
  { name: 'a.txt', content: 'first '.repeat(100) },
  { name: 'folder/', isStored: true },
  { name: 'folder/b.txt', content: 'second', isStored: true },
];
const READ = {
  contents: { 'a.txt': 'first '.repeat(100), 'folder/b.txt': 'second' },
  problems: [],
};

describe('a zip archive', () => {
  it('is read by its directory, both stored and deflated entries', () => {
    assert.deepEqual(readEntries(TWO), READ);
    assert.deepEqual(readEntries([]), { contents: {}, problems: [] });
  });

  it('may have descriptors, 64-bit sizes, a comment, and other content around it', () => {
    const wide = TWO.map((entry) => ({ ...entry, isWide: true, hasDescriptor: true }));
    assert.deepEqual(readEntries(wide), READ);
    assert.deepEqual(readEntries(wide, { isWide: true }), READ);
    assert.deepEqual(readEntries(TWO, { comment: 'PK\x05\x06'.padEnd(60_000, '.') }), READ);
    assert.deepEqual(readEntries(TWO, { prefix: '#!/bin/sh\nexec java -jar "$0"\n' }), READ);
    assert.deepEqual(readEntries(TWO, { prefix: '#!', isWide: true }), READ);
    assert.deepEqual(readDirectory(Buffer.concat([createZip(TWO), Buffer.alloc(500)])), READ);
  });

  it('keeps names unchanged, since they are only labels', () => {
    const names = ['../../etc/passwd', '/abs', 'C:\\x', 'grüße', 'a\0b'];
    const contents = Object.fromEntries(names.map((name) => [name, name]));
    assert.deepEqual(readEntries(names.map((name) => ({ name, content: name }))), {
      contents,
      problems: [],
    });
  });

  it('is rejected without a directory at its end', () => {
    const archive = createZip(TWO);
    for (const content of [Buffer.alloc(0), Buffer.from('PK'), archive.subarray(0, -30)]) {
      assert.equal(readDirectory(content), undefined);
    }
  });

  it('loses an entry whose stated size differs from its content', () => {
    for (const sizeBytes of [0, 5, 599, 601, 5_000]) {
      assert.deepEqual(
        readEntries([
          { ...TWO[0], name: 'a', sizeBytes },
          { name: 'b', content: 'b' },
        ]),
        {
          contents: { b: 'b' },
          problems: ['P_MALFORMED a'],
        },
      );
    }
    assert.deepEqual(readEntries([{ name: 'a', content: 'abc', isStored: true, sizeBytes: 2 }]), {
      contents: {},
      problems: ['P_MALFORMED a'],
    });
  });

  it('loses overlapping entries, as in archives that unpack to terabytes', () => {
    const content = 'x'.repeat(100);
    const entries = [
      { name: 'a', content },
      { name: 'b', content, sameAs: 0 },
      { name: 'c', content: 'fine' },
    ];
    assert.deepEqual(readEntries(entries), {
      contents: { c: 'fine' },
      problems: ['P_MALFORMED a', 'P_MALFORMED b'],
    });
  });

  it('loses an entry that is encrypted, damaged, or compressed by another method', () => {
    const archive = createZip([{ name: 'a', content: 'abc'.repeat(40) }]);
    archive.fill(0xff, 31, 36);
    assert.deepEqual(readDirectory(archive)?.problems, ['P_MALFORMED a']);
    assert.deepEqual(readEntries([{ name: 'a', flags: 1 }])?.problems, ['P_UNSUPPORTED a']);
    assert.deepEqual(readEntries([{ name: 'a', method: 12 }])?.problems, ['P_UNSUPPORTED a']);
  });

  it('reports a directory that is truncated or has too few entries', () => {
    assert.deepEqual(readEntries(TWO, { entryCount: 9 }), { ...READ, problems: ['P_TRUNCATED'] });
    const archive = createZip(TWO);
    archive.writeUInt32LE(0, archive.lastIndexOf('PK\x01\x02'));
    assert.deepEqual(readDirectory(archive)?.problems, ['P_TRUNCATED']);
  });

  it('respects its limits', () => {
    const readLimited = (change: Partial<Limits>, entries = TWO) =>
      readEntries(entries, {}, { ...DEFAULT_LIMITS, ...change });
    assert.deepEqual(readLimited({ zipEntriesMax: 1 }), {
      contents: { 'a.txt': 'first '.repeat(100) },
      problems: ['P_LIMIT'],
    });
    assert.deepEqual(readLimited({ zipEntryBytesMax: 100 })?.problems, ['P_LIMIT a.txt']);
    assert.deepEqual(readLimited({ zipDirectoryBytesMax: 60 })?.problems, ['P_LIMIT']);
    assert.deepEqual(readLimited({ pathBytesMax: 5 })?.problems, ['P_NAME']);
    const many = ['a', 'b', 'c'].map((name) => ({ name, content: name.repeat(50) }));
    assert.deepEqual(readLimited({ zipExpandedBytesMax: 120 }, many)?.problems, ['P_LIMIT c']);
  });

  it('survives any single wrong byte', () => {
    const archive = createZip(TWO);
    for (let at = 0; at < archive.length; at++) {
      for (const value of [0, 0xff]) {
        const damaged = Buffer.from(archive);
        damaged[at] = value;
        assert.doesNotThrow(() => readDirectory(damaged));
      }
    }
  });
});
