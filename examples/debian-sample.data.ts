import {
  addFolders,
  createTinyExecutable,
  type SampleEntry,
  type SampleImage,
} from './sample-image.ts';

interface DebianPackage {
  readonly name: string;
  readonly version: string;
  /** The source package, with its version if that differs. */
  readonly source?: string;
  readonly about: string;
  readonly depends?: string;
  readonly files?: readonly string[];
}

/** Names and versions of Debian 11 in the spring of 2022. */
const PACKAGES: readonly DebianPackage[] = [
  { name: 'apt', version: '2.2.4', about: 'package manager', depends: 'libc6 (>= 2.15), gpgv' },
  { name: 'base-files', version: '11.1+deb11u2', about: 'files of every system' },
  { name: 'bash', version: '5.1-2+b3', source: 'bash (5.1-2)', about: 'shell' },
  {
    name: 'coreutils',
    version: '8.32-4+b1',
    source: 'coreutils (8.32-4)',
    about: 'basic tools',
    files: ['/bin/ls'],
  },
  { name: 'dpkg', version: '1.20.9', about: 'package database', depends: 'tar (>= 1.28-1)' },
  { name: 'e2fsprogs', version: '1.46.2-2', about: 'file system tools' },
  { name: 'gpgv', version: '2.2.27-2+deb11u2', source: 'gnupg2', about: 'signature checks' },
  { name: 'gzip', version: '1.10-4', about: 'compression', files: ['/bin/gzip'] },
  { name: 'libblkid1', version: '2.36.1-8', source: 'util-linux', about: 'block devices' },
  {
    name: 'libc-bin',
    version: '2.31-13+deb11u2',
    source: 'glibc',
    about: 'tools of the C library',
  },
  { name: 'libc6', version: '2.31-13+deb11u2', source: 'glibc', about: 'C library' },
  {
    name: 'libssl1.1',
    version: '1.1.1n-0+deb11u3',
    source: 'openssl',
    about: 'TLS library',
    depends: 'libc6 (>= 2.25)',
  },
  {
    name: 'openssl',
    version: '1.1.1n-0+deb11u3',
    about: 'TLS tools',
    depends: 'libc6 (>= 2.15), libssl1.1 (>= 1.1.1)',
    files: ['/usr/bin/openssl', '/etc/ssl/openssl.cnf'],
  },
  { name: 'tar', version: '1.34+dfsg-1', about: 'archives' },
  { name: 'util-linux', version: '2.36.1-8', about: 'system tools', depends: 'libblkid1' },
  {
    name: 'zlib1g',
    version: '1:1.2.11.dfsg-2+deb11u1',
    source: 'zlib',
    about: 'compression library',
    depends: 'libc6 (>= 2.14)',
  },
];

const UPGRADED: Readonly<Record<string, string>> = { zlib1g: '1:1.2.11.dfsg-2+deb11u2' };

const OS_RELEASE = `PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"
NAME="Debian GNU/Linux"
VERSION_ID="11"
VERSION="11 (bullseye)"
VERSION_CODENAME=bullseye
ID=debian
`;

function formatStanza(pkg: DebianPackage): string {
  return [
    `Package: ${pkg.name}`,
    'Status: install ok installed',
    'Priority: required',
    'Section: base',
    'Installed-Size: 64',
    'Maintainer: Sample of plimsoll <sample@example.com>',
    'Architecture: amd64',
    ...(pkg.source === undefined ? [] : [`Source: ${pkg.source}`]),
    `Version: ${pkg.version}`,
    ...(pkg.depends === undefined ? [] : [`Depends: ${pkg.depends}`]),
    `Description: ${pkg.about}`,
    '',
  ].join('\n');
}

function createStatusFile(packages: readonly DebianPackage[]): SampleEntry {
  return { path: 'var/lib/dpkg/status', content: packages.map(formatStanza).join('\n') };
}

function listOwnedFiles({ name, files = [] }: DebianPackage): SampleEntry[] {
  const list = ['/.', ...files, `/usr/share/doc/${name}/copyright`];
  return [
    { path: `var/lib/dpkg/info/${name}.list`, content: `${list.join('\n')}\n` },
    { path: `usr/share/doc/${name}/copyright`, content: 'A sample without a licence text.\n' },
    ...files.map((file) =>
      file.startsWith('/etc/')
        ? { path: file.slice(1), content: '# empty\n' }
        : { path: file.slice(1), content: createTinyExecutable(), mode: 0o755 },
    ),
  ];
}

const BASE: readonly SampleEntry[] = [
  { path: 'usr/lib/os-release', content: OS_RELEASE },
  { path: 'etc/os-release', linkTarget: '../usr/lib/os-release' },
  { path: 'etc/debian_version', content: '11.2\n' },
  createStatusFile(PACKAGES),
  ...PACKAGES.filter(({ files }) => files !== undefined).flatMap(listOwnedFiles),
  { path: 'opt/draft/node_modules/ejs/package.json', content: formatManifest('ejs', '3.1.6') },
];

function formatManifest(name: string, version: string): string {
  return `${JSON.stringify({ name, version, license: 'MIT' }, undefined, 2)}\n`;
}

const NODE_MODULES = { 'follow-redirects': '1.14.8', 'tough-cookie': '4.0.0', ws: '8.5.0' };

function lockFile(): string {
  const installed = Object.entries(NODE_MODULES).map(([name, version]) => [
    `node_modules/${name}`,
    { version, license: 'MIT' },
  ]);
  const root = { name: 'sample-app', version: '1.0.0', dependencies: NODE_MODULES };
  const lock = {
    name: 'sample-app',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: { '': root, ...Object.fromEntries(installed) },
  };
  return `${JSON.stringify(lock, undefined, 2)}\n`;
}

const APPLICATION: readonly SampleEntry[] = [
  createStatusFile(PACKAGES.map((pkg) => ({ ...pkg, version: UPGRADED[pkg.name] ?? pkg.version }))),
  { path: 'opt/.wh.draft', content: '' },
  { path: 'app/package.json', content: formatManifest('sample-app', '1.0.0') },
  { path: 'app/package-lock.json', content: lockFile() },
  ...Object.entries(NODE_MODULES).map(([name, version]) => ({
    path: `app/node_modules/${name}/package.json`,
    content: formatManifest(name, version),
  })),
  { path: 'app/server', content: createTinyExecutable(), mode: 0o755 },
];

/**
 * A Debian image in two layers. The second one upgrades a library and removes a draft that contains
 * a package with a critical vulnerability, so neither of the old versions may be reported.
 */
export const DEBIAN_SAMPLE: SampleImage = {
  reference: 'sample:debian-11',
  layers: [
    { instruction: 'ADD base of Debian 11', entries: addFolders(BASE) },
    {
      instruction: 'RUN apt-get install zlib1g; rm -r /opt/draft; npm ci',
      entries: addFolders(APPLICATION),
    },
  ],
  entrypoint: ['/app/server'],
  labels: { 'org.opencontainers.image.title': 'sample of plimsoll' },
};
