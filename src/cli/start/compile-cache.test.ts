import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { preparePrivateDirectory } from './compile-cache.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'plimsoll-compile-cache-')));
after(() => rmSync(root, { recursive: true, force: true }));

let homes = 0;

/** Creates the home directory of a user. Returns the path of its caches, which does not exist. */
function createHome(mode = 0o755): string {
  homes += 1;
  const home = join(root, `home-${homes}`);
  mkdirSync(home);
  chmodSync(home, mode);
  return join(home, '.cache');
}

/** Creates the directory that the program uses below the caches of a user. */
function createCode(mode = 0o700): { readonly cacheHome: string; readonly code: string } {
  const cacheHome = createHome();
  const code = join(cacheHome, 'plimsoll', 'code');
  mkdirSync(code, { recursive: true, mode: 0o700 });
  chmodSync(code, mode);
  return { cacheHome, code };
}

test('creates a directory that only the user can enter, and reuses it', () => {
  const cacheHome = createHome();
  const code = join(cacheHome, 'plimsoll', 'code');
  assert.equal(preparePrivateDirectory(cacheHome), code);
  for (const path of [cacheHome, dirname(code), code]) {
    assert.equal(lstatSync(path).mode & 0o777, 0o700, path);
  }
  mkdirSync(join(code, 'v26'));
  assert.equal(preparePrivateDirectory(cacheHome), code);
  assert.deepEqual(readdirSync(code), ['v26']);
});

test('resolves links outside the directory itself', () => {
  const cacheHome = createHome();
  const elsewhere = createHome();
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, cacheHome);
  assert.equal(preparePrivateDirectory(cacheHome), join(elsewhere, 'plimsoll', 'code'));
});

test('trusts a sticky directory, in which others can only add', () => {
  const cacheHome = createHome(0o1777);
  assert.equal(preparePrivateDirectory(cacheHome), join(cacheHome, 'plimsoll', 'code'));
});

test('creates nothing in a directory that others can change', () => {
  for (const mode of [0o775, 0o757, 0o777]) {
    const cacheHome = createHome(mode);
    assert.equal(preparePrivateDirectory(cacheHome), undefined, mode.toString(8));
    assert.deepEqual(readdirSync(dirname(cacheHome)), []);
  }
});

test('creates nothing for a missing home directory', () => {
  const home = join(root, 'missing');
  assert.equal(preparePrivateDirectory(join(home, '.cache')), undefined);
  assert.equal(existsSync(home), false);
});

test('rejects a relative path, which leads into the working directory', () => {
  const { cacheHome } = createCode();
  assert.equal(preparePrivateDirectory(relative(process.cwd(), cacheHome)), undefined);
});

test('rejects a directory that others can enter', () => {
  for (const mode of [0o701, 0o710, 0o750, 0o770, 0o777, 0o1777]) {
    const { cacheHome } = createCode(mode);
    assert.equal(preparePrivateDirectory(cacheHome), undefined, mode.toString(8));
  }
});

test('rejects a link in place of the directory, wherever it leads', () => {
  const { code: own } = createCode();
  const { cacheHome, code } = createCode();
  rmSync(code, { recursive: true });
  symlinkSync(own, code);
  assert.equal(preparePrivateDirectory(cacheHome), undefined);
  rmSync(code);
  symlinkSync(join(root, 'nowhere'), code);
  assert.equal(preparePrivateDirectory(cacheHome), undefined);
  assert.equal(existsSync(join(root, 'nowhere')), false);
});

test('rejects a directory below one that others can change', () => {
  const { cacheHome, code } = createCode();
  assert.equal(preparePrivateDirectory(cacheHome), code);
  for (const path of [dirname(code), cacheHome, dirname(cacheHome)]) {
    const { mode } = lstatSync(path);
    chmodSync(path, 0o777);
    assert.equal(preparePrivateDirectory(cacheHome), undefined, path);
    chmodSync(path, mode & 0o777);
  }
  assert.equal(preparePrivateDirectory(cacheHome), code);
});

test('rejects links into a directory that others can change', () => {
  const open = createHome(0o777);
  mkdirSync(join(open, 'plimsoll', 'code'), { recursive: true, mode: 0o700 });
  const cacheHome = createHome();
  symlinkSync(open, cacheHome);
  assert.equal(preparePrivateDirectory(cacheHome), undefined);
});

test('rejects directories of another user', () => {
  const { cacheHome } = createCode();
  const userId = process.geteuid?.() ?? 0;
  assert.notEqual(preparePrivateDirectory(cacheHome, userId), undefined);
  assert.equal(preparePrivateDirectory(cacheHome, userId + 1), undefined);
});

test('rejects a file in place of the directory', () => {
  const { cacheHome, code } = createCode();
  rmSync(code, { recursive: true });
  writeFileSync(code, '');
  assert.equal(preparePrivateDirectory(cacheHome), undefined);
});

test('empties a cache of too many files, or of too many releases of Node', () => {
  for (const [releases, files, left] of [
    [1, 1_000, 1],
    [5, 1, 5],
    [1, 1_001, 0],
    [6, 1, 0],
  ] as const) {
    const { cacheHome, code } = createCode();
    for (let release = 0; release < releases; release += 1) {
      const directory = join(code, `v${release}`);
      mkdirSync(directory);
      for (let file = 0; file < files; file += 1) {
        writeFileSync(join(directory, String(file)), '');
      }
    }
    assert.equal(preparePrivateDirectory(cacheHome), code);
    assert.equal(readdirSync(code).length, left, `${releases} × ${files}`);
  }
});
