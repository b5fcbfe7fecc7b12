import { gzipSync } from 'node:zlib';
import { TAG } from '../../../src/foundation/bytes/rpm/header.ts';
import {
  createRpmHeader,
  type FixtureTag,
} from '../../../src/foundation/bytes/rpm/rpm-header.fixture.ts';
import { createFiles, type GrowingFiles, type GrowingInput, repeat } from './growing-input.ts';
import { createBerkeleyDb, createNdb, createSqlite } from './rpm-databases.ts';

const ALPINE = { 'etc/os-release': 'ID=alpine\nVERSION_ID=3.20.0\n' };
const DEBIAN = { 'etc/os-release': 'ID=debian\nVERSION_ID="12"\n' };
const RHEL = { 'etc/os-release': 'ID="rhel"\nVERSION_ID="9.4"\n' };
const ARCH = { 'etc/os-release': 'ID=arch\n' };
const GENTOO = { 'etc/os-release': 'ID=gentoo\n' };

const createApkFiles = (text: string): GrowingFiles => ({
  ...ALPINE,
  'lib/apk/db/installed': text,
});

const APK: readonly GrowingInput[] = [
  {
    name: 'apk: files of one package',
    start: 2_000,
    large: 15_000_000,
    limit: 'packageFilesMax',
    make: (count) => createApkFiles(`P:a\nV:1\nF:b\n${'R:a\n'.repeat(count)}`),
  },
  {
    name: 'apk: files of many packages',
    start: 4_000,
    large: 5_000_000,
    limit: 'ownedFilesMax',
    make: (count) =>
      createApkFiles(
        repeat(count / 100, (at) => `P:p${at}\nV:1\nF:b\n${repeat(100, (no) => `R:f${no}\n`)}\n`),
      ),
  },
  {
    name: 'apk: files below a long folder',
    start: 500,
    large: 2_000_000,
    make: (count) => createApkFiles(`P:a\nV:1\nF:${'d'.repeat(count)}\n${'R:a\n'.repeat(count)}`),
  },
  {
    name: 'apk: packages that all provide and need one name',
    start: 200,
    large: 140_000,
    limit: 'recordsMax',
    make: (count) => createApkFiles(repeat(count, (at) => `P:p${at}\nV:1\np:so:x=1\nD:so:x\n\n`)),
  },
  {
    name: 'apk: names that many packages provide and need',
    start: 100,
    large: 10_000,
    make: (count) => {
      const names = repeat(50, (at) => `so:x${at}`, ' ');
      return createApkFiles(repeat(count, (at) => `P:p${at}\nV:1\np:${names}\nD:${names}\n\n`));
    },
  },
  {
    name: 'apk: packages in two layers',
    start: 500,
    large: 90_000,
    make: (count) =>
      [1, 2].map((version) =>
        createApkFiles(repeat(count, (at) => `P:p${at}\nV:${version}\nL:MIT\n\n`)),
      ),
  },
  {
    name: 'apk: lines without a field',
    start: 2_000,
    large: 30_000_000,
    make: (count) => createApkFiles('a\n'.repeat(count)),
  },
];

