import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanWithFeed } from '../../../../test/support/feed-scan.ts';
import type { FeedItem } from '../contract.ts';
import { type ReadFeed, readFeed } from '../feed.fixture.ts';
import { alpineSecdb } from './alpine-secdb.ts';

const read = (value: unknown): Promise<ReadFeed> => readFeed(alpineSecdb, value);

function createDocument(secfixes: unknown, distroversion = 'v3.20'): string {
  return JSON.stringify({
    reponame: 'main',
    distroversion,
    packages: [{ pkg: { name: 'openssl', secfixes } }],
  });
}

function readConstraints({ items }: { readonly items: readonly FeedItem[] }) {
  return items.map(({ record, statements }) => [
    record.id,
    ...statements.flatMap(({ statement }) => statement.ranges.map(({ constraint }) => constraint)),
  ]);
}

test('reads the fixes of a release', async () => {
  const { items, problems } = await read(createDocument({ '3.3.1-r1': ['CVE-2024-5535'] }));
  assert.deepEqual(problems, []);
  assert.deepEqual(items, [
    {
      record: {
        id: 'CVE-2024-5535',
        provider: 'alpine',
        status: 'active',
        aliases: [],
        assigners: [],
        description: '',
        references: [{ url: 'https://security.alpinelinux.org/vuln/CVE-2024-5535', tags: [] }],
        severities: [],
      },
      statements: [
        {
          system: {
            name: 'alpine',
            releaseId: 'alpine',
            codename: '',
            channel: '',
            majorVersion: '3',
            minorVersion: '20',
            label: '',
          },
          statement: {
            vulnerability: 'CVE-2024-5535',
            provider: 'alpine',
            status: 'active',
            aliases: [],
            cves: [],
            effect: 'affected',
            ecosystem: 'apk',
            packageName: 'openssl',
            ranges: [
              {
                scheme: 'apk',
                constraint: '< 3.3.1-r1',
                fix: { state: 'fixed', version: '3.3.1-r1', references: [] },
              },
            ],
          },
        },
      ],
    },
  ]);
});

test('keeps the IDs of other trackers as aliases of the ID next to them', async () => {
  const { items } = await read(createDocument({ '4.11.0-r1': ['CVE-2018-14007 XSA-271'] }));
  assert.deepEqual(items[0]?.record.aliases, ['XSA-271']);
});

test('represents "never affected" as an empty range', async () => {
  const { items } = await read(createDocument({ '0': ['CVE-2024-0001'] }));
  assert.deepEqual(items[0]?.statements[0]?.statement.ranges, [
    { scheme: 'apk', constraint: '< 0', fix: { state: 'not-affected', references: [] } },
  ]);
});

test('joins the versions that fix an ID, without duplicates', async () => {
  const fixes = {
    '1.0-r1': ['CVE-2024-0001', 'CVE-2024-0001 (again)'],
    '1.0-r2': ['CVE-2024-0001'],
  };
  assert.deepEqual(readConstraints(await read(createDocument(fixes))), [
    ['CVE-2024-0001', '< 1.0-r1', '< 1.0-r2'],
  ]);
});

test('parses IDs in all their hand-written forms', async () => {
  const ids = [
    'CVE_2019-2426',
    'CVE 2018-16859',
    'CVE-2017-8073.patch',
    'wnpa-sec-2017-18',
    'XSA-1',
  ];
  assert.deepEqual(
    (await read(createDocument({ '1-r0': ids }))).items.map(({ record }) => record.id),
    ['CVE-2019-2426', 'CVE-2018-16859', 'CVE-2017-8073', 'wnpa-sec-2017-18', 'XSA-1'],
  );
});

test('reads the rolling repository as the label edge', async () => {
  const { items } = await read(createDocument({ '1-r0': ['CVE-2024-0001'] }, 'edge'));
  assert.equal(items[0]?.statements[0]?.system?.label, 'edge');
});

