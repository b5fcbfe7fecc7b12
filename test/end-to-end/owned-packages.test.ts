import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { FixtureEntry } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { sbom } from '../../src/index.ts';
import { DecidedWorld } from '../support/decided-image.ts';
import { runProgram } from '../support/run-program.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

function createEntries(files: Files): FixtureEntry[] {
  return Object.entries(files).map(([name, content]) => ({ name, content }));
}

const OS_RELEASE = {
  alpine: { 'etc/os-release': 'ID=alpine\nVERSION_ID=3.20.1\n' },
  debian: { 'etc/os-release': 'ID=debian\nVERSION_ID=12\n' },
};

/** Evidence of a language package, as a system package installs it. */
const EVIDENCE: Readonly<Record<string, readonly [path: string, content: string]>> = {
  python: [
    'usr/lib/python3/dist-packages/requests-2.5.0.dist-info/METADATA',
    'Metadata-Version: 2.1\nName: requests\nVersion: 2.5.0\n',
  ],
  npm: ['usr/share/nodejs/lodash/package.json', '{"name":"lodash","version":"4.17.4"}'],
  gem: [
    'usr/share/rubygems-integration/all/specifications/rack-2.2.3.gemspec',
    'Gem::Specification.new do |s|\n  s.name = "rack".freeze\n  s.version = "2.2.3"\nend\n',
  ],
  'R-package': ['usr/lib/R/library/rlang/DESCRIPTION', 'Package: rlang\nVersion: 1.1.3\n'],
  'php-composer': [
    'usr/share/php/vendor/composer/installed.json',
    '{"packages":[{"name":"monolog/monolog","version":"2.9.1","type":"library"}]}',
  ],
};

type Digest = (algorithm: string) => string;

/** Records of the package `tool` that list a file, by the digests in them. */
const RECORDS: Readonly<Record<string, (path: string, digest: Digest) => Files>> = {
  apk: (path, digest) => {
    const slash = path.lastIndexOf('/');
    const z = `Z:Q1${Buffer.from(digest('sha1'), 'hex').toString('base64')}\n`;
    const lines = `F:${path.slice(0, slash)}\nR:${path.slice(slash + 1)}\n${z}`;
    return { ...OS_RELEASE.alpine, 'lib/apk/db/installed': `P:tool\nV:1\n${lines}\n` };
  },
  dpkg: (path, digest) => ({
    ...OS_RELEASE.debian,
    'var/lib/dpkg/status':
      'Package: tool\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n',
    'var/lib/dpkg/info/tool.md5sums': `${digest('md5')}  ${path}\n`,
  }),
  alpm: (path, digest) => ({
    'etc/os-release': 'ID=arch\n',
    'var/lib/pacman/local/tool-1-1/desc': '%NAME%\ntool\n\n%VERSION%\n1-1\n\n',
    'var/lib/pacman/local/tool-1-1/files': `%FILES%\n${path}\n\n`,
    'var/lib/pacman/local/tool-1-1/mtree': gzipSync(
      `#mtree\n./${path} sha256digest=${digest('sha256')}\n`,
    ),
  }),
  portage: (path, digest) => ({
    'etc/os-release': 'ID=gentoo\n',
    'var/db/pkg/app-misc/tool-1/CONTENTS': `obj /${path} ${digest('md5')} 1\n`,
  }),
};

/** Returns the proof of each owner, `digest` if it is complete. */
async function findProofs(world: DecidedWorld, files: Files): Promise<readonly string[]> {
  const { relationships } = await sbom(world.writeImage(createEntries(files)));
  return relationships.flatMap((edge) =>
    edge.kind === 'owns-package' ? [edge.proof ?? 'digest'] : [],
  );
}

suite('a language package in the record of a system package', () => {
  for (const [record, createRecord] of Object.entries(RECORDS)) {
    test(`is proven by the digest in a record of ${record}`, async () => {
      using world = new DecidedWorld();
      for (const [type, [path, content]] of Object.entries(EVIDENCE)) {
        const own = createRecord(path, (algorithm) => hash(algorithm, content, 'hex'));
        assert.deepEqual(await findProofs(world, { ...own, [path]: content }), ['digest'], type);
        const other = { ...own, [path]: `${content} ` };
        assert.deepEqual(await findProofs(world, other), ['changed'], type);
      }
    });
  }
});

const PYTHON = 'usr/lib/python3/dist-packages/requests-2.5.0.dist-info';
const METADATA = 'Metadata-Version: 2.1\nName: requests\nVersion: 2.5.0\n';
const ORIGINAL = 'Metadata-Version: 2.1\nName: requests\nVersion: 2.31.0\n';

