import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flatView } from '../../test/support/flat-view.ts';
import { listNestedFiles } from './files-below.ts';

test('files below folders are theirs, also where one folder lies in another', () => {
  const view = flatView({ '/a/x': '', '/a/b/y': '', '/ab/z': '', '/a/b/c/w': '' });
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
