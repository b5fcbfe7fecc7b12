import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import zlib from 'node:zlib';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { fillDatabase } from './fill-database.ts';
import { openDatabase } from './open-database.ts';
import { searchDatabase } from './search-database.ts';

const OPTIONS = { progress: SILENT, limits: DEFAULT_LIMITS, now: '2026-01-03T00:00:00Z' };
const ARCHIVES = path.join(import.meta.dirname, '../../test/support');

/** Exports of the sample database by the version that wrote each schema. They never change. */
for (const schema of [3]) {
  test(`a database of schema ${schema} stays readable`, async (t) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-schema-'));
    t.after(() => fs.rmSync(folder, { recursive: true }));
    const archive = path.join(folder, 'database.tar');
    const stored = fs.readFileSync(path.join(ARCHIVES, `database-schema-${schema}.tar.gz`));
    fs.writeFileSync(archive, zlib.gunzipSync(stored));
    const root = path.join(folder, 'db');
    const { isValid, description } = await fillDatabase(archive, root, OPTIONS);
    assert.deepEqual([isValid, description?.schema], [true, schema]);
    using database = openDatabase(root);
    const [release] = database.listReleases({ id: 'alpine', idLike: [], versionId: '3.9' });
    assert.ok(release);
    const [advisory] = database.findSystemPackage(release, 'apk', 'musl');
    assert.deepEqual(
      advisory?.ranges.map(({ constraint }) => constraint),
      ['< 1.1.24-r3'],
    );
    assert.equal(advisory && database.readRecord(advisory.record).id, 'CVE-2020-0001');
    assert.equal(database.findProduct('musl').length, 1);
    assert.equal(database.readEpss('CVE-2020-0001')?.epss, 0.25);
    assert.equal(database.readExploited('CVE-2020-0001').length, 1);
    assert.equal(database.findRecord('nvd', 'CVE-2020-0009')?.status, 'rejected');
    const found = [...searchDatabase(root, { ids: ['GHSA-aaaa-bbbb-cccc'], packages: [] })];
    assert.equal(found.length, 2);
  });
}
