import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { createZip } from '../bytes/zip/zip.fixture.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { type BuildOptions, buildDatabase } from './build-database.ts';

const OPTIONS: BuildOptions = {
  progress: SILENT,
  limits: DEFAULT_LIMITS,
  now: '2026-01-03T00:00:00Z',
};

const SECDB = JSON.stringify({
  distroversion: 'v3.20',
  packages: [{ pkg: { name: 'musl', secfixes: { '1.1-r1': ['CVE-2020-0001'] } } }],
});
const TRACKER = JSON.stringify({
  curl: { 'CVE-2020-0001': { releases: { bookworm: { status: 'open' } } } },
});
const OSV = JSON.stringify({
  schema_version: '1.6.0',
  id: 'GHSA-aaaa-bbbb-cccc',
  affected: [{ package: { ecosystem: 'npm', name: 'left-pad' }, versions: ['1.0.0'] }],
});

function createFolder(t: TestContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-from-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  return folder;
}

/** Writes a tree with documents of three feeds, as files and in archives, and other files. */
function createTree(folder: string): string {
  const tree = path.join(folder, 'feeds');
  fs.mkdirSync(path.join(tree, 'inner'), { recursive: true });
  fs.writeFileSync(path.join(tree, 'inner', 'main.json'), SECDB);
  fs.writeFileSync(path.join(tree, 'inner', '.plimsoll-main.json.json'), '{}');
  fs.writeFileSync(path.join(tree, 'README.md'), '# Feeds');
  fs.writeFileSync(path.join(tree, 'all.zip'), createZip([{ name: 'a.json', content: OSV }]));
  const packed = path.join(folder, 'packed');
  fs.mkdirSync(packed);
  fs.writeFileSync(path.join(packed, 'tracker.json'), TRACKER);
  fs.writeFileSync(path.join(packed, 'LICENSE'), 'free');
  fs.writeFileSync(path.join(packed, 'NOTICE'), 'free');
  execFileSync('tar', ['-czf', path.join(tree, 'debian.tar.gz'), '--sort=name', '-C', packed, '.']);
  return tree;
}

test('builds the providers of all documents in a tree, and names all other files', async (t) => {
  const folder = createFolder(t);
  const tree = createTree(folder);
  const root = path.join(folder, 'db');
  const { accounts, unused } = await buildDatabase([{ file: tree }], root, OPTIONS);
  assert.deepEqual(
    Array.from(accounts, ([id, { documents, statements }]) => [
      id,
      documents.read,
      statements.kept,
    ]),
    [
      ['osv', 1, 1],
      ['debian-tracker', 1, 1],
      ['alpine-secdb', 1, 1],
    ],
  );
  assert.deepEqual(
    unused.map(({ place, cause, count, first }) => [
      path.basename(place),
      cause,
      count,
      path.basename(first),
    ]),
    [
      ['feeds', 'not recognized', 1, 'README.md'],
      ['debian.tar.gz', 'not recognized', 2, 'LICENSE'],
    ],
  );
});

test('only builds the named providers of a tree', async (t) => {
  const folder = createFolder(t);
  const tree = createTree(folder);
  const root = path.join(folder, 'db');
  const options = { ...OPTIONS, providers: ['osv'] };
  const { accounts, unused } = await buildDatabase([{ file: tree }], root, options);
  assert.deepEqual([...accounts.keys()], ['osv']);
  assert.equal(
    unused.reduce((sum, { count }) => sum + count, 0),
    5,
  );
  await assert.rejects(
    buildDatabase([{ file: tree }], root, { ...OPTIONS, providers: ['rustsec'] }),
    { code: 'E_DB_IMPORT', message: /^could not use any statement of rustsec in 0 documents/ },
  );
});

test('leaves out files that are unreadable from their beginning, and reports them', async (t) => {
  const folder = createFolder(t);
  const tree = createTree(folder);
  const root = path.join(folder, 'db');
  const zip = createZip([{ name: 'a.json', content: OSV, method: 14 }]);
  const damaged: readonly (readonly [name: string, content: Uint8Array])[] = [
    ['inner/b.tar.bz2', Buffer.from('BZh91AY&SY')],
    ['c.json.xz', Buffer.from('\xfd7zXZ\x00\x00\x04', 'latin1')],
    ['d.tar.gz', Buffer.from('1f8b0800', 'hex')],
    ['e.tar.zst', Buffer.from('28b52ffd', 'hex')],
    ['f.zip', zip],
  ];
  for (const [name, content] of damaged) {
    fs.writeFileSync(path.join(tree, name), content);
  }
  const built = await buildDatabase([{ file: tree }], root, OPTIONS);
  assert.deepEqual([...built.accounts.keys()], ['osv', 'debian-tracker', 'alpine-secdb']);
  assert.deepEqual(
    built.unreadable.map(({ path: file = '' }) => path.relative(tree, file)).sort(),
    damaged.map(([name]) => name).sort(),
  );
  const named = await buildDatabase([{ file: tree, provider: 'osv' }], root, OPTIONS);
  assert.equal(named.unreadable.length, damaged.length);
  assert.equal(named.accounts.get('osv')?.documents.leftOut['unreadable'], damaged.length);
  for (const [name] of damaged) {
    await assert.rejects(buildDatabase([{ file: path.join(tree, name) }], root, OPTIONS), {
      code: 'E_DB_IMPORT',
    });
    fs.rmSync(path.join(tree, name));
  }
  assert.deepEqual((await buildDatabase([{ file: tree }], root, OPTIONS)).unreadable, []);
});

