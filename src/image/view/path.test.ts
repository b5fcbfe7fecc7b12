import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getParentPath, isParent, joinPath, normalizePath } from './path.ts';

test('normalizes a path, which stays below the root', () => {
  assert.equal(normalizePath('/a/./b//c/../d'), '/a/b/d');
  assert.equal(normalizePath('a'), '/a');
  assert.equal(normalizePath('/../../etc'), '/etc');
  assert.equal(normalizePath('/a/..'), '/');
});

test('returns and compares the parent directory of a path', () => {
  for (const path of ['/a', '/a/b', '/a/b/c']) {
    assert.ok(isParent(getParentPath(path), path), path);
  }
  assert.equal(getParentPath('/a'), '/');
  assert.ok(!isParent('/a', '/ab/c'));
  assert.ok(!isParent('/', '/a/b'));
  assert.equal(joinPath('/', 'a'), '/a');
  assert.equal(joinPath('/a', 'b'), '/a/b');
});
