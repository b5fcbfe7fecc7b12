import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../feed.fixture.ts';
import { rubysec } from './rubysec.ts';

/** Facts of the advisory about actiontext of October 2024, shortened. */
const ACTIONTEXT = `---
gem: actiontext
framework: rails
cve: 2024-47888
ghsa: wwhv-wxv9-rpgw
url: https://example.org/advisory
title: Possible ReDoS vulnerability in plain_text_for_blockquote_node
date: 2024-10-15
cvss_v4: 6.6
unaffected_versions:
  - "< 6.0.0"
patched_versions:
  - "~> 6.1.7.9"
  - "~> 7.0.8, >= 7.0.8.5"
  - ">= 7.2.1.1"
related:
  url:
    - https://example.org/report
`;

async function readRanges(versions: string): Promise<readonly string[]> {
  const { items, problems } = await readFeed(rubysec, `gem: a\ncve: 2024-0001\n${versions}`);
  const ranges = items.flatMap(({ statements }) =>
    statements.flatMap(({ statement }) => statement.ranges),
  );
  return [
    ...ranges.map(({ constraint, fix }) => `${constraint} → ${fix?.version ?? fix?.state}`),
    ...problems.map(({ message }) => message),
  ];
}

test('reads the affected versions between those without the vulnerability', async () => {
  const { items, problems } = await readFeed(rubysec, ACTIONTEXT);
  assert.deepEqual(problems, []);
  const [item] = items;
  assert.deepEqual(item?.record, {
    id: 'GHSA-wwhv-wxv9-rpgw',
    provider: 'rubysec',
    status: 'active',
    aliases: ['CVE-2024-47888'],
    assigners: [],
    description: 'Possible ReDoS vulnerability in plain_text_for_blockquote_node',
    references: [
      { url: 'https://example.org/advisory', tags: [] },
      { url: 'https://example.org/report', tags: [] },
    ],
    severities: [{ scheme: 'CHML', value: 'medium', rank: 1 }],
    publishedAt: '2024-10-15',
  });
  const [{ statement } = {}] = item.statements;
  assert.equal(statement?.ecosystem, 'gem');
  assert.deepEqual(
    statement.ranges.map(({ constraint, fix }) => [constraint, fix?.version, fix?.available?.date]),
    [
      ['>= 6.0.0, < 6.1.7.9', '6.1.7.9', '2024-10-15'],
      ['>= 6.1.8, < 7.0.8.5', '7.0.8.5', '2024-10-15'],
      ['>= 7.1, < 7.2.1.1', '7.2.1.1', '2024-10-15'],
    ],
  );
});

test('reads every form of a requirement', async () => {
  assert.deepEqual(await readRanges('patched_versions: [">= 2.1.0"]'), ['< 2.1.0 → 2.1.0']);
  assert.deepEqual(await readRanges(''), [' → not-fixed']);
  assert.deepEqual(await readRanges('unaffected_versions: ["< 1.0.6", "> 1.0.6"]'), [
    '= 1.0.6 → not-fixed',
  ]);
  assert.deepEqual(
    await readRanges('unaffected_versions: ["<= 1.2"]\npatched_versions: ["= 1.4"]'),
    ['> 1.2, < 1.4 → 1.4', '> 1.4 → not-fixed'],
  );
  assert.deepEqual(await readRanges('patched_versions: ["~> 2"]'), ['< 2 → 2', '>= 3 → not-fixed']);
  assert.deepEqual(await readRanges('patched_versions: ["!= 2", ">= 3"]'), [
    '< 3 → 3',
    'CVE-2024-0001 has an unsupported requirement: != 2',
  ]);
});

test('leaves out an advisory about an interpreter', async () => {
  const { items, problems } = await readFeed(rubysec, 'engine: ruby\ncve: 2024-0001\ntitle: t\n');
  assert.deepEqual([items.length, problems.length], [0, 1]);
});
