import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { alpmDb } from './alpm-db.ts';

const LOCAL = '/var/lib/pacman/local';
const ARCH = { id: 'arch', idLike: [], buildId: 'rolling' };

const DEMO = `%NAME%
demo

%VERSION%
1:1.2.3-2

%BASE%
demo-base

%DESC%
demo package

%URL%
https://example.org/c

%ARCH%
x86_64

%PACKAGER%
A <a@example.org>

%SIZE%
13

%REASON%
1

%LICENSE%
MIT
custom:Odd

%VALIDATION%
none

%DEPENDS%
glibc>=2.33
libx.so=1-64
libx.so=2-64

`;

const createDescription = (name: string, version: string, more = ''): string =>
  `%NAME%\n${name}\n\n%VERSION%\n${version}\n\n${more}`;

/** As written by bsdtar: blanks and non-ASCII bytes as octal numbers. */
const MTREE = `#mtree
/set type=file uid=0 gid=0 mode=644
./.PKGINFO time=1700000000.0 size=338 md5digest=3cf61c76f2a4389dc8bced53eb6bdb94
./usr time=1700000000.0 mode=755 type=dir
./usr/bin/demo-link time=1700000000.0 mode=777 type=link link=demo
/unset mode
./usr/share/with\\040blank\\040\\303\\251.txt time=1700000000.0 size=5 uid=7 sha256digest=66
`;

const read = (files: Parameters<typeof catalogFiles>[1], limits = DEFAULT_LIMITS) =>
  catalogFiles(alpmDb, files, { distro: ARCH, limits });

