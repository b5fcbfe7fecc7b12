import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ViewLayer } from '../../foundation/core/cataloger.ts';
import { FileTable, type FileType } from '../../foundation/core/file-table.ts';
import { findBrokenLinks } from './broken-links.ts';
import { createSquashedView } from './squashed-view.ts';

function createLayer(
  entries: readonly (readonly [path: string, type: FileType, linkTarget?: string])[],
  number: number,
): ViewLayer {
  const files = new FileTable();
  for (const [path, type, linkTarget] of entries) {
    const link = linkTarget === undefined ? {} : { linkTarget };
    files.add({ path, type, mode: 0o644, uid: 0, gid: 0, sizeBytes: 0, ...link });
  }
  return { diffId: `sha256:${String(number).repeat(64)}`, files };
}

function listBroken(...layers: readonly Parameters<typeof createLayer>[0][]): string[] {
  const view = createSquashedView(layers.map(createLayer));
  return findBrokenLinks(view, (path) => path.endsWith('/status')).map(
    ({ code, path, message }) => `${code} ${path} ${message.includes('circular') ? 'circles' : ''}`,
  );
}

test('reports a requested circular symbolic link, whatever it leads through', () => {
  const entries = [
    ['/lib/status', 'symlink', 'status'],
    ['/var/dpkg/status', 'symlink', '../../../../../var/dpkg/status'],
    ['/a/status', 'symlink', '/a/b'],
    ['/a/b', 'symlink', './status'],
  ] as const;
  assert.deepEqual(listBroken(entries), [
    'P_LINK /a/status circles',
    'P_LINK /lib/status circles',
    'P_LINK /var/dpkg/status circles',
  ]);
});

test('does not report a symbolic link that is not requested, is dangling, or leads to a file', () => {
  const entries = [
    ['/self', 'symlink', 'self'],
    ['/gone/status', 'symlink', '/nowhere'],
    ['/status', 'symlink', 'file'],
    ['/file', 'regular'],
  ] as const;
  assert.deepEqual(listBroken(entries), []);
});

test('does not report a link that a later layer hides', () => {
  assert.deepEqual(
    listBroken([['/status', 'symlink', 'status']], [['/.wh.status', 'regular']]),
    [],
  );
});
