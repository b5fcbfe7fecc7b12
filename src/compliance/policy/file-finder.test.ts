import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { InventoryFile } from '../../foundation/core/inventory.ts';
import { FileFinder } from './file-finder.ts';

function createFile(path: string, linkTarget?: string): InventoryFile {
  const type = linkTarget === undefined ? 'regular' : 'symlink';
  const rest = { mode: 0o777, uid: 0, gid: 0, sizeBytes: 0, mimeType: '' };
  return { path, type, ...rest, ...(linkTarget === undefined ? {} : { linkTarget }) };
}

const FINDER = new FileFinder([
  createFile('/usr/bin/sh'),
  createFile('/bin', 'usr/bin'),
  createFile('/usr/bin/dash', 'sh'),
  createFile('/opt/sh', '/bin/dash'),
  createFile('/opt/up', '../usr/./bin/sh'),
  createFile('/a', '/b'),
  createFile('/b', '/a'),
  { ...createFile('/usr/bin/gone'), isVisible: false },
  createFile('/empty', ''),
]);

suite('a path in a target', () => {
  test('is found through links of directories and files', () => {
    for (const path of ['/usr/bin/sh', '/bin/sh', '/bin/dash', '/opt/sh', '/opt/up']) {
      assert.equal(FINDER.resolve(path)?.path, '/usr/bin/sh', path);
    }
    assert.equal(FINDER.resolve('/opt/../bin/./sh')?.path, '/usr/bin/sh');
    assert.equal(FINDER.resolve('/../../bin/sh')?.path, '/usr/bin/sh');
  });

  test('names a link itself if its last part is not followed', () => {
    assert.equal(FINDER.findEntry('/opt/sh')?.type, 'symlink');
    assert.equal(FINDER.findEntry('/bin/dash')?.path, '/usr/bin/dash');
  });

  test('is not found if links form a circle, or lead to nothing', () => {
    assert.equal(FINDER.resolve('/a'), undefined);
    assert.equal(FINDER.resolve('/bin/none'), undefined);
    assert.equal(FINDER.resolve('/usr/bin/gone'), undefined);
    assert.equal(FINDER.resolve('/empty')?.type, undefined);
  });
});
