import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { buildDatabase } from './build-database.ts';
import { exportDatabase } from './database-archive.ts';
import { describeDatabase, describeEachLayer } from './describe-database.ts';
import { diffPackages } from './diff-databases.ts';
import { fillDatabase } from './fill-database.ts';
import { importDatabase } from './import-database.ts';
import { readLayerStamp } from './layer.ts';
import { openDatabase } from './open-database.ts';
import { writeGrypeDatabase } from './provider/grype-v6/grype-database.fixture.ts';
import { searchDatabase } from './search-database.ts';
import { deleteDatabase, deleteLayer } from './update/update-database.ts';

const NOW = '2026-01-03T00:00:00Z';
const OPTIONS = { progress: SILENT, limits: DEFAULT_LIMITS, now: NOW };
const DISTRO = { id: 'alpine', idLike: [], versionId: '3.9.4' };

interface World {
  readonly folder: string;
  readonly root: string;
  /** Builds the layer of Alpine with these fixes of musl. */
  build(secfixes: Readonly<Record<string, readonly string[]>>): Promise<void>;
}

async function createWorld(t: TestContext, hasBase = true): Promise<World> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-layer-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const root = path.join(folder, 'db');
  if (hasBase) {
    await importDatabase(writeGrypeDatabase(folder), root, OPTIONS);
  }
  const file = path.join(folder, 'secdb.json');
  return {
    folder,
    root,
    build: async (secfixes) => {
      const packages = [{ pkg: { name: 'Musl', secfixes } }];
      fs.writeFileSync(file, JSON.stringify({ distroversion: 'v3.9', packages }));
      await buildDatabase([{ provider: 'alpine-secdb', file }], root, OPTIONS);
    },
  };
}

/** Returns the statements about musl in Alpine 3.9. */
function listStatements(root: string): readonly string[] {
  using database = openDatabase(root);
  const [release] = database.listReleases(DISTRO);
  assert.ok(release);
  return database
    .findSystemPackage(release, 'apk', 'musl')
    .map(({ vulnerability, ranges, record }) => {
      assert.equal(database.readRecord(record).id, vulnerability);
      return `${vulnerability} ${ranges.map(({ constraint }) => constraint).join()}`;
    });
}

test('a built provider adds to the base and leaves its other data in use', async (t) => {
  const { root, build } = await createWorld(t);
  await build({ '1.2-r0': ['CVE-2021-0002'] });
  assert.deepEqual(listStatements(root), ['CVE-2020-0001 < 1.1.24-r3', 'CVE-2021-0002 < 1.2-r0']);
  using database = openDatabase(root);
  assert.equal(database.readEpss('CVE-2020-0001')?.epss, 0.25);
  assert.equal(database.readExploited('CVE-2020-0001').length, 1);
  assert.equal(database.readWeaknesses('CVE-2020-0001').length, 1);
  assert.equal(database.findLifecycle(DISTRO)?.endOfLife, '2020-11-01T00:00:00Z');
  assert.equal(database.findPackage('javascript', 'left-pad').length, 1);
  assert.equal(database.findRecord('alpine', 'CVE-2021-0002')?.id, 'CVE-2021-0002');
  assert.equal(database.findRecord('nvd', 'CVE-2020-0009')?.status, 'rejected');
  const [release] = database.listReleases(DISTRO);
  assert.deepEqual(release && database.getCoverage(release), { statements: 2, unfixed: 0 });
  assert.equal(database.description.builtAt, '2026-01-02T03:04:05Z');
  const found = [...searchDatabase(root, { ids: ['CVE-2021-0002'], packages: [] })];
  assert.deepEqual(
    found.map(({ packageName }) => packageName),
    ['Musl'],
  );
});

test('equal statements of two layers are one, different ones are both kept', async (t) => {
  const { root, build } = await createWorld(t, false);
  const osv = path.join(root, '..', 'osv.json');
  const affected = [{ package: { ecosystem: 'npm', name: 'left-pad' }, versions: ['1.0.0'] }];
  fs.writeFileSync(osv, JSON.stringify([{ id: 'GHSA-aaaa-bbbb-cccc', affected }]));
  await build({ '1.2-r0': ['CVE-2021-0002'] });
  await buildDatabase([{ provider: 'osv', file: osv }], root, OPTIONS);
  // The same content under another ID, as if another feed had it.
  fs.cpSync(path.join(root, 'provider-osv'), path.join(root, 'provider-twin'), { recursive: true });
  using database = openDatabase(root);
  assert.equal(database.findPackage('npm', 'left-pad').length, 1);
  assert.deepEqual(listStatements(root), ['CVE-2021-0002 < 1.2-r0']);
});

