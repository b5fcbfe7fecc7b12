import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type ReadFeed, readFeed } from '../feed.fixture.ts';
import { osv } from './osv.ts';

const read = (value: unknown): Promise<ReadFeed> => readFeed(osv, value);

/** The advisory about `ws` of June 2024, shortened. */
const WS = {
  schema_version: '1.4.0',
  id: 'GHSA-3h5v-q93c-6h6q',
  modified: '2024-06-17T19:09:12Z',
  published: '2024-06-17T19:09:10Z',
  aliases: ['CVE-2024-37890'],
  summary: 'ws affected by a DoS when handling a request with many HTTP headers',
  details: 'Longer.',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H' }],
  affected: [
    {
      package: { ecosystem: 'npm', name: 'ws' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '2.1.0' }, { fixed: '5.2.4' }] }],
      versions: ['2.1.0'],
    },
    {
      package: { ecosystem: 'npm', name: 'ws' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { last_affected: '1.0.0' }] }],
    },
  ],
  references: [
    { type: 'ADVISORY', url: 'https://nvd.example/CVE-2024-37890' },
    { type: 'PACKAGE', url: 'https://github.com/websockets/ws' },
  ],
  database_specific: { severity: 'HIGH', cwe_ids: ['CWE-476'] },
};

async function readRanges(affected: object, ecosystem = 'npm') {
  const { items } = await read({
    id: 'X-1',
    affected: [{ package: { ecosystem, name: 'a' }, ...affected }],
  });
  return items[0]?.statements[0]?.statement.ranges.map(({ scheme, constraint, fix }) =>
    [scheme, constraint, fix?.state, fix?.version].join('|'),
  );
}

test('reads all parts of an advisory', async () => {
  const { items, problems } = await read(WS);
  assert.deepEqual(problems, []);
  const [item] = items;
  assert.deepEqual(item?.record, {
    id: 'GHSA-3h5v-q93c-6h6q',
    provider: 'github',
    status: 'active',
    aliases: ['CVE-2024-37890'],
    assigners: [],
    description: 'ws affected by a DoS when handling a request with many HTTP headers',
    references: [
      { url: 'https://github.com/advisories/GHSA-3h5v-q93c-6h6q', tags: [] },
      { url: 'https://nvd.example/CVE-2024-37890', tags: ['advisory'] },
      { url: 'https://github.com/websockets/ws', tags: [] },
    ],
    severities: [
      { scheme: 'CHML', value: 'high', rank: 1 },
      {
        scheme: 'CVSS',
        value: { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', version: '3.1' },
        rank: 2,
      },
    ],
    publishedAt: '2024-06-17T19:09:10Z',
    modifiedAt: '2024-06-17T19:09:12Z',
  });
  assert.deepEqual(item.weaknesses, [
    { cve: 'CVE-2024-37890', cwe: 'CWE-476', source: 'github', kind: 'Primary' },
  ]);
  assert.deepEqual(
    item.statements.map(({ statement }) => statement.ranges.map(({ constraint }) => constraint)),
    [['>= 2.1.0, < 5.2.4'], ['<= 1.0.0']],
  );
});

test('converts events to the intervals that they open and close', async () => {
  const events = [
    { introduced: '0' },
    { fixed: '1.2' },
    { introduced: '2.0' },
    { last_affected: '2.5' },
    { introduced: '3.0' },
  ];
  assert.deepEqual(await readRanges({ ranges: [{ type: 'SEMVER', events }] }), [
    'npm|< 1.2|fixed|1.2',
    'npm|>= 2.0, <= 2.5|not-fixed|',
    'npm|>= 3.0|not-fixed|',
  ]);
});

test('closes an open interval by the upper bound of GitHub', async () => {
  const ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }];
  const bounded = { last_known_affected_version_range: '<= 1.2.3' };
  const odd = { last_known_affected_version_range: '<= 1 || > 2' };
  assert.deepEqual(await readRanges({ ranges, database_specific: bounded }), [
    'npm|<= 1.2.3|not-fixed|',
  ]);
  assert.deepEqual(await readRanges({ ranges, database_specific: odd }), ['npm||not-fixed|']);
});

