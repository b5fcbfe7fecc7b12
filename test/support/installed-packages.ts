import { TAG } from '../../src/foundation/bytes/rpm/header.ts';
import { createRpmDatabase } from '../../src/foundation/bytes/rpm/rpm-database.fixture.ts';
import { createRpmHeader } from '../../src/foundation/bytes/rpm/rpm-header.fixture.ts';

/** The files of a root in which one kind of package manager has installed packages. */
export interface InstalledPackages {
  readonly name: string;
  /** Content by path, without a leading slash. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Whether packages own the files beside their record, so that a link changes what they own. */
  readonly ownsByPlace?: true;
  /** `name version` of each package. */
  readonly packages: readonly string[];
}

const OS_RELEASES = {
  alpine: { 'etc/os-release': 'ID=alpine\nVERSION_ID=3.20.0\n' },
  arch: { 'etc/os-release': 'ID=arch\n' },
  debian: { 'etc/os-release': 'ID=debian\nVERSION_ID="11"\n' },
  gentoo: { 'etc/os-release': 'ID=gentoo\n' },
  openwrt: { 'etc/os-release': 'ID=openwrt\nVERSION_ID="23.05"\n' },
  rhel: { 'etc/os-release': 'ID="rhel"\nVERSION_ID="9.4"\n' },
} as const;

function toStanza(name: string, version: string): string {
  return `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\nArchitecture: amd64\n`;
}

const RPM_HEADER = createRpmHeader([
  { tag: TAG.name, text: 'openssl-libs' },
  { tag: TAG.version, text: '3.0.7' },
  { tag: TAG.release, text: '27.el9' },
  { tag: TAG.architecture, text: 'x86_64' },
  { tag: TAG.sourceRpm, text: 'openssl-3.0.7-27.el9.src.rpm' },
]);

const RPM_DATABASE = createRpmDatabase([RPM_HEADER]);

const SYSTEMS: readonly InstalledPackages[] = [
  {
    name: 'dpkg',
    files: {
      ...OS_RELEASES.debian,
      'var/lib/dpkg/status': `${toStanza('openssl', '1.1.1n-0+deb11u3')}Conffiles:\n /etc/ssl/openssl.cnf 0123456789abcdef0123456789abcdef\n\n`,
      'var/lib/dpkg/info/openssl.list': '/.\n/usr\n/usr/bin\n/usr/bin/openssl\n',
      'var/lib/dpkg/info/openssl.md5sums': `${'a'.repeat(32)}  usr/bin/openssl\n`,
      'var/lib/dpkg/info/openssl.postinst': '#!/bin/sh\n',
      'usr/bin/openssl': 'program',
      'usr/share/doc/openssl/copyright': 'License: Apache-2.0\n',
      'etc/ssl/openssl.cnf': 'settings',
    },
    packages: ['openssl 1.1.1n-0+deb11u3'],
  },
  {
    name: 'dpkg without its own files',
    files: {
      ...OS_RELEASES.debian,
      'var/lib/dpkg/status.d/base': toStanza('base-files', '11.1+deb11u7'),
      'var/lib/dpkg/status.d/base.md5sums': `${'b'.repeat(32)}  usr/share/base\n`,
      'usr/share/base': 'file',
    },
    packages: ['base-files 11.1+deb11u7'],
  },
  {
    name: 'opkg',
    files: {
      ...OS_RELEASES.openwrt,
      'usr/lib/opkg/status': `${toStanza('busybox', '1.36.1-1')}\n`,
    },
    packages: ['busybox 1.36.1-1'],
  },
  {
    name: 'apk',
    files: {
      ...OS_RELEASES.alpine,
      'lib/apk/db/installed':
        'P:musl\nV:1.2.5-r0\nA:x86_64\nF:lib\nR:libc.so\n\nP:zlib\nV:1.3.1-r1\nA:x86_64\nD:musl\n\n',
      'lib/libc.so': 'library',
    },
    packages: ['musl 1.2.5-r0', 'zlib 1.3.1-r1'],
  },
  {
    name: 'rpm',
    files: { ...OS_RELEASES.rhel, 'var/lib/rpm/rpmdb.sqlite': RPM_DATABASE },
    packages: ['openssl-libs 3.0.7-27.el9'],
  },
  {
    name: 'rpm of images that are not changed',
    files: { ...OS_RELEASES.rhel, 'usr/lib/sysimage/rpm/rpmdb.sqlite': RPM_DATABASE },
    packages: ['openssl-libs 3.0.7-27.el9'],
  },
  {
    name: 'pacman',
    files: {
      ...OS_RELEASES.arch,
      'var/lib/pacman/local/openssl-3.3.1-1/desc':
        '%NAME%\nopenssl\n\n%VERSION%\n3.3.1-1\n\n%ARCH%\nx86_64\n\n',
      'var/lib/pacman/local/openssl-3.3.1-1/files': '%FILES%\nusr/\nusr/bin/openssl\n\n',
      'usr/bin/openssl': 'program',
    },
    packages: ['openssl 3.3.1-1'],
  },
  {
    name: 'Portage',
    files: {
      ...OS_RELEASES.gentoo,
      'var/db/pkg/dev-libs/openssl-3.0.13/CONTENTS':
        'obj /usr/bin/openssl 0123456789abcdef0123456789abcdef 1700000000\n',
      'var/db/pkg/dev-libs/openssl-3.0.13/LICENSE': 'Apache-2.0\n',
      'usr/bin/openssl': 'program',
    },
    packages: ['dev-libs/openssl 3.0.13'],
  },
];

