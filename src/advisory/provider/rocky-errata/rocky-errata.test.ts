import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { scanWithFeed } from '../../../../test/support/feed-scan.ts';
import type { FeedItem } from '../contract.ts';
import { type ReadFeed, readFeed } from '../feed.fixture.ts';
import { rockyErrata } from './rocky-errata.ts';

const read = (value: unknown): Promise<ReadFeed> => readFeed(rockyErrata, value);

/** Facts of RLSA-2024:3339, shortened, in version 2 of the interface. */
const GLIBC = {
  type: 'TYPE_SECURITY',
  name: 'RLSA-2024:3339',
  synopsis: 'Important: glibc security update',
  severity: 'SEVERITY_IMPORTANT',
  publishedAt: '2024-06-14T14:00:33.093068Z',
  cves: [
    { name: 'CVE-2024-33599', cvss3ScoringVector: 'UNKNOWN' },
    {
      name: 'CVE-2024-2961',
      cvss3ScoringVector: 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H',
    },
  ],
  rpms: {
    'Rocky Linux 9': {
      nvras: [
        'glibc-0:2.34-100.el9_4.2.src.rpm',
        'glibc-0:2.34-100.el9_4.2.x86_64.rpm',
        'glibc-common-0:2.34-100.el9_4.2.x86_64.rpm',
        'nscd-0:2.34-100.el9_4.2.aarch64.rpm',
      ],
    },
  },
};

/** Facts of RLSA-2019:2925, shortened, in version 3 of the interface. */
const NODEJS = {
  name: 'RLSA-2019:2925',
  synopsis: 'Important: nodejs:10 security update',
  kind: 'Security',
  severity: 'Important',
  published_at: '2019-09-30T07:22:08+00:00',
  updated_at: '2023-02-02T12:54:20.856005+00:00',
  cves: [{ cve: 'CVE-2019-9511', cvss3_scoring_vector: '' }],
  packages: [
    createPackage('nodejs-1:10.16.3-2.module+el8.4.0+519+46a0a3ac.src.rpm'),
    createPackage('nodejs-1:10.16.3-2.module+el8.4.0+519+46a0a3ac.x86_64.rpm'),
    createPackage('npm-1:6.9.0-1.10.16.3.2.module+el8.4.0+519+46a0a3ac.x86_64.rpm'),
  ],
};

function createPackage(nevra: string): object {
  return {
    nevra,
    module_name: 'nodejs',
    module_stream: '10',
    module_version: '8040020210411233140',
    product_name: 'Rocky Linux 8 x86_64',
  };
}

function describeItem({ record, statements }: FeedItem): readonly string[] {
  const severities = record.severities.map(({ value }) =>
    typeof value === 'string' ? value : value.version,
  );
  return statements.map(({ system, statement }) =>
    [
      record.id,
      severities.join(' '),
      [system?.majorVersion, system?.channel].join('+'),
      statement.packageName,
      statement.ranges.map(({ constraint }) => constraint).join(' | '),
      JSON.stringify(statement.qualifiers ?? {}),
    ].join(', '),
  );
}

test('states the source packages of an erratum under each CVE', async () => {
  const { items, omissions } = await read(GLIBC);
  assert.deepEqual(omissions, []);
  assert.deepEqual(items.flatMap(describeItem), [
    'CVE-2024-2961, high 3.1, 9+, glibc, < 0:2.34-100.el9_4.2, {"modularity":""}',
    'CVE-2024-33599, high, 9+, glibc, < 0:2.34-100.el9_4.2, {"modularity":""}',
  ]);
  assert.deepEqual(items[0]?.statements[0]?.statement.ranges[0]?.fix, {
    state: 'fixed',
    version: '0:2.34-100.el9_4.2',
    references: [
      {
        url: 'https://errata.rockylinux.org/RLSA-2024:3339',
        id: 'RLSA-2024:3339',
        tags: ['advisory'],
      },
    ],
    available: { date: '2024-06-14', kind: 'advisory' },
  });
});

test('states binary packages with a version of their own, and the stream of their module', async () => {
  const { items, omissions } = await read({ advisories: [NODEJS], total: 1, page: 1 });
  assert.deepEqual(omissions, []);
  assert.deepEqual(items.flatMap(describeItem), [
    'CVE-2019-9511, high, 8+, nodejs, < 1:10.16.3-2.module+el8.4.0+519+46a0a3ac, {"modularity":"nodejs:10"}',
    'CVE-2019-9511, high, 8+, npm, < 1:6.9.0-1.10.16.3.2.module+el8.4.0+519+46a0a3ac, {"modularity":"nodejs:10"}',
  ]);
});

test('takes the module from the title if packages do not state it', async () => {
  const { packages, ...rest } = NODEJS;
  const nvras = packages.map((one) => Object.values(one)[0]);
  const { items } = await read({ ...rest, rpms: { 'Rocky Linux 8': { nvras } } });
  assert.deepEqual(items[0]?.statements[0]?.statement.qualifiers, { modularity: 'nodejs:10' });
});

