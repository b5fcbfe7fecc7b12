import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { toBytes } from '../../core/bytes.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { createAr } from './ar.fixture.ts';
import { readArMembers } from './ar.ts';

const ARCHIVE = createAr([
  { name: 'debian-binary', content: Buffer.from('2.0\n') },
  { name: 'odd/', content: Buffer.from('abc') },
  { name: 'last', content: Buffer.from('x') },
]);
const read = (content: Uint8Array, limits = DEFAULT_LIMITS) =>
  readArMembers(toBytes(content), limits);

suite('an archive of ar', () => {
  test('reads its members, which start at even offsets', () => {
    assert.deepEqual(read(ARCHIVE), {
      members: [
        { name: 'debian-binary', offset: 68, sizeBytes: 4 },
        { name: 'odd', offset: 132, sizeBytes: 3 },
        { name: 'last', offset: 196, sizeBytes: 1 },
      ],
      isCut: false,
    });
  });

  test('keeps the members before damage', () => {
    for (const content of [ARCHIVE.subarray(0, 134), ARCHIVE.subarray(0, 100)]) {
      const found = read(content);
      assert.deepEqual([found?.members.length, found?.isCut], [1, true]);
    }
    const limits = { ...DEFAULT_LIMITS, recordsMax: 2 };
    assert.deepEqual(read(ARCHIVE, limits)?.members.length, 2);
    assert.equal(read(Buffer.from('no archive')), undefined);
    assert.deepEqual(read(Buffer.from('!<arch>\n')), { members: [], isCut: false });
  });
});
