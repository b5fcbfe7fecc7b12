import assert from 'node:assert/strict';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { ROOT, runProgram } from '../support/run-program.ts';

const SAMPLE = join(ROOT, 'examples', 'sample-alpine.oci.tar');

function makeFolder(t: TestContext): string {
  const folder = fs.mkdtempSync(join(tmpdir(), 'plimsoll-edges-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

suite('a home configuration', () => {
  const read = (home: string) =>
    runProgram(['sbom', SAMPLE], { HOME: home, PLIMSOLL_CACHE_DIR: join(home, 'cache') });

  test('that is inaccessible is an error with the reason', async (t) => {
    const home = makeFolder(t);
    fs.symlinkSync('.config', join(home, '.config'));
    const { status, stdout, stderr } = await read(home);
    assert.deepEqual([status, stdout], [3, ''], stderr);
    assert.match(stderr, /E_CONFIG.*config\.yaml: .*\(ELOOP\)\nhint: .*XDG_CONFIG_HOME/);
  });

  test('that is a directory is an error', async (t) => {
    const home = makeFolder(t);
    fs.mkdirSync(join(home, '.config', 'plimsoll', 'config.yaml'), { recursive: true });
    const { status, stdout, stderr } = await read(home);
    assert.deepEqual([status, stdout], [3, ''], stderr);
    assert.match(stderr, /E_CONFIG.*config\.yaml: not a regular file/);
  });

  test('that does not exist is ignored, even if the home is a file', async (t) => {
    const folder = makeFolder(t);
    assert.equal((await read(folder)).status, 0);
    fs.writeFileSync(join(folder, 'file'), '');
    const environment = { HOME: join(folder, 'file'), PLIMSOLL_CACHE_DIR: join(folder, 'cache') };
    assert.equal((await runProgram(['sbom', SAMPLE], environment)).status, 0);
  });
});

test('nothing is deleted, and nothing reported, if the directory is a file', async (t) => {
  const folder = makeFolder(t);
  const file = join(folder, 'mine');
  fs.writeFileSync(file, 'mine');
  for (const path of [file, join(file, 'below')]) {
    for (const args of [
      ['cache', 'clear', '--cache-dir', path],
      ['cache', 'status', '--cache-dir', path],
      ['db', 'delete', '--db', path],
    ]) {
      const { status, stdout, stderr } = await runProgram(args);
      assert.deepEqual([status, stdout], [1, ''], args.join(' '));
      assert.match(stderr, /E_SPILL.*is not a directory/);
    }
  }
  assert.equal(fs.readFileSync(file, 'utf8'), 'mine');
  const absent = join(folder, 'absent');
  assert.equal((await runProgram(['cache', 'clear', '--cache-dir', absent])).status, 0);
  assert.equal((await runProgram(['db', 'delete', '--db', absent])).status, 0);
});

test('a cache that is not writable costs time only', async () => {
  const places = process.platform === 'linux' ? ['/proc/plimsoll', '/dev/null'] : ['/dev/null'];
  for (const place of places) {
    const { status, stdout, stderr } = await runProgram(['sbom', SAMPLE, '--cache-dir', place]);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /musl/);
    assert.match(stderr, /warning: could not use the cache/);
  }
});
