import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readZipFiles } from '../../../../test/support/read-zip-files.ts';
import { writeZip } from './write-zip.ts';

test('a written archive has its files, and the same bytes each time', () => {
  const files = [
    { path: 'a/ü.txt', bytes: Buffer.from('text') },
    { path: 'empty', bytes: new Uint8Array() },
  ];
  const archive = writeZip(files);
  assert.deepEqual(writeZip(files), archive);
  assert.deepEqual(
    [...readZipFiles(archive)].map(([path, bytes]) => [path, bytes.toString()]),
    [
      ['a/ü.txt', 'text'],
      ['empty', ''],
    ],
  );
  assert.equal(readZipFiles(writeZip([])).size, 0);
});
