import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isParentOf, joinPath, normalPath, parentOf } from './path.ts';

test('a path loses what leads nowhere, and stays below the root', () => {
  assert.equal(normalPath('/a/./b//c/../d'), '/a/b/d');
  assert.equal(normalPath('a'), '/a');
  assert.equal(normalPath('/../../etc'), '/etc');
  assert.equal(normalPath('/a/..'), '/');
});

test('the folder of an entry is told with and without a text of its own', () => {
  for (const path of ['/a', '/a/b', '/a/b/c']) {
    assert.ok(isParentOf(parentOf(path), path), path);
  }
  assert.equal(parentOf('/a'), '/');
  assert.ok(!isParentOf('/a', '/ab/c'));
  assert.ok(!isParentOf('/', '/a/b'));
  assert.equal(joinPath('/', 'a'), '/a');
  assert.equal(joinPath('/a', 'b'), '/a/b');
});
