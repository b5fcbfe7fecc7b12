import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFlatView } from '../../../test/support/flat-view.ts';
import { listNestedFiles } from './nested-files.ts';

test('lists files below directories, also if one directory contains another', () => {
  const view = createFlatView({ '/a/x': '', '/a/b/y': '', '/ab/z': '', '/a/b/c/w': '' });
  const found = listNestedFiles(view, ['/a', '/a/b', '/none']);
  assert.deepEqual(
    [...found],
    [
      ['/a', ['/a/b/c/w', '/a/b/y', '/a/x']],
      ['/a/b', ['/a/b/c/w', '/a/b/y']],
      ['/none', []],
    ],
  );
});
