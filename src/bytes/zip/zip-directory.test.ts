import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Budget } from '../../core/budget.ts';
import { readText, toBytes } from '../../core/bytes.ts';
import { DEFAULT_LIMITS, type Limits } from '../../core/limits.ts';
import { type ZipFixtureEntry, type ZipFixtureOptions, zipOf } from './zip.fixture.ts';
import { readZipDirectory } from './zip-directory.ts';
import { readZipEntry } from './zip-entry.ts';

interface Seen {
  readonly contents: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}

function see(archive: Uint8Array, limits: Limits = DEFAULT_LIMITS): Seen | undefined {
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

const seen = (entries: readonly ZipFixtureEntry[], options?: ZipFixtureOptions, limits?: Limits) =>
  see(zipOf(entries, options), limits);

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
  it('is read by its directory, stored and deflated entries alike', () => {
    assert.deepEqual(seen(TWO), READ);
    assert.deepEqual(seen([]), { contents: {}, problems: [] });
  });

  it('may have descriptors, sizes of 64 bits, a comment, something before and after it', () => {
    const wide = TWO.map((entry) => ({ ...entry, isWide: true, hasDescriptor: true }));
    assert.deepEqual(seen(wide), READ);
    assert.deepEqual(seen(wide, { isWide: true }), READ);
    assert.deepEqual(seen(TWO, { comment: 'PK\x05\x06'.padEnd(60_000, '.') }), READ);
    assert.deepEqual(seen(TWO, { prefix: '#!/bin/sh\nexec java -jar "$0"\n' }), READ);
    assert.deepEqual(seen(TWO, { prefix: '#!', isWide: true }), READ);
    assert.deepEqual(see(Buffer.concat([zipOf(TWO), Buffer.alloc(500)])), READ);
  });

  it('keeps names as they are, since they are labels only', () => {
    const names = ['../../etc/passwd', '/abs', 'C:\\x', 'grüße', 'a\0b'];
    const contents = Object.fromEntries(names.map((name) => [name, name]));
    assert.deepEqual(seen(names.map((name) => ({ name, content: name }))), {
      contents,
      problems: [],
    });
  });

  it('is none without a directory at its end', () => {
    const archive = zipOf(TWO);
    for (const content of [Buffer.alloc(0), Buffer.from('PK'), archive.subarray(0, -30)]) {
      assert.equal(see(content), undefined);
    }
  });

  it('costs an entry whose stated size is not what it unpacks to', () => {
    for (const sizeBytes of [0, 5, 599, 601, 5_000]) {
      assert.deepEqual(
        seen([
          { ...TWO[0], name: 'a', sizeBytes },
          { name: 'b', content: 'b' },
        ]),
        {
          contents: { b: 'b' },
          problems: ['P_MALFORMED a'],
        },
      );
    }
    assert.deepEqual(seen([{ name: 'a', content: 'abc', isStored: true, sizeBytes: 2 }]), {
      contents: {},
      problems: ['P_MALFORMED a'],
    });
  });

  it('costs entries that lie on each other, as in archives that unpack to terabytes', () => {
    const content = 'x'.repeat(100);
    const entries = [
      { name: 'a', content },
      { name: 'b', content, sameAs: 0 },
      { name: 'c', content: 'fine' },
    ];
    assert.deepEqual(seen(entries), {
      contents: { c: 'fine' },
      problems: ['P_MALFORMED a', 'P_MALFORMED b'],
    });
  });

  it('costs an entry that is encrypted, packed otherwise, or damaged', () => {
    const archive = zipOf([{ name: 'a', content: 'abc'.repeat(40) }]);
    archive.fill(0xff, 31, 36);
    assert.deepEqual(see(archive)?.problems, ['P_MALFORMED a']);
    assert.deepEqual(seen([{ name: 'a', flags: 1 }])?.problems, ['P_UNSUPPORTED a']);
    assert.deepEqual(seen([{ name: 'a', method: 12 }])?.problems, ['P_UNSUPPORTED a']);
  });

  it('tells a directory that is cut off or names more entries than it has', () => {
    assert.deepEqual(seen(TWO, { entryCount: 9 }), { ...READ, problems: ['P_TRUNCATED'] });
    const archive = zipOf(TWO);
    archive.writeUInt32LE(0, archive.lastIndexOf('PK\x01\x02'));
    assert.deepEqual(see(archive)?.problems, ['P_TRUNCATED']);
  });

  it('keeps to its limits', () => {
    const limited = (change: Partial<Limits>, entries = TWO) =>
      seen(entries, {}, { ...DEFAULT_LIMITS, ...change });
    assert.deepEqual(limited({ zipEntriesMax: 1 }), {
      contents: { 'a.txt': 'first '.repeat(100) },
      problems: ['P_LIMIT'],
    });
    assert.deepEqual(limited({ zipEntryBytesMax: 100 })?.problems, ['P_LIMIT a.txt']);
    assert.deepEqual(limited({ zipDirectoryBytesMax: 60 })?.problems, ['P_LIMIT']);
    assert.deepEqual(limited({ pathBytesMax: 5 })?.problems, ['P_NAME']);
    const many = ['a', 'b', 'c'].map((name) => ({ name, content: name.repeat(50) }));
    assert.deepEqual(limited({ zipExpandedBytesMax: 120 }, many)?.problems, ['P_LIMIT c']);
  });

  it('does not mind any single byte that is wrong', () => {
    const archive = zipOf(TWO);
    for (let at = 0; at < archive.length; at++) {
      for (const value of [0, 0xff]) {
        const damaged = Buffer.from(archive);
        damaged[at] = value;
        assert.doesNotThrow(() => see(damaged));
      }
    }
  });
});
