import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../feed.fixture.ts';
import { euvd } from './euvd.ts';

const RECORD = {
  id: 'EUVD-2025-0001',
  description: 'Denial of service.',
  datePublished: 'Jan 14, 2025, 12:00:00 AM',
  dateUpdated: 'Feb 2, 2025, 8:31:20 PM',
  baseScoreVector: 'CVSS:3.1/AV:N/AC:L',
  references: 'https://example.org/a\nhttps://example.org/b\n',
  aliases: 'CVE-2024-56374\nGHSA-qcgg-j2x8-h9g8\n',
  assigner: 'mitre',
  enisaIdProduct: [{ product: { name: 'Django' }, product_version: '5.1 <5.1.5' }],
};

test('reads a record under its CVE', async () => {
  const { items, omissions } = await readFeed(euvd, RECORD);
  assert.deepEqual(items, [
    {
      record: {
        id: 'CVE-2024-56374',
        provider: 'euvd',
        status: 'active',
        aliases: ['EUVD-2025-0001', 'GHSA-qcgg-j2x8-h9g8'],
        assigners: ['mitre'],
        description: 'Denial of service.',
        references: [
          { url: 'https://example.org/a', tags: [] },
          { url: 'https://example.org/b', tags: [] },
        ],
        severities: [
          { scheme: 'CVSS', value: { vector: 'CVSS:3.1/AV:N/AC:L', version: '3.1' }, rank: 1 },
        ],
        publishedAt: '2025-01-14',
        modifiedAt: '2025-02-02',
      },
      statements: [],
    },
  ]);
  assert.deepEqual(omissions, [{ leftOut: 'part', cause: 'a product and its versions in words' }]);
});

test('reads a page, and a record without a CVE', async () => {
  const { items } = await readFeed(euvd, { items: [RECORD, { id: 'EUVD-2025-2', aliases: '' }] });
  assert.deepEqual(
    items.map(({ record }) => record.id),
    ['CVE-2024-56374', 'EUVD-2025-2'],
  );
});

test('reads the list of exploited vulnerabilities, and their time in a record', async () => {
  const listed = {
    cveID: 'CVE-2024-9380',
    vendorProject: 'Ivanti',
    dateReported: '17/01/25',
    notes: '-',
  };
  const { facts } = await readFeed(euvd, [
    listed,
    { ...RECORD, exploitedSince: 'Oct 8, 2024, 12:00:00 AM' },
  ]);
  assert.deepEqual(
    facts.flatMap((one) =>
      (one.facts.exploited ?? []).map(({ cve, dateAdded, notes }) => [cve, dateAdded, notes]),
    ),
    [
      ['CVE-2024-9380', '2025-01-17T00:00:00Z', ''],
      ['CVE-2024-56374', '2024-10-08T00:00:00Z', ''],
    ],
  );
});

test('reports what is not a record', async () => {
  const { problems } = await readFeed(euvd, [{}, 'text']);
  assert.deepEqual(
    problems.map(({ message }) => message),
    ['a record of the EUVD has no ID', 'a record of the EUVD has no ID'],
  );
  const other = await readFeed(euvd, { id: 'CVE-2024-1' });
  assert.equal(other.problems.length, 1);
});
