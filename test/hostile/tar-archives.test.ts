import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createPaxHeader, createTar } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { type ArchiveListing, listArchive } from '../support/list-archive.ts';
import { drawArchive } from '../support/random-archive.ts';
import { explainDifference, isSameListing } from '../support/tar-differences.ts';

/** Results of Go's archive/tar, recorded by `npm run oracle -- tar`, which compares many more. */
interface Sample {
  readonly seed: number;
  readonly listings: readonly Omit<ArchiveListing, 'problems'>[];
}

const PATH = join(import.meta.dirname, '..', 'support', 'tar-sample.json');
const { seed, listings } = JSON.parse(readFileSync(PATH, 'utf8')) as Sample;

test('the sample has intact and damaged archives', () => {
  assert(listings.length >= 200);
  for (const isExpected of [true, false]) {
    assert(listings.filter(({ isDamaged }) => isDamaged === isExpected).length >= 50);
  }
});

for (const chunkBytes of [1 << 20, 513]) {
  test(`reads generated archives like Go, in pieces of ${chunkBytes} bytes`, () => {
    for (const [run, { entries, isDamaged }] of listings.entries()) {
      const theirs = { entries, isDamaged, problems: [] };
      const ours = listArchive(drawArchive(seed, run), chunkBytes);
      if (!isSameListing(ours, theirs) && explainDifference(ours, theirs) === undefined) {
        assert.deepEqual({ run, ...ours, problems: [] }, { run, ...theirs });
      }
    }
  });
}

test('accepts only another name of a global header with a malformed number', () => {
  const global = { ...createPaxHeader({ path: 'b', atime: '1_0' }), name: 'a', typeFlag: 'g' };
  const ours = listArchive(createTar([global, { name: 'file' }]));
  const [header, file] = ours.entries;
  assert(header?.name === 'b' && file?.name === 'file');
  const withHeaderName: ArchiveListing = {
    entries: [{ ...header, name: 'a' }, file],
    isDamaged: false,
    problems: [],
  };
  assert.equal(explainDifference(ours, withHeaderName), 'global-header-with-malformed-number');
  const withOtherFile = { ...withHeaderName, entries: [header, { ...file, name: 'other' }] };
  assert.equal(explainDifference(ours, withOtherFile), undefined);
});
