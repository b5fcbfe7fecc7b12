import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { exportDatabase, isDatabaseArchive } from './database-archive.ts';
import { describeDatabase } from './describe-database.ts';
import { diffPackages } from './diff-databases.ts';
import { fillDatabase } from './fill-database.ts';
import { openDatabase } from './open-database.ts';
import { writeGrypeDatabase } from './provider/grype-v6/grype-database.fixture.ts';

const OPTIONS = { progress: SILENT, limits: DEFAULT_LIMITS, now: '2026-01-03T00:00:00Z' };
const LATER = { ...OPTIONS, now: '2026-01-04T00:00:00Z' };

function packDatabase(root: string): Buffer {
  const pieces: Buffer[] = [];
  exportDatabase(root, (bytes) => void pieces.push(Buffer.from(bytes)));
  return Buffer.concat(pieces);
}

/** Creates a directory with a database in `db` and its export in `whole.tar`. */
async function exportSample(t: TestContext) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-archive-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const [root, file] = [path.join(folder, 'db'), path.join(folder, 'whole.tar')];
  await fillDatabase(writeGrypeDatabase(folder), root, OPTIONS);
  fs.writeFileSync(file, packDatabase(root));
  return { folder, root, file, other: path.join(folder, 'other') };
}

test('a database is the same after export and import', async (t) => {
  const { root, file, other } = await exportSample(t);
  assert.ok(isDatabaseArchive(file));
  const status = await fillDatabase(file, other, LATER);
  assert.ok(status.isValid);
  assert.equal(status.importedAt, LATER.now);
  assert.deepEqual(status.description?.providers, describeDatabase(root).description?.providers);
  assert.deepEqual([...diffPackages(root, other)], []);
  using database = openDatabase(other);
  assert.equal(database.findPackage('npm', 'left-pad').length, 1);
});

test('the archive is an ordinary tar file, and the same database gives the same bytes', async (t) => {
  const { root, file } = await exportSample(t);
  const listed = execFileSync('tar', ['-tf', file], { encoding: 'utf8' });
  assert.match(listed, /^manifest\.json\n[^]*^os-alpine\.db$/m);
  assert.deepEqual(fs.readFileSync(file), packDatabase(root));
});

test('a compressed archive is not recognized', async (t) => {
  const { folder } = await exportSample(t);
  assert.equal(isDatabaseArchive(path.join(folder, 'vulnerability.db')), false);
  assert.equal(isDatabaseArchive(path.join(folder, 'nothing')), false);
});

/** Damages of an archive, such as entry names that our archives never contain. */
const DAMAGES: readonly [string, (archive: Buffer) => Buffer, RegExp][] = [
  ['is truncated', (archive) => archive.subarray(0, -1700), /is truncated|malformed/],
  [
    'has a changed shard',
    (archive) => {
      const content = archive.indexOf('os-alpine.db\0') + 512;
      return archive.fill(0x7f, content + 30, content + 60);
    },
    /does not contain the shard/,
  ],
  [
    'has an entry that leads out of the folder',
    (archive) => renameEntry(archive, 'os-alpine.db', '../alpine.db'),
    /neither the manifest nor a shard/,
  ],
  [
    'has a shard that its manifest does not list',
    (archive) =>
      Buffer.concat([archive.subarray(0, -1024), createExtraEntry('os-x.db'), Buffer.alloc(1024)]),
    /os-x\.db, which its manifest does not list/,
  ],
  [
    'contains a shard twice',
    (archive) =>
      Buffer.concat([archive.subarray(0, -1024), createExtraEntry('cpe.db'), Buffer.alloc(1024)]),
    /twice/,
  ],
];

/** Returns the archive with another name in the header of one entry, and the matching checksum. */
function renameEntry(archive: Buffer, from: string, to: string): Buffer {
  const at = archive.indexOf(`${from}\0`);
  assert.ok(at > 0);
  return withSum(archive.fill(0, at, at + 100).fill(to, at, at + to.length), at);
}

function createExtraEntry(name: string): Buffer {
  const head = Buffer.alloc(512);
  head.write(name);
  head.write('0000644\0', 100);
  head.write('00000000000\0', 124);
  head.write('0', 156);
  head.write('ustar\x0000', 257);
  return withSum(head, 0);
}

function withSum(archive: Buffer, at: number): Buffer {
  archive.fill(' ', at + 148, at + 156);
  const sum = archive.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
  archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148);
  return archive;
}

for (const [what, damage, message] of DAMAGES) {
  test(`an archive that ${what} leaves the current database unchanged`, async (t) => {
    const { folder, root, file } = await exportSample(t);
    const before = describeDatabase(root);
    const damaged = path.join(folder, 'damaged.tar');
    fs.writeFileSync(damaged, damage(fs.readFileSync(file)));
    await assert.rejects(fillDatabase(damaged, root, LATER), { code: 'E_DB_IMPORT', message });
    assert.deepEqual(describeDatabase(root), before);
    assert.equal(fs.readdirSync(root).filter((name) => name.startsWith('generation-')).length, 1);
  });
}

test('a damaged or missing database is not exported', async (t) => {
  const { folder, root } = await exportSample(t);
  assert.throws(() => packDatabase(path.join(folder, 'none')), { code: 'E_DB_MISSING' });
  const { path: generation } = describeDatabase(root);
  fs.appendFileSync(path.join(generation, 'cpe.db'), 'x');
  assert.throws(() => packDatabase(root), { code: 'E_DB_INVALID' });
});
