import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { type ProgressEvent, SILENT } from '../core/progress.ts';
import { describeDatabase } from './describe-database.ts';
import { importDatabase } from './import-database.ts';
import { openDatabase } from './open-database.ts';
import {
  packGrypeArchive,
  writeGrypeDatabase,
} from './provider/grype-v6/grype-database.fixture.ts';

const OPTIONS = { progress: SILENT, limits: DEFAULT_LIMITS, now: '2026-01-03T00:00:00Z' };
const ALPINE = { id: 'alpine', idLike: [], versionId: '3.9' };

function createTemporaryDirectory(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-import-'));
}

function listGenerations(root: string): readonly string[] {
  return fs.readdirSync(root).filter((name) => name.startsWith('generation-'));
}

test('imports a bare database with all statements about a package', async (t) => {
  const folder = createTemporaryDirectory();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const root = path.join(folder, 'db');
  await importDatabase(writeGrypeDatabase(folder), root, OPTIONS);
  using database = openDatabase(root);
  const [release] = database.listReleases(ALPINE);
  assert.ok(release);
  assert.equal(release.endOfLife, '2020-11-01T00:00:00Z');
  const [advisory, ...others] = database.findSystemPackage(release, 'apk', 'MUSL');
  assert.deepEqual(others, []);
  assert.deepEqual(advisory, {
    vulnerability: 'CVE-2020-0001',
    provider: 'alpine',
    status: 'active',
    aliases: [],
    cves: [],
    effect: 'affected',
    operatingSystem: release,
    ecosystem: 'apk',
    packageName: 'Musl',
    ranges: [
      {
        scheme: 'apk',
        constraint: '< 1.1.24-r3',
        fix: {
          state: 'fixed',
          version: '1.1.24-r3',
          available: { date: '2020-02-03', kind: 'advisory' },
          references: [{ url: 'https://f.example', id: 'F-1', tags: ['advisory'] }],
        },
      },
    ],
    record: { shard: 'os-alpine', key: 'alpine/cve-2020-0001' },
  });
  assert.deepEqual(database.readRecord(advisory.record), {
    id: 'CVE-2020-0001',
    provider: 'alpine',
    status: 'active',
    aliases: [],
    assigners: [],
    description: '',
    references: [{ url: 'https://a.example/1', tags: ['ADVISORY'] }],
    severities: [],
    publishedAt: '2020-01-01T10:00:00.25Z',
  });
});

test('imports qualifiers, negations, channels and aliases of both tables', async (t) => {
  const folder = createTemporaryDirectory();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const root = path.join(folder, 'db');
  await importDatabase(writeGrypeDatabase(folder), root, OPTIONS);
  using database = openDatabase(root);
  const [eus] = database.listReleases({ id: 'rhel', idLike: [], versionId: '9.4' }, 'eus');
  assert.ok(eus);
  const [unaffected] = database.findSystemPackage(eus, 'rpm', 'nginx');
  assert.equal(unaffected?.effect, 'unaffected');
  assert.deepEqual(unaffected.qualifiers, { modularity: '', architecture: 'src', rootIo: true });
  const [pad] = database.findPackage('JavaScript', 'left-pad');
  assert.ok(pad);
  assert.deepEqual(pad.aliases, ['CVE-2020-0001', 'OTHER-1']);
  assert.deepEqual(pad.cves, ['CVE-2020-0001']);
  assert.deepEqual(pad.qualifiers?.imports, [{ path: 'a/b', symbols: [] }]);
  const record = database.readRecord(pad.record);
  assert.deepEqual(record.aliases, ['CVE-2020-0001']);
  assert.equal(record.description, 'Pads too far\nto the left.');
  assert.deepEqual(record.severities[1]?.value, { vector: 'CVSS:3.1/AV:N', version: '3.1' });
  assert.deepEqual(record.modifications, [{ url: 'https://m.example', changes: ['range'] }]);
});

