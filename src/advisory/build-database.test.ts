import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { type BuildInput, buildDatabase } from './build-database.ts';
import { describeDatabase } from './describe-database.ts';
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
    message: 'could not use any statement of osv in 1 document: malformed JSON (1)',
  });
  assert.deepEqual(describeDatabase(root), status);
});

/** Documents about ecosystems that the provider does not support, shortened. */
const UNSUPPORTED = [
  { id: 'A-199065614', ecosystem: 'Android:14', name: 'platform/art' },
  { id: 'OSV-2024-1', ecosystem: 'OSS-Fuzz', name: 'libarchive' },
  { id: 'CVE-2024-0002', ecosystem: 'Kubernetes', name: 'k8s.io/kubelet' },
  { id: 'CVE-2024-0001', name: 'commits-only' },
].map(({ id, name, ecosystem }) => ({
  id,
  modified: '2024-01-01T00:00:00Z',
  affected: [
    {
      package: { name, ...(ecosystem === undefined ? {} : { ecosystem }) },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.0-1' }] }],
    },
  ],
}));

test('refuses documents without any usable statement, and lists the causes', async (t) => {
  const folder = createTemporaryDirectory();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const root = path.join(folder, 'db');
  const file = path.join(folder, 'unsupported.json');
  for (const [documents, causes] of [
    [UNSUPPORTED.slice(0, 1), 'unsupported ecosystem Android (1)'],
    [UNSUPPORTED.slice(1, 2), 'unsupported ecosystem OSS-Fuzz (1)'],
    [UNSUPPORTED.slice(2, 3), 'unsupported ecosystem Kubernetes (1)'],
    [UNSUPPORTED.slice(3), 'no ecosystem (1)'],
    [[], 'they state nothing'],
  ] as const) {
    fs.writeFileSync(file, JSON.stringify(documents));
    await assert.rejects(buildDatabase([{ provider: 'osv', file }], root, OPTIONS), {
      code: 'E_DB_IMPORT',
      message: `could not use any statement of osv in 1 document: ${causes}`,
    });
    assert.deepEqual(fs.readdirSync(root), []);
  }
});

test('counts everything that is left out, also beyond the limit of listed problems', async (t) => {
  const folder = createTemporaryDirectory();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'osv.json');
  const [usable] = DOCUMENTS['osv'] as unknown[];
  const nameless = Array.from({ length: 20 }, () => ({ affected: [] }));
  fs.writeFileSync(file, JSON.stringify([usable, usable, ...nameless, ...UNSUPPORTED]));
  const bad = path.join(folder, 'bad.json');
  fs.writeFileSync(bad, '{');
  const { problems, accounts } = await buildDatabase(
    [file, bad].map((each) => ({ provider: 'osv', file: each })),
    path.join(folder, 'db'),
    { ...OPTIONS, limits: { ...DEFAULT_LIMITS, problemsMax: 3 } },
  );
  assert.equal(problems.length, 3);
  const account = accounts.get('osv');
  assert.deepEqual(account, {
    documents: { read: 2, kept: 1, leftOut: { 'malformed JSON': 1 } },
    records: { read: 26, kept: 5, leftOut: { 'no id': 20, 'repeated without a change': 1 } },
    statements: {
      read: 6,
      kept: 1,
      leftOut: {
        'no ecosystem': 1,
        'repeated without a change': 1,
        'unsupported ecosystem Android': 1,
        'unsupported ecosystem Kubernetes': 1,
        'unsupported ecosystem OSS-Fuzz': 1,
      },
    },
    parts: {},
  });
  for (const { read, kept, leftOut } of [account.documents, account.records, account.statements]) {
    assert.equal(
      Object.values(leftOut).reduce((sum, count) => sum + count, kept),
      read,
    );
  }
});

suite('the capture time of a provider', () => {
  const readCaptureTime = async (
    t: TestContext,
    provider: string,
    document: unknown,
    fileTime = '2021-03-04T05:06:07.000Z',
  ) => {
    const folder = createTemporaryDirectory();
    t.after(() => fs.rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'document.json');
    fs.writeFileSync(file, JSON.stringify(document));
    fs.utimesSync(file, new Date(fileTime), new Date(fileTime));
    const { status } = await buildDatabase([{ provider, file }], path.join(folder, 'db'), OPTIONS);
    const [described] = status.description?.providers ?? [];
    assert.equal(status.description?.builtAt, described?.capturedAt);
    assert.equal(status.importedAt, OPTIONS.now);
    return described?.capturedAt;
  };
  const [usable] = DOCUMENTS['osv'] as object[];
  const at = (modified: string) => ({ ...usable, modified });

  test('is the newest time that its records state', async (t) => {
    const records = [at('2020-01-01T00:00:00Z'), at('2020-02-01T00:00:00Z'), at('soon')];
    assert.equal(await readCaptureTime(t, 'osv', records), '2020-02-01T00:00:00Z');
  });

  test('is the time of the file if the records state none', async (t) => {
    const secdb = DOCUMENTS['alpine-secdb'];
    assert.equal(await readCaptureTime(t, 'alpine-secdb', secdb), '2021-03-04T05:06:07.000Z');
  });

  test('is never in the future', async (t) => {
    const records = [at('2099-01-01T00:00:00Z'), at('2020-02-01T00:00:00Z')];
    assert.equal(await readCaptureTime(t, 'osv', records), '2020-02-01T00:00:00Z');
    const [only] = records;
    assert.equal(await readCaptureTime(t, 'osv', [only], '2098-01-01T00:00:00.000Z'), OPTIONS.now);
  });
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
