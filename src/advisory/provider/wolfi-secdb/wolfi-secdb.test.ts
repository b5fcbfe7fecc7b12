import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type RecordedPackage, scanWithFeed } from '../../../../test/support/feed-scan.ts';
import { readFeed } from '../feed.fixture.ts';
import { wolfiSecdb } from './wolfi-secdb.ts';

/** Facts of https://packages.wolfi.dev/os/security.json, shortened. */
const DOCUMENT = {
  apkurl: '{{urlprefix}}/{{reponame}}/{{arch}}/{{pkg.name}}-{{pkg.ver}}.apk',
  archs: ['x86_64'],
  reponame: 'os',
  urlprefix: 'https://packages.wolfi.dev',
  packages: [
    { pkg: { name: 'glibc', secfixes: { '2.36-r1': ['CVE-2022-39046'] } } },
    {
      pkg: {
        name: 'busybox',
        secfixes: { '0': ['CVE-2023-39810'], '1.35.0-r3': ['CVE-2022-28391', 'CVE-2022-30065'] },
      },
    },
  ],
};

const WOLFI = ['ID=wolfi', 'NAME="Wolfi"', 'VERSION_ID="20230201"'];

const scanWolfi = (packages: readonly RecordedPackage[], document: unknown = DOCUMENT) =>
  scanWithFeed({
    provider: 'wolfi-secdb',
    documents: { 'security.json': document },
    system: WOLFI,
    manager: 'apk',
    packages,
  });

suite('a scan of Wolfi', () => {
  test('finds a package below its fixed version, and none from it on', async () => {
    const { findings, gaps } = await scanWolfi([
      { name: 'glibc', version: '2.36-r0' },
      { name: 'glibc-locale-posix', version: '2.36-r0', source: 'glibc' },
      { name: 'busybox', version: '1.35.0-r3' },
    ]);
    assert.deepEqual(findings, [
      'glibc 2.36-r0: CVE-2022-39046 unknown → 2.36-r1',
      'glibc-locale-posix 2.36-r0: CVE-2022-39046 unknown → 2.36-r1',
    ]);
    assert.deepEqual(gaps, []);
    assert.deepEqual(await scanWolfi([{ name: 'glibc', version: '2.36-r1' }]), {
      findings: [],
      gaps: [],
    });
  });

  test('is evaluated if the feed does not list any of its packages', async () => {
    assert.deepEqual(await scanWolfi([{ name: 'apk-tools', version: '2.14.0-r0' }]), {
      findings: [],
      gaps: [],
    });
  });
});

test('reads the statements of the rolling release', async () => {
  const { items, problems } = await readFeed(wolfiSecdb, DOCUMENT);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    items.map(({ record, statements }) => [
      record.id,
      record.provider,
      ...statements.map(({ system, statement }) =>
        [system?.name, system?.majorVersion, statement.ranges[0]?.constraint].join(' '),
      ),
    ]),
    [
      ['CVE-2022-39046', 'wolfi', 'wolfi  < 2.36-r1'],
      ['CVE-2023-39810', 'wolfi', 'wolfi  < 0'],
      ['CVE-2022-28391', 'wolfi', 'wolfi  < 1.35.0-r3'],
      ['CVE-2022-30065', 'wolfi', 'wolfi  < 1.35.0-r3'],
    ],
  );
});

test('rejects the repository of another distribution', async () => {
  for (const urlprefix of ['https://packages.mini.dev', 'https://packages.wolfi.dev.example', '']) {
    const { items, problems } = await readFeed(wolfiSecdb, { ...DOCUMENT, urlprefix });
    assert.deepEqual([items, problems.length], [[], 1], urlprefix);
  }
});