test('facts of a built provider replace or complete those of the base', async (t) => {
  const { folder, root, build } = await createWorld(t);
  await build({ '1.2-r0': ['CVE-2021-0002'] });
  const writeFile = (name: string, content: unknown): string => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const header = 'cve,epss,percentile\n';
  const listScores = (date: string, score: string): string =>
    `#score_date:${date}T00:00:00Z\n${header}CVE-2020-0001,${score},0.9\nCVE-2021-0002,0.1,0.5\n`;
  const releases = [{ name: '3.9', eolFrom: '2021-02-03', eoasFrom: '2020-11-01' }];
  const metrics = [{ other: { type: 'ssvc', content: { options: [{ Exploitation: 'poc' }] } } }];
  const inputs = [
    {
      provider: 'kev',
      file: writeFile('kev.json', { vulnerabilities: [{ cveID: 'CVE-2021-0002' }] }),
    },
    { provider: 'epss', file: writeFile('a.csv', listScores('2026-01-02', '0.75')) },
    { provider: 'epss', file: writeFile('b.csv', listScores('2026-01-01', '0.5')) },
    {
      provider: 'endoflife-date',
      file: writeFile('products.json', { result: [{ name: 'alpine-linux', releases }] }),
    },
    {
      provider: 'cve-list',
      file: writeFile('cve.json', {
        cveMetadata: { cveId: 'CVE-2021-0002' },
        containers: { cna: {}, adp: [{ providerMetadata: { shortName: 'CISA-ADP' }, metrics }] },
      }),
    },
  ];
  const { accounts } = await buildDatabase(inputs, root, OPTIONS);
  assert.deepEqual(accounts.get('epss')?.facts, {
    read: 4,
    kept: 2,
    leftOut: { 'score of an earlier day': 2 },
  });
  using database = openDatabase(root);
  assert.equal(database.readEpss('CVE-2020-0001')?.epss, 0.75);
  assert.equal(database.readEpss('CVE-2021-0002')?.epss, 0.1);
  assert.equal(database.readExploited('CVE-2020-0001').length, 1);
  assert.equal(database.readExploited('CVE-2021-0002').length, 1);
  assert.deepEqual(
    database.readSsvc('CVE-2021-0002').map(({ source, exploitation }) => [source, exploitation]),
    [['cisa', 'poc']],
  );
  assert.equal(database.findLifecycle(DISTRO)?.endOfLife, '2021-02-03T00:00:00Z');
  assert.equal(database.findLifecycle(DISTRO)?.endOfActiveSupport, '2020-11-01T00:00:00Z');
  assert.equal(database.listReleases(DISTRO).length, 1);
});

test('an older score of a layer does not replace a newer one of the base', async (t) => {
  const { folder, root } = await createWorld(t);
  const file = path.join(folder, 'epss_scores-2001-02-03.csv');
  fs.writeFileSync(file, 'cve,epss,percentile\nCVE-2020-0001,0.75,0.9\n');
  await buildDatabase([{ provider: 'epss', file }], root, OPTIONS);
  using database = openDatabase(root);
  assert.equal(database.readEpss('CVE-2020-0001')?.epss, 0.25);
});

