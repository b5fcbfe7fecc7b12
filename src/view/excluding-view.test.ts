import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FileTable } from '../core/file-table.ts';
import { excludingView, withAllBelow } from './excluding-view.ts';
import { squash } from './squash.ts';

const COMMON = { mode: 0o644, uid: 0, gid: 0, sizeBytes: 0 } as const;

function viewOf(...paths: readonly string[]) {
  const files = new FileTable();
  for (const path of paths) {
    const [name = '', linkTarget] = path.split(' -> ');
    const type = linkTarget === undefined ? 'regular' : 'symlink';
    files.add({ path: name, type, ...COMMON, ...(linkTarget === undefined ? {} : { linkTarget }) });
  }
  return squash([{ diffId: undefined, files }]);
}

const isExcluded = withAllBelow((path) => path === '/srv/cache');

it('hides what is named and all that lies below it, and nothing beside it', () => {
  const view = viewOf('/srv/cache/a/b', '/srv/cached', '/srv/x');
  const shown = excludingView(view, isExcluded);
  assert.deepEqual([...shown.listPaths()].toSorted(), ['/srv/cached', '/srv/x']);
  assert.deepEqual(shown.list('/srv'), ['cached', 'x']);
  assert.equal(shown.find('/srv/cache/a/b'), undefined);
  assert.deepEqual(shown.find('/srv/x'), view.find('/srv/x'));
});

it('knows no folder that is hidden, or of which nothing is left', () => {
  const shown = excludingView(
    viewOf('/srv/cache/a/b', '/srv/x', '/l -> srv/cache/a', '/m -> srv', '/only/a'),
    withAllBelow((path) => path === '/srv/cache' || path === '/only/a'),
  );
  assert.equal(shown.findRealFolder('/srv'), '/srv');
  assert.equal(shown.findRealFolder('/m'), '/srv');
  for (const path of ['/srv/cache', '/srv/cache/a', '/l', '/only', '/srv/x']) {
    assert.equal(shown.findRealFolder(path), undefined);
  }
});

it('lets a link to what is hidden lead nowhere', () => {
  const shown = excludingView(
    viewOf('/srv/cache/a', '/l -> srv/cache/a', '/m -> l2', '/l2'),
    isExcluded,
  );
  assert.equal(shown.resolve('/l'), undefined);
  assert.equal(shown.resolve('/m')?.path, '/l2');
});
