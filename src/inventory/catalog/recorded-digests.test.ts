import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import type { Package } from '../../foundation/core/package.ts';
import { readRecordedDigests } from './recorded-digests.ts';

function withFiles(digests: readonly unknown[]): Package {
  return {
    name: 'a',
    version: '1',
    type: 'any',
    language: '',
    purl: '',
    foundBy: 'any',
    rule: '',
    confidence: 1,
    locations: [],
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: digests.map((_, index) => ({ path: `/root/${index}` })),
    metadata: {
      kind: 'any',
      value: { files: digests.map((digest, index) => ({ path: `/${index}`, digest })) },
    },
  };
}

test('reads digests in the notation of apk, dpkg, rpm, pacman and Portage', () => {
  const [md5, sha1, sha256] = [hash('md5', ''), hash('sha1', ''), hash('sha256', '')];
  const createApkFile = (algorithm: 'sha1' | 'sha256', letter: string): object => ({
    algorithm: "'Q1'+base64(sha1)",
    value: letter + hash(algorithm, '', 'base64'),
  });
  const pkg = withFiles([
    { algorithm: 'md5', value: md5.toUpperCase() },
    createApkFile('sha1', 'Q1'),
    createApkFile('sha256', 'Q2'),
    { algorithm: 'sha256', value: sha256 },
    [
      { algorithm: 'md5', value: md5 },
      { algorithm: 'sha256', value: sha256 },
    ],
  ]);
  assert.deepEqual(
    readRecordedDigests(pkg).map(({ path, algorithm, digits }) => `${path} ${algorithm} ${digits}`),
    [
      `/root/0 md5 ${md5}`,
      `/root/1 sha1 ${sha1}`,
      `/root/2 sha256 ${sha256}`,
      `/root/3 sha256 ${sha256}`,
      `/root/4 md5 ${md5}`,
      `/root/4 sha256 ${sha256}`,
    ],
  );
});

test('ignores digests that are missing, truncated, of wrong length or algorithm', () => {
  const values = ['', 'Q1', 'Q1!!', 'd41d8cd9', 'z'.repeat(32), hash('sha1', '')];
  const algorithms = ['md5', 'sha256', 'sha512', 'constructor', ''];
  const digests = algorithms.flatMap((algorithm) => values.map((value) => ({ algorithm, value })));
  const odd = [undefined, null, 7, [], {}, { algorithm: 'md5' }, { value: hash('md5', '') }];
  assert.deepEqual(readRecordedDigests(withFiles([...digests, ...odd])), []);
  assert.deepEqual(readRecordedDigests({ ...withFiles([]), ownedFiles: [{ path: '/a' }] }), []);
});
