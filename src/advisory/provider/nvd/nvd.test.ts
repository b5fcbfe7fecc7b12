import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../feed.fixture.ts';
import { nvd } from './nvd.ts';

const CPE = 'cpe:2.3:a:libc:musl:*:*:*:*:*:*:*:*';
const WINDOWS = 'cpe:2.3:o:microsoft:windows:-:*:*:*:*:*:*:*';

function createConfiguration(bounds: object, ...platforms: readonly string[]) {
  const node = { operator: 'OR', cpeMatch: [{ vulnerable: true, criteria: CPE, ...bounds }] };
  const others = platforms.map((criteria) => ({ vulnerable: false, criteria }));
  return others.length === 0
    ? { nodes: [node] }
    : { operator: 'AND', nodes: [node, { operator: 'OR', cpeMatch: others }] };
}

async function readLines(document: unknown) {
  const { items, problems } = await readFeed(nvd, document);
  const lines = items.flatMap(({ statements }) =>
    statements.map(({ statement: { product, ranges, qualifiers } }) =>
      [
        `${product?.vendor}:${product?.product}`,
        ...ranges.map(({ scheme, constraint, fix }) => `${scheme} ${constraint} ${fix?.state}`),
        ...(qualifiers?.platformCpes ?? []),
      ].join(' | '),
    ),
  );
  return { items, lines, problems: problems.map(({ message }) => message) };
}

test('reads a page of the API', async () => {
  const cve = {
    id: 'CVE-2024-0158',
    sourceIdentifier: 'someone@example.org',
    vulnStatus: 'Analyzed',
    published: '2024-07-02T07:15:02.370',
    lastModified: '2024-07-31T20:37:32.247',
    descriptions: [
      { lang: 'es', value: 'No.' },
      { lang: 'en', value: 'Overflow.' },
    ],
    references: [{ url: 'https://example.org/a', tags: ['Vendor Advisory'] }],
    metrics: {
      cvssMetricV31: [
        {
          source: 'someone@example.org',
          type: 'Secondary',
          cvssData: { version: '3.1', vectorString: 'CVSS:3.1/AV:N' },
        },
        {
          source: 'nvd@nist.gov',
          type: 'Primary',
          cvssData: { version: '3.1', vectorString: 'CVSS:3.1/AV:L' },
        },
      ],
    },
    weaknesses: [
      {
        source: 'nvd@nist.gov',
        type: 'Primary',
        description: [
          { lang: 'en', value: 'CWE-20' },
          { lang: 'en', value: 'NVD-CWE-noinfo' },
        ],
      },
    ],
    configurations: [
      createConfiguration({ versionStartIncluding: '1.0', versionEndExcluding: '1.2' }),
    ],
  };
  const { items, lines } = await readLines({ vulnerabilities: [{ cve }] });
  assert.deepEqual(lines, ['libc:musl | fuzzy >= 1.0, < 1.2 fixed']);
  assert.deepEqual(items[0]?.record, {
    id: 'CVE-2024-0158',
    provider: 'nvd',
    status: 'active',
    aliases: [],
    assigners: ['someone@example.org'],
    description: 'Overflow.',
    references: [{ url: 'https://example.org/a', tags: ['Vendor Advisory'] }],
    severities: [
      {
        scheme: 'CVSS',
        value: { vector: 'CVSS:3.1/AV:L', version: '3.1' },
        rank: 1,
        source: 'nvd@nist.gov',
      },
      {
        scheme: 'CVSS',
        value: { vector: 'CVSS:3.1/AV:N', version: '3.1' },
        rank: 2,
        source: 'someone@example.org',
      },
    ],
    publishedAt: '2024-07-02',
    modifiedAt: '2024-07-31',
  });
  assert.deepEqual(items[0]?.weaknesses, [
    { cve: 'CVE-2024-0158', cwe: 'CWE-20', source: 'nvd@nist.gov', kind: 'Primary' },
  ]);
});

test('reads a single record and an override', async () => {
  const configurations = [createConfiguration({ versionEndIncluding: '1.2' })];
  const line = 'libc:musl | fuzzy <= 1.2 undefined';
  const single = await readLines({ id: 'CVE-2024-1000', vulnStatus: 'Rejected', configurations });
  assert.deepEqual(single.lines, [line]);
  assert.equal(single.items[0]?.record.status, 'rejected');
  const override = await readLines({
    _annotation: { cve_id: 'CVE-2024-1001', description: 'Text.', modified: '2024-10-01T16:28:00' },
    cve: { configurations },
  });
  assert.deepEqual(override.lines, [line]);
  assert.deepEqual(
    override.items.map(({ record }) => [record.id, record.description, record.modifiedAt]),
    [['CVE-2024-1001', 'Text.', '2024-10-01']],
  );
});

test('requires the platforms of a configuration', async () => {
  const read = async (...platforms: readonly string[]) =>
    (
      await readLines({
        id: 'CVE-2024-1000',
        configurations: [createConfiguration({ versionEndExcluding: '2' }, ...platforms)],
      })
    ).lines;
  const line = 'libc:musl | fuzzy < 2 fixed';
  const linux = WINDOWS.replace('microsoft:windows', 'linux:linux_kernel');
  assert.deepEqual(await read(WINDOWS), [`${line} | ${WINDOWS}`]);
  assert.deepEqual(await read(WINDOWS, linux), [`${line} | ${WINDOWS}`, `${line} | ${linux}`]);
  assert.deepEqual(await read(...Array.from({ length: 9 }, () => WINDOWS)), [line]);
});

test('keeps a record without configurations, and reports one without an ID', async () => {
  const { items, problems } = await readLines({
    vulnerabilities: [{ cve: { id: 'CVE-2024-1000', vulnStatus: 'Deferred' } }, { cve: {} }],
  });
  assert.deepEqual(
    items.map(({ record, statements }) => [record.id, statements.length]),
    [['CVE-2024-1000', 0]],
  );
  assert.deepEqual(problems, ['a record has no CVE ID: ""']);
  assert.deepEqual((await readLines({ id: 'none' })).problems, [
    'the document is not a record of a vulnerability',
  ]);
});
