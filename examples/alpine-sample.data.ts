import {
  addFolders,
  createTinyExecutable,
  type SampleEntry,
  type SampleImage,
} from './sample-image.ts';

interface AlpinePackage {
  readonly name: string;
  readonly version: string;
  readonly origin: string;
  readonly license: string;
  readonly about: string;
  readonly depends?: string;
  readonly provides?: string;
  /** Directory and name of the only file of the package. */
  readonly file: readonly [folder: string, name: string];
}

/** Names and versions of Alpine 3.10 in the summer of 2019. */
const PACKAGES: readonly AlpinePackage[] = [
  {
    name: 'musl',
    version: '1.1.22-r2',
    origin: 'musl',
    license: 'MIT',
    about: 'C library',
    provides: 'so:libc.musl-x86_64.so.1=1',
    file: ['lib', 'ld-musl-x86_64.so.1'],
  },
  {
    name: 'busybox',
    version: '1.30.1-r1',
    origin: 'busybox',
    license: 'GPL-2.0',
    about: 'many tools in one',
    depends: 'so:libc.musl-x86_64.so.1',
    file: ['bin', 'busybox'],
  },
  {
    name: 'apk-tools',
    version: '2.10.4-r1',
    origin: 'apk-tools',
    license: 'GPL2',
    about: 'package manager',
    depends: 'so:libc.musl-x86_64.so.1 so:libcrypto.so.1.1',
    file: ['sbin', 'apk'],
  },
  {
    name: 'libcrypto1.1',
    version: '1.1.1c-r0',
    origin: 'openssl',
    license: 'OpenSSL',
    about: 'cryptography library',
    depends: 'so:libc.musl-x86_64.so.1',
    provides: 'so:libcrypto.so.1.1=1.1',
    file: ['lib', 'libcrypto.so.1.1'],
  },
  {
    name: 'sqlite-libs',
    version: '3.28.0-r0',
    origin: 'sqlite',
    license: 'Public-Domain',
    about: 'database library',
    depends: 'so:libc.musl-x86_64.so.1',
    file: ['usr/lib', 'libsqlite3.so.0'],
  },
];

const UPGRADED: Readonly<Record<string, string>> = { musl: '1.1.22-r3' };

const OS_RELEASE = `NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.10.1
PRETTY_NAME="Alpine Linux v3.10"
`;

/** Returns a record of the installed database. apk-tools, "Installed database V2". */
function formatRecord(pkg: AlpinePackage): string {
  const [folder, name] = pkg.file;
  return [
    `P:${pkg.name}`,
    `V:${pkg.version}`,
    'A:x86_64',
    'S:1024',
    'I:4096',
    `T:${pkg.about}`,
    'U:https://example.com/',
    `L:${pkg.license}`,
    `o:${pkg.origin}`,
    'm:Sample of plimsoll <sample@example.com>',
    't:1561939200',
    ...(pkg.depends === undefined ? [] : [`D:${pkg.depends}`]),
    ...(pkg.provides === undefined ? [] : [`p:${pkg.provides}`]),
    `F:${folder}`,
    `R:${name}`,
    'a:0:0:755',
    '',
  ].join('\n');
}

function createInstalledDatabase(packages: readonly AlpinePackage[]): SampleEntry {
  return { path: 'lib/apk/db/installed', content: `${packages.map(formatRecord).join('\n')}\n` };
}

const BASE: readonly SampleEntry[] = [
  { path: 'etc/os-release', content: OS_RELEASE },
  { path: 'etc/alpine-release', content: '3.10.1\n' },
  createInstalledDatabase(PACKAGES),
  ...PACKAGES.map(({ file: [folder, name] }) => ({
    path: `${folder}/${name}`,
    content: createTinyExecutable(),
    mode: 0o755,
  })),
];

const UPGRADE: readonly SampleEntry[] = [
  createInstalledDatabase(
    PACKAGES.filter(({ name }) => name !== 'apk-tools').map((pkg) => ({
      ...pkg,
      version: UPGRADED[pkg.name] ?? pkg.version,
    })),
  ),
  { path: 'sbin/.wh.apk', content: '' },
];

/**
 * An Alpine image in two layers: the second upgrades the C library and removes the package manager.
 */
export const ALPINE_SAMPLE: SampleImage = {
  reference: 'sample:alpine-3.10',
  layers: [
    { instruction: 'ADD base of Alpine 3.10', entries: addFolders(BASE) },
    { instruction: 'RUN apk upgrade musl && apk del apk-tools', entries: addFolders(UPGRADE) },
  ],
  entrypoint: ['/bin/busybox'],
  labels: { 'org.opencontainers.image.title': 'sample of plimsoll' },
};
