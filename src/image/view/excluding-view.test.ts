import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FileTable } from '../../foundation/core/file-table.ts';
import { excludePaths, includeDescendants } from './excluding-view.ts';
import { createSquashedView } from './squashed-view.ts';

const COMMON = { mode: 0o644, uid: 0, gid: 0, sizeBytes: 0 } as const;

function createView(...paths: readonly string[]) {
  const files = new FileTable();
  for (const path of paths) {
    const [name = '', linkTarget] = path.split(' -> ');
    const type = linkTarget === undefined ? 'regular' : 'symlink';
    files.add({ path: name, type, ...COMMON, ...(linkTarget === undefined ? {} : { linkTarget }) });
  }
  return createSquashedView([{ diffId: undefined, files }]);
}

const isExcluded = includeDescendants((path) => path === '/srv/cache');

it('hides the given paths and everything below them, and nothing else', () => {
  const view = createView('/srv/cache/a/b', '/srv/cached', '/srv/x');
  const shown = excludePaths(view, isExcluded);
  assert.deepEqual([...shown.listPaths()].toSorted(), ['/srv/cached', '/srv/x']);
  assert.deepEqual(shown.list('/srv'), ['cached', 'x']);
  assert.equal(shown.find('/srv/cache/a/b'), undefined);
  assert.deepEqual(shown.find('/srv/x'), view.find('/srv/x'));
});

it('does not list directories that are hidden or have no visible contents', () => {
  const shown = excludePaths(
    createView('/srv/cache/a/b', '/srv/x', '/l -> srv/cache/a', '/m -> srv', '/only/a'),
    includeDescendants((path) => path === '/srv/cache' || path === '/only/a'),
  );
  assert.equal(shown.findRealFolder('/srv'), '/srv');
  assert.equal(shown.findRealFolder('/m'), '/srv');
  for (const path of ['/srv/cache', '/srv/cache/a', '/l', '/only', '/srv/x']) {
    assert.equal(shown.findRealFolder(path), undefined);
  }
});

it('treats a link to a hidden path as dangling', () => {
  const shown = excludePaths(
    createView('/srv/cache/a', '/l -> srv/cache/a', '/m -> l2', '/l2'),
    isExcluded,
  );
  assert.equal(shown.resolve('/l'), undefined);
  assert.equal(shown.resolve('/m')?.path, '/l2');
});
