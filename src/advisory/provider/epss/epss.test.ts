import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../../../core/limits.ts';
import type { FeedOutcome } from '../contract.ts';
import { readFeed } from '../feed.fixture.ts';
import { epss } from './epss.ts';

const COMMENT = '#model_version:v2025.03.14,score_date:2025-05-30T12:55:00Z\n';
const HEADER = 'cve,epss,percentile\n';

async function listScores(text: unknown, name?: string): Promise<readonly string[]> {
  const { facts, problems } = await readFeed(epss, text, name === undefined ? {} : { name });
  return [
    ...facts
      .flatMap((one) => one.facts.epss ?? [])
      .map((one) => `${one.cve} ${one.epss} ${one.percentile} ${one.date}`),
    ...problems.map(({ message }) => message),
  ];
}

test('reads the daily file', async () => {
  assert.deepEqual(
    await listScores(
      `${COMMENT}${HEADER}CVE-1999-0001,0.00383,0.73075\r\nCVE-1999-0005,1,9.3e-1\n`,
    ),
    ['CVE-1999-0001 0.00383 0.73075 2025-05-30', 'CVE-1999-0005 1 0.93 2025-05-30'],
  );
});

test('states the day of the scores as the time of the data', async () => {
  const { facts } = await readFeed(epss, `${COMMENT}${HEADER}CVE-1999-0001,0.1,0.2\n`);
  assert.equal(facts[0]?.statedAt, '2025-05-30T00:00:00Z');
});

test('reads a table with other columns', async () => {
  const header = 'CVE,CVSS3,EPSS,EPSS Percentile,Description\n';
  const row = 'CVE-2024-21182,7.5,0.4997,0.9881,"Oracle, and ""others"""\n';
  assert.deepEqual(await listScores(header + row, 'epss-2026-08-22.csv'), [
    'CVE-2024-21182 0.4997 0.9881 2026-08-22',
  ]);
});

test('uses the day in the name of the document, or else the day of the file', async () => {
  const text = `#model_version:v1\n${HEADER}CVE-1999-0001,0.1,0.2\n`;
  assert.deepEqual(await listScores(text, 'epss_scores-2021-04-14.csv.gz'), [
    'CVE-1999-0001 0.1 0.2 2021-04-14',
  ]);
  assert.deepEqual(await listScores(text), ['the document has no day of its scores']);
  const outcomes: FeedOutcome[] = [];
  async function* streamText(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }
  const document = { name: 'a.csv', modifiedAt: '2024-02-03T04:05:06Z', content: streamText() };
  for await (const outcome of epss.read(document, DEFAULT_LIMITS)) {
    outcomes.push(outcome);
  }
  assert.deepEqual(outcomes, [
    {
      facts: { epss: [{ cve: 'CVE-1999-0001', epss: 0.1, percentile: 0.2, date: '2024-02-03' }] },
      statedAt: '2024-02-03T00:00:00Z',
    },
  ]);
});

test('reads an answer of the API', async () => {
  const data = [
    { cve: 'CVE-2022-27225', epss: '0.001800000', percentile: '0.386870000', date: '2026-01-02' },
  ];
  assert.deepEqual(await listScores({ status: 'OK', data }), [
    'CVE-2022-27225 0.0018 0.38687 2026-01-02',
  ]);
});

test('reports invalid scores and documents without columns', async () => {
  for (const row of [
    'CVE-1999-0001,1.1,0.2',
    'CVE-1999-0001,high,0.2',
    'none,0.1,0.2',
    'CVE-1999-0001',
  ]) {
    const [id = ''] = row.split(',');
    assert.deepEqual(await listScores(`${COMMENT}${HEADER}${row}\n`), [
      `the score of "${id}" is invalid`,
    ]);
  }
  for (const text of [`${COMMENT}invalid,header,format\n`, 'a text']) {
    assert.deepEqual(await listScores(text), ['the document has no columns of EPSS scores']);
  }
  assert.deepEqual(await listScores(COMMENT), ['the document has no scores']);
  assert.deepEqual(await listScores({ status: 'OK' }), ['the document has no list of scores']);
});