test("joins Go's ranges of versions that are not versions of a module", async () => {
  const cases: readonly (readonly [readonly object[], readonly object[], readonly string[]])[] = [
    [
      [{ introduced: '0' }],
      [{ introduced: '0' }, { fixed: '2.3.2' }, { introduced: '2.4.0' }],
      ['go|< 2.3.2|fixed|2.3.2', 'go|>= 2.4.0|not-fixed|'],
    ],
    [
      [{ introduced: '0.20.2' }],
      [{ introduced: '0' }, { fixed: '2.2.0' }],
      ['go|>= 0.20.2, < 2.2.0|fixed|2.2.0'],
    ],
    [
      [{ introduced: '0' }, { fixed: '1.0.0-rc.7' }],
      [{ introduced: '0.9.1' }],
      ['go|>= 0.9.1, < 1.0.0-rc.7|fixed|1.0.0-rc.7'],
    ],
    [
      [{ introduced: '1.2.6' }, { fixed: '1.28.2' }],
      [{ introduced: '0' }, { fixed: '0.0.0-20260110031614' }],
      [
        'go|>= 1.2.6, < 1.28.2|fixed|1.28.2',
        'go|< 0.0.0-20260110031614|fixed|0.0.0-20260110031614',
      ],
    ],
  ];
  for (const [events, custom, ranges] of cases) {
    const affected = {
      ranges: [{ type: 'SEMVER', events }],
      ecosystem_specific: { custom_ranges: [{ type: 'ECOSYSTEM', events: custom }] },
    };
    assert.deepEqual(await readRanges(affected, 'Go'), ranges);
  }
});

test('leaves out unreviewed reports without any version', async () => {
  const createElements = (events: readonly object[]) => [
    { package: { ecosystem: 'Go', name: 'a' }, ranges: [{ type: 'SEMVER', events }] },
  ];
  const unreviewed = { review_status: 'UNREVIEWED' };
  const { items, problems } = await read([
    { id: 'GO-1', affected: createElements([{ introduced: '0' }]), database_specific: unreviewed },
    {
      id: 'GO-2',
      affected: createElements([{ introduced: '1.0.0' }]),
      database_specific: unreviewed,
    },
    { id: 'GO-3', affected: createElements([{ introduced: '0' }]) },
  ]);
  assert.deepEqual(
    items.map(({ statements }) => statements.length),
    [0, 1, 1],
  );
  assert.deepEqual(
    problems.map(({ message }) => message),
    ['GO-1 is an unreviewed report without versions'],
  );
});

test('reads a document in YAML', async () => {
  const text = `id: PYSEC-2021-697
details: TensorFlow.
affected:
- package:
    name: tensorflow-gpu
    ecosystem: PyPI
  ranges:
  - type: ECOSYSTEM
    events:
    - introduced: "0"
    - fixed: 2.10
`;
  const { items, problems } = await read(text);
  assert.deepEqual(problems, []);
  assert.deepEqual(items[0]?.statements[0]?.statement.ranges[0]?.constraint, '< 2.10');
  assert.equal((await read('id: [')).problems[0]?.code, 'P_MALFORMED');
});

test('uses the list of versions if there is no version range', async () => {
  const ranges = [{ type: 'GIT', repo: 'r', events: [{ introduced: 'abc' }] }];
  assert.deepEqual(await readRanges({ ranges, versions: ['1.0', '1.1'] }, 'PyPI'), [
    'python|= 1.0 || = 1.1|not-fixed|',
  ]);
});

test('keeps a withdrawn advisory as rejected', async () => {
  const { items } = await read([
    { id: 'PYSEC-1', withdrawn: '2024-01-01T00:00:00Z', affected: [] },
  ]);
  assert.equal(items[0]?.record.status, 'rejected');
  assert.equal(items[0]?.record.provider, 'pypa');
});