test('reads products of groups as channels, and legacy minor releases as their major one', async () => {
  const nvras = ['kernel-0:4.18.0-553.8.1.el8_10.cloud.0.1.x86_64.rpm'];
  const products = [
    'Rocky Linux SIG Cloud 8',
    'Rocky Linux 8.4 x86_64 (Legacy)',
    'Rocky Linux 8 aarch64',
    'Another Linux 8',
  ];
  const rpms = Object.fromEntries(products.map((product) => [product, { nvras }]));
  const { items, omissions } = await read({ ...GLIBC, name: 'RXSA-2024:1', rpms });
  const [item] = items;
  assert.deepEqual(
    item?.statements.map(({ system }) => `${system?.majorVersion}+${system?.channel}`),
    ['8+sig-cloud', '8+'],
  );
  assert.deepEqual(
    omissions.map(({ leftOut, cause }) => [leftOut, cause]),
    [['part', 'unknown product']],
  );
});

test('keeps the architecture of builds with different versions', async () => {
  const nvras = [
    'a-0:1-1.el9.x86_64.rpm',
    'a-0:1-1.el9.s390x.rpm',
    'a-0:1-2.el9.aarch64.rpm',
    'b-0:1-1.el9.x86_64.rpm',
    'b-0:1-1.el9.aarch64.rpm',
  ];
  const { items } = await read({ ...GLIBC, rpms: { 'Rocky Linux 9': { nvras } } });
  assert.deepEqual(
    items[0]?.statements.map(({ statement: { packageName, ranges, qualifiers } }) =>
      [packageName, ranges[0]?.constraint, qualifiers?.architecture ?? '-'].join(' '),
    ),
    ['a < 0:1-1.el9 x86_64', 'a < 0:1-1.el9 s390x', 'a < 0:1-2.el9 aarch64', 'b < 0:1-1.el9 -'],
  );
});

test('counts everything that it leaves out by cause', async () => {
  const bugFix = { ...GLIBC, name: 'RLBA-2024:1', type: 'TYPE_BUGFIX', cves: [] };
  const { items, omissions } = await read([
    bugFix,
    { ...GLIBC, name: 'CVE-2024-1' },
    { ...GLIBC, rpms: {} },
    { ...GLIBC, rpms: { 'Rocky Linux 9': { nvras: ['glibc'] } } },
    { ...GLIBC, cves: [] },
  ]);
  assert.deepEqual(
    items.map(({ record }) => record.id),
    ['RLSA-2024:3339'],
  );
  assert.deepEqual(
    omissions.map(({ leftOut, cause }) => `${leftOut}: ${cause}`),
    [
      'record: erratum without a vulnerability',
      'record: no id',
      'record: no packages',
      'part: malformed file name',
      'record: no packages',
    ],
  );
});

test('counts the pages of a list that continues', async () => {
  const page = { advisories: [NODEJS], links: { next: '/api/v3/advisories/?page=2' } };
  assert.deepEqual((await read(page)).omissions, [
    { leftOut: 'part', cause: 'further pages of the list' },
  ]);
  assert.deepEqual((await read({ ...page, links: { next: null } })).omissions, []);
});

suite('a scan of Rocky Linux', () => {
  const scan = (system: readonly string[], name: string, more: object) =>
    scanWithFeed({
      provider: 'rocky-errata',
      documents: { 'glibc.json': GLIBC, 'nodejs.json': { advisories: [NODEJS] } },
      system,
      manager: 'rpm',
      packages: [{ name, version: '', ...more }],
    });

  test('finds a package below its fixed version, and none from it on', async () => {
    const system = ['ID="rocky"', 'ID_LIKE="rhel centos fedora"', 'VERSION_ID="9.4"'];
    const source = { source: 'glibc' };
    const before = await scan(system, 'glibc-common', { version: '2.34-100.el9_4.1', ...source });
    assert.deepEqual(before.findings, [
      'glibc-common 2.34-100.el9_4.1: CVE-2024-2961 high → 0:2.34-100.el9_4.2',
      'glibc-common 2.34-100.el9_4.1: CVE-2024-33599 high → 0:2.34-100.el9_4.2',
    ]);
    const after = await scan(system, 'glibc-common', { version: '2.34-100.el9_4.2', ...source });
    assert.deepEqual(after.findings, []);
  });

  test('distinguishes modules and epochs', async () => {
    const system = ['ID="rocky"', 'VERSION_ID="8.10"'];
    const version = '10.16.2-1.module+el8.4.0+1+1';
    const [own, other, outside] = await Promise.all(
      [
        'nodejs:10:8030020200707115157:9edba152',
        'nodejs:12:8030020200707115157:9edba152',
        undefined,
      ].map((module) => scan(system, 'nodejs', { version, epoch: 1, ...(module && { module }) })),
    );
    assert.equal(own?.findings.length, 1);
    assert.deepEqual(other?.findings, []);
    assert.deepEqual(outside?.findings, []);
    const newer = await scan(system, 'nodejs', { version, epoch: 2 });
    assert.deepEqual(newer.findings, []);
  });
});
