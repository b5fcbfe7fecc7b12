import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { stage } from '../../tools/pack.ts';
import { ROOT } from '../../tools/source-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-pack-'));
before(() => stage(ROOT, folder));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Packed {
  readonly files: readonly { readonly path: string }[];
}

test('the package holds what is built and said, brings no Node, and runs nothing when installed', () => {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object;
  assert.deepEqual(
    ['scripts', 'devDependencies', 'optionalDependencies', 'private'].filter(
      (key) => key in manifest,
    ),
    [],
  );
  const args = ['pack', folder, '--dry-run', '--json', '--ignore-scripts'];
  const { stdout } = spawnSync('npm', args, { encoding: 'utf8' });
  const [packed] = JSON.parse(stdout) as readonly [Packed];
  const paths = packed.files.map(({ path }) => path);
  for (const path of [
    'dist/cli.js',
    'dist/index.js',
    'dist/types/index.d.ts',
    'LICENSE',
    'NOTICE',
  ]) {
    assert.ok(paths.includes(path), path);
  }
  const strangers = paths.filter(
    (path) => !/^(?:dist|docs|examples)\/|^[A-Z]+(?:\.md)?$|^package/u.test(path),
  );
  assert.deepEqual(strangers, []);
});

test('what is published scans its sample', () => {
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(folder, 'dist', 'cli.js'), 'demo', '--color', 'never'],
    { encoding: 'utf8', cwd: folder, env: { PATH: process.env['PATH'], HOME: folder } },
  );
  assert.equal(status, 0, stderr);
  assert.match(stdout, /libssl1\.1 .* CVE-2023-0286 /u);
});
