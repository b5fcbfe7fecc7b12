import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writeGrypeDatabase } from '../../src/vulnerability/advisory/provider/grype-v6/grype-database.fixture.ts';
import { type Ended, runProgram } from '../support/run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-db-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const ENVIRONMENT = { PLIMSOLL_CACHE_DIR: join(folder, 'cache') };
const runDb = (...args: readonly string[]): Promise<Ended> =>
  runProgram(['db', ...args], ENVIRONMENT);
const source = writeGrypeDatabase(folder);
await runDb('import', source);

test('a search prints the statements about a vulnerability, a package and a system', async () => {
  const byId = await runDb('search', 'cve-2020-0001');
  assert.equal(byId.status, 0, byId.stderr);
  assert.match(byId.stdout, /^GHSA-aaaa-bbbb-cccc +left-pad +npm +github +every version/m);
  assert.match(
    byId.stdout,
    /^CVE-2020-0001 +nginx +rpm +redhat 9\.4\+eus +alpine +not affected: every version/m,
  );
  const ofSystem = await runDb('search', 'musl', '--distro', 'alpine:3.9');
  assert.match(
    ofSystem.stdout,
    /^[^\n]+\nCVE-2020-0001 +Musl +apk +alpine 3\.9 +alpine +< 1\.1\.24-r3 +1\.1\.24-r3 +fixed +unknown +2020-01-01\n$/,
  );
  const byCpe = await runDb('search', 'cpe:2.3:a:libc:musl:1.0:*:*:*:*:*:*:*');
  assert.match(byCpe.stdout, /cpe:2\.3:a:libc:Musl:\*/);
});

test('a search compares the sources, lists conflicts, and filters', async () => {
  const built = join(folder, 'compared');
  const feeds = join(folder, 'compared-feeds');
  mkdirSync(feeds);
  const write = (name: string, content: object): string => {
    writeFileSync(join(feeds, name), JSON.stringify(content));
    return join(feeds, name);
  };
  const toRanges = (fixed: string) => [
    { type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] },
  ];
  const left = { ecosystem: 'npm', name: 'left' };
  const osv = write('osv.json', [
    {
      id: 'GHSA-1111-2222-3333',
      modified: '2026-01-01T00:00:00Z',
      aliases: ['CVE-2026-1000'],
      affected: [{ package: left, ranges: toRanges('1.2.0') }],
    },
    {
      id: 'GHSA-1111-2222-4444',
      modified: '2025-01-01T00:00:00Z',
      affected: [{ package: left, versions: ['1.0.0'] }],
    },
  ]);
  const versions = [{ version: '0', lessThan: '1.3.0', status: 'affected', versionType: 'semver' }];
  const options = [{ Exploitation: 'active' }, { Automatable: 'no' }];
  const metrics = [{ other: { type: 'ssvc', content: { options } } }];
  const cve = write('cve.json', {
    cveMetadata: { cveId: 'CVE-2026-1000', dateUpdated: '2026-01-02' },
    containers: {
      cna: { affected: [{ packageURL: 'pkg:npm/left', versions }] },
      adp: [{ providerMetadata: { shortName: 'CISA-ADP' }, metrics }],
    },
  });
  const kev = write('kev.json', { vulnerabilities: [{ cveID: 'CVE-2026-1000' }] });
  const inputs = [`osv=${osv}`, `cve-list=${cve}`, `kev=${kev}`];
  assert.equal((await runDb('build', ...inputs, '--db', built)).status, 0);
  const search = (...words: readonly string[]) => runDb('search', ...words, '--db', built);
  const byId = await search('CVE-2026-1000');
  assert.match(
    byId.stdout,
    /npm +cve \(cve-list\) +< 1\.3\.0 +1\.3\.0 +fixed +unknown +2026-01-02/,
  );
  assert.match(
    byId.stdout,
    /\nThe sources disagree about CVE-2026-1000 in left:\n {2}range +cve \(cve-list\): < 1\.3\.0; github \(osv\): < 1\.2\.0\n {2}fix +cve \(cve-list\): 1\.3\.0; github \(osv\): 1\.2\.0\n/,
  );
  const byName = await search('left');
  assert.match(byName.stderr, /sources disagree about 1 vulnerability: add --conflicts/);
  const conflicts = await search('--conflicts');
  assert.match(
    conflicts.stdout,
    /^CVE-2026-1000 +left +range, fix +cve \(cve-list\) .*\n +github \(osv\) +< 1\.2\.0/m,
  );
  const [model, ...others] = JSON.parse((await search('--conflicts', '-o', 'json')).stdout);
  assert.deepEqual(others, []);
  assert.deepEqual(model.disagreements[1], {
    kind: 'fix',
    answers: [
      { source: 'cve (cve-list)', answer: '1.3.0' },
      { source: 'github (osv)', answer: '1.2.0' },
    ],
  });
  const listIds = async (...words: readonly string[]): Promise<readonly string[]> =>
    (await search(...words)).stdout.split('\n').flatMap((line) => /^[A-Z]+-\S+/.exec(line) ?? []);
  assert.deepEqual(await listIds('--kev'), ['CVE-2026-1000', 'GHSA-1111-2222-3333']);
  assert.deepEqual(await listIds('--ssvc', 'active', '--provider', 'osv'), ['GHSA-1111-2222-3333']);
  assert.deepEqual(await listIds('--ssvc', 'active,automatable'), []);
  assert.deepEqual(await listIds('left', '--since', '2026-01-02'), ['CVE-2026-1000']);
  assert.deepEqual(await listIds('left', '--fix-state', 'not-fixed,unknown'), [
    'GHSA-1111-2222-4444',
  ]);
  for (const words of [
    ['--ssvc', 'high'],
    ['--since', 'May'],
    ['--since', '2026-13-01'],
    ['left', '--fix-state', 'gone'],
  ]) {
    assert.equal((await search(...words)).status, 3, words.join(' '));
  }
});

