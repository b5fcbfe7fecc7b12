import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { SILENT } from '../../../foundation/core/progress.ts';
import { createSpill } from '../../read/spill.ts';
import { host } from './host.ts';

test('reads the files of a machine whose root is mounted in a directory', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'plimsoll-host-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const folder of ['etc', 'proc']) mkdirSync(join(root, folder));
  // Nothing is mounted there, so it is a file of the machine.
  for (const file of ['etc/os-release', 'proc/version']) writeFileSync(join(root, file), 'ID=x\n');
  symlinkSync('/etc', join(root, 'outside'));
  using spill = createSpill({ folder: tmpdir(), limits: DEFAULT_LIMITS });
  const options = { limits: DEFAULT_LIMITS, spill, progress: SILENT, exclude: ['./outside'] };
  const { description, layers, problems } = await host.open(root, options);
  assert.equal(await host.recognize(root), 0, 'only by its name');
  assert.deepEqual(description, { kind: 'directory', userInput: root, name: root, path: root });
  const [layer] = layers;
  assert(layer?.kind === 'tree');
  const paths: string[] = [];
  for await (const { entry } of layer.walk()) paths.push(entry.path);
  assert.deepEqual(paths, ['/etc', '/etc/os-release', '/proc', '/proc/version']);
  const isLinux = process.platform === 'linux';
  assert.deepEqual(isLinux ? problems : [], []);
  const file = join(root, 'etc/os-release');
  await assert.rejects(host.open(file, options), { code: 'E_TARGET_UNKNOWN' });
});
