import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toEntryPath } from './entry-path.ts';

const CASES: readonly (readonly [string, string | undefined])[] = [
  ['a/b', '/a/b'],
  ['./a/b/', '/a/b'],
  ['a/b/', '/a/b'],
  ['./a', '/a'],
  ['././a', '/a'],
  ['.//a', '/a'],
  ['a//', '/a'],
  ['./../a', '/a'],
  ['../', '/'],
  ['/a//b/./c', '/a/b/c'],
  ['.', '/'],
  ['./', '/'],
  ['', '/'],
  ['a/.b/..c/...', '/a/.b/..c/...'],
  ['..', '/'],
  ['a/../b', '/b'],
  ['a/..', '/'],
  ['../../a/../../b', '/b'],
  ['a\0b', undefined],
];

for (const [name, path] of CASES) {
  test(`the name ${JSON.stringify(name)} is normalized to ${path ?? 'no path'}`, () => {
    assert.equal(toEntryPath(name), path);
  });
}
