import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { TAG } from '../foundation/bytes/rpm/header.ts';
import { createNdb, createRpmDatabase } from '../foundation/bytes/rpm/rpm-database.fixture.ts';
import { createRpmHeader } from '../foundation/bytes/rpm/rpm-header.fixture.ts';
import { type FixtureEntry } from '../foundation/bytes/tar/tar.fixture.ts';
import {
  catchError,
  computeMd5,
  createFile,
  DPKG,
  emit,
  find,
  listNames,
  readLayers,
  SCRATCH,
  writeImage,
} from './emit-target.fixture.ts';
import { readInventory } from './read-inventory.ts';

test('keeps the record of a Debian package, reduced to the files that stay', async () => {
  const target = writeImage({ layers: [DPKG] });
  const keep = ['/etc/os-release', '/etc/one.conf', '/usr/lib/one.so', '/usr/lib/one-generated'];
  const output = await emit(target, { keep, packages: { one: ['/usr/lib/one.so'] } });
  const [entries] = readLayers(output);
  assert.equal(
    find(entries, 'var/lib/dpkg/status.d/one').content,
    'Package: one\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\nConffiles:\n /etc/one.conf 0123456789abcdef0123456789abcdef\nDescription: the first\n of two\n',
  );
  assert.equal(
    find(entries, 'var/lib/dpkg/status.d/one.md5sums').content,
    `${computeMd5('one')}  lib/one.so\n${computeMd5('generated')}  usr/lib/one-generated\n`,
  );
  assert.ok(!listNames(entries).some((name) => /two|dpkg\/(?:status$|info)/.test(name)));
  const { packages, problems, distro } = await readInventory(`oci-dir:${output}`, {
    temporaryFolder: SCRATCH,
  });
  assert.deepEqual(problems, []);
  assert.equal(distro?.id, 'debian');
  assert.deepEqual(
    packages.map(({ name, version }) => `${name} ${version}`),
    ['one 1.0'],
  );
  assert.deepEqual(
    packages[0]?.ownedFiles.map(({ path }) => path),
    ['/etc/one.conf', '/lib/one.so', '/usr/lib/one-generated'],
  );
});

test('a database that a program reads itself stays in its form', async () => {
  const target = writeImage({ layers: [DPKG] });
  const keep = ['/usr/lib/one.so', '/var/lib/dpkg/status'];
  const [entries] = readLayers(
    await emit(target, { keep, packages: { one: ['/usr/lib/one.so'] } }),
  );
  assert.match(find(entries, 'var/lib/dpkg/status').content, /^Package: one\n[^]*of two\n$/);
  assert.equal(
    find(entries, 'var/lib/dpkg/info/one.md5sums').content,
    `${computeMd5('one')}  lib/one.so\n`,
  );
});

test('a package name that is a path is not written as one', async () => {
  const status =
    'Package: ../../../evil\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n';
  const target = writeImage({
    layers: [[createFile('f'), createFile('var/lib/dpkg/status', status)]],
  });
  const [entries] = readLayers(
    await emit(target, { keep: ['/f'], packages: { '../../../evil': ['/f'] } }),
  );
  const names = listNames(entries).filter((name) => name.includes('status.d/'));
  assert.equal(names.length, 3);
  assert.ok(
    names.every((name) =>
      /^var\/lib\/dpkg\/status\.d\/(?:package-[0-9a-f]{16}(?:\.md5sums)?)?$/.test(name),
    ),
  );
});

const APK_RECORD = [
  'C:Q1abc=\nP:one\nV:1.0-r0\nA:x86_64\nL:MIT\nF:lib\nM:0:0:755\nR:one.so\na:0:0:755\nZ:Q1x=\nR:extra\nF:usr/share\nR:doc\n',
  'P:two\nV:2.0-r0\nA:x86_64\nF:lib\nR:two.so\n',
].join('\n');

test('reduces the database of apk to the packages and files that stay', async () => {
  const target = writeImage({
    layers: [
      [
        createFile('etc/os-release', 'ID=alpine\nVERSION_ID=3.20.3\n'),
        createFile('lib/one.so'),
        createFile('lib/extra'),
        createFile('lib/two.so'),
        createFile('lib/apk/db/installed', `${APK_RECORD}\n`),
        createFile('lib/apk/db/triggers'),
      ],
    ],
  });
  const [entries] = readLayers(
    await emit(target, { keep: ['/lib/one.so'], packages: { one: ['/lib/one.so'] } }),
  );
  assert.equal(
    find(entries, 'lib/apk/db/installed').content,
    'C:Q1abc=\nP:one\nV:1.0-r0\nA:x86_64\nL:MIT\nF:lib\nM:0:0:755\nR:one.so\na:0:0:755\nZ:Q1x=\n\n',
  );
  assert.ok(!listNames(entries).includes('lib/apk/db/triggers'));
});

