import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareText } from './compare-text.ts';
import { PathIndex } from './path-index.ts';

test('lists the values below a directory like a comparison with every path', () => {
  const names = [
    'a',
    'a-b',
    'a/b',
    'a/b/c',
    'a/b/\uffee',
    'a/b/\uffff',
    'a/b/\uffffz',
    'a.b',
    'b/a',
    '\u{1f600}/x',
    'ab/c',
    'z',
  ];
  const paths = names.map((name) => `/${name}`).sort(compareText);
  const index = new PathIndex(paths.map((path) => [path, path]));
  for (const folder of ['/', '/a', '/a/', '/a/b', '/b', '/z', '/none', '/\u{1f600}']) {
    const expected = paths.filter((path) => path.startsWith(folder.replace(/\/?$/, '/')));
    assert.deepEqual(index.listDescendants(folder), expected, folder);
    assert.deepEqual(index.listDescendants(folder, 2), expected.slice(0, 2), folder);
    assert.equal(index.countDescendants(folder), expected.length, folder);
  }
  assert.deepEqual(new PathIndex([]).listDescendants('/'), []);
});
