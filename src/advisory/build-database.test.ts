import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { type BuildInput, buildDatabase } from './build-database.ts';
import { openDatabase } from './open-database.ts';

const OPTIONS = { progress: SILENT, limits: DEFAULT_LIMITS, now: '2026-01-03T00:00:00Z' };

const DOCUMENTS: Readonly<Record<string, unknown>> = {
  'alpine-secdb': {
    distroversion: 'v3.09',
    packages: [
      { pkg: { name: 'musl', secfixes: { '1.1-r1': ['CVE-2020-0001'], '0': ['CVE-2020-0002'] } } },
      { pkg: { name: 'Musl', secfixes: { '1.2-r0': ['CVE-2020-0003'] } } },
      { pkg: {} },
    ],
  },
  'debian-tracker': {
    curl: {
      'CVE-2020-0001': { releases: { bookworm: { status: 'open' }, sid: { status: 'open' } } },
    },
  },
  osv: [
    {
      id: 'GHSA-aaaa-bbbb-cccc',
      aliases: ['CVE-2020-0009'],
      affected: [{ package: { ecosystem: 'npm', name: 'left-pad' }, versions: ['1.0.0'] }],
      database_specific: { cwe_ids: ['CWE-1'] },
    },
    { id: 'GHSA-none-none-none', affected: [] },
  ],
};

function writeInputs(folder: string): readonly BuildInput[] {
  return Object.entries(DOCUMENTS).map(([provider, document]) => {
    const file = path.join(folder, `${provider}.json`);
    fs.writeFileSync(file, JSON.stringify(document));
    return { provider, file };
  });
}

function createTemporaryDirectory(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-build-'));
}

test('builds a database with the same results as an imported one', async (t) => {
  const folder = createTemporaryDirectory();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const root = path.join(folder, 'db');
  const { status, problems } = await buildDatabase(writeInputs(folder), root, OPTIONS);
  assert.equal(status.isValid, true);
  assert.deepEqual(
    problems.map(({ code, plugin }) => [code, plugin]),
    [['P_RECORD', 'alpine-secdb']],
  );
  using database = openDatabase(root);
  const [alpine] = database.listReleases({ id: 'alpine', idLike: [], versionId: '3.9.4' });
  assert.ok(alpine);
  assert.deepEqual(
    database.findSystemPackage(alpine, 'apk', 'musl').map(({ vulnerability }) => vulnerability),
    ['CVE-2020-0001', 'CVE-2020-0002', 'CVE-2020-0003'],
  );
  const [debian] = database.listReleases({ id: 'debian', idLike: [], versionCodename: 'forky' });
  assert.ok(debian);
  const [curl] = database.findSystemPackage(debian, 'deb', 'curl');
  assert.ok(curl);
  assert.equal(database.readRecord(curl.record).id, 'CVE-2020-0001');
  assert.equal(database.findPackage('javascript', 'left-pad').length, 1);
  assert.equal(database.findRecord('github', 'ghsa-none-none-none')?.provider, 'github');
  assert.equal(database.readWeaknesses('cve-2020-0009')[0]?.cwe, 'CWE-1');
  assert.deepEqual(
    database.description.providers.map(({ id }) => id),
    ['alpine-secdb', 'debian-tracker', 'osv'],
  );
});

test('creates the same shards for the same documents', async (t) => {
  const folder = createTemporaryDirectory();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const inputs = writeInputs(folder);
  const digests: unknown[] = [];
  for (const name of ['a', 'b']) {
    const { status } = await buildDatabase(inputs, path.join(folder, name), OPTIONS);
    digests.push(status.shards.map(({ digest }) => digest));
  }
  assert.deepEqual(digests[0], digests[1]);
});

test('refuses to replace the current database with an empty one', async (t) => {
  const folder = createTemporaryDirectory();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const root = path.join(folder, 'db');
  const { status } = await buildDatabase(writeInputs(folder), root, OPTIONS);
  const file = path.join(folder, 'no-feed.txt');
  fs.writeFileSync(file, 'hello');
  await assert.rejects(buildDatabase([{ provider: 'osv', file }], root, OPTIONS), {
    code: 'E_DB_IMPORT',
    message: /^could not read the feeds: .*no-feed\.txt: /,
  });
  using database = openDatabase(root);
  assert.equal(database.description.path, status.path);
});

test('refuses an unknown provider and an unreadable file', async (t) => {
  const folder = createTemporaryDirectory();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const root = path.join(folder, 'db');
  const file = path.join(folder, 'none.json');
  await assert.rejects(buildDatabase([{ provider: 'grype-v6', file }], root, OPTIONS), {
    code: 'E_USAGE',
  });
  await assert.rejects(buildDatabase([{ provider: 'osv', file }], root, OPTIONS), {
    code: 'E_DB_IMPORT',
  });
  const [input] = writeInputs(folder);
  assert.ok(input);
  const limits = { ...DEFAULT_LIMITS, wholeFileBytesMax: 10 };
  await assert.rejects(buildDatabase([input], root, { ...OPTIONS, limits }), { code: 'E_LIMIT' });
  assert.deepEqual(fs.readdirSync(root), []);
});
