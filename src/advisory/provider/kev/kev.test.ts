import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../feed.fixture.ts';
import { kev } from './kev.ts';

const ENTRY = {
  cveID: 'CVE-2021-44228',
  vendorProject: 'Apache',
  product: 'Log4j2',
  dateAdded: '2021-12-10',
  requiredAction: 'Follow the guidance [https://example.org/guidance] or disconnect.',
  dueDate: '2021-12-24',
  knownRansomwareCampaignUse: 'Known',
  notes: 'Read this first. ; https://example.org/a;https://example.org/b',
  cwes: ['CWE-20', 'CWE-400'],
};

test('reads an entry with its web addresses', async () => {
  const { facts, problems } = await readFeed(kev, {
    dateReleased: '2025-08-25T17:04:19.9796Z',
    count: 1,
    vulnerabilities: [ENTRY],
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(facts, [
    {
      facts: {
        exploited: [
          {
            cve: 'CVE-2021-44228',
            vendorProject: 'Apache',
            product: 'Log4j2',
            dateAdded: '2021-12-10T00:00:00Z',
            requiredAction: ENTRY.requiredAction,
            dueDate: '2021-12-24T00:00:00Z',
            knownRansomwareCampaignUse: 'known',
            notes: 'Read this first.',
            urls: [
              'https://example.org/a',
              'https://example.org/b',
              'https://example.org/guidance',
            ],
            cwes: ['CWE-20', 'CWE-400'],
          },
        ],
      },
      statedAt: '2025-08-25T17:04:19.9796Z',
    },
  ]);
});

test('reads an entry with its ID only', async () => {
  const { facts } = await readFeed(kev, { vulnerabilities: [{ cveID: 'CVE-2020-1000' }] });
  assert.deepEqual(
    facts[0]?.facts.exploited?.map(({ cve, dateAdded, urls }) => [cve, dateAdded, urls]),
    [['CVE-2020-1000', undefined, []]],
  );
});

test('reads whether a forensic triage is required, if the entry states it', async () => {
  const entries = ['Yes', 'no', 'maybe', undefined].map((forensicTriage, index) => ({
    cveID: `CVE-2026-100${index}`,
    forensicTriage,
  }));
  const { facts } = await readFeed(kev, { vulnerabilities: entries });
  assert.deepEqual(
    facts[0]?.facts.exploited?.map(({ forensicTriage }) => forensicTriage),
    [true, false, undefined, undefined],
  );
});

test('reports an entry without a CVE ID, and entries that are missing', async () => {
  const { facts, problems } = await readFeed(kev, {
    count: 3,
    vulnerabilities: [ENTRY, { ...ENTRY, cveID: 'unknown' }],
  });
  assert.equal(facts[0]?.facts.exploited?.length, 1);
  assert.deepEqual(
    problems.map(({ message }) => message),
    [
      'the catalog has an entry without a CVE ID: "unknown"',
      'the catalog states 3 entries and has 2',
    ],
  );
});