suite('a record of pacman', () => {
  test('is a package with licenses, files and origin', () => {
    const folder = `/mnt${LOCAL}/demo-1:1.2.3-2`;
    const { packages, problems } = read({
      [`${folder}/desc`]: DEMO,
      [`${folder}/files`]:
        '%FILES%\nusr/\n\n%BACKUP%\netc/a.conf\td41d8cd98f00b204e9800998ecf8427e\n',
      [`${folder}/mtree`]: gzipSync(MTREE),
    });
    assert.deepEqual(problems, []);
    const [demo] = packages;
    assert.equal(
      demo?.purl,
      'pkg:alpm/arch/demo@1%3A1.2.3-2?arch=x86_64&distro=arch-rolling&upstream=demo-base',
    );
    assert.deepEqual(demo.upstreams, [{ name: 'demo-base' }]);
    assert.deepEqual(
      demo.licenses.map(({ value, expression }) => `${value} ${expression}`),
      ['MIT MIT', 'custom:Odd '],
    );
    assert.deepEqual(
      demo.locations.map(({ path, evidence }) => `${path.slice(folder.length)} ${evidence}`),
      ['/desc primary', '/files supporting', '/mtree supporting'],
    );
    assert.deepEqual(
      demo.ownedFiles.map(({ path }) => path),
      ['/mnt/usr', '/mnt/usr/bin/demo-link', '/mnt/usr/share/with blank é.txt'],
    );
    assert.deepEqual(demo.metadata, {
      kind: 'alpm-db-entry',
      value: {
        basepackage: 'demo-base',
        package: 'demo',
        version: '1:1.2.3-2',
        description: 'demo package',
        architecture: 'x86_64',
        size: 13,
        packager: 'A <a@example.org>',
        url: 'https://example.org/c',
        validation: 'none',
        reason: 1,
        depends: ['glibc>=2.33', 'libx.so=1-64', 'libx.so=2-64'],
        files: [
          { path: '/usr', type: 'dir', time: '2023-11-14T22:13:20Z' },
          { path: '/usr/bin/demo-link', type: 'link', link: 'demo', time: '2023-11-14T22:13:20Z' },
          {
            path: '/usr/share/with blank é.txt',
            uid: '7',
            size: '5',
            time: '2023-11-14T22:13:20Z',
            digest: [{ algorithm: 'sha256', value: '66' }],
          },
        ],
        backup: [
          {
            path: '/etc/a.conf',
            time: '0001-01-01T00:00:00Z',
            digest: [{ algorithm: 'md5', value: 'd41d8cd98f00b204e9800998ecf8427e' }],
          },
        ],
      },
    });
  });

  test('needs the provider of a name, in any range, and of one library interface', () => {
    const { edges } = read({
      [`${LOCAL}/demo/desc`]: DEMO,
      [`${LOCAL}/glibc/desc`]: createDescription('glibc', '2.40-1'),
      [`${LOCAL}/x1/desc`]: createDescription('x1', '1-1', '%PROVIDES%\nlibx.so=1-64\n'),
      [`${LOCAL}/x3/desc`]: createDescription('x3', '1-1', '%PROVIDES%\nlibx.so=3-64\n'),
      [`${LOCAL}/exact/desc`]: createDescription('exact', '1-1', '%DEPENDS%\nglibc=2.40\nx1=2\n'),
    });
    assert.deepEqual(edges, [
      'glibc 2.40-1 > demo 1:1.2.3-2',
      'glibc 2.40-1 > exact 1-1',
      'x1 1-1 > demo 1:1.2.3-2',
    ]);
  });

  test('owns the files of its list if there is no specification', () => {
    const { packages } = read({
      [`${LOCAL}/a/desc`]: createDescription('a', '1-1'),
      [`${LOCAL}/a/files`]: '%FILES%\nusr/\nusr/bin/a\n../../../etc/passwd\n',
    });
    assert.deepEqual(packages[0]?.ownedFiles, [{ path: '/usr/bin/a' }, { path: '/etc/passwd' }]);
    assert.deepEqual(packages[0]?.metadata?.value['files'], []);
  });

  test('has no package URL if the distribution is not known to be Arch', () => {
    const files = { [`${LOCAL}/a/desc`]: createDescription('a', '1-1') };
    const readDownloadPurl = (id: string, idLike: string[]) =>
      catalogFiles(alpmDb, files, { distro: { id, idLike } }).packages[0]?.purl;
    assert.equal(readDownloadPurl('debian', []), '');
    assert.equal(readDownloadPurl('manjaro', ['arch']), 'pkg:alpm/manjaro/a@1-1?distro=manjaro');
  });

  test('that is truncated, damaged or unnamed does not affect other records', () => {
    const { packages, problems } = read({
      [`${LOCAL}/a/desc`]: '%NME%\na\n',
      [`${LOCAL}/b/desc`]: createDescription('b', '1-1'),
      [`${LOCAL}/b/mtree`]: gzipSync(MTREE).subarray(0, 40),
      [`${LOCAL}/b/files`]: '',
    });
    assert.deepEqual(
      packages.map(({ name }) => name),
      ['b'],
    );
    assert.deepEqual(problems, [`P_RECORD ${LOCAL}/a/desc:`, `P_MALFORMED ${LOCAL}/b/mtree:`]);
  });

  test('that lists too many files or expands too much is a problem', () => {
    const limits = { ...DEFAULT_LIMITS, ownedFilesMax: 1, textFileBytesMax: 5_000 };
    const { packages, problems } = read(
      {
        [`${LOCAL}/a/desc`]: createDescription('a', '1-1'),
        [`${LOCAL}/a/files`]: '%FILES%\na\nb\n',
        [`${LOCAL}/a/mtree`]: gzipSync(MTREE),
        [`${LOCAL}/b/mtree`]: gzipSync('x'.repeat(100_000)),
      },
      limits,
    );
    assert.equal(packages[0]?.ownedFiles.length, 1);
    assert.deepEqual(problems, [
      `P_LIMIT ${LOCAL}/a/files:`,
      `P_LIMIT ${LOCAL}/a/mtree:`,
      `P_LIMIT ${LOCAL}/b/mtree:`,
    ]);
  });
});
