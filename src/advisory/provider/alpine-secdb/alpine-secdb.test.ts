import assert from 'node:assert/strict';
import { test } from 'node:test';
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
