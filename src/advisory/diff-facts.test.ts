import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { diffFacts } from './diff-facts.ts';
import { importDatabase } from './import-database.ts';
import { writeGrypeDatabase } from './provider/grype-v6/grype-database.fixture.ts';

const OPTIONS = { progress: SILENT, limits: DEFAULT_LIMITS, now: '2026-01-03T00:00:00Z' };

/** Returns the differences between the sample database and the same database after further SQL. */
async function listFactChanges(change: string): Promise<readonly string[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-facts-'));
  try {
    for (const [name, sql] of Object.entries({ before: '', after: change })) {
      fs.mkdirSync(path.join(folder, name));
      const source = writeGrypeDatabase(path.join(folder, name), sql);
      await importDatabase(source, path.join(folder, name, 'db'), OPTIONS);
    }
    const roots = ['before', 'after'].map((name) => path.join(folder, name, 'db'));
    const { changes, minorScores } = diffFacts(roots[0] ?? '', roots[1] ?? '');
    const lines = changes.map(({ kind, id, change: word, before, after }) =>
      [kind, id, word, before, after].join('|'),
    );
    return minorScores.length === 0 ? lines : [...lines, `${minorScores.length} minor`];
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

test('finds no change in equal data', async () => {
  assert.deepEqual(await listFactChanges("UPDATE blobs SET value = value || ' ' WHERE id = 5"), []);
});

test('lists exploits, weaknesses and records that were added, removed or changed', async () => {
  assert.deepEqual(
    await listFactChanges(`
      UPDATE blobs SET value = replace(value, '2021-01-01', '2022-02-02') WHERE id = 9;
      DELETE FROM cwe_handles;
      UPDATE vulnerability_handles SET status = 'active' WHERE id = 4;
    `),
    [
      'exploited|CVE-2020-0001|changed|since 2021-01-01|since 2022-02-02',
      'weaknesses|CVE-2020-0001|removed|CWE-1 (nvd@nist.gov)|',
      'record|CVE-2020-0009|changed|rejected|active',
    ],
  );
  assert.deepEqual(
    await listFactChanges(`
      INSERT INTO known_exploited_vulnerability_handles VALUES (2, 'CVE-2020-0002', 9);
      DELETE FROM vulnerability_handles WHERE id = 4;
    `),
    ['exploited|CVE-2020-0002|added||since 2021-01-01', 'record|CVE-2020-0009|removed|rejected|'],
  );
});

test('lists a score if it crosses a threshold, and counts the others', async () => {
  assert.deepEqual(await listFactChanges('UPDATE epss_handles SET epss = 0.75'), [
    'epss|CVE-2020-0001|changed|0.25|0.75',
  ]);
  assert.deepEqual(await listFactChanges('UPDATE epss_handles SET epss = 0.3'), ['1 minor']);
  assert.deepEqual(
    await listFactChanges("INSERT INTO epss_handles VALUES (2, 'CVE-2020-0002', 0.05, 0)"),
    ['epss|CVE-2020-0002|added||0.05'],
  );
});
