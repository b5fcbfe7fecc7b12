import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, suite, test } from 'node:test';
import { UserError } from '../foundation/core/error.ts';
import { writeOutputFile, writeTextFile } from './output-file.ts';

const MODULE = resolve(import.meta.dirname, 'output-file.ts');
const SHARED = { isPrivate: false };
const PRIVATE = { isPrivate: true };

let folder = '';

function write(file: string, text: string, options = SHARED): void {
  writeTextFile(file, options, (sink) => sink.write(text));
}

function readMode(file: string): string {
  return (fs.statSync(file).mode & 0o7777).toString(8);
}

/** Writes `text` to a file in a shell, whose redirection and umask apply. */
function writeInShell(file: string, { redirection = '', umask = '022', isPrivate = false } = {}) {
  const code = `import { writeTextFile } from ${JSON.stringify(MODULE)};
writeTextFile(process.argv[1], { isPrivate: ${isPrivate} }, (sink) => sink.write('text\\n'));`;
  const line = `umask ${umask}; echo first; "$NODE" --input-type=module -e "$CODE" -- "$FILE"; status=$?; echo last; exit $status`;
  return spawnSync('sh', ['-c', `{ ${line}; } ${redirection}`], {
    cwd: folder,
    env: { NODE: process.execPath, CODE: code, FILE: file },
    encoding: 'utf8',
  });
}

suite('output files', () => {
  beforeEach(() => {
    folder = fs.mkdtempSync(join(tmpdir(), 'plimsoll-output-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  test('are complete or unchanged, and leave no files beside them', () => {
    const file = join(folder, 'a.json');
    fs.writeFileSync(file, 'before');
    assert.throws(() =>
      writeTextFile(file, SHARED, (sink) => {
        sink.write('x'.repeat(200_000));
        throw new Error('in the middle');
      }),
    );
    assert.equal(fs.readFileSync(file, 'utf8'), 'before');
    write(file, `after ${'ü'.repeat(100_000)}`);
    assert.equal(fs.readFileSync(file, 'utf8'), `after ${'ü'.repeat(100_000)}`);
    assert.deepEqual(fs.readdirSync(folder), ['a.json']);
  });

  test('keep the mode of the file they replace', () => {
    for (const mode of [0o600, 0o640, 0o664, 0o755]) {
      const file = join(folder, `file-${mode}`);
      fs.writeFileSync(file, 'before');
      fs.chmodSync(file, mode);
      write(file, 'after', mode === 0o664 ? PRIVATE : SHARED);
      assert.equal(readMode(file), mode.toString(8));
      assert.equal(fs.readFileSync(file, 'utf8'), 'after');
    }
  });

  test('are as readable as the umask allows if new, and private on request', () => {
    const writeWithUmask = (umask: string, isPrivate: boolean): string => {
      const file = join(folder, `${umask}-${isPrivate}`);
      assert.equal(writeInShell(file, { umask, isPrivate }).status, 0);
      return readMode(file);
    };
    assert.equal(writeWithUmask('022', false), '644');
    assert.equal(writeWithUmask('077', false), '600');
    assert.equal(writeWithUmask('000', true), '600');
    assert.equal(writeWithUmask('0277', true), '400');
  });

  test('keep temporary files of other programs', () => {
    const file = join(folder, 'a.json');
    const foreign = [`.a.json.${process.pid}.part`, 'a.json.part', '.plimsoll-0.part'];
    for (const name of foreign) {
      fs.writeFileSync(join(folder, name), 'foreign');
    }
    write(file, 'ours');
    assert.throws(() =>
      writeOutputFile(file, SHARED, () => {
        throw new Error('in the middle');
      }),
    );
    assert.deepEqual(fs.readdirSync(folder).sort(), [...foreign, 'a.json'].sort());
    for (const name of foreign) {
      assert.equal(fs.readFileSync(join(folder, name), 'utf8'), 'foreign');
    }
  });

  test('can have the longest possible name', () => {
    const file = join(folder, 'n'.repeat(255));
    write(file, 'text');
    assert.equal(fs.readFileSync(file, 'utf8'), 'text');
  });

  test('are written through links, also through a chain to a missing file', () => {
    fs.mkdirSync(join(folder, 'inner'));
    fs.writeFileSync(join(folder, 'file'), '');
    fs.symlinkSync(join(folder, 'file'), join(folder, 'link'));
    fs.symlinkSync('../new', join(folder, 'inner', 'next'));
    fs.symlinkSync('inner/next', join(folder, 'chain'));
    write(join(folder, 'link'), 'through');
    write(join(folder, 'chain'), 'made');
    assert.equal(fs.readFileSync(join(folder, 'file'), 'utf8'), 'through');
    assert.equal(fs.readFileSync(join(folder, 'new'), 'utf8'), 'made');
    assert.ok(fs.lstatSync(join(folder, 'chain')).isSymbolicLink());
    fs.symlinkSync('loop', join(folder, 'loop'));
    assert.throws(() => write(join(folder, 'loop'), 'x'), /E_OUTPUT|could not write/);
  });

  test('may be devices, which are not replaced, and whose errors are reported', () => {
    write('/dev/null', 'gone');
    assert.ok(fs.statSync('/dev/null').isCharacterDevice());
    assert.throws(
      () => write('/dev/full', 'x'),
      (error) =>
        error instanceof UserError && error.code === 'E_OUTPUT' && /ENOSPC/.test(error.message),
    );
  });

  test('can be named pipes', () => {
    const [pipe, copy] = [join(folder, 'pipe'), join(folder, 'copy')];
    assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
    const { status, stderr } = writeInShell(pipe, { redirection: '& cat pipe > copy; wait' });
    assert.equal(status, 0, stderr);
    assert.equal(fs.readFileSync(copy, 'utf8'), 'text\n');
    assert.ok(fs.statSync(pipe).isFIFO());
  });

  test('may be standard output of any kind', () => {
    assert.equal(writeInShell('/dev/stdout').stdout, 'first\ntext\nlast\n');
    assert.equal(writeInShell('/proc/self/fd/1').stdout, 'first\ntext\nlast\n');
    assert.equal(
      writeInShell('/dev/stdout', { redirection: '| cat' }).stdout,
      'first\ntext\nlast\n',
    );
    assert.equal(writeInShell('/dev/stderr').stderr, 'text\n');
    const log = join(folder, 'log');
    fs.writeFileSync(log, 'older\n');
    assert.equal(writeInShell('/dev/stdout', { redirection: '>> log' }).status, 0);
    assert.equal(writeInShell('/dev/stdout', { redirection: '>> log' }).status, 0);
    const once = 'first\ntext\nlast\n';
    assert.equal(fs.readFileSync(log, 'utf8'), `older\n${once}${once}`);
    assert.equal(writeInShell('/dev/fd/3', { redirection: '3> three' }).status, 0);
    assert.equal(fs.readFileSync(join(folder, 'three'), 'utf8'), 'text\n');
    assert.ok(fs.lstatSync('/dev/stdout').isSymbolicLink());
  });

  test('report an error in a missing directory', () => {
    assert.throws(() => write(join(folder, 'no', 'such', 'file'), 'x'), {
      code: 'E_OUTPUT',
    });
  });
});
