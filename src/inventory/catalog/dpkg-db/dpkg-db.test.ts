import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Budget } from '../../../foundation/core/budget.ts';
import { toBytes } from '../../../foundation/core/bytes.ts';
import type { FileView, VisibleFact } from '../../../foundation/core/cataloger.ts';
import type { Distro } from '../../../foundation/core/distro.ts';
import { FileTable } from '../../../foundation/core/file-table.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { BSD_3, MIT } from '../../../foundation/identity/license/license-text.fixture.ts';
import { dpkgDb } from './dpkg-db.ts';
import type { DpkgFact } from './dpkg-fact.ts';

const DEBIAN: Distro = { id: 'debian', idLike: [], versionId: '13.8' };
const STATUS = '/var/lib/dpkg/status';
const LAYER = 'sha256:top';

const LIBC = `Package: libc6
Status: install ok installed
Priority: optional
Installed-Size: 13160
Maintainer: GNU Libc Maintainers <debian-glibc@lists.debian.org>
Architecture: amd64
Multi-Arch: same
Source: glibc
Version: 2.41-12
Replaces: libc6-amd64
Depends: libgcc-s1, libcrypt1 (>= 1:4.4.10-10) [amd64]
Conffiles:
 /etc/ld.so.conf.d/x86_64-linux-gnu.conf d4e7a7b88a71b5ffd9e2644e71a0cfab
Description: GNU C Library
 Contains the standard libraries.
`;
const BASH = `Package: bash
Status: install ok installed
Installed-Size: 7273
Architecture: amd64
Source: bash (5.2.37-2)
Version: 5.2.37-2+b10
Provides: sh-interpreter (= 5), login-shell
Pre-Depends: libc6 (>= 2.38), perl:any
Conffiles:
 /etc/bash.old 89269e1298235f1b12b4c16e4065ad0d obsolete
`;
const PERL = `Package: perl
Status: install ok unpacked
Architecture: amd64
Version: 5.40.1-6
Depends: zsh | login-shell
`;

function extract(path: string, text: string) {
  const isPacked = path.endsWith('.gz');
  const bytes = Buffer.from(text, isPacked ? 'latin1' : 'utf8');
  const named = ['copyright', 'diversions'].find((name) => path.endsWith(`/${name}`));
  const role = isPacked ? 'changelog' : (named ?? 'database');
  return dpkgDb.extract({
    path,
    role,
    sizeBytes: bytes.length,
    mode: 0o644,
    content: toBytes(bytes),
    limits: DEFAULT_LIMITS,
    budget: new Budget(DEFAULT_LIMITS),
  });
}

/** Content by path; a value that begins with `->` is a link to a file. */
type Tree = Readonly<Record<string, string>>;

function assemble(tree: Tree, options: { distro?: Distro; earlier?: readonly string[] } = {}) {
  const files = new FileTable();
  for (const path of Object.keys(tree)) {
    files.add({ path, type: 'regular', mode: 0o644, uid: 0, gid: 0, sizeBytes: 0 });
  }
  const paths = Object.keys(tree);
  const find = (path: string) =>
    tree[path] === undefined ? undefined : { layer: 0, row: paths.indexOf(path) };
  const view: FileView = {
    layers: [{ diffId: LAYER, files }],
    find,
    resolve: (accessPath) => {
      const text = tree[accessPath];
      const path = text?.startsWith('->') ? text.slice(2) : accessPath;
      const ref = find(path);
      return ref && { ref, path };
    },
    resolveHardLink: (ref) => ref,
    getRealPath: () => undefined,
    findRealFolder: (path) => path,
    list: (folder) =>
      paths
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1)),
    listPaths: () => paths,
  };
  const facts = Object.entries(tree)
    .filter(([, text]) => !text.startsWith('->'))
    .map(([path, text]): VisibleFact<DpkgFact> => {
      const { fact } = extract(path, text);
      const ref = find(path);
      assert.ok(fact !== undefined && ref !== undefined);
      const earlier = (path === STATUS ? (options.earlier ?? []) : []).flatMap((lower, index) => {
        const lowerFact = extract(path, lower).fact;
        return lowerFact === undefined ? [] : [{ layer: `sha256:${index}`, fact: lowerFact }];
      });
      return { path, role: 'database', ref, layer: LAYER, fact, earlier };
    });
  const budget = new Budget(DEFAULT_LIMITS);
  const assembly = dpkgDb.assemble({ view, distro: options.distro ?? DEBIAN, facts, budget });
  return {
    packages: assembly.packages ?? [],
    edges: (assembly.dependencies ?? []).map(({ from, to }) => `${from.name} > ${to.name}`),
  };
}