suite('qualifiers of a statement', () => {
  const readQualifiers = async (affected: object) => {
    const about = { package: { ecosystem: 'Go', name: 'a' }, versions: ['1'] };
    const { items, problems } = await read([{ id: 'GO-1', affected: [{ ...about, ...affected }] }]);
    assert.deepEqual(problems, []);
    return items[0]?.statements[0]?.statement.qualifiers;
  };

  test('are functions of Go source packages', async () => {
    const imports = [
      { path: 'golang.org/x/net/html', symbols: ['Parse', 'Node.Render'] },
      { path: 'golang.org/x/net/html/atom' },
      { symbols: ['lost'] },
    ];
    assert.deepEqual(await readQualifiers({ ecosystem_specific: { imports } }), {
      imports: [
        { path: 'golang.org/x/net/html', symbols: ['Parse', 'Node.Render'] },
        { path: 'golang.org/x/net/html/atom', symbols: [] },
      ],
    });
    assert.equal(await readQualifiers({ ecosystem_specific: { imports: [] } }), undefined);
    assert.equal(await readQualifiers({ ecosystem_specific: 'odd' }), undefined);
  });

  test('are platforms if every source package names one', async () => {
    const windows = { path: 'os', goos: ['windows'], goarch: ['386', 'arm'] };
    assert.deepEqual(
      (
        await readQualifiers({
          ecosystem_specific: { imports: [windows, { ...windows, goos: ['plan9'] }] },
        })
      )?.platforms,
      { systems: ['windows', 'plan9'], architectures: ['386', 'arm'] },
    );
    const mixed = await readQualifiers({
      ecosystem_specific: { imports: [windows, { path: 'io' }] },
    });
    assert.equal(mixed?.platforms, undefined);
  });

  test('are platforms of Rust crates', async () => {
    const affects = { os: ['windows'], arch: [], functions: ['mio::net::TcpStream::from_std'] };
    assert.deepEqual(await readQualifiers({ ecosystem_specific: { affects } }), {
      platforms: { systems: ['windows'], architectures: [] },
    });
    const anywhere = { os: [], arch: [], functions: ['a::b'] };
    assert.equal(await readQualifiers({ ecosystem_specific: { affects: anywhere } }), undefined);
  });
});

test('keeps a notice about a crate as a record without a statement', async () => {
  const { items, problems } = await read(
    ['unmaintained', 'notice', 'unsound'].map((informational) => ({
      id: 'RUSTSEC-2024-0320',
      affected: [
        {
          package: { ecosystem: 'crates.io', name: 'yaml-rust' },
          ranges: [{ type: 'SEMVER', events: [{ introduced: '0.0.0-0' }] }],
          database_specific: { informational },
        },
      ],
    })),
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(
    items.map(({ statements }) => statements.length),
    [0, 0, 1],
  );
});

test('reports unsupported parts and reads the rest', async () => {
  const affected = [
    { package: { ecosystem: 'Android', name: 'curl' }, versions: ['1'] },
    { package: { ecosystem: 'npm', name: 'a' }, ranges: [{ type: 'GIT', events: [] }] },
    'nothing',
    { package: { ecosystem: 'npm', name: 'b' }, versions: ['1'] },
  ];
  const { items, problems } = await read([{ id: 'X-1', affected }, { id: '' }, 7]);
  assert.equal(items[0]?.statements.length, 1);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['P_RECORD', 'P_RECORD', 'P_RECORD', 'P_RECORD', 'P_RECORD'],
  );
  assert.equal((await read('{')).problems[0]?.code, 'P_MALFORMED');
});

test('counts upstream IDs as IDs of the same vulnerability', async () => {
  const affected = [
    {
      package: { ecosystem: 'npm', name: 'left' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.2.0' }] }],
    },
  ];
  const { items } = await readFeed(osv, {
    id: 'EXAMPLE-2026-1',
    aliases: ['GHSA-aaaa-bbbb-cccc'],
    upstream: ['CVE-2026-1000', 'EXAMPLE-2026-1'],
    affected,
  });
  assert.deepEqual(
    items.map(({ record, statements }) => [
      record.aliases,
      statements.map(({ statement }) => statement.cves),
    ]),
    [[['GHSA-aaaa-bbbb-cccc', 'CVE-2026-1000'], [['CVE-2026-1000']]]],
  );
});
