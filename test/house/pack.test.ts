import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
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
import { createPublishedManifest, stage } from '../../tools/pack.ts';
import { signProgram } from '../../tools/release/sign.ts';
import { ROOT } from '../../tools/source-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-pack-'));
before(async () => {
  await stage(ROOT, folder);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

interface Packed {
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

interface Manifest extends Record<string, unknown> {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

function readManifest(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest;
}

const MEGABYTE = 1_000_000;
const PACKED_MEGABYTES_MAX = 4;
const INSTALLED_MEGABYTES_MAX = 20;

test('the package has code, types and documents, but no Node and no install scripts', () => {
  const manifest = readManifest(folder);
  const forbidden = ['scripts', 'devDependencies', 'optionalDependencies', 'private'];
  assert.deepEqual(
    forbidden.filter((key) => key in manifest),
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
    (path) =>
      !/^(?:completion|dist|docs|examples|man|packs)\/|^[A-Z]+(?:\.md)?$|^package/u.test(path),
  );
  assert.deepEqual(strangers, []);
  assert.ok(packed.size < PACKED_MEGABYTES_MAX * MEGABYTE, `${packed.size} bytes packed`);
  const installed = packed.unpackedSize + sumInstalled(Object.keys(manifest.dependencies));
  assert.ok(installed < INSTALLED_MEGABYTES_MAX * MEGABYTE, `${installed} bytes installed`);
});

/** Adds up the files of packages and of the packages that they depend on. */
function sumInstalled(names: readonly string[]): number {
  const all = new Set(names);
  let bytes = 0;
  for (const name of all) {
    const directory = join(ROOT, 'node_modules', name);
    for (const file of globSync('**', { cwd: directory }))
      bytes += statSync(join(directory, file)).size;
    for (const next of Object.keys(readManifest(directory).dependencies ?? {})) all.add(next);
  }
  return bytes;
}

test('only the package of the server depends on the packages that only the server imports', () => {
  const manifest = readManifest(ROOT);
  const scanner = createPublishedManifest(manifest, 'plimsoll')['dependencies'] as object;
  const server = createPublishedManifest(manifest, 'plimsoll-server')['dependencies'] as object;
  assert.deepEqual(Object.keys(server), Object.keys(manifest.dependencies));
  assert.deepEqual(
    ['hono', 'kysely'].filter((name) => name in scanner),
    [],
  );
  for (const name of ['fflate', 'saxes', 'yaml']) assert.ok(name in scanner, name);
});

test('commands of the scanner and the library load no package of the server', () => {
  const manifest = readManifest(ROOT);
  const own = createPublishedManifest(manifest, 'plimsoll')['dependencies'] as object;
  const others = Object.keys(manifest.dependencies).filter((name) => !(name in own));
  const chunks = globSync('chunk/*.js', { cwd: join(folder, 'dist') });
  const commands = ['scan', 'sbom', 'compare', 'check', 'push', 'demo', 'help'];
  const starts = commands.flatMap((name) =>
    chunks.filter((path) => new RegExp(`^chunk/${name}-.{8}\\.js$`, 'u').test(path)),
  );
  assert.ok(starts.length >= commands.length, starts.join());
  const { loaded, packages } = listImports(['cli.js', 'index.js', ...starts]);
  assert.ok(loaded > 50);
  assert.ok(packages.has('fflate') || packages.has('yaml'));
  assert.deepEqual(
    others.filter((name) => packages.has(name)),
    [],
  );
});

/** Follows the static imports of built modules. */
function listImports(starts: readonly string[]) {
  const modules = new Set(starts);
  const packages = new Set<string>();
  for (const path of modules) {
    const code = readFileSync(join(folder, 'dist', path), 'utf8');
    for (const [, name = ''] of code.matchAll(/^(?:import|export) (?:[^"]*from )?"([^"]+)";/gmu)) {
      if (name.startsWith('.')) modules.add(join(path, '..', name));
      else packages.add(name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
    }
  }
  return { loaded: modules.size, packages };
}

test('the manifest names the repository of the release job, and requires provenance', () => {
  const manifest = readManifest(ROOT);
  const url = 'git+https://forge.example/team/plimsoll.git';
  assert.deepEqual(createPublishedManifest(manifest, 'plimsoll', url)['repository'], {
    type: 'git',
    url,
  });
  assert.deepEqual(createPublishedManifest(manifest, 'plimsoll')['publishConfig'], {
    access: 'public',
    provenance: true,
  });
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

test('self verify accepts the signed program, and names a file in which one byte is flipped', () => {
  const home = createHome();
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = join(home, 'plimsoll.pub');
  writeFileSync(key, publicKey.export({ type: 'spki', format: 'pem' }));
  const verify = () => runStaged(home, 'self', 'verify', '--key', key);
  const unsigned = verify();
  assert.equal(unsigned.status, 1);
  assert.match(unsigned.stderr, /^error\[E_MANIFEST_MISSING\]: /u);

  rmSync(join(folder, 'node_modules'));
  signProgram(folder, 'plimsoll', privateKey);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const signed = verify();
  assert.equal(signed.status, 0, signed.stderr);
  assert.match(signed.stdout, /is as it was signed: \d+ files, \d+ packages\n$/u);

  const [chunk = ''] = globSync('dist/chunk/license-*.js', { cwd: folder });
  const path = join(folder, chunk);
  const bytes = readFileSync(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  const flipped = verify();
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  assert.equal(flipped.status, 2);
  assert.equal(flipped.stdout, `changed  ${chunk}\n`);
});