describe('dpkg-db', () => {
  it('creates a package from a stanza and the files beside the database', () => {
    const info = '/var/lib/dpkg/info/libc6:amd64';
    const { packages } = assemble({
      [STATUS]: LIBC,
      [`${info}.md5sums`]: '108877c29ef6a482337ddc42ea8b0985  usr/lib/ld.so.2\n',
      [`${info}.conffiles`]:
        '/etc/ld.so.conf.d/x86_64-linux-gnu.conf\n/etc/extra.conf\nremove-on-upgrade /etc/gone\n',
      [`${info}.list`]: '/.\n/usr\n/usr/lib/ld.so.2\n/usr/lib/ld.so\n/usr/lib/missing\n',
      '/var/lib/dpkg/info/libc6.shlibs': 'x\n',
      '/var/lib/dpkg/info/libc6.extra.list': '/x\n',
      '/usr/share/doc/libc6/copyright': 'Copyright: all of us.\n',
      '/usr/lib/ld.so': '',
    });
    const [libc] = packages;
    const at = (path: string, evidence?: 'primary' | 'supporting', line?: number) => ({
      path,
      accessPath: path,
      layer: LAYER,
      ...(evidence && { evidence }),
      ...(line && { line }),
    });
    const copyright = at('/usr/share/doc/libc6/copyright', 'supporting');
    assert.deepEqual(libc, {
      name: 'libc6',
      version: '2.41-12',
      type: 'deb',
      language: '',
      purl: 'pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13.8&upstream=glibc',
      foundBy: 'dpkg-db',
      rule: 'a stanza of the dpkg status file',
      confidence: 1,
      locations: [
        at(STATUS, 'primary', 1),
        copyright,
        at(`${info}.conffiles`, 'supporting'),
        at(`${info}.md5sums`, 'supporting'),
        at('/var/lib/dpkg/info/libc6.shlibs'),
      ],
      introducedIn: LAYER,
      licenses: [
        {
          value: 'sha256:38804faf77d58c6f6fca7308f6d808c83c555b0ae10bb4f4c3a8a614966095e6',
          expression: '',
          kind: 'concluded',
          urls: [],
          locations: [copyright],
        },
      ],
      cpes: [],
      upstreams: [{ name: 'glibc' }],
      architecture: 'amd64',
      ownedFiles: [
        { path: '/etc/extra.conf' },
        { path: '/etc/ld.so.conf.d/x86_64-linux-gnu.conf' },
        { path: '/usr/lib/ld.so.2' },
      ],
      otherOwnedFiles: [{ path: '/usr/lib/ld.so' }],
      metadata: {
        kind: 'dpkg-db-entry',
        value: {
          package: 'libc6',
          source: 'glibc',
          version: '2.41-12',
          sourceVersion: '',
          architecture: 'amd64',
          maintainer: 'GNU Libc Maintainers <debian-glibc@lists.debian.org>',
          installedSize: 13_160,
          depends: ['libgcc-s1', 'libcrypt1 (>= 1:4.4.10-10) [amd64]'],
          files: [
            { path: '/etc/extra.conf', isConfigFile: true },
            {
              path: '/etc/ld.so.conf.d/x86_64-linux-gnu.conf',
              digest: { algorithm: 'md5', value: 'd4e7a7b88a71b5ffd9e2644e71a0cfab' },
              isConfigFile: true,
            },
            {
              path: '/usr/lib/ld.so.2',
              digest: { algorithm: 'md5', value: '108877c29ef6a482337ddc42ea8b0985' },
              isConfigFile: false,
            },
          ],
        },
      },
    });
  });

  it('adds files that only the list of installed paths contains, in any order', () => {
    const info = '/var/lib/dpkg/info/bash';
    const known = ['a-b/x', 'a/y', 'b', 'c'].map((path) => `${'0'.repeat(32)}  ${path}\n`).join('');
    const { packages } = assemble({
      [STATUS]: BASH,
      [`${info}.md5sums`]: known,
      [`${info}.list`]: '/.\n/a\n/a/y\n/a-b\n/a-b/x\n/l\n/b\n/b\n/m\n/gone\n/a/y\n/c\n',
      '/a/y': '',
      '/a-b/x': '',
      '/b': '',
      '/c': '',
      '/l': '',
      '/m': '',
    });
    assert.deepEqual(packages[0]?.otherOwnedFiles, [{ path: '/l' }, { path: '/m' }]);
  });

  it('connects packages by name, provided name and alternatives of any architecture', () => {
    const { edges, packages } = assemble({ [STATUS]: `${LIBC}\n${BASH}\n${PERL}` });
    assert.deepEqual(edges, ['libc6 > bash', 'perl > bash', 'bash > perl']);
    assert.deepEqual(packages[1]?.upstreams, [{ name: 'bash', version: '5.2.37-2' }]);
    assert.match(packages[1]?.purl ?? '', /&upstream=bash%405\.2\.37-2$/);
  });

  it('chooses the first alternative with a matching version', () => {
    const createStanza = (name: string, version: string, fields: string): string =>
      `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n${fields}`;
    const { edges } = assemble({
      [STATUS]: [
        createStanza(
          'app',
          '1',
          'Depends: mta (>= 2) | exim (>= 4) | postfix, tls (>= 3), old | exim\n',
        ),
        createStanza('exim', '4.9', 'Provides: mta\n'),
        createStanza('postfix', '3.7', 'Provides: mta (= 1)\n'),
        createStanza('openssl', '1', 'Provides: tls (= 3.1)\n'),
        createStanza('gnutls', '9', 'Provides: tls\n'),
      ].join('\n'),
    });
    assert.deepEqual(edges, ['exim > app', 'openssl > app']);
  });

  it('connects packages of one architecture, and of any if requested', () => {
    const createStanza = (name: string, architecture: string, fields: string): string =>
      `Package: ${name}\nStatus: install ok installed\nArchitecture: ${architecture}\nVersion: 1\n${fields}`;
    const { packages, edges } = assemble({
      [STATUS]: [
        createStanza('libc6', 'amd64', ''),
        createStanza('libc6', 'i386', ''),
        createStanza('wine', 'i386', 'Depends: libc6, python3:any, gone (>= 2) | forced (>= 9)\n'),
        createStanza('python3', 'amd64', ''),
        createStanza('forced', 'all', ''),
      ].join('\n'),
    });
    assert.equal(packages.length, 5);
    assert.deepEqual(edges, ['libc6 > wine', 'python3 > wine', 'forced > wine']);
  });

  it('recognizes licenses in a copyright file for people', () => {
    const { packages } = assemble({
      [STATUS]: LIBC,
      '/usr/share/doc/libc6/copyright': `Downloaded from the sea.\n\n${BSD_3}\n${MIT}`,
    });
    const licenses = packages[0]?.licenses ?? [];
    assert.deepEqual(
      licenses.map(({ value, expression, kind }) => [value, expression, kind]),
      [
        ['BSD-3-Clause', 'BSD-3-Clause', 'concluded'],
        ['MIT', 'MIT', 'concluded'],
      ],
    );
    assert.deepEqual(
      licenses.map(({ locations }) => locations.map(({ path }) => path)),
      [['/usr/share/doc/libc6/copyright'], ['/usr/share/doc/libc6/copyright']],
    );
  });

  it('reads licenses of a machine-readable copyright file, also through a link', () => {
    const format = 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/';
    const { packages } = assemble({
      [STATUS]: BASH,
      '/usr/share/doc/bash/copyright': '->/usr/share/doc/common/copyright',
      '/usr/share/doc/common/copyright': `${format}\nLicense: GPL-3+\nLicense: Latex2e\n`,
    });
    assert.deepEqual(
      packages[0]?.licenses.map(({ value, expression, kind, locations }) => [
        value,
        expression,
        kind,
        locations[0]?.path,
        locations[0]?.accessPath,
        locations[0]?.evidence,
      ]),
      ['GPL-3+ GPL-3.0-or-later', 'Latex2e Latex2e'].map((both) => [
        ...both.split(' '),
        'declared',
        '/usr/share/doc/common/copyright',
        '/usr/share/doc/bash/copyright',
        undefined,
      ]),
    );
  });

  it('finds digests beside the stanza if the image does not contain dpkg', () => {
    const stanza = BASH.replace(/^Status.*\n/m, '');
    const { packages } = assemble({
      '/var/lib/dpkg/status.d/bash': stanza,
      '/var/lib/dpkg/status.d/bash.md5sums': '27dd7e45325fd5a2a855b1ac4faf5ed7  bin/bash\n',
    });
    assert.deepEqual(
      packages.map(({ name, locations, ownedFiles }) => [
        name,
        locations.map(({ path }) => path),
        ownedFiles.map(({ path }) => path),
      ]),
      [
        [
          'bash',
          ['/var/lib/dpkg/status.d/bash', '/var/lib/dpkg/status.d/bash.md5sums'],
          ['/bin/bash', '/etc/bash.old'],
        ],
      ],
    );
  });

  it('reads conffile lines from their end, as dpkg does', () => {
    const digest = 'd4e7a7b88a71b5ffd9e2644e71a0cfab';
    const conffiles = [
      '/etc/new newconffile',
      '/etc/gone newconffile remove-on-upgrade',
      `/etc/kept ${digest} remove-on-upgrade`,
      `/etc/left ${digest} obsolete remove-on-upgrade`,
      '/etc/old newconffile obsolete',
      `/etc/name with blanks.conf ${digest}`,
      '/etc/missing nonexistent',
      '/etc/bare',
    ].map((line) => ` ${line}\n`);
    const { packages } = assemble({
      [STATUS]: `Package: a\nStatus: install ok installed\nVersion: 1\nConffiles:\n${conffiles.join('')}`,
      '/var/lib/dpkg/info/a.conffiles':
        '/etc/bare\nremove-on-upgrade /etc/gone\n/etc/name with blanks.conf\n',
    });
    const files = packages[0]?.metadata?.value['files'];
    const createConffile = (path: string) => ({ path, isConfigFile: true });
    assert.deepEqual(files, [
      createConffile('/etc/bare'),
      createConffile('/etc/missing'),
      {
        ...createConffile('/etc/name with blanks.conf'),
        digest: { algorithm: 'md5', value: digest },
      },
      createConffile('/etc/new'),
      createConffile('/etc/old'),
    ]);
  });

  it('finds diverted files of a package', () => {
    const createStanza = (name: string) =>
      `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n`;
    const info = '/var/lib/dpkg/info';
    const { packages } = assemble({
      [STATUS]: createStanza('jq') + createStanza('gojq'),
      '/var/lib/dpkg/diversions':
        '/usr/bin/jq\n/usr/bin/jq.distrib\ngojq\n/usr/lib/jq.so\n/usr/lib/jq.so.real\n:\n',
      [`${info}/jq.list`]: '/.\n/usr/bin/jq\n/usr/lib/jq.so\n',
      [`${info}/jq.md5sums`]: '108877c29ef6a482337ddc42ea8b0985  usr/bin/jq\n',
      [`${info}/gojq.list`]: '/.\n/usr/bin/jq\n',
      '/usr/bin/jq': '',
      '/usr/bin/jq.distrib': '',
      '/usr/lib/jq.so.real': '',
    });
    const listPaths = (all: readonly { readonly path: string }[] = []) =>
      all.map(({ path }) => path);
    assert.deepEqual(
      packages.map(({ name, ownedFiles, otherOwnedFiles }) => [
        name,
        listPaths(ownedFiles),
        listPaths(otherOwnedFiles),
      ]),
      [
        ['jq', ['/usr/bin/jq.distrib'], ['/usr/lib/jq.so.real']],
        ['gojq', [], ['/usr/bin/jq']],
      ],
    );
  });

  it('reads fixes from a changelog, with proof if the database lists its digest', () => {
    const path = '/usr/share/doc/python3-x/changelog.Debian.gz';
    const changelog = gzipSync(
      'x (2-1) sid; urgency=high\n\n  * Fix CVE-2024-0003\n\nx (1-2) sid;\n\n  * Fix CVE-2024-0002\n\ny (1-1) sid;\n  * CVE-2024-0001\n',
    ).toString('latin1');
    const listFixes = (md5: string) =>
      assemble({
        [STATUS]: 'Package: python3-x\nStatus: install ok installed\nSource: x\nVersion: 1-2\n',
        '/var/lib/dpkg/info/python3-x.md5sums': `${md5}  ${path.slice(1)}\n`,
        [path]: changelog,
      }).packages[0]?.changelogFixes;
    const packed = Buffer.from(changelog, 'latin1');
    const fix = {
      id: 'CVE-2024-0002',
      version: '1-2',
      path,
      line: 7,
      sha256: hash('sha256', packed),
    };
    assert.deepEqual(listFixes(hash('md5', packed)), [{ ...fix, isRecorded: true }]);
    assert.deepEqual(listFixes('0'.repeat(32)), [{ ...fix, isRecorded: false }]);
  });

  it('ignores a changelog that cannot be expanded, without a problem', () => {
    assert.deepEqual(extract('/usr/share/doc/a/changelog.Debian.gz', 'no gzip'), {});
  });

  it('reports a truncated list of diversions', () => {
    const { problems } = extract('/var/lib/dpkg/diversions', '/a\n/b\n:\n/c\n');
    assert.deepEqual(
      problems?.map(({ code }) => code),
      ['P_TRUNCATED'],
    );
  });

  const STATES: readonly (readonly [status: string, isPackage: boolean])[] = [
    ['install ok installed', true],
    ['deinstall ok installed', true],
    ['hold ok unpacked', true],
    ['install reinstreq half-configured', true],
    ['install ok triggers-pending', true],
    ['install ok half-installed', true],
    ['install reinstreq half-installed', true],
    ['deinstall ok config-files', false],
    ['purge ok not-installed', false],
  ];
  for (const [status, isPackage] of STATES) {
    it(`takes a stanza in state "${status}" for ${isPackage ? 'a' : 'no'} package`, () => {
      const { packages } = assemble({ [STATUS]: BASH.replace('install ok installed', status) });
      assert.equal(packages.length, isPackage ? 1 : 0);
    });
  }

  it('assigns a package to the layer that last changed its stanza', () => {
    const { packages } = assemble(
      { [STATUS]: `${LIBC}\n${BASH}` },
      { earlier: [LIBC, `${LIBC}\n${BASH}`] },
    );
    assert.deepEqual(
      packages.map(({ name, introducedIn }) => `${name} ${introducedIn}`),
      ['libc6 sha256:1', `bash ${LAYER}`],
    );
  });

  it('adds package URLs only for Debian and its derivatives', () => {
    const readPurl = (distro: Distro) => assemble({ [STATUS]: PERL }, { distro }).packages[0]?.purl;
    assert.equal(
      readPurl({ id: 'ubuntu', idLike: ['debian'], versionId: '24.04' }),
      'pkg:deb/ubuntu/perl@5.40.1-6?arch=amd64&distro=ubuntu-24.04',
    );
    assert.equal(readPurl({ id: 'openwrt', idLike: ['lede'] }), '');
  });

  it('reads opkg records with their inline licenses and sizes with units', () => {
    const { packages } = assemble({
      '/usr/lib/opkg/info/zlib.control':
        'Package: zlib\nVersion: 1.3-1\nLicense: Zlib custom\nInstalled-Size: 1.5 kB\n',
    });
    assert.deepEqual(
      packages[0]?.licenses.map(({ value }) => value),
      ['Zlib', 'custom'],
    );
    assert.equal(packages[0]?.metadata?.value['installedSize'], 1_500);
  });

  it('loses at most one record to malformed content', () => {
    const { fact, problems } = extract(
      STATUS,
      [
        'Package: dup\nVersion: 1\nVersion: 2\n',
        'Version: nameless\n',
        'Package: bare\n',
        'nonsense\n',
        PERL,
      ].join('\n'),
    );
    assert.deepEqual(
      fact?.kind === 'records' && fact.records.map((record) => [record.package, record.version]),
      [
        ['dup', '1'],
        ['bare', ''],
        ['perl', '5.40.1-6'],
      ],
    );
    assert.deepEqual(
      problems?.map(({ code, line }) => `${code}:${line}`),
      ['P_MALFORMED:3', 'P_MALFORMED:9', 'P_RECORD:5', 'P_RECORD:7'],
    );
  });

  it('tolerates names that lead out of the info directory', () => {
    const { packages } = assemble({
      [STATUS]: 'Package: ../../../../etc/shadow\nVersion: 1\nArchitecture: amd64\n',
    });
    assert.deepEqual(
      packages[0]?.locations.map(({ path }) => path),
      [STATUS],
    );
  });
});