test('decodes products whose special characters are quoted', async (t) => {
  const folder = createTemporaryDirectory();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const root = path.join(folder, 'db');
  const file = writeGrypeDatabase(folder);
  using source = new DatabaseSync(file);
  source.prepare('UPDATE cpes SET product = ? WHERE id = 1').run('back\\\\pack');
  await importDatabase(file, root, OPTIONS);
  using database = openDatabase(root);
  assert.equal(database.findProduct('back\\pack')[0]?.product?.vendor, 'libc');
});

test('finds products, including those known by a package, and records without statements', async (t) => {
  const folder = createTemporaryDirectory();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const root = path.join(folder, 'db');
  await importDatabase(writeGrypeDatabase(folder), root, OPTIONS);
  using database = openDatabase(root);
  const [musl] = database.findProduct('musl');
  assert.equal(musl?.product?.vendor, 'libc');
  assert.equal(musl?.ecosystem, undefined);
  assert.deepEqual(musl?.ranges, [{ scheme: '', constraint: '< 1.2' }]);
  const [pad] = database.findProduct('left-pad');
  assert.equal(pad?.product?.targetSoftware, 'node.js');
  assert.equal(pad?.ecosystem, 'npm');
  assert.equal(database.findRecord('NVD', 'cve-2020-0009')?.withdrawnAt, '2021-01-01T00:00:00Z');
  assert.deepEqual(database.findRecord('nvd', 'CVE-2020-0001')?.assigners, ['mitre']);
  assert.equal(database.findRecord('nvd', 'CVE-2020-0002'), undefined);
  assert.equal(database.findRecord('nobody', 'CVE-2020-0001'), undefined);
});

test('imports other facts about a CVE, and the rules about names', async (t) => {
  const folder = createTemporaryDirectory();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const root = path.join(folder, 'db');
  await importDatabase(writeGrypeDatabase(folder), root, OPTIONS);
  using database = openDatabase(root);
  assert.equal(database.readExploited('cve-2020-0001')[0]?.dateAdded, '2021-01-01T00:00:00Z');
  assert.deepEqual(database.readEpss('CVE-2020-0001'), {
    cve: 'CVE-2020-0001',
    epss: 0.25,
    percentile: 0.5,
    date: '2026-01-01',
  });
  assert.equal(database.readWeaknesses('CVE-2020-0001')[0]?.cwe, 'CWE-1');
  assert.equal(database.architectureAliases.get('x86_64'), 'amd64');
  const { sourceSchema, builtAt, providers } = database.description;
  assert.deepEqual([sourceSchema, builtAt], ['v6.1.9', '2026-01-02T03:04:05Z']);
  assert.deepEqual(
    providers.map(({ id }) => id),
    ['alpine', 'github', 'nvd'],
  );
});

for (const compression of ['zstd', 'gzip', 'none'] as const) {
  test(`imports an archive with compression ${compression} and leaves no temporary file`, async (t) => {
    const folder = createTemporaryDirectory();
    t.after(() => fs.rmSync(folder, { recursive: true }));
    const root = path.join(folder, 'db');
    const events: ProgressEvent[] = [];
    const archive = packGrypeArchive(writeGrypeDatabase(folder), { compression });
    const progress = { emit: (event: ProgressEvent) => void events.push(event) };
    const status = await importDatabase(archive, root, { ...OPTIONS, progress });
    assert.equal(status.isValid, true);
    const names = fs.readdirSync(status.path).filter((name) => !name.endsWith('.db'));
    assert.deepEqual(new Set(names), new Set(['committed', 'manifest.json']));
    assert.equal(events.at(0)?.kind, 'stage-started');
    assert.deepEqual(events.at(-1), {
      kind: 'stage-finished',
      stage: 'database',
      count: 6,
      unit: 'rows',
    });
  });
}

test('creates the same shards for the same source', async (t) => {
  const folder = createTemporaryDirectory();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const file = writeGrypeDatabase(folder);
  const [first, second] = await Promise.all(
    ['a', 'b'].map((name) => importDatabase(file, path.join(folder, name), OPTIONS)),
  );
  assert.deepEqual(
    first?.shards.map(({ name, digest }) => [name, digest]),
    second?.shards.map(({ name, digest }) => [name, digest]),
  );
});