const createStanza = (name: string, more = ''): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n${more}\n`;
const createDpkgFiles = (status: string, others: GrowingFiles = {}): GrowingFiles => ({
  ...DEBIAN,
  'var/lib/dpkg/status': status,
  ...others,
});
const INFO = 'var/lib/dpkg/info';

const DPKG: readonly GrowingInput[] = [
  {
    name: 'dpkg: digests of one package',
    start: 2_000,
    large: 20_000_000,
    limit: 'packageFilesMax',
    make: (count) =>
      createDpkgFiles(createStanza('a'), { [`${INFO}/a.md5sums`]: 'x  y\n'.repeat(count) }),
  },
  {
    name: 'dpkg: paths of one package',
    start: 2_000,
    large: 33_000_000,
    limit: 'packageFilesMax',
    make: (count) =>
      createDpkgFiles(createStanza('a'), { [`${INFO}/a.list`]: '/y\n'.repeat(count) }),
  },
  {
    name: 'dpkg: packages that link to one list of files',
    start: 50,
    large: 3_000,
    limit: 'ownedFilesMax',
    make: (count) =>
      createDpkgFiles(
        repeat(count, (at) => createStanza(`a${at}`)),
        {
          [`${INFO}/a0.md5sums`]: repeat(count * 4, (at) => `0  usr/f${at}\n`),
          ...createFiles(count - 1, (at) => [`${INFO}/a${at + 1}.md5sums`, { link: 'a0.md5sums' }]),
        },
      ),
  },
  {
    name: 'dpkg: packages that list the same files',
    start: 20,
    large: 300,
    make: (count) =>
      createDpkgFiles(
        repeat(count, (at) => createStanza(`a${at}`)),
        {
          ...createFiles(count, (at) => [
            `${INFO}/a${at}.md5sums`,
            repeat(400, (no) => `0  usr/f${no}\n`),
          ]),
          ...createFiles(400, (at) => [`usr/f${at}`, '']),
        },
      ),
  },
  {
    name: 'dpkg: configuration files in the status',
    start: 2_000,
    large: 15_000_000,
    limit: 'ownedFilesMax',
    make: (count) =>
      createDpkgFiles(
        repeat(count / 1_000, (at) =>
          createStanza(`a${at}`, `Conffiles:\n${' /e x\n'.repeat(1_000)}`),
        ),
      ),
  },
  {
    name: 'dpkg: lines of one record',
    start: 2_000,
    large: 5_000_000,
    make: (count) => createDpkgFiles(createStanza('a', `Description: x\n${' x\n'.repeat(count)}`)),
  },
  {
    name: 'dpkg: packages that provide and need the same names',
    start: 100,
    large: 12_000,
    limit: 'catalogerStepsMax',
    make: (count) => {
      const names = repeat(50, (at) => `v${at}`, ', ');
      return createDpkgFiles(
        repeat(count, (at) => createStanza(`a${at}`, `Provides: ${names}\nDepends: ${names}\n`)),
      );
    },
  },
  {
    name: 'dpkg: alternatives of one dependency',
    start: 200,
    large: 60_000,
    make: (count) =>
      createDpkgFiles(
        repeat(count, (at) => createStanza(`a${at}`, 'Provides: v (= 1)\n')) +
          createStanza('b', `Depends: ${repeat(count, () => 'v (>= 2)', ' | ')}\n`),
      ),
  },
  {
    name: 'dpkg: versions in long dependencies',
    start: 2_000,
    large: 4_000_000,
    make: (count) => createDpkgFiles(createStanza('a', `Depends: a (>= ${'1.'.repeat(count)})\n`)),
  },
  {
    name: 'dpkg: fields of a copyright file',
    start: 500,
    large: 40_000,
    make: (count) =>
      createDpkgFiles(createStanza('a'), {
        'usr/share/doc/a/copyright': `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n${repeat(count, (at) => `Files: *\nLicense: L${at}\n\n`)}`,
      }),
  },
  {
    name: 'dpkg: words of a copyright file',
    start: 2_000,
    large: 100_000,
    make: (count) =>
      createDpkgFiles(createStanza('a'), {
        'usr/share/doc/a/copyright': 'Permission '.repeat(count),
      }),
  },
  {
    name: 'dpkg: packages in two layers',
    start: 300,
    large: 90_000,
    make: (count) =>
      [1, 2].map((version) =>
        createDpkgFiles(repeat(count, (at) => createStanza(`a${at}`, `X: ${version}\n`))),
      ),
  },
  {
    name: 'dpkg: a status file for each package',
    start: 200,
    large: 20_000,
    make: (count) => ({
      ...DEBIAN,
      ...createFiles(count, (at) => [`var/lib/dpkg/status.d/a${at}`, createStanza(`a${at}`)]),
    }),
  },
];

const createRpmTags = (name: string, more: readonly FixtureTag[] = []): readonly FixtureTag[] => [
  { tag: TAG.name, text: name },
  { tag: TAG.version, text: '1' },
  { tag: TAG.release, text: '1.el9' },
  { tag: TAG.architecture, text: 'x86_64' },
  ...more,
];
const createRpmFiles = (name: string, content: Uint8Array): GrowingFiles => ({
  ...RHEL,
  [`var/lib/rpm/${name}`]: content,
});
const list = (count: number, text: (at: number) => string): string[] =>
  Array.from({ length: count }, (_, at) => text(at));
const createZeros = (count: number): number[] => Array.from({ length: count }, () => 0);

const RPM: readonly GrowingInput[] = [
  {
    name: 'rpm: base names below a long folder',
    start: 500,
    large: 100_000,
    make: (count) =>
      createRpmFiles(
        'Packages.db',
        createNdb([
          createRpmHeader(
            createRpmTags('bash', [
              { tag: TAG.directoryNames, texts: [`/${'d'.repeat(count * 80)}/`] },
              { tag: TAG.baseNames, texts: list(count, () => 'a') },
              { tag: TAG.directoryIndexes, numbers: createZeros(count) },
            ]),
          ),
        ]),
      ),
  },
  {
    name: 'rpm: base names below a folder of 4,000 characters',
    start: 500,
    large: 100_000,
    make: (count) =>
      createRpmFiles(
        'Packages.db',
        createNdb([
          createRpmHeader(
            createRpmTags('bash', [
              { tag: TAG.directoryNames, texts: [`/${'d'.repeat(4_000)}/`] },
              { tag: TAG.baseNames, texts: list(count, (at) => `${at}`) },
              { tag: TAG.directoryIndexes, numbers: createZeros(count) },
            ]),
          ),
        ]),
      ),
  },
  {
    name: 'rpm: slots that share a blob',
    start: 200,
    large: 90_000,
    make: (count) =>
      createRpmFiles(
        'Packages.db',
        createNdb(
          [
            createRpmHeader(
              createRpmTags('bash', [{ tag: TAG.provideNames, texts: list(count, () => 'a') }]),
            ),
          ],
          { slots: count },
        ),
      ),
  },
  {
    name: 'rpm: blobs inside of another blob',
    start: 200,
    large: 90_000,
    make: (count) =>
      createRpmFiles('Packages.db', createNdb([Buffer.alloc(16 * count)], { nested: count })),
  },
  {
    name: 'rpm: names that packages provide and need',
    start: 1_000,
    large: 12_000_000,
    make: (count) =>
      createRpmFiles(
        'Packages.db',
        createNdb(
          Array.from({ length: Math.ceil(count / 100_000) }, (_, at) =>
            createRpmHeader(
              createRpmTags(`p${at}`, [
                { tag: TAG.provideNames, texts: list(Math.min(count, 100_000), () => 'a') },
                { tag: TAG.requireNames, texts: list(Math.min(count, 100_000), () => 'a') },
              ]),
            ),
          ),
        ),
      ),
  },
  {
    name: 'rpm: packages of one name in two layers',
    start: 100,
    large: 90_000,
    make: (count) =>
      [1, 2].map((release) =>
        createRpmFiles(
          'Packages.db',
          createNdb(
            Array.from({ length: count }, (_, at) =>
              createRpmHeader([
                ...createRpmTags('bash'),
                { tag: TAG.release, text: `${release}.${at}` },
              ]),
            ),
          ),
        ),
      ),
  },
  {
    name: 'rpm: cells that share a row in SQLite',
    start: 100,
    large: 30_000,
    make: (count) =>
      createRpmFiles('rpmdb.sqlite', createSqlite({ cells: count, payloadBytes: count * 500 })),
  },
  {
    name: 'rpm: inner pages that share a leaf in SQLite',
    start: 50,
    large: 2_000,
    make: (count) =>
      createRpmFiles('rpmdb.sqlite', createSqlite({ cells: 100, payloadBytes: 100, inner: count })),
  },
  {
    name: 'rpm: entries that share a value in BerkeleyDB',
    start: 100,
    large: 30_000,
    make: (count) =>
      createRpmFiles('Packages', createBerkeleyDb(count, createRpmHeader(createRpmTags('bash')))),
  },
  {
    name: 'rpm: lines of a manifest',
    start: 500,
    large: 1_500_000,
    limit: 'recordsMax',
    make: (count) => ({
      ...RHEL,
      'var/lib/rpmmanifest/container-manifest-2': repeat(
        count,
        (at) => `p${at}\t1-1.cm2\t1\t1\tM\t(none)\t1\tx86_64\t0\ta-1-1.src.rpm\n`,
      ),
    }),
  },
];

const LOCAL = 'var/lib/pacman/local/a-1';
const createDescription = (name: string, more = ''): string =>
  `%NAME%\n${name}\n\n%VERSION%\n1-1\n\n${more}`;

const OTHERS: readonly GrowingInput[] = [
  {
    name: 'alpm: files',
    start: 2_000,
    large: 40_000_000,
    limit: 'packageFilesMax',
    make: (count) => ({
      ...ARCH,
      [`${LOCAL}/desc`]: createDescription('a'),
      [`${LOCAL}/files`]: `%FILES%\n${'a\n'.repeat(count)}`,
    }),
  },
  {
    name: 'alpm: a specification that is packed',
    start: 2_000,
    large: 10_000_000,
    make: (count) => ({
      ...ARCH,
      [`${LOCAL}/desc`]: createDescription('a'),
      [`${LOCAL}/mtree`]: gzipSync('./a time=1\n'.repeat(count)),
    }),
  },
  {
    name: 'alpm: names that a package provides and needs',
    start: 1_000,
    large: 4_000_000,
    make: (count) => ({
      ...ARCH,
      [`${LOCAL}/desc`]: createDescription(
        'a',
        `%PROVIDES%\n${'x=1\n'.repeat(count)}\n%DEPENDS%\n${'x\n'.repeat(count)}\n`,
      ),
    }),
  },
  {
    name: 'portage: files',
    start: 2_000,
    large: 2_500_000,
    limit: 'packageFilesMax',
    make: (count) => ({
      ...GENTOO,
      'var/db/pkg/a/b-1/CONTENTS': `obj /a ${'0'.repeat(32)} 1\n`.repeat(count),
    }),
  },
  {
    name: 'portage: conditions in each other',
    start: 500,
    large: 200_000,
    make: (count) => ({
      ...GENTOO,
      'var/db/pkg/a/b-1/CONTENTS': '',
      'var/db/pkg/a/b-1/RDEPEND': `${'x? ( '.repeat(count)}a/c${' )'.repeat(count)}`,
      'var/db/pkg/a/b-1/LICENSE': `${'|| ( '.repeat(count)}MIT${' )'.repeat(count)}`,
    }),
  },
  {
    name: 'portage: groups of licenses that name each other',
    start: 20,
    large: 2_000,
    make: (count) => ({
      ...GENTOO,
      'etc/portage/license_groups': repeat(
        count,
        (at) => `G${at} @G${at + 1} @G${at + 1} L${at}\n`,
      ),
      'var/db/pkg/a/b-1/CONTENTS': '',
      'var/db/pkg/a/b-1/LICENSE': '@G0',
    }),
  },
  {
    name: 'portage: packages that need one name',
    start: 100,
    large: 20_000,
    limit: 'dependenciesMax',
    make: (count) => ({
      ...GENTOO,
      ...createFiles(count, (at) => [`var/db/pkg/a/b-${at}/CONTENTS`, '']),
      ...createFiles(count, (at) => [`var/db/pkg/a/b-${at}/RDEPEND`, 'a/b']),
    }),
  },
  {
    name: 'chisel: paths',
    start: 1_000,
    large: 1_500_000,
    limit: 'ownedFilesMax',
    make: (count) => ({
      ...DEBIAN,
      'var/lib/chisel/manifest.wall': gzipSync(
        `{"kind":"package","name":"a","version":"1"}\n${repeat(count, (at) => `{"kind":"content","slice":"a_b","path":"/${at}"}\n`)}`,
      ),
    }),
  },
  {
    name: 'snap: packages of a manifest',
    start: 500,
    large: 60_000,
    make: (count) => ({
      'snap/manifest.yaml': `name: a\nversion: '1'\nprimed-stage-packages:\n${repeat(count, (at) => `- p${at}=1\n`)}`,
    }),
  },
  {
    name: 'flatpak: releases of an application',
    start: 500,
    large: 40_000,
    make: (count) => {
      const app = 'var/lib/flatpak/app/org.a.B/x86_64/stable/0';
      return {
        [`${app}/metadata`]: `[Application]\nname=org.a.B\n${repeat(count, (at) => `k${at}=v\n`)}`,
        [`${app}/files/share/metainfo/org.a.B.metainfo.xml`]: `<component><id>org.a.B</id><releases>${repeat(count, (at) => `<release version="${at}"/>`)}</releases></component>`,
      };
    },
  },
  {
    name: 'homebrew: lines of a formula',
    start: 1_000,
    large: 400_000,
    make: (count) => ({
      'opt/homebrew/Cellar/a/1/.brew/a.rb': `class A < Formula\n${'  license "MIT"\n'.repeat(count)}end\n`,
    }),
  },
  {
    name: 'nix: references of derivations',
    start: 500,
    large: 100_000,
    make: (count) => ({
      [`nix/store/${'b'.repeat(32)}-a-1/bin/a`]: '',
      [`nix/store/${'a'.repeat(32)}-a-1.drv`]: `Derive([${repeat(count, (at) => `("o${at}","/nix/store/${'b'.repeat(32)}-a-1","","")`, ',')}],[${repeat(count, () => `("/nix/store/${'c'.repeat(32)}-b.drv",["out"])`, ',')}],[],"x","y",[],[])`,
    }),
  },
];

/** Inputs for the readers of operating system packages. */
export const SYSTEM_INPUTS: readonly GrowingInput[] = [...APK, ...DPKG, ...RPM, ...OTHERS];
