import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { AdvisoryDatabase } from '../core/advisory.ts';
import { UserError } from '../core/error.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { describeDatabase } from './describe-database.ts';
import { importDatabase } from './import-database.ts';
import { hasDatabase, openDatabase } from './open-database.ts';
import { writeGrypeDatabase } from './provider/grype-v6/grype-database.fixture.ts';
import { SHARD_SCHEMA } from './schema.ts';

const OPTIONS = { progress: SILENT, limits: DEFAULT_LIMITS, now: '2026-01-03T00:00:00Z' };
const PACKAGES_SHARD = 'ecosystem-npm.db';
const FLIPS = 300;

async function importSample(): Promise<{ folder: string; root: string; generation: string }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-open-'));
  const root = path.join(folder, 'db');
  const { path: generation } = await importDatabase(writeGrypeDatabase(folder), root, OPTIONS);
  return { folder, root, generation };
}

test('reports a missing database, with a hint to get one', () => {
  const nowhere = path.join(os.tmpdir(), 'plimsoll-no-such-folder');
  assert.throws(() => openDatabase(nowhere), {
    name: 'UserError',
    code: 'E_DB_MISSING',
    hint: 'import one: plimsoll db import FILE',
  });
  assert.equal(hasDatabase(nowhere), false);
  assert.equal(describeDatabase(nowhere).isValid, false);
});

test('returns nothing for absent keys, systems and ecosystems', async (t) => {
  const { folder, root } = await importSample();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  using database = openDatabase(root);
  const [release] = database.listReleases({ id: 'alpine', idLike: [], versionId: '3.9' });
  assert.ok(release);
  assert.deepEqual(database.findSystemPackage(release, 'apk', 'nothing'), []);
  assert.deepEqual(database.findSystemPackage({ ...release, name: 'other' }, 'apk', 'musl'), []);
  assert.deepEqual(database.findPackage('cobol', 'nothing'), []);
  assert.deepEqual(database.findProduct('nothing'), []);
  assert.equal(database.readEpss('CVE-1999-0001'), undefined);
  assert.deepEqual(database.listReleases({ id: 'plan9', idLike: [] }), []);
  assert.equal(database.findLifecycle({ id: 'alpine', idLike: [], versionId: '3.11' }), undefined);
});

test('describes the database for db status', async (t) => {
  const { folder, root, generation } = await importSample();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const status = describeDatabase(root);
  assert.equal(status.path, generation);
  assert.equal(status.importedAt, OPTIONS.now);
  assert.equal(status.description?.origin, 'manual import');
  assert.equal(hasDatabase(root), true);
  const npm = status.shards.find(({ name }) => name === 'ecosystem-npm');
  assert.deepEqual(npm?.counts, { keys: 1, contents: 1, affected: 1, unaffected: 0, records: 1 });
});

const DAMAGES: readonly (readonly [title: string, damage: (generation: string) => void])[] = [
  ['a shard is missing', (generation) => fs.rmSync(path.join(generation, PACKAGES_SHARD))],
  ['a shard is cut', (generation) => fs.truncateSync(path.join(generation, PACKAGES_SHARD), 4096)],
  ['the manifest is missing', (generation) => fs.rmSync(path.join(generation, 'manifest.json'))],
  ['the generation is missing', (generation) => fs.rmSync(generation, { recursive: true })],
];

for (const [title, damage] of DAMAGES) {
  test(`refuses a database if ${title}`, async (t) => {
    const { folder, root, generation } = await importSample();
    t.after(() => fs.rmSync(folder, { recursive: true }));
    damage(generation);
    assert.throws(() => openDatabase(root), {
      code: 'E_DB_INVALID',
      hint: 'run "plimsoll db update", or import the database again: plimsoll db import FILE',
    });
    assert.equal(describeDatabase(root).isValid, false);
  });
}

for (const schema of [2, SHARD_SCHEMA + 1]) {
  test(`refuses a database of schema ${schema}, with a hint to get another`, async (t) => {
    const { folder, root, generation } = await importSample();
    t.after(() => fs.rmSync(folder, { recursive: true }));
    const file = path.join(generation, 'manifest.json');
    const manifest: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
    fs.writeFileSync(file, JSON.stringify(Object.assign({}, manifest, { schema })));
    assert.throws(() => openDatabase(root), {
      code: 'E_DB_INVALID',
      message: `unsupported advisory database schema ${schema}: this version reads the schemas 3 and 4`,
      hint: 'run "plimsoll db update", or import the database again: plimsoll db import FILE',
    });
    assert.equal(describeDatabase(root).isValid, false);
  });
}

test('a changed bit of a shard with the same size and time never changes a result', async (t) => {
  const { folder, root, generation } = await importSample();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const file = path.join(generation, PACKAGES_SHARD);
  const content = fs.readFileSync(file);
  const readAll = (database: AdvisoryDatabase): unknown =>
    database
      .findPackage('npm', 'left-pad')
      .map((advisory) => [advisory, database.readRecord(advisory.record)]);
  using intact = openDatabase(root);
  const expected = readAll(intact);
  let reported = 0;
  const { mtime } = fs.statSync(file);
  for (let flip = 0; flip < FLIPS; flip++) {
    const at = Math.floor((flip * content.length) / FLIPS);
    const changed = Buffer.from(content);
    changed[at] = (changed[at] ?? 0) ^ (1 << (flip % 8));
    fs.writeFileSync(file, changed);
    fs.utimesSync(file, mtime, mtime);
    using database = openDatabase(root);
    try {
      assert.deepEqual(readAll(database), expected);
    } catch (error) {
      assert.ok(
        error instanceof UserError && error.code === 'E_DB_INVALID',
        `byte ${at}: ${String(error)}`,
      );
      assert.match(error.message, /^the shard ecosystem-npm of the advisory database is/);
      assert.equal(describeDatabase(root).isValid, true);
      assert.equal(describeDatabase(root, true).isValid, false);
      reported++;
    }
  }
  assert.ok(reported > FLIPS * 0.9, `${reported} of ${FLIPS} were reported`);
});

test('accepts a copy, which has the same content but another time', async (t) => {
  const { folder, root, generation } = await importSample();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  for (const name of fs.readdirSync(generation)) {
    fs.utimesSync(path.join(generation, name), 1, 1);
  }
  using database = openDatabase(root);
  assert.equal(database.findPackage('npm', 'left-pad').length, 1);
});

test('continues to read the opened generation while another one is imported', async (t) => {
  const { folder, root } = await importSample();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  using database = openDatabase(root);
  await importDatabase(path.join(folder, 'vulnerability.db'), root, OPTIONS);
  assert.equal(database.findPackage('npm', 'left-pad').length, 1);
});
