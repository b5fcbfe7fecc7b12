import assert from 'node:assert/strict';
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import vm from 'node:vm';
import { bundleCode, recordCode, stageExecutable } from '../../tools/release/executable.ts';

function createFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bundle-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('the code of the executable can be bundled, with the packages of the scanner only', async (t) => {
  const folder = createFolder(t);
  const packages = await bundleCode(folder);
  assert.ok(existsSync(join(folder, 'plimsoll.js')));
  const names = packages.map((path) => path.split('/node_modules/').at(-1));
  assert.ok(names.includes('yaml'), names.join(', '));
  assert.ok(!names.some((name) => name === 'hono' || name === 'pg'), names.join(', '));
});

test('two recordings of compiled code have the same bytes, and V8 accepts them', async (t) => {
  const folder = createFolder(t);
  await stageExecutable(folder);
  recordCode(folder, process.execPath);
  const other = join(createFolder(t), 'on another path');
  for (const part of ['code', 'package', 'identity', 'loader.js']) {
    cpSync(join(folder, part), join(other, part), { recursive: true });
  }
  recordCode(other, process.execPath);
  const modules = globSync('**/*.js', { cwd: join(folder, 'compiled') });
  assert.ok(modules.includes('plimsoll.js') && modules.includes('chunk/sbom.js'));
  for (const path of modules) {
    const compiled = readFileSync(join(folder, 'compiled', path));
    assert.ok(compiled.equals(readFileSync(join(other, 'compiled', path))), path);
    const code = readFileSync(join(folder, 'code', path), 'utf8');
    const script = new vm.Script(
      `(function (exports, require, module, __filename, __dirname) {${code}\n})`,
      { filename: `plimsoll/${path}`, cachedData: compiled },
    );
    assert.equal(script.cachedDataRejected, false, path);
  }
});