test('keeps the records of language packages, and reduces those that list files', async () => {
  const site = 'usr/lib/python3/site-packages';
  const target = writeImage({
    layers: [
      [
        createFile(`${site}/one/__init__.py`),
        createFile(`${site}/one/unused.py`),
        createFile(
          `${site}/one-1.0.dist-info/METADATA`,
          'Metadata-Version: 2.1\nName: one\nVersion: 1.0\n',
        ),
        createFile(
          `${site}/one-1.0.dist-info/RECORD`,
          'one/__init__.py,sha256=abc,3\n"one/unused.py",sha256=abc,3\none-1.0.dist-info/RECORD,,\n',
        ),
        createFile('srv/node_modules/web/package.json', '{"name":"web","version":"3.0.0"}'),
        createFile('srv/node_modules/web/index.js'),
      ],
    ],
  });
  const keep = [`/${site}/one/__init__.py`, '/srv/node_modules/web/index.js'];
  const output = await emit(target, { keep, packages: { one: [], web: [] } });
  const [entries] = readLayers(output);
  assert.equal(
    find(entries, `${site}/one-1.0.dist-info/RECORD`).content,
    'one/__init__.py,sha256=abc,3\none-1.0.dist-info/RECORD,,\n',
  );
  const { packages } = await readInventory(`oci-dir:${output}`, { temporaryFolder: SCRATCH });
  assert.deepEqual(packages.map(({ name }) => name).sort(), ['one', 'web']);
});

