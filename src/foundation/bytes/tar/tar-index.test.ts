import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBytes } from '../../core/bytes.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { createTar } from './tar.fixture.ts';
import { indexTar } from './tar-index.ts';

test('an index locates content, and reads little else', () => {
  const archive = createTar([
    { name: './a', content: 'x'.repeat(100_000) },
    { name: 'b/c', content: 'see' },
    { name: 'l', typeFlag: '2', linkName: 'b/c' },
  ]);
  let bytesRead = 0;
  const { entries, problems } = indexTar(
    {
      sizeBytes: archive.length,
      read: (offset, length) => {
        const content = archive.subarray(offset, offset + length);
        bytesRead += content.length;
        return content;
      },
    },
    DEFAULT_LIMITS,
  );
  const entry = entries.get('/b/c');
  assert(entry !== undefined);
  assert.equal(archive.toString('utf8', entry.offset, entry.offset + entry.sizeBytes), 'see');
  assert.equal(entries.get('/l')?.linkName, 'b/c');
  assert.deepEqual(problems, []);
  assert(bytesRead < 40_000);
});

test('an index names repeated paths and keeps the first', () => {
  const archive = createTar([
    { name: 'a', content: 'first' },
    { name: './a', content: 'again' },
  ]);
  const { entries, repeated } = indexTar(toBytes(archive), DEFAULT_LIMITS);
  assert.equal(entries.get('/a')?.offset, 512);
  assert.deepEqual([...repeated], ['/a']);
});

test('an index omits a truncated entry', () => {
  const archive = createTar([
    { name: 'a', content: 'a' },
    { name: 'b', content: 'b'.repeat(2_000) },
  ]).subarray(0, 2_000);
  const { entries, problems } = indexTar(toBytes(archive), DEFAULT_LIMITS);
  assert.deepEqual([...entries.keys()], ['/a']);
  assert.equal(problems[0]?.code, 'P_TRUNCATED');
});