test('a minor release has the dates of a major release that is maintained as one', async (t) => {
  const { folder, root } = await createWorld(t, false);
  const dates = path.join(folder, 'products.json');
  const errata = path.join(folder, 'osv.json');
  const range = { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.0' }] };
  const listAffected = (...ecosystems: readonly string[]) =>
    ecosystems.map((ecosystem) => ({ package: { ecosystem, name: 'a' }, ranges: [range] }));
  const affected = listAffected('AlmaLinux:9.4', 'Alpine:v3.10');
  fs.writeFileSync(errata, JSON.stringify({ id: 'CVE-2020-0001', affected }));
  const products = [
    { name: 'almalinux', releases: [{ name: '9', eolFrom: '2032-05-31' }] },
    {
      name: 'alpine-linux',
      releases: [
        { name: '3', eolFrom: '2015-01-01' },
        { name: '3.9', eolFrom: '2020-11-01' },
      ],
    },
  ];
  fs.writeFileSync(dates, JSON.stringify({ result: products }));
  const inputs = [
    { provider: 'osv', file: errata },
    { provider: 'endoflife-date', file: dates },
  ];
  await buildDatabase(inputs, root, OPTIONS);
  using database = openDatabase(root);
  const findEnd = (id: string, versionId: string): string | undefined =>
    database.findLifecycle({ id, idLike: [], versionId })?.endOfLife;
  assert.equal(findEnd('almalinux', '9.4'), '2032-05-31T00:00:00Z');
  assert.equal(findEnd('alpine', '3.10'), undefined);
  assert.equal(findEnd('alpine', '3.9'), '2020-11-01T00:00:00Z');
});

test('each layer is replaced and deleted alone', async (t) => {
  const { folder, root, build } = await createWorld(t);
  await build({ '1.2-r0': ['CVE-2021-0002'] });
  await build({ '1.3-r0': ['CVE-2021-0003'] });
  assert.deepEqual(listStatements(root), ['CVE-2020-0001 < 1.1.24-r3', 'CVE-2021-0003 < 1.3-r0']);
  await importDatabase(path.join(folder, 'vulnerability.db'), root, OPTIONS);
  assert.equal(listStatements(root).length, 2);
  deleteLayer(root, '', NOW);
  assert.deepEqual(listStatements(root), ['CVE-2021-0003 < 1.3-r0']);
  await importDatabase(path.join(folder, 'vulnerability.db'), root, OPTIONS);
  deleteLayer(root, 'alpine-secdb', NOW);
  assert.deepEqual(listStatements(root), ['CVE-2020-0001 < 1.1.24-r3']);
  assert.deepEqual(
    describeEachLayer(root).map(({ id }) => id),
    [''],
  );
  await build({ '1.3-r0': ['CVE-2021-0003'] });
  deleteDatabase(root, NOW);
  assert.equal(fs.existsSync(root), false);
});

test('a provider that fails leaves all layers unchanged', async (t) => {
  const { folder, root, build } = await createWorld(t);
  await build({ '1.2-r0': ['CVE-2021-0002'] });
  const before = describeDatabase(root, true);
  const [good, bad] = [path.join(folder, 'secdb.json'), path.join(folder, 'bad.json')];
  fs.writeFileSync(bad, '[]');
  const inputs = [
    { provider: 'alpine-secdb', file: good },
    { provider: 'osv', file: bad },
  ];
  await assert.rejects(buildDatabase(inputs, root, OPTIONS), { code: 'E_DB_IMPORT' });
  assert.deepEqual(describeDatabase(root, true), before);
  assert.deepEqual(
    fs.readdirSync(root).filter((name) => name.startsWith('provider-')),
    ['provider-alpine-secdb'],
  );
});

test('an archive carries all layers', async (t) => {
  const { folder, root, build } = await createWorld(t);
  await build({ '1.2-r0': ['CVE-2021-0002'] });
  const file = path.join(folder, 'whole.tar');
  const writeArchive = (from: string): void => {
    const pieces: Uint8Array[] = [];
    exportDatabase(from, (piece) => pieces.push(Uint8Array.from(piece)));
    fs.writeFileSync(file, Buffer.concat(pieces));
  };
  writeArchive(root);
  const other = path.join(folder, 'other');
  await fillDatabase(file, other, OPTIONS);
  assert.deepEqual(listStatements(other), listStatements(root));
  assert.deepEqual([...diffPackages(root, other)], []);
  deleteLayer(root, '', NOW);
  writeArchive(root);
  const third = path.join(folder, 'third');
  await fillDatabase(file, third, OPTIONS);
  assert.deepEqual(listStatements(third), ['CVE-2021-0002 < 1.2-r0']);
});

test('damage of any layer is reported', async (t) => {
  const { root, build } = await createWorld(t);
  await build({ '1.2-r0': ['CVE-2021-0002'] });
  const layer = describeEachLayer(root).find(({ id }) => id === 'alpine-secdb');
  fs.appendFileSync(path.join(layer?.path ?? '', 'os-alpine.db'), 'x');
  const message =
    'the shard os-alpine of the advisory database has changed size since it was written';
  assert.throws(() => openDatabase(root), { code: 'E_DB_INVALID', message });
  assert.deepEqual(describeDatabase(root).error, message);
});

test('lists the providers of everything that was looked up', async (t) => {
  const { root, build } = await createWorld(t);
  await build({ '1.2-r0': ['CVE-2021-0002'] });
  using database = openDatabase(root);
  const listUsed = () => database.listUsedProviders().map(({ id, isBuilt }) => `${id} ${isBuilt}`);
  assert.deepEqual(listUsed(), []);
  assert.equal(database.findPackage('npm', 'absent').length, 0);
  assert.deepEqual(listUsed(), ['github false']);
  const [release] = database.listReleases(DISTRO);
  assert.ok(release);
  database.findSystemPackage(release, 'apk', 'absent');
  assert.deepEqual(listUsed(), ['alpine-secdb true', 'alpine false', 'github false']);
});

test('the stamp of a database changes when a layer is added, replaced or removed', async (t) => {
  const { folder, root, build } = await createWorld(t);
  const stamps = [await readLayerStamp(root)];
  await build({ '1.2-r0': ['CVE-2021-0002'] });
  stamps.push(await readLayerStamp(root));
  await build({ '1.3-r0': ['CVE-2021-0002'] });
  stamps.push(await readLayerStamp(root));
  await importDatabase(path.join(folder, 'vulnerability.db'), root, OPTIONS);
  stamps.push(await readLayerStamp(root));
  deleteLayer(root, 'alpine-secdb', NOW);
  stamps.push(await readLayerStamp(root));
  assert.equal(new Set(stamps).size, stamps.length);
  assert.equal(await readLayerStamp(root), stamps.at(-1));
  assert.equal(typeof (await readLayerStamp(path.join(folder, 'missing'))), 'string');
});
