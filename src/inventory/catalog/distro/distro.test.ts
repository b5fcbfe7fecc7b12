import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Budget } from '../../../foundation/core/budget.ts';
import { toBytes } from '../../../foundation/core/bytes.ts';
import type { FileView, VisibleFact, WantedFile } from '../../../foundation/core/cataloger.ts';
import type { Distro } from '../../../foundation/core/distro.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { type DistroFact, distro } from './distro.ts';

/** Content by path; a value that begins with `->` is a link. */
type Tree = Readonly<Record<string, string>>;

function findRole(path: string): string | undefined {
  return distro.wants.find((want) =>
    (want.paths ?? []).some((pattern) =>
      pattern.includes('*')
        ? path.startsWith(pattern.slice(0, pattern.indexOf('*')))
        : pattern === path,
    ),
  )?.role;
}

function detect(tree: Tree): Distro | undefined {
  const paths = Object.keys(tree);
  const createReference = (path: string) => ({ layer: 0, row: paths.indexOf(path) });
  const view: FileView = {
    layers: [],
    find: (path) => (tree[path] === undefined ? undefined : createReference(path)),
    resolve: (path) => {
      const real = tree[path]?.startsWith('->') ? tree[path].slice(2) : path;
      return tree[real] === undefined ? undefined : { ref: createReference(real), path: real };
    },
    resolveHardLink: (ref) => ref,
    getRealPath: () => undefined,
    findRealFolder: () => undefined,
    list: () => [],
    listPaths: () => paths,
  };
  const facts: VisibleFact<DistroFact>[] = [];
  for (const [path, text] of Object.entries(tree)) {
    const role = findRole(path);
    const bytes = Buffer.from(text, 'latin1');
    const file: WantedFile = {
      path,
      role: role ?? '',
      sizeBytes: bytes.length,
      mode: 0o644,
      content: toBytes(bytes),
      limits: DEFAULT_LIMITS,
      budget: new Budget(DEFAULT_LIMITS),
    };
    const fact =
      role === undefined || text.startsWith('->') ? undefined : distro.extract(file).fact;
    if (fact !== undefined) {
      const ref = createReference(path);
      facts.push({ path, role: role ?? '', ref, layer: undefined, fact, earlier: [] });
    }
  }
  return distro.detect({ view, facts });
}

function detectShort(tree: Tree): string | undefined {
  const found = detect(tree);
  return found && `${found.id} ${found.versionId} ${found.evidencePath}`;
}

const ALPINE =
  'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20.3\nPRETTY_NAME="Alpine Linux v3.20"\n';
const DEBIAN = 'ID=debian\nVERSION_ID="12"\nVERSION="12 (bookworm)"\n';
const UBUNTU = 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="20.04"\n';