test('drops only an invalid record, but the whole document if it names no release', async () => {
  const text = JSON.stringify({
    distroversion: 'v3.20',
    packages: [
      7,
      { pkg: { name: 'a' } },
      { pkg: { name: 'b', secfixes: { '1-r0': ['?', 'CVE-2024-0001'] } } },
    ],
  });
  const { items, problems } = await read(text);
  assert.equal(items.length, 1);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['P_RECORD', 'P_RECORD', 'P_RECORD'],
  );
  for (const bad of ['', '{', '[]', '{"distroversion":"main"}', 'null']) {
    assert.deepEqual(
      (await read(bad)).problems.map(({ code }) => code),
      ['P_MALFORMED'],
    );
  }
});

/** The form of alpinelinux/alpine-secdb, which lists the releases 3.3 to 3.11. */
const YAML = `---
distroversion: v3.11
reponame: main
urlprefix: http://dl-cdn.alpinelinux.org/alpine
packages:
  - pkg:
      name: musl
      secfixes:
        1.1.24-r1:
          - CVE-2020-28928
        # An exponent in other schemas, and a number that would lose its last zero.
        5e10:
        - CVE-2019-0001
        1.10:
        - CVE-2019-0002
`;

test('reads YAML, whose versions stay texts', async () => {
  for (const text of [YAML, YAML.slice('---\n'.length), `# a comment\n${YAML}`]) {
    const { items, problems } = await read(text);
    assert.deepEqual(problems, []);
    assert.deepEqual(readConstraints({ items }), [
      ['CVE-2020-28928', '< 1.1.24-r1'],
      ['CVE-2019-0001', '< 5e10'],
      ['CVE-2019-0002', '< 1.10'],
    ]);
  }
});

test('reports malformed YAML', async () => {
  const { problems } = await read(`${YAML}  - {`);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['P_MALFORMED'],
  );
});

async function scanMusl(version: string, system: readonly string[]): Promise<readonly string[]> {
  const { findings } = await scanWithFeed({
    provider: 'alpine-secdb',
    documents: { 'main.yaml': YAML },
    system,
    manager: 'apk',
    packages: [{ name: 'musl', version }],
  });
  return findings;
}

test('a scan finds a package below its fixed version, and none from it on', async () => {
  const system = ['ID=alpine', 'VERSION_ID=3.11.13'];
  const found = await scanMusl('1.1.24-r0', system);
  assert.ok(found.includes('musl 1.1.24-r0: CVE-2020-28928 unknown → 1.1.24-r1'), found.join());
  const fixed = await scanMusl('1.1.24-r1', system);
  assert.ok(!fixed.some((line) => line.includes('CVE-2020-28928')), fixed.join());
});

test('the fixes of Alpine apply to the release of postmarketOS that is based on it', async () => {
  const scanRelease = async (version: string): Promise<readonly string[]> => {
    const { findings } = await scanWithFeed({
      provider: 'alpine-secdb',
      documents: Object.fromEntries(
        ['3.21', '3.22', 'edge'].map((release, index) => [
          `${release}.json`,
          createDocument({ [`1.0-r${index + 1}`]: ['CVE-2024-0001'] }, release),
        ]),
      ),
      system: ['ID=postmarketos', 'ID_LIKE="alpine"', `VERSION_ID="${version}"`],
      manager: 'apk',
      packages: [{ name: 'openssl', version: '1.0-r0' }],
    });
    return findings;
  };
  assert.deepEqual(await scanRelease('v24.12'), ['openssl 1.0-r0: CVE-2024-0001 unknown → 1.0-r1']);
  assert.deepEqual(await scanRelease('25.06'), ['openssl 1.0-r0: CVE-2024-0001 unknown → 1.0-r2']);
  assert.deepEqual(await scanRelease('edge'), ['openssl 1.0-r0: CVE-2024-0001 unknown → 1.0-r3']);
});