const REFUSED: readonly (readonly [title: string, make: (folder: string) => string, RegExp])[] = [
  [
    'an archive compressed by xz',
    (folder) => writeFile(folder, 'a.tar.xz', Buffer.from('fd377a585a000004', 'hex')),
    /unsupported compression of the archive: xz/,
  ],
  [
    'a file of another kind',
    (folder) => writeFile(folder, 'a.txt', Buffer.from('hello')),
    /is not an advisory database/,
  ],
  ['a file that is not there', (folder) => path.join(folder, 'none.db'), /could not read/],
  [
    'a database of another schema',
    (folder) => writeGrypeDatabase(folder, 'UPDATE db_metadata SET model = 5;'),
    /schema 5/,
  ],
  [
    'a database without the tables',
    (folder) => writeGrypeDatabase(folder, 'DROP TABLE packages;'),
    /no table "packages"/,
  ],
  [
    'a database with a statement about no package',
    (folder) => writeGrypeDatabase(folder, 'DELETE FROM packages WHERE id = 1;'),
    /does not contain/,
  ],
  [
    'a database whose documents are not JSON',
    (folder) => writeGrypeDatabase(folder, "UPDATE blobs SET value = '{' WHERE id = 5;"),
    /could not import/,
  ],
  [
    'an archive that does not fit its digest',
    (folder) => packGrypeArchive(writeGrypeDatabase(folder), { digest: 'xxh64:1' }),
    /does not match the digest/,
  ],
  [
    'an archive that is truncated',
    (folder) => {
      const archive = packGrypeArchive(writeGrypeDatabase(folder), { compression: 'none' });
      fs.truncateSync(archive, 40_000);
      return archive;
    },
    /is truncated/,
  ],
  [
    'an archive that does not fit the listing beside it',
    (folder) => {
      const archive = packGrypeArchive(writeGrypeDatabase(folder));
      const listing = { path: path.basename(archive), checksum: 'sha256:00' };
      writeFile(folder, 'latest.json', Buffer.from(JSON.stringify(listing)));
      return archive;
    },
    /does not match the checksum/,
  ],
];

function writeFile(folder: string, name: string, content: Uint8Array): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, content);
  return file;
}

for (const [title, make, message] of REFUSED) {
  test(`rejects ${title} and keeps the current database`, async (t) => {
    const [folder, other] = [createTemporaryDirectory(), createTemporaryDirectory()];
    t.after(() => fs.rmSync(folder, { recursive: true }));
    t.after(() => fs.rmSync(other, { recursive: true }));
    const root = path.join(folder, 'db');
    const { path: before } = await importDatabase(writeGrypeDatabase(folder), root, OPTIONS);
    await assert.rejects(importDatabase(make(other), root, OPTIONS), {
      name: 'UserError',
      code: 'E_DB_IMPORT',
      message,
    });
    assert.deepEqual(listGenerations(root), [path.basename(before)]);
    assert.equal(describeDatabase(root, true).isValid, true);
  });
}

const COMPUTED: readonly (readonly [title: string, sql: string])[] = [
  [
    'a generated column',
    'ALTER TABLE providers ADD COLUMN bomb text GENERATED ALWAYS AS (hex(zeroblob(450000000))) VIRTUAL',
  ],
  ['a view', 'CREATE VIEW bomb AS SELECT hex(zeroblob(450000000)) AS id'],
  [
    'a trigger',
    'CREATE TRIGGER bomb AFTER INSERT ON providers BEGIN SELECT hex(zeroblob(450000000)); END',
  ],
];

for (const [title, sql] of COMPUTED) {
  test(`rejects a database with ${title}`, async (t) => {
    const folder = createTemporaryDirectory();
    t.after(() => fs.rmSync(folder, { recursive: true }));
    const file = writeGrypeDatabase(folder);
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();
    await assert.rejects(importDatabase(file, path.join(folder, 'db'), OPTIONS), {
      code: 'E_DB_IMPORT',
      message: /has or is a (?:generated column|view|trigger)/,
    });
    assert.equal(describeDatabase(path.join(folder, 'db')).isValid, false);
  });
}