describe('distro', () => {
  it('parses quoted values in os-release', () => {
    const text =
      '# comment\n\nNAME="A \\"B\\" \\$C"\nID=\'a\'\r\n' +
      '  ID_LIKE="b  c"\nVERSION_ID=1\nnonsense\nBUILD_ID=\n';
    assert.deepEqual(detect({ '/etc/os-release': text }), {
      id: 'a',
      idLike: ['b', 'c'],
      name: 'A "B" $C',
      versionId: '1',
      evidencePath: '/etc/os-release',
    });
  });

  it('follows links, and tries the next file if one is empty', () => {
    const real = { '/usr/lib/os-release': ALPINE };
    assert.equal(
      detectShort({ ...real, '/etc/os-release': '->/usr/lib/os-release' }),
      'alpine 3.20.3 /etc/os-release',
    );
    assert.equal(
      detectShort({ ...real, '/etc/os-release': '\n' }),
      'alpine 3.20.3 /usr/lib/os-release',
    );
  });

  it('reads the point release of Debian from its own file', () => {
    const file = '/etc/debian_version';
    assert.equal(
      detectShort({ '/etc/os-release': DEBIAN, [file]: '12.15\n' }),
      'debian 12.15 /etc/os-release',
    );
    assert.equal(
      detectShort({ '/etc/os-release': DEBIAN, [file]: 'trixie/sid\n' }),
      'debian 12 /etc/os-release',
    );
    assert.equal(
      detectShort({ '/etc/os-release': UBUNTU, [file]: '12.15\n' }),
      'ubuntu 20.04 /etc/os-release',
    );
    assert.equal(detectShort({ [file]: '6.0\n' }), 'debian 6.0 /etc/debian_version');
  });

  const REDHAT: readonly (readonly [text: string, id: string, versionId: string])[] = [
    ['CentOS release 6.10 (Final)', 'centos', '6.10'],
    ['CentOS Linux release 7.9.2009 (Core)', 'centos', '7.9'],
    ['Red Hat Enterprise Linux Server release 7.2 (Maipo)', 'rhel', '7.2'],
    ['Red Hat Enterprise Linux release 10.0 (Coughlan)', 'rhel', '10.0'],
    ['Rocky Linux release 9.0 (Blue Onyx)', 'rocky', '9.0'],
    ['Oracle Linux Server release 8.9', 'ol', '8.9'],
    ['Fedora release 35 (Thirty Five)', 'fedora', '35'],
  ];
  for (const [text, id, versionId] of REDHAT) {
    it(`parses "${text}"`, () => {
      const found = detect({ '/etc/redhat-release': `${text}\n` });
      assert.deepEqual([found?.id, found?.versionId, found?.prettyName], [id, versionId, text]);
      assert.deepEqual(found?.idLike, id === 'rhel' ? ['rhel'] : [id, 'rhel']);
    });
  }

  it('detects older and smaller systems by other files', () => {
    assert.equal(
      detectShort({ '/etc/system-release-cpe': 'cpe:/o:centos:linux:6:GA\n' }),
      'centos 6 /etc/system-release-cpe',
    );
    assert.equal(
      detectShort({ '/etc/system-release-cpe': 'cpe:/o:constructor:linux:6:GA\n' }),
      'constructor 6 /etc/system-release-cpe',
    );
    assert.equal(
      detectShort({
        '/etc/apk/repositories': '#x\nhttps://dl-cdn.alpinelinux.org/alpine/v3.18/main\n',
      }),
      'alpine 3.18 /etc/apk/repositories',
    );
    assert.equal(
      detectShort({ '/etc/alpine-release': '3.20.3\n' }),
      'alpine 3.20.3 /etc/alpine-release',
    );
    assert.equal(
      detectShort({ '/bin/busybox': '\x7fELF\0BusyBox vX\0BusyBox v1.36.1 (2024)\0' }),
      'busybox 1.36.1 /bin/busybox',
    );
  });

  it('prefers release files to programs', () => {
    const tree = { '/bin/busybox': 'BusyBox v1.36.1', '/etc/os-release': ALPINE };
    assert.equal(detectShort(tree), 'alpine 3.20.3 /etc/os-release');
  });

  const BUSYBOX = 'BusyBox v1.35.0 (Debian)';
  const BUSYBOX_TREES: readonly (readonly [
    title: string,
    tree: Tree,
    found: string | undefined,
  ])[] = [
    ['below /usr/bin', { '/usr/bin/busybox': BUSYBOX }, undefined],
    [
      'behind a link of /bin',
      { '/usr/bin/busybox': BUSYBOX, '/bin/busybox': '->/usr/bin/busybox' },
      undefined,
    ],
    [
      'beside another shell',
      { '/bin/busybox': BUSYBOX, '/bin/sh': '->/bin/dash', '/bin/dash': 'ELF' },
      undefined,
    ],
    [
      'that is the shell',
      { '/bin/busybox': BUSYBOX, '/bin/sh': '->/bin/busybox' },
      'busybox 1.35.0 /bin/busybox',
    ],
  ];
  for (const [title, tree, found] of BUSYBOX_TREES) {
    const verb = found === undefined ? 'takes no system from' : 'takes the system from';
    it(`${verb} a BusyBox ${title}`, () => assert.equal(detectShort(tree), found));
  }

  it('reads the minor version from vendor files', () => {
    const cpe = { '/etc/system-release-cpe': 'cpe:/o:centos:linux:6:GA\n' };
    const centos = detect({ ...cpe, '/etc/centos-release': 'CentOS release 6.10 (Final)\n' });
    assert.equal(centos?.versionId, '6.10');
    assert.equal(centos.cpeName, 'cpe:/o:centos:linux:6:GA');
    assert.equal(
      detectShort({ ...cpe, '/etc/redhat-release': 'CentOS release 6.10 (Final)\n' }),
      'centos 6.10 /etc/redhat-release',
    );
    assert.equal(
      detectShort({
        '/etc/redhat-release': 'Red Hat Enterprise Linux Server release 6.10 (Santiago)\n',
        '/etc/oracle-release': 'Oracle Linux Server release 6.10\n',
      }),
      'ol 6.10 /etc/oracle-release',
    );
  });

  const RELEASES: readonly (readonly [path: string, text: string, found: string])[] = [
    ['/etc/centos-release', 'CentOS release 5.11 (Final)\n', 'centos 5.11'],
    [
      '/etc/enterprise-release',
      'Enterprise Linux Enterprise Linux Server release 5.11\n',
      'ol 5.11',
    ],
    [
      '/etc/redhat-release',
      'Red Hat Enterprise Linux AS release 4 (Nahant Update 9)\n',
      'rhel 4.9',
    ],
    ['/etc/fedora-release', 'Fedora Core release 6 (Zod)\n', 'fedora 6'],
    ['/etc/system-release', 'Amazon Linux AMI release 2012.09\n', 'amzn 2012.09'],
    [
      '/etc/SuSE-release',
      'SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\nPATCHLEVEL = 4\n',
      'sles 11.4',
    ],
    [
      '/etc/SuSE-release',
      'openSUSE 11.4 (x86_64)\nVERSION = 11.4\nCODENAME = Celadon\n',
      'opensuse 11.4',
    ],
    [
      '/etc/lsb-release',
      'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=10.04\nDISTRIB_CODENAME=lucid\nDISTRIB_DESCRIPTION="Ubuntu 10.04"\n',
      'ubuntu 10.04',
    ],
  ];
  for (const [path, text, found] of RELEASES) {
    it(`reads ${path} of ${found}`, () => {
      assert.equal(
        detectShort({ [path]: text, '/etc/debian_version': 'squeeze/sid' }),
        `${found} ${path}`,
      );
    });
  }

  it('reads the codename of an unreleased Debian', () => {
    const found = detect({ '/etc/debian_version': 'trixie/sid\n' });
    assert.deepEqual([found?.id, found?.versionId], ['debian', undefined]);
    assert.equal(found?.versionCodename, 'trixie');
  });

  it('completes an os-release of Debian without a version', () => {
    const trimmed = 'ID=debian\nNAME="Debian GNU/Linux"\n';
    const file = '/etc/debian_version';
    assert.equal(
      detectShort({ '/etc/os-release': trimmed, [file]: '10.13\n' }),
      'debian 10.13 /etc/os-release',
    );
    const findCodename = (osRelease: string) =>
      detect({ '/etc/os-release': osRelease, [file]: 'trixie/sid\n' })?.versionCodename;
    assert.equal(findCodename(trimmed), 'trixie');
    assert.equal(findCodename(`${trimmed}VERSION_CODENAME=forky\n`), 'forky');
    assert.equal(findCodename(`${trimmed}VERSION_ID=12\n`), undefined);
    assert.equal(findCodename('ID=kali\n'), undefined);
  });

  it('reads a release with very many digits in little time', () => {
    const start = process.cpuUsage();
    const tree = { '/etc/alpine-release': `3.20.${'3'.repeat(30_000)} x` };
    assert.equal(detect(tree), undefined);
    const { user, system } = process.cpuUsage(start);
    assert.ok(user + system < 500_000, `${(user + system) / 1000} ms of the processor`);
  });

  it('detects no system without any of these files', () => {
    assert.equal(
      detect({ '/etc/apk/repositories': 'https://example.org/v1/main', '/a': '' }),
      undefined,
    );
    assert.equal(detect({ '/etc/redhat-release': 'no version here' }), undefined);
  });

  const EXTENDED: readonly (readonly [path: string, text: string, isExtended: boolean])[] = [
    [
      '/etc/apt/sources.list.d/esm.list',
      'deb https://esm.ubuntu.com/infra/ubuntu focal main',
      true,
    ],
    ['/etc/apt/sources.list.d/esm.list', '# deb https://esm.ubuntu.com/infra/ubuntu', false],
    ['/etc/apt/sources.list.d/fips.list', 'deb https://esm.ubuntu.com/fips/ubuntu', false],
    [
      '/var/lib/ubuntu-advantage/status.json',
      '{"services":[{"name":"esm-apps","status":"enabled"}]}',
      true,
    ],
    ['/var/lib/ubuntu-advantage/status.json', '{"services":[{"name":"esm-apps"}]}', false],
    ['/var/lib/ubuntu-advantage/status.json', '{"services":', false],
    ['/var/lib/dpkg/status', 'Package: a\nVersion: 1.1-1+esm2\n', true],
    ['/var/lib/dpkg/status', 'Package: esm1\nDepends: a (= 1~esm1)\nVersion: 1+esmx\n', false],
  ];
  for (const [path, text, isExtended] of EXTENDED) {
    const verb = isExtended ? 'sees' : 'sees no';
    it(`${verb} extended support in ${path}: ${text.slice(0, 40)}`, () => {
      const found = detect({ '/etc/os-release': UBUNTU, [path]: text });
      assert.equal(found?.extendedSupport ?? false, isExtended);
    });
  }

  it('detects extended support in content manifests only for RHEL', () => {
    const manifest = {
      '/root/buildinfo/content_manifests/ubi8.json': '["rhel-8-baseos-eus-rpms"]',
    };
    const rhel = detect({ '/etc/os-release': 'ID="rhel"\n', ...manifest });
    assert.equal(rhel?.extendedSupport, true);
    const ubuntu = detect({ '/etc/os-release': UBUNTU, ...manifest });
    assert.equal(ubuntu?.extendedSupport, undefined);
  });

  it('detects the long-term support of SUSE by its product file', () => {
    const product = { '/etc/products.d/SLES-LTSS.prod': '<product><name>SLES-LTSS</name>' };
    const server = { '/etc/products.d/SLES.prod': '<product><name>SLES</name>' };
    const sles = 'ID="sles"\n';
    assert.equal(detect({ '/etc/os-release': sles, ...server })?.extendedSupport, undefined);
    assert.equal(detect({ '/etc/os-release': sles, ...product })?.extendedSupport, true);
    assert.equal(detect({ '/etc/os-release': UBUNTU, ...product })?.extendedSupport, undefined);
  });

  it('lists the Red Hat repositories and builds of the image', () => {
    const dockerfile =
      'FROM x\nLABEL com.redhat.component="ubi9-container" \\\n name="ubi9" version="$V"\n' +
      'LABEL "architecture"="x86_64"\n';
    const found = detect({
      '/etc/os-release': 'ID="rhel"\n',
      '/root/buildinfo/content_manifests/a.json': '{"content_sets":["b-rpms","a-rpms",1,""]}',
      '/root/buildinfo/content_manifests/b.json': '{"content_sets":["a-rpms"]}',
      '/root/buildinfo/content_manifests/c.json': '{"content_sets":',
      '/root/buildinfo/Dockerfile-ubi9-9.4-1181': dockerfile,
      '/root/buildinfo/Dockerfile-odd': dockerfile,
      '/usr/share/buildinfo/labels.json':
        '{"com.redhat.component": "app", "version": "1", "release": "2", "architecture": "arm64"}',
    });
    assert.deepEqual(found?.contentSets, ['a-rpms', 'b-rpms']);
    assert.deepEqual(found.imageBuilds, ['app-1-2-arm64', 'ubi9-container-9.4-1181-x86_64']);
    assert.equal(detect({ '/etc/os-release': 'ID="rhel"\n' })?.contentSets, undefined);
  });
});