test('a search in JSON has the record, its scores, and each package', async () => {
  const { stdout } = await runDb('search', 'pkg:apk/alpine/musl@1.0', '-o', 'json');
  const [entry, ...rest] = JSON.parse(stdout);
  assert.deepEqual(rest, []);
  assert.equal(entry.vulnerability.id, 'CVE-2020-0001');
  assert.equal(entry.vulnerability.epss[0].epss, 0.25);
  assert.equal(entry.vulnerability.known_exploited[0].date_added, '2021-01-01');
  assert.deepEqual(entry.vulnerability.cwes[0].cwe, 'CWE-1');
  assert.deepEqual(
    entry.packages.map(({ os }: { readonly os: object }) => os),
    [
      { name: 'alpine', version: '3.10' },
      { name: 'alpine', version: '3.9' },
    ],
  );
  assert.equal(entry.packages[0].detail.ranges[0].fix.version, '1.1.24-r3');
});

test('reports an empty search result, and rejects invalid searches', async () => {
  const nothing = await runDb('search', 'no-such-package');
  assert.deepEqual([nothing.status, nothing.stdout], [0, '']);
  assert.match(nothing.stderr, /no matching advisories/);
  for (const words of [[], ['cpe:2.3:a'], ['pkg:'], ['musl', '--distro', 'plan9:4']]) {
    assert.equal((await runDb('search', ...words)).status, 3, words.join(' '));
  }
});

test('an exported database can be imported elsewhere, without differences', async () => {
  const file = join(folder, 'export.tar');
  const written = await runDb('export', file);
  assert.equal(written.status, 0, written.stderr);
  const imported = await runDb('import', file, '--db', join(folder, 'elsewhere'));
  assert.equal(imported.status, 0, imported.stderr);
  const same = await runDb('diff', file);
  assert.deepEqual([same.status, same.stdout], [0, '']);
  assert.match(same.stderr, /the same advisories for every package/);
});

test('a difference lists packages and vulnerabilities, of directories and of files', async () => {
  const changed = join(folder, 'changed');
  mkdirSync(changed);
  const sql = `UPDATE blobs SET value = replace(value, '"high"', '"low"') WHERE id = 2;
    DELETE FROM unaffected_package_handles;`;
  const { stdout } = await runDb('diff', source, writeGrypeDatabase(changed, sql));
  assert.match(stdout, /^left-pad +npm +changed +GHSA-aaaa-bbbb-cccc \(severity\)$/m);
  assert.match(stdout, /^nginx +rpm +redhat 9\.4\+eus~rhel +removed +CVE-2020-0001$/m);
  const json = await runDb('diff', join(folder, 'cache', 'db'), changed, '-o', 'json');
  assert.equal(json.status, 2 + 2, 'a folder without a database is one that is missing');
  assert.equal((await runDb('diff')).status, 3);
  assert.equal((await runDb('diff', join(folder, 'nowhere'))).status, 3);
});

