import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeDirectory } from './make-directory.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'make-directory-test-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

const make = (path: string): void => mkdirSync(path);

test('creates every missing directory, and keeps existing ones', () => {
  const path = join(FOLDER, 'a', 'b', 'c');
  makeDirectory(path, make);
  assert(statSync(path).isDirectory());
  makeDirectory(path, make);
  makeDirectory(FOLDER, make);
});

test('throws the file system error if none can be created', () => {
  writeFileSync(join(FOLDER, 'file'), '');
  assert.throws(() => makeDirectory(join(FOLDER, 'file', 'x', 'y'), make), { code: 'ENOTDIR' });
  makeDirectory(join(FOLDER, 'file'), make);
  assert.equal(statSync(join(FOLDER, 'file')).isFile(), true);
});

test('stops below /proc, where no directory can be created', {
  skip: process.platform !== 'linux' && 'only Linux has /proc',
}, () => {
  assert.throws(() => makeDirectory('/proc/plimsoll/a/b', make), { code: 'ENOENT' });
});
