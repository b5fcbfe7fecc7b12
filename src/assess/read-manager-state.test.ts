import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import { readManagerState } from './read-manager-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-manager-'));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'root/etc/apk'), { recursive: true });
mkdirSync(join(folder, 'root/var/lib/dpkg'), { recursive: true });
writeFileSync(join(folder, 'root/etc/apk/world'), '# comment\nalpine-base\ncurl<9 jq\n');
writeFileSync(
  join(folder, 'root/var/lib/dpkg/status'),
  'Package: dpkg\nEssential: yes\n\nPackage: curl\n',
);

const target = `dir:${join(folder, 'root')}`;

test('reads the packages that package managers protect, and those that people wanted', async () => {
  const state = await readManagerState(target, { temporaryFolder: folder });
  assert.deepEqual([...state.protectedNames], ['dpkg']);
  assert.deepEqual(state.world, ['alpine-base', 'curl<9', 'jq']);
});

test('a record that could not be read is an error, not an empty one', async () => {
  const limits = { ...DEFAULT_LIMITS, textFileBytesMax: 40 };
  await assert.rejects(readManagerState(target, { temporaryFolder: folder, limits }), {
    code: 'E_LIMIT',
    message: /\/var\/lib\/dpkg\/status/,
  });
});