function createApkRecord(
  name: string,
  version: string,
  files: Readonly<Record<string, string>>,
): Files {
  const lines = Object.entries(files).map(([file, content]) => {
    const z = content === '' ? '' : `Z:Q1${hash('sha1', content, 'base64')}\n`;
    return `R:${file}\n${z}`;
  });
  const record = `P:${name}\nV:${version}\nF:${PYTHON}\n${lines.join('')}\n`;
  return { ...OS_RELEASE.alpine, 'lib/apk/db/installed': record };
}

const high = [{ scheme: 'CHMLN', value: 'high', rank: 1 }];
const STATEMENTS = [
  {
    id: 'CVE-2030-0001',
    provider: 'github',
    ecosystem: 'python',
    name: 'requests',
    ranges: [{ scheme: 'pep440', constraint: '< 3', fix: '3' }],
    severities: high,
  },
  {
    id: 'CVE-2030-0001',
    provider: 'alpine',
    system: 0,
    ecosystem: 'apk',
    name: 'py3-requests',
    ranges: [{ scheme: 'apk', constraint: '< 1', fix: '1' }],
    severities: high,
  },
];

const DECIDED = /^decided by the distribution: owner py3-requests \(CVE-2030-0001: fixed/;
const VERSION = '2.5.0-r3';

/** Records of `py3-requests`, and the status of the finding of the package in the image. */
const CASES: readonly (readonly [title: string, record: Files, note: RegExp])[] = [
  ['a matching digest', createApkRecord('py3-requests', VERSION, { METADATA }), DECIDED],
  [
    'no digest, but the same name and version',
    createApkRecord('py3-requests', VERSION, { METADATA: '' }),
    /^decided by the distribution: .*; its record has no digest, but the same name and version\)$/,
  ],
  [
    'the digest of the original file',
    createApkRecord('py3-requests', '2.31.0-r0', { METADATA: ORIGINAL }),
    /^not decided by the distribution: the digest in the record of py3-requests does not match$/,
  ],
  [
    'no digest and another version',
    createApkRecord('py3-requests', '2.31.0-r0', { METADATA: '' }),
    /^not decided by the distribution: the record of py3-requests has no digest of the files$/,
  ],
  [
    'no digest and another name',
    createApkRecord('zz', VERSION, { METADATA: '' }),
    /^not decided by the distribution: the record of zz has no digest of the files$/,
  ],
  [
    'only a supporting file with its digest',
    createApkRecord('py3-requests', VERSION, { 'top_level.txt': 'requests\n' }),
    /^not decided by the distribution: the record of py3-requests has no digest of the files$/,
  ],
];

interface Found {
  readonly findings: readonly { readonly notes?: readonly string[] }[];
  readonly ignored: readonly { readonly rule: string }[];
}

const FORMATS = ['json', 'cyclonedx-json', 'spdx-json', 'syft-json'];

suite('findings of a language package', () => {
  test('follow the digests in records, not the lists of paths, also in documents', async () => {
    for (const [title, record, note] of CASES) {
      using world = new DecidedWorld();
      await world.addDatabase('db', {
        systems: [{ name: 'alpine', major: '3', minor: '20' }],
        statements: STATEMENTS,
      });
      const files = { [`${PYTHON}/METADATA`]: METADATA, [`${PYTHON}/top_level.txt`]: 'requests\n' };
      const image = world.writeImage(createEntries({ ...record, ...files }));
      const documents = FORMATS.map((format) => `${world.folder}/sbom.${format}`);
      const outputs = FORMATS.flatMap((format, at) => ['-o', `${format}=${documents[at]}`]);
      await runProgram(['sbom', image, ...outputs]);
      for (const target of [image, ...documents]) {
        const { stdout, status } = await world.run(
          'scan',
          target,
          '-o',
          'json',
          '--fail-on',
          'low',
        );
        const { findings, ignored } = JSON.parse(stdout).findings as Found;
        const isDecided = note.source.startsWith('^decided');
        assert.equal(status, isDecided ? 0 : 2, `${title}: ${target}`);
        const texts = isDecided
          ? ignored.map(({ rule }) => rule)
          : findings.flatMap(({ notes = [] }) => notes);
        assert.equal(texts.length, 1, `${title}: ${target}`);
        assert.match(texts[0] ?? '', note, `${title}: ${target}`);
      }
    }
  });
});
