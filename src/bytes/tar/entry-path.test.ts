import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryPath } from './entry-path.ts';

const CASES: readonly (readonly [string, string | undefined])[] = [
  ['a/b', '/a/b'],
  ['./a/b/', '/a/b'],
  ['a/b/', '/a/b'],
  ['./a', '/a'],
  ['././a', '/a'],
  ['.//a', '/a'],
  ['a//', '/a'],
  ['./../a', undefined],
  ['../', undefined],
  ['/a//b/./c', '/a/b/c'],
  ['.', '/'],
  ['./', '/'],
  ['', '/'],
  ['a/.b/..c/...', '/a/.b/..c/...'],
  ['..', undefined],
  ['a/../b', undefined],
  ['a/..', undefined],
  ['a\0b', undefined],
];

for (const [name, path] of CASES) {
  test(`the name ${JSON.stringify(name)} stands for ${path ?? 'no path'}`, () => {
    assert.equal(entryPath(name), path);
  });
}