test('fails if all files of a tree are unreadable, and for one that is damaged later', async (t) => {
  const folder = createFolder(t);
  const root = path.join(folder, 'db');
  const tree = path.join(folder, 'tree');
  fs.mkdirSync(tree);
  fs.writeFileSync(path.join(tree, 'a.tar.bz2'), 'BZh91AY&SY');
  await assert.rejects(buildDatabase([{ file: tree }], root, OPTIONS), {
    code: 'E_DB_IMPORT',
    message: /a\.tar\.bz2/,
  });
  fs.writeFileSync(path.join(folder, 'one.json'), OSV);
  execFileSync('tar', ['-cf', path.join(tree, 'cut.tar'), '-C', folder, 'one.json']);
  fs.truncateSync(path.join(tree, 'cut.tar'), 1024);
  await assert.rejects(buildDatabase([{ file: tree }], root, OPTIONS), {
    code: 'E_DB_IMPORT',
    message: 'cut.tar is truncated',
  });
  assert.deepEqual(fs.readdirSync(root), []);
});

test('refuses a tree without any document of a feed', async (t) => {
  const folder = createFolder(t);
  const tree = path.join(folder, 'tree');
  fs.mkdirSync(tree);
  const root = path.join(folder, 'db');
  await assert.rejects(buildDatabase([{ file: tree }], root, OPTIONS), {
    code: 'E_DB_IMPORT',
    message: 'no provider recognizes any document: there are no files',
  });
  fs.writeFileSync(path.join(tree, 'README.md'), '# Feeds');
  await assert.rejects(buildDatabase([{ file: tree }], root, OPTIONS), {
    code: 'E_DB_IMPORT',
    message: 'no provider recognizes any of 1 file',
  });
  assert.ok(!fs.existsSync(root));
});

test('reports a recognized provider without a statement, unless it would replace one', async (t) => {
  const folder = createFolder(t);
  const tree = createTree(folder);
  const root = path.join(folder, 'db');
  fs.writeFileSync(
    path.join(tree, 'inner', 'main.json'),
    '{"distroversion":"v3.20","packages":[]}',
  );
  const { accounts, empty } = await buildDatabase([{ file: tree }], root, OPTIONS);
  assert.deepEqual([...accounts.keys()], ['osv', 'debian-tracker']);
  assert.deepEqual(
    empty.map(({ message }) => message),
    ['could not use any statement of alpine-secdb in 1 document: they state nothing'],
  );
  assert.ok(!fs.existsSync(path.join(root, 'provider-alpine-secdb')));
  fs.writeFileSync(path.join(tree, 'inner', 'main.json'), SECDB);
  await buildDatabase([{ file: tree }], root, OPTIONS);
  fs.writeFileSync(
    path.join(tree, 'inner', 'main.json'),
    '{"distroversion":"v3.20","packages":[]}',
  );
  await assert.rejects(buildDatabase([{ file: tree }], root, OPTIONS), { code: 'E_DB_IMPORT' });
});

test('dates a feed without dates to the entries of its archives', async (t) => {
  const folder = createFolder(t);
  const packed = path.join(folder, 'packed');
  fs.mkdirSync(packed);
  fs.writeFileSync(path.join(packed, 'main.json'), SECDB);
  const archive = path.join(folder, 'secdb.tar');
  const fileTime = new Date('2021-03-04T05:06:07Z');
  const readLayerTime = async (file: string): Promise<string | undefined> => {
    fs.utimesSync(file, fileTime, fileTime);
    const { status } = await buildDatabase([{ file }], path.join(folder, 'db'), OPTIONS);
    return status.description?.builtAt;
  };
  for (const [mtime, expected] of [
    ['2020-02-03T04:05:06Z', '2020-02-03T04:05:06.000Z'],
    ['@0', fileTime.toISOString()],
    ['2030-01-01T00:00:00Z', OPTIONS.now],
  ] as const) {
    execFileSync('tar', ['-cf', archive, `--mtime=${mtime}`, '-C', packed, 'main.json']);
    assert.equal(await readLayerTime(archive), expected, mtime);
    execFileSync('tar', [
      '-cf',
      archive,
      '--format=pax',
      `--mtime=${mtime}`,
      '-C',
      packed,
      'main.json',
    ]);
    assert.equal(await readLayerTime(archive), expected, `${mtime} in pax`);
  }
  const zip = path.join(folder, 'secdb.zip');
  const content = createZip([{ name: 'main.json', content: SECDB }]);
  const directory = content.indexOf(Buffer.from('PK\x01\x02'));
  for (const [dosTime, expected] of [
    [
      (((2020 - 1980) << 25) | (2 << 21) | (3 << 16) | (4 << 11) | (5 << 5) | 3) >>> 0,
      '2020-02-03T04:05:06.000Z',
    ],
    [0x21_0000, fileTime.toISOString()],
    [0, fileTime.toISOString()],
  ] as const) {
    content.writeUInt32LE(dosTime, directory + 12);
    fs.writeFileSync(zip, content);
    assert.equal(await readLayerTime(zip), expected, String(dosTime));
  }
});
