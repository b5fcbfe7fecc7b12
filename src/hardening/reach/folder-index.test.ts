import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type FileEntry, FileTable } from '../../foundation/core/file-table.ts';
import { createSquashedView } from '../../image/view/squashed-view.ts';
import {
  type BelowOptions,
  getFolderIndex,
  isFolder,
  listDescendantFiles,
} from './folder-index.ts';
import { expandPattern } from './shell-pattern.ts';

type Entry = Pick<FileEntry, 'path'> & Partial<FileEntry>;

function createWorld(...entries: readonly Entry[]) {
  const files = new FileTable();
  for (const entry of entries) {
    files.add({ type: 'regular', mode: 0o644, uid: 0, gid: 0, sizeBytes: 1, ...entry });
  }
  return { view: createSquashedView([{ diffId: `sha256:${'1'.repeat(64)}`, files }]) };
}

suite('files in directories', () => {
  // Some image builders write files without their directories.
  const bare = createWorld({ path: '/app/lib/a.jar' }, { path: '/app/lib/deep/b.jar' });

  test('a directory that no layer names exists if it contains something', () => {
    assert.equal(isFolder('/app/lib', bare), true);
    assert.equal(isFolder('/app/lib/deep', bare), true);
    assert.equal(isFolder('/app/lib/a.jar', bare), false);
    assert.equal(isFolder('/app/none', bare), false);
    assert.equal(
      isFolder('/app/empty', createWorld({ path: '/app/empty', type: 'directory' })),
      true,
    );
  });

  const linked = createWorld(
    { path: '/srv/app/lib/a.jar' },
    { path: '/srv/app/old', type: 'symlink', linkTarget: 'lib' },
    { path: '/srv/app/one.jar', type: 'symlink', linkTarget: 'lib/a.jar' },
    { path: '/app', type: 'symlink', linkTarget: 'srv/app' },
  );

  test('follows a link to a directory that no layer names', () => {
    assert.equal(isFolder('/app', linked), true);
    assert.equal(isFolder('/app/lib', linked), true);
    assert.equal(isFolder('/app/one.jar', linked), false);
    assert.deepEqual(getFolderIndex(linked).listNames('/app'), ['lib', 'old', 'one.jar']);
    assert.deepEqual(expandPattern('/app/*/*.jar', linked), ['/app/lib/a.jar', '/app/old/a.jar']);
  });

  test('lists files below at their real or requested path, without links to directories', () => {
    assert.deepEqual(listDescendantFiles('/app', linked), [
      '/srv/app/lib/a.jar',
      '/srv/app/one.jar',
    ]);
    const listAppFiles = (options: BelowOptions) =>
      getFolderIndex(linked).listDescendantFiles('/app', options);
    assert.deepEqual(listAppFiles({}), ['/app/lib/a.jar', '/app/one.jar']);
    assert.deepEqual(listAppFiles({ filesMax: 1 }), ['/app/lib/a.jar']);
    assert.deepEqual(listAppFiles({ depthMax: 1 }), ['/app/one.jar']);
    assert.deepEqual(listAppFiles({ without: new Set(['lib']) }), ['/app/one.jar']);
    assert.deepEqual(getFolderIndex(linked).listDescendantFiles('/none'), []);
  });

  test('lists files below at any depth, without directories', () => {
    assert.deepEqual(listDescendantFiles('/app', bare), ['/app/lib/a.jar', '/app/lib/deep/b.jar']);
    assert.deepEqual(listDescendantFiles('/app/lib', bare, 1), ['/app/lib/a.jar']);
  });

  test('expands patterns there too', () => {
    assert.deepEqual(expandPattern('/app/*/*.jar', bare), ['/app/lib/a.jar']);
    assert.deepEqual(expandPattern('/*', bare), []);
  });
});
