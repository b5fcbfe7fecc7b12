import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type FileEntry, FileTable } from '../core/file-table.ts';
import { squash } from '../view/squash.ts';
import { expandPattern, filesBelow, isFolder } from './file-tree.ts';

type Entry = Pick<FileEntry, 'path'> & Partial<FileEntry>;

function worldOf(...entries: readonly Entry[]) {
  const files = new FileTable();
  for (const entry of entries) {
    files.add({ type: 'regular', mode: 0o644, uid: 0, gid: 0, sizeBytes: 1, ...entry });
  }
  return { view: squash([{ diffId: `sha256:${'1'.repeat(64)}`, files }]) };
}

suite('files in folders', () => {
  // Some builders of images write files and no folders.
  const bare = worldOf({ path: '/app/lib/a.jar' }, { path: '/app/lib/deep/b.jar' });

  test('a folder that no layer names is one where something lies in it', () => {
    assert.equal(isFolder('/app/lib', bare), true);
    assert.equal(isFolder('/app/lib/deep', bare), true);
    assert.equal(isFolder('/app/lib/a.jar', bare), false);
    assert.equal(isFolder('/app/none', bare), false);
    assert.equal(isFolder('/app/empty', worldOf({ path: '/app/empty', type: 'directory' })), true);
  });

  test('files below are told at any depth, and no folder among them', () => {
    assert.deepEqual(filesBelow('/app', bare), ['/app/lib/a.jar', '/app/lib/deep/b.jar']);
    assert.deepEqual(filesBelow('/app/lib', bare, 1), ['/app/lib/a.jar']);
  });

  test('a pattern is expanded there as well', () => {
    assert.deepEqual(expandPattern('/app/*/*.jar', bare), ['/app/lib/a.jar']);
  });
});
