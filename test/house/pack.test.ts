import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  globSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build, ENTRIES } from '../../tools/build.ts';
import { stage } from '../../tools/pack.ts';
import { ROOT } from '../../tools/source-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-pack-'));
before(async () => {
  await stage(ROOT, folder);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

interface Packed {
  readonly files: readonly { readonly path: string }[];
}

test('the package has code, types and documents, but no Node and no install scripts', () => {
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

/** Runs the staged program with its own home directory. */
function runStaged(home: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, [join(folder, 'dist', 'cli.js'), ...args], {
    encoding: 'utf8',
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: home },
  });
}

/** Lists every file below a directory, with its time. */
function listFiles(directory: string): readonly string[] {
  return globSync('**', { cwd: directory })
    .sort()
    .map((path) => `${path} ${statSync(join(directory, path)).mtimeMs}`);
}

function createHome(): string {
  return realpathSync(mkdtempSync(join(folder, 'home-')));
}

test('the published program scans its samples', () => {
  const { status, stdout, stderr } = runStaged(createHome(), 'demo', '--color', 'never');
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^coreutils .* CVE-2016-2781 +Low$/mu);
});

test('equals the build of a checkout', async () => {
  const target = join(folder, 'checkout');
  await build({ root: ROOT, target, entries: ENTRIES, hasTypes: false });
  const readCode = (directory: string): readonly string[] =>
    globSync('{*,chunk/*}.js', { cwd: directory })
      .sort()
      .map((path) => `${path}\n${readFileSync(join(directory, path), 'utf8')}`);
  assert.deepEqual(readCode(join(folder, 'dist')), readCode(target));
});

test('keeps compiled code in the cache directory of the user, and starts from it', () => {
  const home = createHome();
  const code = join(home, '.cache', 'plimsoll', 'code');
  const first = runStaged(home, 'help');
  const kept = listFiles(code);
  assert.ok(kept.length > 5, kept.join('\n'));
  assert.equal(lstatSync(code).mode & 0o777, 0o700);
  const second = runStaged(home, 'help');
  assert.equal(second.stdout, first.stdout);
  assert.deepEqual(listFiles(code), kept);
});

test('prints the same if the cached code is damaged', () => {
  const home = createHome();
  const first = runStaged(home, 'help');
  const code = join(home, '.cache', 'plimsoll', 'code');
  const files = globSync('*/*', { cwd: code }).map((path) => join(code, path));
  for (const [index, file] of files.entries()) {
    const bytes = readFileSync(file);
    bytes.fill(0x5a, index % 2 === 0 ? 0 : bytes.length >> 1);
    writeFileSync(file, bytes);
  }
  assert.ok(files.length > 3);
  const second = runStaged(home, 'help');
  assert.equal(second.stderr, '');
  assert.equal(second.stdout, first.stdout);
});

test('keeps no compiled code if others can change the home directory', () => {
  const home = createHome();
  chmodSync(home, 0o777);
  const { status, stdout } = runStaged(home, '--version');
  assert.equal(status, 0);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/u);
  assert.deepEqual(readdirSync(home), []);
});