test('reduces the file lists of pacman, Portage, Conda and Composer', async () => {
  const pacman = 'var/lib/pacman/local/one-1.0-1';
  const portage = 'var/db/pkg/app-misc/two-2.0';
  const mtree =
    '#mtree\n/set type=file uid=0\n./.PKGINFO size=1\n./usr type=dir\n./usr/bin type=dir\n./usr/bin/one size=3\n./usr/bin/gone size=3\n./usr/share type=dir\n';
  const composer = {
    packages: [
      { name: 'acme/used', version: '1.0' },
      { name: 'acme/gone', version: '2.0' },
    ],
    dev: true,
    'dev-package-names': ['acme/gone', 'acme/used'],
  };
  const conda = {
    name: 'three',
    version: '3.0',
    build: 'h1',
    files: ['lib/used.so', 'lib/gone.so'],
    paths_data: { paths: [{ _path: 'lib/used.so' }, { _path: 'lib/gone.so' }], paths_version: 1 },
    timestamp: 1_700_000_000_000,
  };
  const files = ['usr/bin/one', 'usr/bin/gone', 'opt/two', 'opt/gone', 'opt/conda/lib/used.so'];
  const target = writeImage({
    layers: [
      [
        createFile('etc/os-release', 'ID=arch\n'),
        ...[...files, 'opt/conda/lib/gone.so', 'app/vendor/acme/used/a.php'].map((path) =>
          createFile(path),
        ),
        createFile(`${pacman}/desc`, '%NAME%\none\n\n%VERSION%\n1.0-1\n\n'),
        createFile(
          `${pacman}/files`,
          '%FILES%\nusr/\nusr/bin/\nusr/bin/one\nusr/bin/gone\nusr/share/\n\n%BACKUP%\nusr/bin/gone\tabc\nusr/bin/one\tdef\n',
        ),
        { name: `${pacman}/mtree`, content: gzipSync(mtree) },
        createFile(
          `${portage}/CONTENTS`,
          `dir /opt\nobj /opt/two ${'a'.repeat(32)} 1\nobj /opt/gone ${'b'.repeat(32)} 1\ndir /srv\nsym /opt/link -> two 1\n`,
        ),
        createFile('opt/conda/conda-meta/three-3.0-h1.json', JSON.stringify(conda)),
        createFile('app/vendor/composer/installed.json', JSON.stringify(composer)),
      ],
    ],
  });
  const keep = ['usr/bin/one', 'opt/two', 'opt/conda/lib/used.so', 'app/vendor/acme/used/a.php'];
  const output = await emit(target, {
    keep: keep.map((path) => `/${path}`),
    packages: { one: [], 'app-misc/two': [], three: [], 'acme/used': [] },
  });
  const [entries] = readLayers(output);
  const readLines = (name: string): readonly string[] =>
    find(entries, name).content.split('\n').filter(Boolean);
  assert.deepEqual(readLines(`${pacman}/files`), [
    '%FILES%',
    'usr/',
    'usr/bin/',
    'usr/bin/one',
    '%BACKUP%',
    'usr/bin/one\tdef',
  ]);
  const packed = Buffer.from(find(entries, `${pacman}/mtree`).content, 'latin1');
  assert.equal(
    gunzipSync(packed).toString(),
    mtree.replace('./usr/bin/gone size=3\n./usr/share type=dir\n', ''),
  );
  assert.deepEqual(readLines(`${portage}/CONTENTS`), [
    'dir /opt',
    `obj /opt/two ${'a'.repeat(32)} 1`,
  ]);
  assert.deepEqual(JSON.parse(find(entries, 'opt/conda/conda-meta/three-3.0-h1.json').content), {
    ...conda,
    files: ['lib/used.so'],
    paths_data: { paths: [{ _path: 'lib/used.so' }], paths_version: 1 },
  });
  assert.deepEqual(JSON.parse(find(entries, 'app/vendor/composer/installed.json').content), {
    packages: [{ name: 'acme/used', version: '1.0' }],
    dev: true,
    'dev-package-names': ['acme/used'],
  });
  const { packages, problems } = await readInventory(`oci-dir:${output}`, {
    temporaryFolder: SCRATCH,
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(packages.map(({ name }) => name).sort(), [
    'acme/used',
    'app-misc/two',
    'one',
    'three',
  ]);
});

function createRpmPackage(name: string, path: string): Uint8Array {
  const [folder, base] = [
    path.slice(0, path.lastIndexOf('/') + 1),
    path.slice(path.lastIndexOf('/') + 1),
  ];
  return createRpmHeader([
    { tag: TAG.name, text: name },
    { tag: TAG.version, text: '1.0' },
    { tag: TAG.release, text: '2' },
    { tag: TAG.architecture, text: 'x86_64' },
    { tag: TAG.fileSizes, numbers: [1] },
    { tag: TAG.directoryIndexes, numbers: [0] },
    { tag: TAG.baseNames, texts: [base] },
    { tag: TAG.directoryNames, texts: [folder] },
  ]);
}

function createRpmLayer(database: Uint8Array, name: string): readonly FixtureEntry[] {
  return [
    createFile('etc/os-release', 'ID=rocky\nVERSION_ID=9.1\n'),
    createFile('usr/lib64/one.so'),
    createFile('usr/lib64/two.so'),
    { name: `var/lib/rpm/${name}`, content: database },
  ];
}

const RPM_WISHES = {
  keep: ['/usr/lib64/one.so', '/etc/os-release'],
  packages: { one: ['/usr/lib64/one.so'] },
};

test('writes an rpm database with the unchanged headers of the packages that stay', async () => {
  const headers = [
    createRpmPackage('one', '/usr/lib64/one.so'),
    createRpmPackage('two', '/usr/lib64/two.so'),
  ];
  const target = writeImage({
    layers: [createRpmLayer(createRpmDatabase(headers), 'rpmdb.sqlite')],
  });
  const output = await emit(target, RPM_WISHES);
  const { packages, problems } = await readInventory(`oci-dir:${output}`, {
    temporaryFolder: SCRATCH,
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ name, version }) => `${name} ${version}`),
    ['one 1.0-2'],
  );
  const [entries] = readLayers(output);
  const database = Buffer.from(find(entries, 'var/lib/rpm/rpmdb.sqlite').content, 'latin1');
  assert.ok(database.includes(headers[0] ?? ''));
  // The version of SQLite that wrote it differs between versions of Node.js.
  assert.equal(database.readUInt32BE(96), 3_040_000);
  const [again] = readLayers(await emit(target, RPM_WISHES));
  assert.equal(find(again, 'var/lib/rpm/rpmdb.sqlite').content, database.toString('latin1'));
});

test('rejects an rpm database in another format, with the reason', async () => {
  const database = createNdb([createRpmPackage('one', '/usr/lib64/one.so')]);
  const target = writeImage({ layers: [createRpmLayer(database, 'Packages.db')] });
  const place = mkdtempSync(join(SCRATCH, 'o'));
  const { code, message } = await catchError(
    emit(target, { ...RPM_WISHES, output: join(place, 'slim') }),
  );
  assert.equal(code, 'E_UNSUPPORTED');
  assert.match(message, /Packages\.db.*not in SQLite format/);
  assert.deepEqual(readdirSync(place), []);
});