const LANGUAGES: readonly InstalledPackages[] = [
  {
    name: 'gems',
    files: {
      'usr/lib/ruby/gems/3.0.0/specifications/rack-2.2.3.gemspec':
        'Gem::Specification.new do |s|\n  s.name = "rack".freeze\n  s.version = "2.2.3"\nend\n',
    },
    packages: ['rack 2.2.3'],
  },
  {
    name: 'Python wheels',
    files: {
      'usr/lib/python3/site-packages/Django-2.2.10.dist-info/METADATA':
        'Metadata-Version: 2.1\nName: Django\nVersion: 2.2.10\n',
      'usr/lib/python3/site-packages/Django-2.2.10.dist-info/RECORD':
        'django/__init__.py,,\nDjango-2.2.10.dist-info/METADATA,,\n',
      'usr/lib/python3/site-packages/django/__init__.py': '',
    },
    packages: ['django 2.2.10'],
  },
  {
    name: 'Python eggs',
    files: {
      'usr/lib/python3/site-packages/six-1.16.0.egg-info/PKG-INFO':
        'Metadata-Version: 1.1\nName: six\nVersion: 1.16.0\n',
    },
    packages: ['six 1.16.0'],
  },
  {
    name: 'npm',
    files: { 'app/node_modules/lodash/package.json': '{"name":"lodash","version":"4.17.4"}' },
    ownsByPlace: true,
    packages: ['lodash 4.17.4'],
  },
  {
    name: 'Composer',
    files: {
      'app/vendor/composer/installed.json':
        '{"packages":[{"name":"monolog/monolog","version":"2.9.1","type":"library"}]}',
    },
    packages: ['monolog/monolog 2.9.1'],
  },
  {
    name: 'Conda',
    files: {
      'opt/conda/conda-meta/zlib-1.2.13-h1.json':
        '{"name":"zlib","version":"1.2.13","build":"h1","files":["lib/libz.so"]}',
      'opt/conda/lib/libz.so': 'library',
    },
    packages: ['zlib 1.2.13'],
  },
  {
    name: 'R',
    files: { 'usr/lib/R/library/rlang/DESCRIPTION': 'Package: rlang\nVersion: 1.1.3\n' },
    packages: ['rlang 1.1.3'],
  },
];

/** Examples of every kind of package manager whose records have fixed names. */
export const INSTALLED_PACKAGES: readonly InstalledPackages[] = [...SYSTEMS, ...LANGUAGES];
