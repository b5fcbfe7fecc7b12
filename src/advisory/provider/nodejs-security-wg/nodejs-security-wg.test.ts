import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../feed.fixture.ts';
import { nodejsSecurityWg } from './nodejs-security-wg.ts';

/** The advisory about marked of January 2014, shortened. */
const MARKED = {
  id: 22,
  updated_at: '2016-04-29',
  title: 'Multiple Content Injection Vulnerabilities',
  module_name: 'marked',
  publish_date: '2014-01-31',
  cves: ['CVE-2014-1850', 'CVE-2014-3743'],
  vulnerable_versions: '<=0.3.0',
  patched_versions: '>=0.3.1',
  cvss_vector: 'CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:N',
};

async function readRanges(affected: string, patched: string): Promise<readonly string[]> {
  const { items, problems } = await readFeed(nodejsSecurityWg, {
    ...MARKED,
    vulnerable_versions: affected,
    patched_versions: patched,
  });
  const ranges = items.flatMap(({ statements }) =>
    statements.flatMap(({ statement }) => statement.ranges),
  );
  return [
    ...ranges.map(({ constraint, fix }) => `${constraint} → ${fix?.version ?? fix?.state}`),
    ...problems.map(({ message }) => message),
  ];
}

test('reads an advisory', async () => {
  const { items, problems } = await readFeed(nodejsSecurityWg, MARKED);
  assert.deepEqual(problems, []);
  const [item] = items;
  assert.equal(item?.record.id, 'NSWG-ECO-22');
  assert.deepEqual(item.record.aliases, MARKED.cves);
  assert.equal(item.record.publishedAt, '2014-01-31');
  assert.equal(item.record.severities.length, 1);
  const [{ statement } = {}] = item.statements;
  assert.deepEqual([statement?.ecosystem, statement?.packageName], ['npm', 'marked']);
});

test('gives each range the first fixed version after it', async () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['<=0.3.0', '>=0.3.1', ['<= 0.3.0 → 0.3.1']],
    ['<=0.9.4 || 1.0.0', '>=0.9.5 <1.0.0 || >=1.0.1', ['<= 0.9.4 → 0.9.5', '= 1.0.0 → 1.0.1']],
    [
      '>= 5.2.1 <= 6.0.0 || >=6.0.0 <= 6.0.2',
      '>= 7.0.0',
      ['>= 5.2.1, <= 6.0.0 → 7.0.0', '>= 6.0.0, <= 6.0.2 → 7.0.0'],
    ],
    ['<3.1.3 || >=4 <4.1.1', '^3.1.3 || ^4.1.1', ['< 3.1.3 → 3.1.3', '>= 4, < 4.1.1 → 4.1.1']],
    ['2.0.x || 3.x', '>= 4.0.x', ['>= 2.0.0, < 2.1.0 → 4.0.0', '>= 3.0.0, < 4.0.0 → 4.0.0']],
    ['<=99.999.99999', '<0.0.0', [' → not-fixed']],
    ['<=1.10.8', '1.10.8', ['<= 1.10.8 → not-fixed']],
    ['<= 2.4.3', '> 2.4.3', ['<= 2.4.3 → not-fixed']],
    [
      '<1.0 || ~0.8.0-pre',
      '',
      ['< 1.0 → not-fixed', 'NSWG-ECO-22 has unsupported versions: ~0.8.0-pre'],
    ],
  ];
  for (const [affected, patched, ranges] of cases) {
    assert.deepEqual(await readRanges(affected, patched), ranges, affected);
  }
});

test('reports a document about something else', async () => {
  const { items, problems } = await readFeed(nodejsSecurityWg, { cve: ['CVE-2017-1000381'] });
  assert.deepEqual([items.length, problems.length], [0, 1]);
});