test('refuses an archive beyond the size limit', async (t) => {
  const folder = createTemporaryDirectory();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const limits = { ...DEFAULT_LIMITS, databaseBytesMax: 10_000 };
  const database = writeGrypeDatabase(folder);
  for (const file of [database, packGrypeArchive(database)]) {
    await assert.rejects(importDatabase(file, path.join(folder, 'db'), { ...OPTIONS, limits }), {
      code: 'E_LIMIT',
    });
  }
  assert.deepEqual(listGenerations(path.join(folder, 'db')), []);
});

test('allows parallel imports', async (t) => {
  const folder = createTemporaryDirectory();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const root = path.join(folder, 'db');
  const archive = packGrypeArchive(writeGrypeDatabase(folder));
  const outcomes = await Promise.all([1, 2, 3].map(() => importDatabase(archive, root, OPTIONS)));
  assert.ok(outcomes.every(({ isValid }) => isValid));
  assert.equal(describeDatabase(root, true).isValid, true);
  assert.equal(listGenerations(root).length, 2);
});

test('imports a database without an operating system', async (t) => {
  const folder = createTemporaryDirectory();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const change = `
    DELETE FROM operating_systems;
    DELETE FROM affected_package_handles WHERE operating_system_id IS NOT NULL;
    DELETE FROM unaffected_package_handles;
  `;
  const root = path.join(folder, 'db');
  await importDatabase(writeGrypeDatabase(folder, change), root, OPTIONS);
  using database = openDatabase(root);
  assert.deepEqual(database.listReleases(ALPINE), []);
  assert.equal(database.findPackage('npm', 'left-pad').length, 1);
});

test('counts the statements of each release, and returns releases with statements only', async (t) => {
  const folder = createTemporaryDirectory();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const change = `
    INSERT INTO operating_systems VALUES (4, 'alpine', 'alpine', '3', '11', '', '', '', NULL, NULL);
    INSERT INTO affected_package_handles VALUES (4, 2, 2, 1, 6);
  `;
  const root = path.join(folder, 'db');
  await importDatabase(writeGrypeDatabase(folder, change), root, OPTIONS);
  using database = openDatabase(root);
  const listCoverage = (versionId: string) =>
    database
      .listOwnReleases({ id: 'alpine', idLike: [], versionId })
      .map((release) => database.getCoverage(release));
  assert.deepEqual(listCoverage('3.9'), [{ statements: 1, unfixed: 0 }]);
  assert.deepEqual(listCoverage('3.10'), [{ statements: 2, unfixed: 1 }]);
  assert.deepEqual(listCoverage('3.11'), [{ statements: 0, unfixed: 0 }]);
  const releases = database.listReleases({ id: 'alpine', idLike: [], versionId: '3.11' });
  assert.deepEqual(
    releases.map(({ minorVersion }) => minorVersion),
    ['9', '10'],
  );
});

test('stores statements that have the system in place of a package type under the type', async (t) => {
  const folder = createTemporaryDirectory();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const change = `
    INSERT INTO operating_systems VALUES
      (4, 'wolfi', 'wolfi', '', '', 'rolling', '', '', NULL, NULL);
    INSERT INTO packages VALUES (4, 'Wolfi', 'musl'), (5, 'Other', 'musl');
    INSERT INTO affected_package_handles VALUES (4, 1, 4, 1, 5), (5, 2, 4, 4, 6), (6, 2, 4, 5, 6);
  `;
  const root = path.join(folder, 'db');
  await importDatabase(writeGrypeDatabase(folder, change), root, OPTIONS);
  using database = openDatabase(root);
  const [release] = database.listOwnReleases({ id: 'wolfi', idLike: [] });
  assert.ok(release);
  const findNames = (ecosystem: string) =>
    database
      .findSystemPackage(release, ecosystem, 'musl')
      .map((advisory) => [advisory.vulnerability, advisory.ecosystem]);
  assert.deepEqual(findNames('apk'), [
    ['CVE-2020-0001', 'apk'],
    ['GHSA-aaaa-bbbb-cccc', 'apk'],
  ]);
  assert.deepEqual(findNames('wolfi'), []);
  assert.deepEqual(findNames('other'), [['GHSA-aaaa-bbbb-cccc', 'Other']]);
});
