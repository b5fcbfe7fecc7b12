import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { FixtureLayout } from '../../src/foundation/bytes/oci/image.fixture.ts';
import { createTar } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { runProgram, startProgram } from '../support/run-program.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'plimsoll-temporary-'));
const MOUNT = join(FOLDER, 'tiny');
after(() => {
  spawnSync('umount', [MOUNT]);
  rmSync(FOLDER, { recursive: true, force: true });
});

const BIG_FOLDER = '/usr';
const START_MS_MAX = 30_000;
/** A file that an extractor requests as a whole and that is kept outside of memory. */
const WANTED = join(FOLDER, 'project');
mkdirSync(join(WANTED, 'lib/apk/db'), { recursive: true });
writeFileSync(join(WANTED, 'lib/apk/db/installed'), 'P:musl\nV:1\n\n'.padEnd(4_000_000, '\n'));
const SPILLING = ['sbom', WANTED, '-o', 'json', '--limit', 'memoryFileBytesMax=1'];

/** Returns the reason why no small file system can be created, or `false` if it was. */
function mountTinyFileSystem(): string | false {
  if (process.getuid?.() !== 0) {
    return 'root';
  }
  mkdirSync(MOUNT);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', MOUNT]);
  return status === 0 ? false : 'a file system cannot be mounted here';
}

test('reports a full disk as an error and leaves nothing behind', {
  skip: mountTinyFileSystem(),
}, async () => {
  const { status, stdout, stderr } = await runProgram(SPILLING, { TMPDIR: MOUNT });
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /^error\[E_SPILL\]: no space left for temporary files/m);
  assert.deepEqual(readdirSync(MOUNT), []);
});

test('a cache on a full disk only costs time', { skip: !existsSync(MOUNT) }, async () => {
  const layout = new FixtureLayout();
  const names = Array.from({ length: 40_000 }, (_, number) => ({
    name: hash('sha512', String(number)),
  }));
  const image = layout.addImage({ layers: [createTar(names)] });
  const archive = join(FOLDER, 'image.tar');
  writeFileSync(archive, createTar(layout.listEntries([image])));
  const folder = join(MOUNT, 'facts');
  const { problems } = await readInventory(archive, {
    temporaryFolder: FOLDER,
    cache: { folder, build: 'test', isRenewed: false },
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(readdirSync(folder), []);
  rmSync(folder, { recursive: true });
});

test('an output on a full disk is an error and leaves no partial file', {
  skip: !existsSync(MOUNT),
}, async () => {
  const output = join(MOUNT, 'report.json');
  const lock = JSON.stringify({
    lockfileVersion: 3,
    packages: Object.fromEntries(
      Array.from({ length: 5_000 }, (_, number) => [
        `node_modules/p${number}`,
        { version: '1.0.0' },
      ]),
    ),
  });
  const project = join(FOLDER, 'many');
  mkdirSync(project);
  writeFileSync(join(project, 'package-lock.json'), lock);
  const { status, stderr } = await runProgram(['sbom', project, '-o', `json=${output}`], {
    TMPDIR: FOLDER,
  });
  assert.equal(status, 1, stderr);
  assert.match(stderr, /^error\[E_OUTPUT\]/m);
  assert.deepEqual(readdirSync(MOUNT), []);
});

test('a killed run leaves directories and at most one file, which the next run removes', {
  skip: existsSync(BIG_FOLDER) ? false : `${BIG_FOLDER} does not exist`,
}, async () => {
  const temporary = mkdtempSync(join(FOLDER, 'killed-'));
  const args = ['sbom', `dir:${BIG_FOLDER}`, '--limit', 'memoryFileBytesMax=1'];
  const { child, ended } = startProgram(args, { TMPDIR: temporary });
  for (let waited = 0; readdirSync(temporary).length === 0; waited += 20) {
    assert(waited < START_MS_MAX, 'the run made its temporary folder');
    await pause(20);
  }
  child.kill('SIGKILL');
  assert.equal((await ended).status, 'SIGKILL');
  const left = readdirSync(temporary, { recursive: true, withFileTypes: true });
  // A file has a name only between two system calls, and the kill may happen between them.
  const named = left.filter((entry) => !entry.isDirectory());
  assert(left.length > 0 && named.length <= 1, left.map(({ name }) => name).join(' '));
  const other = join(temporary, 'plimsoll-1-0000000000000000');
  mkdirSync(other);
  const next = await runProgram(SPILLING, { TMPDIR: temporary });
  assert.equal(next.status, 0, next.stderr);
  assert.deepEqual(readdirSync(temporary), ['plimsoll-1-0000000000000000']);
});