test('builds a database from documents, and reports unsupported content', async () => {
  const feeds = join(folder, 'feeds');
  mkdirSync(join(feeds, 'below'), { recursive: true });
  const affected = [
    {
      package: { ecosystem: 'npm', name: 'right-pad' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
    },
  ];
  const record = { id: 'GHSA-1111-2222-3333', modified: '2026-01-01T00:00:00Z', affected };
  writeFileSync(join(feeds, 'below', 'a.json'), JSON.stringify(record));
  writeFileSync(join(feeds, 'b.json'), 'not JSON');
  const built = join(folder, 'built');
  const run = await runDb('build', `osv=${feeds}`, '--db', built);
  assert.equal(run.status, 0, run.stderr);
  assert.match(run.stdout, /^From +built from feeds$/m);
  assert.match(run.stderr, /left out: \S+b\.json: /);
  assert.match(
    run.stderr,
    /^osv: kept 1 of 1 statement in 2 documents; left out: 1 malformed JSON$/m,
  );
  assert.match(run.stdout, /^Layer +osv: 1 statement, captured 2026-01-01T00:00:00Z$/m);
  const found = await runDb('search', 'pkg:npm/right-pad', '--db', built);
  assert.match(found.stdout, /^GHSA-1111-2222-3333 +right-pad +npm/m);
  for (const word of ['osv', 'nothing=b.json', `osv=${join(folder, 'nowhere')}`]) {
    assert.notEqual((await runDb('build', word, '--db', built)).status, 0, word);
  }
});

test('leaves out an unreadable archive of a directory, and is incomplete without it', async () => {
  const feeds = join(folder, 'unreadable');
  mkdirSync(feeds);
  const affected = [{ package: { ecosystem: 'npm', name: 'right-pad' }, versions: ['1.0.0'] }];
  const record = { schema_version: '1.6.0', id: 'GHSA-1111-2222-3333', affected };
  writeFileSync(join(feeds, 'a.json'), JSON.stringify(record));
  writeFileSync(join(feeds, 'more.tar.bz2'), 'BZh91AY&SY');
  const database = ['--db', join(folder, 'incomplete')];
  const built = await runDb('build', '--from', feeds, ...database);
  assert.equal(built.status, 4, built.stderr);
  assert.match(built.stderr, /^osv: kept 1 of 1 statement in 1 document$/m);
  assert.match(built.stderr, /^warning: left out \S+more\.tar\.bz2: could not read /m);
  assert.match((await runDb('search', 'right-pad', ...database)).stdout, /GHSA-1111-2222-3333/);
  const alone = await runDb('build', '--from', join(feeds, 'more.tar.bz2'), ...database);
  assert.equal(alone.status, 1);
  assert.match(alone.stderr, /error\[E_DB_IMPORT\]: could not read .*more\.tar\.bz2/);
});

test('lists providers with license and account, and deletes a layer alone', async () => {
  const built = join(folder, 'layers');
  await runDb('import', source, '--db', built);
  const feeds = join(folder, 'feeds', 'below');
  assert.equal((await runDb('build', `osv=${feeds}`, '--db', built)).status, 0);
  const { stdout } = await runDb('providers', '-o', 'json', '--db', built);
  const models: readonly Readonly<Record<string, unknown>>[] = JSON.parse(stdout);
  assert.deepEqual(
    models.map(({ name, layer, license }) => [name, layer, license === null]),
    [
      ['alpine', 'base', true],
      ['github', 'base', true],
      ['nvd', 'base', true],
      ['osv', 'osv', false],
    ],
  );
  const { license, account, marks, dateCaptured } = models[3] ?? {};
  assert.deepEqual(Object.keys(license ?? {}), ['expression', 'attribution']);
  assert.deepEqual([dateCaptured, marks], ['2026-01-01T00:00:00Z', []]);
  assert.deepEqual(account, {
    documents: { read: 1, kept: 1, leftOut: {} },
    records: { read: 1, kept: 1, leftOut: {} },
    statements: { read: 1, kept: 1, leftOut: {} },
    parts: {},
  });
  assert.match((await runDb('providers', '--db', built)).stdout, /^osv .* 1 +0$/m);
  const unknown = await runDb('delete', 'npm', '--db', built);
  assert.deepEqual(unknown.status, 3);
  assert.match(unknown.stderr, /hint: use one of: osv, base/);
  assert.equal((await runDb('delete', 'osv', '--db', built)).status, 0);
  const searched = await runDb('search', 'pkg:npm/right-pad', '--db', built);
  assert.deepEqual([searched.status, searched.stdout], [0, '']);
  assert.match((await runDb('search', 'musl', '--db', built)).stdout, /CVE-2020-0001/);
});

test('a difference lists data about vulnerabilities', async () => {
  const changed = join(folder, 'changed-facts');
  mkdirSync(changed);
  const sql =
    'UPDATE epss_handles SET epss = 0.95; DELETE FROM known_exploited_vulnerability_handles;';
  const next = writeGrypeDatabase(changed, sql);
  const { stdout, stderr } = await runDb('diff', source, next);
  assert.match(stdout, /^CVE-2020-0001 +exploited +removed +since 2021-01-01$/m);
  assert.match(stdout, /^CVE-2020-0001 +epss +changed +0\.25 +0\.95$/m);
  assert.match(stderr, /^2 facts$/m);
  const json = JSON.parse((await runDb('diff', source, next, '-o', 'json')).stdout);
  assert.deepEqual(json[1], {
    vulnerability: 'CVE-2020-0001',
    data: 'epss',
    change: 'changed',
    before: '0.25',
    after: '0.95',
  });
});

test('accepts the command names of Grype', async () => {
  const runGrype = (...args: string[]) => runProgram(['grype', 'db', ...args], ENVIRONMENT);
  const byFlags = await runGrype('search', '--vuln', 'CVE-2020-0001', '--pkg', 'musl');
  assert.match(byFlags.stdout, /^CVE-2020-0001 +Musl +apk/m);
  assert.doesNotMatch(byFlags.stdout, /left-pad/);
  const byWord = await runGrype('search', 'vuln', 'GHSA-aaaa-bbbb-cccc', '-o', 'json');
  assert.equal(JSON.parse(byWord.stdout)[0].vulnerability.id, 'GHSA-aaaa-bbbb-cccc');
});
