import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { AdvisoryDatabase } from '../foundation/core/advisory.ts';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import { SILENT } from '../foundation/core/progress.ts';
import { buildDatabase } from '../vulnerability/advisory/build-database.ts';
import { importDatabase } from '../vulnerability/advisory/import-database.ts';
import { openDatabase } from '../vulnerability/advisory/open-database.ts';
import { writeGrypeDatabase } from '../vulnerability/advisory/provider/grype-v6/grype-database.fixture.ts';
import { listAgeAlerts } from './database-refresh.ts';

/** The base was built on 2026-01-02; Alpine's feed is of 2020, GitHub's record of 2026-01-01. */
const OPTIONS = { progress: SILENT, limits: DEFAULT_LIMITS, now: '2026-01-03T00:00:00Z' };
const DISTRO = { id: 'alpine', idLike: [], versionId: '3.9' };
const BASE = 'the advisory database was built 2026-01-02T03:04:05Z';
const ALPINE = 'the advisories of alpine-secdb were captured 2020-06-01T00:00:00.000Z';
const GITHUB = 'the advisories of osv were captured 2026-01-01T00:00:00Z';

async function buildWorld(t: TestContext): Promise<AdvisoryDatabase> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-age-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const root = path.join(folder, 'db');
  await importDatabase(writeGrypeDatabase(folder), root, OPTIONS);
  const [secdb, osv] = [path.join(folder, 'secdb.json'), path.join(folder, 'osv.json')];
  const packages = [{ pkg: { name: 'musl', secfixes: { '1-r0': ['CVE-2020-0001'] } } }];
  fs.writeFileSync(secdb, JSON.stringify({ distroversion: 'v3.9', packages }));
  const time = new Date('2020-06-01T00:00:00Z');
  fs.utimesSync(secdb, time, time);
  const affected = [{ package: { ecosystem: 'npm', name: 'a' }, versions: ['1'] }];
  const record = { id: 'GHSA-aaaa-bbbb-cccc', modified: '2026-01-01T00:00:00Z', affected };
  fs.writeFileSync(osv, JSON.stringify(record));
  const inputs = [
    { provider: 'alpine-secdb', file: secdb },
    { provider: 'osv', file: osv },
  ];
  await buildDatabase(inputs, root, OPTIONS);
  const database = openDatabase(root);
  t.after(() => database[Symbol.dispose]());
  return database;
}

test('only sources that a run used are checked for their age', async (t) => {
  const database = await buildWorld(t);
  const listAlerts = (now: string, maxAgeDays = 5): readonly string[] =>
    listAgeAlerts(database, { maxAgeDays }, { now }).map(
      ({ kind, message }) => `${kind}: ${message}`,
    );
  assert.deepEqual(listAlerts('2026-01-03T00:00:00Z'), []);
  assert.deepEqual(database.findPackage('npm', 'absent'), []);
  assert.deepEqual(listAlerts('2026-01-03T00:00:00Z'), []);
  const [release] = database.listReleases(DISTRO);
  assert.ok(release);
  database.findSystemPackage(release, 'apk', 'absent');
  const addLimit = (message: string): string =>
    `database-outdated: ${message}, more than 5 days ago`;
  assert.deepEqual(listAlerts('2026-01-03T00:00:00Z'), [addLimit(ALPINE)]);
  assert.deepEqual(listAlerts('2026-01-10T00:00:00Z'), [BASE, ALPINE, GITHUB].map(addLimit));
  assert.deepEqual(listAlerts('2026-01-10T00:00:00Z', 0), []);
});
