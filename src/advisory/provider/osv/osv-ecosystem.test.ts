import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { scanWithFeed } from '../../../../test/support/feed-scan.ts';
import { type ReadFeed, readFeed } from '../feed.fixture.ts';
import { osv } from './osv.ts';

interface EcosystemCase {
  readonly ecosystem: string;
  readonly name: string;
  readonly fixed: string;
  readonly older: string;
  /** The record of an installed version. */
  readonly createFiles: (version: string) => Readonly<Record<string, string>>;
}

const CASES: readonly EcosystemCase[] = [
  {
    ecosystem: 'Packagist:https://packages.drupal.org/8',
    name: 'drupal/admin_toolbar',
    fixed: '3.1.0',
    older: '3.0.9',
    createFiles: (version) => ({
      'app/composer.lock': JSON.stringify({
        packages: [{ name: 'drupal/admin_toolbar', version }],
      }),
    }),
  },
  {
    ecosystem: 'ConanCenter',
    name: 'openssl',
    fixed: '3.0.8',
    older: '3.0.7',
    createFiles: (version) => ({
      'app/conan.lock': JSON.stringify({ version: '0.5', requires: [`openssl/${version}#1`] }),
    }),
  },
  {
    ecosystem: 'Julia',
    name: 'HTTP',
    fixed: '1.10.17',
    older: '1.10.9',
    createFiles: (version) => ({
      'app/Project.toml': 'name = "App"\n',
      'app/Manifest.toml': `manifest_format = "2.0"\n\n[[deps.HTTP]]\nuuid = "cd3eb016-35fb-5094-929b-558a96fad6f3"\nversion = "${version}"\n`,
    }),
  },
  {
    ecosystem: 'opam',
    name: 'tls',
    fixed: '2.1.0',
    older: '2.0.9',
    createFiles: (version) => ({
      'app/tls.opam': `opam-version: "2.0"\nname: "tls"\nversion: "${version}"\n`,
    }),
  },
  {
    ecosystem: 'GitHub Actions',
    name: 'tj-actions/changed-files',
    fixed: '46.0.1',
    older: '45.0.7',
    createFiles: (version) => ({
      'app/.github/workflows/ci.yml': `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: tj-actions/changed-files@v${version}\n`,
    }),
  },
  {
    ecosystem: 'Bioconductor',
    name: 'rhdf5',
    fixed: '2.46.1',
    older: '2.46.0',
    createFiles: (version) => ({
      'usr/lib/R/library/rhdf5/DESCRIPTION': `Package: rhdf5\nVersion: ${version}\n`,
    }),
  },
];

suite('a scan with advisories of an ecosystem', () => {
  for (const { ecosystem, name, fixed, older, createFiles } of CASES) {
    test(`finds a package of ${ecosystem} below its fixed version, and none from it on`, async () => {
      const events = [{ introduced: '0' }, { fixed }];
      const advisory = {
        id: 'X-2024-1',
        aliases: ['CVE-2024-0001'],
        affected: [{ package: { ecosystem, name }, ranges: [{ type: 'ECOSYSTEM', events }] }],
      };
      const scan = (version: string) =>
        scanWithFeed({
          provider: 'osv',
          documents: { 'a.json': advisory },
          files: createFiles(version),
        });
      assert.deepEqual(
        (await scan(older)).findings.map((line) => line.split(' → ')[1]),
        [fixed],
      );
      assert.deepEqual((await scan(fixed)).findings, []);
    });
  }
});

test('a scan finds a package of Alpaquita below its fixed version, and none from it on', async () => {
  const affected = ['23', 'stream'].map((release, index) => ({
    package: { ecosystem: `Alpaquita:${release}`, name: 'libxml2' },
    ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: `2.10.4-r${index}` }] }],
  }));
  const scan = async (version: string) => {
    const { findings } = await scanWithFeed({
      provider: 'osv',
      documents: {
        'a.json': { id: 'BELL-CVE-2025-49796', upstream: ['CVE-2025-49796'], affected },
      },
      system: ['ID=alpaquita', 'VERSION_ID=23'],
      manager: 'apk',
      packages: [{ name: 'libxml2', version }],
    });
    return findings;
  };
  assert.deepEqual(await scan('2.10.3-r9'), [
    'libxml2 2.10.3-r9: CVE-2025-49796 unknown → 2.10.4-r0',
  ]);
  assert.deepEqual(await scan('2.10.4-r0'), []);
});

const read = (value: unknown, name?: string): Promise<ReadFeed> =>
  readFeed(osv, value, name === undefined ? {} : { name });

async function readConstraints(events: readonly object[], ecosystem = 'npm') {
  const affected = [{ package: { ecosystem, name: 'a' }, ranges: [{ type: 'SEMVER', events }] }];
  const { items } = await read({ id: 'X-1', affected });
  return items.flatMap(({ statements }) =>
    statements.flatMap(({ statement }) => statement.ranges.map(({ constraint }) => constraint)),
  );
}

test('keeps the order of events that are pairs, whose intervals may overlap', async () => {
  const events = [
    { introduced: '2.11.0' },
    { fixed: '2.11.7' },
    { introduced: '0' },
    { fixed: '2.11.6' },
    { introduced: '3.0.0' },
  ];
  assert.deepEqual(await readConstraints(events), ['>= 2.11.0, < 2.11.7', '< 2.11.6', '>= 3.0.0']);
});

test('orders other events by their versions', async () => {
  const [start, fix] = [{ introduced: '0' }, { fixed: '1.9.0' }];
  assert.deepEqual(await readConstraints([fix, start]), ['< 1.9.0']);
  assert.deepEqual(
    await readConstraints([{ introduced: '1.10.0' }, start, { fixed: '1.10.3' }, fix]),
    ['< 1.9.0', '>= 1.10.0, < 1.10.3'],
  );
  assert.deepEqual(
    await readConstraints([start, { fixed: '1.0.0' }, { introduced: '9.4.0' }, { fixed: '9.3.4' }]),
    ['< 1.0.0', '>= 9.4.0'],
    'a pair in the wrong order',
  );
  assert.deepEqual(await readConstraints([{ last_affected: '2.0.0' }, { introduced: '1.0.0' }]), [
    '>= 1.0.0, <= 2.0.0',
  ]);
});

test('keeps the order of events with a version that cannot be ordered', async () => {
  const events = [{ introduced: 'not a version' }, { fixed: '2.0.0' }, { introduced: '1.0.0' }];
  assert.deepEqual(await readConstraints(events), ['>= not a version, < 2.0.0', '>= 1.0.0']);
});

test('leaves out the list of IDs next to the documents', async () => {
  const name = 'all.zip/modified_id.csv';
  const { items, omissions } = await read('2024-01-01T00:00:00Z,GHSA-1\n', name);
  assert.deepEqual(items, []);
  assert.deepEqual(omissions, [{ leftOut: 'document', cause: 'index of the documents' }]);
});
