import assert from 'node:assert/strict';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, suite, test } from 'node:test';
import { createTreeFile, readContent } from './tree-file.ts';

let folder = '';

function readAll(pieces: Iterable<Uint8Array>): string {
  return Buffer.concat([...pieces]).toString('utf8');
}

const REPLACED = { code: 'E_TARGET_UNREADABLE', message: /was replaced while it was scanned/ };

suite('files of a directory', () => {
  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'plimsoll-tree-')));
    fs.mkdirSync(join(folder, 'tree', 'inner'), { recursive: true });
    fs.mkdirSync(join(folder, 'outside'));
    fs.writeFileSync(join(folder, 'tree', 'inner', 'file'), 'inside');
    fs.writeFileSync(join(folder, 'outside', 'file'), 'secret');
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  test('are read', () => {
    const path = join(folder, 'tree', 'inner', 'file');
    assert.equal(readAll(readContent(path, 6)), 'inside');
    assert.equal(readAll(createTreeFile(path, '/inner/file').readContent()), 'inside');
  });

  test('that became links are not read', () => {
    const path = join(folder, 'tree', 'inner', 'file');
    const file = createTreeFile(path, '/inner/file');
    fs.rmSync(path);
    fs.symlinkSync(join(folder, 'outside', 'file'), path);
    assert.throws(() => readAll(file.readContent()), REPLACED);
  });

  test('below a directory that became a link are not read', {
    skip: !fs.existsSync('/proc/self/fd'),
  }, () => {
    const inner = join(folder, 'tree', 'inner');
    const file = createTreeFile(join(inner, 'file'), '/inner/file');
    fs.rmSync(inner, { recursive: true });
    fs.symlinkSync(join(folder, 'outside'), inner);
    assert.throws(() => readAll(file.readContent()), REPLACED);
  });

  test('are read through a link that the user named', () => {
    const link = join(folder, 'link');
    fs.symlinkSync(join('tree', 'inner', 'file'), link);
    assert.equal(readAll(createTreeFile(link, '/link', 'follow').readContent()), 'inside');
  });
});
