import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { diffPackages, type PackageChange } from './diff-databases.ts';
import { importDatabase } from './import-database.ts';
import { writeGrypeDatabase } from './provider/grype-v6/grype-database.fixture.ts';

const OPTIONS = { progress: SILENT, limits: DEFAULT_LIMITS, now: '2026-01-03T00:00:00Z' };

/** Returns the differences between the sample database and the same database after further SQL. */
async function listChanges(change: string): Promise<readonly string[]> {
  return await compareChanged(change, (before, after) =>
    [...diffPackages(before, after)].map(
      ({ shard, key, change: kind }) => `${kind} ${shard} ${key.join(' ')}`,
    ),
  );
}

async function compareChanged<T>(
  change: string,
  compare: (before: string, after: string) => readonly T[],
  original = '',
): Promise<readonly T[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-diff-'));
  try {
    const roots: string[] = [];
    for (const [name, sql] of [
      ['before', original],
      ['after', change],
    ] as const) {
      const source = path.join(folder, name);
      fs.mkdirSync(source);
      roots.push(path.join(source, 'db'));
      await importDatabase(writeGrypeDatabase(source, sql), path.join(source, 'db'), OPTIONS);
    }
    const [before = '', after = ''] = roots;
    return compare(before, after);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

test('finds no change if only row numbers and build times differ', async () => {
  const renumbered = `
    UPDATE db_metadata SET build_timestamp = '2026-02-02 00:00:00+00:00';
    UPDATE vulnerability_handles SET id = id + 100;
    UPDATE affected_package_handles SET vulnerability_id = vulnerability_id + 100, id = id + 7;
    UPDATE unaffected_package_handles SET vulnerability_id = vulnerability_id + 100;
    UPDATE affected_cpe_handles SET vulnerability_id = vulnerability_id + 100;
  `;
  assert.deepEqual(await listChanges(renumbered), []);
});

/** Many packages of one vulnerability each, on several pages. */
const MANY = `
  WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 2099)
    INSERT INTO packages SELECT i, 'npm', 'many-' || (i * 7919 % 10007) FROM n;
  INSERT INTO blobs (id, value)
    SELECT id, '{"description":"Flaw ' || id || '"}' FROM packages WHERE id >= 100;
  INSERT INTO blobs (id, value)
    SELECT id + 10000, '{"ranges":[{"version":{"type":"npm","constraint":"< 1.' || id || '"}}]}'
    FROM packages WHERE id >= 100;
  INSERT INTO vulnerability_handles (id, name, status, provider_id, blob_id)
    SELECT id, 'CVE-2026-' || (10000 + id), 'active', 'github', id FROM packages WHERE id >= 100;
  INSERT INTO affected_package_handles (id, vulnerability_id, package_id, blob_id)
    SELECT id, id, id, id + 10000 FROM packages WHERE id >= 100;
`;

test('lists changed records and changed statements in one order, each key once', async () => {
  const change = `
    UPDATE blobs SET value = replace(value, 'Flaw', 'Fault') WHERE id BETWEEN 100 AND 2099 AND id % 5 = 0;
    UPDATE blobs SET value = replace(value, '< 1.', '< 2.') WHERE id >= 10100 AND id % 3 = 0;
  `;
  const names = await compareChanged(
    MANY + change,
    (before, after) => [...diffPackages(before, after)].map(({ name }) => name),
    MANY,
  );
  const expected = Array.from({ length: 2000 }, (_, at) => at + 100)
    .filter((id) => id % 5 === 0 || (id + 10000) % 3 === 0)
    .map((id) => `many-${(id * 7919) % 10007}`)
    .sort();
  assert.deepEqual(names, expected);
});

test('finds the keys whose ranges, severities or existence changed', async () => {
  const changes = await listChanges(`
    UPDATE blobs SET value = replace(value, '1.1.24-r3', '1.1.24-r4') WHERE id = 5;
    UPDATE blobs SET value = replace(value, '"high"', '"low"') WHERE id = 2;
    DELETE FROM unaffected_package_handles;
    INSERT INTO packages VALUES (9, 'npm', 'a'), (10, 'gem', 'rack');
    INSERT INTO affected_package_handles VALUES (9, 2, NULL, 9, 6), (10, 2, NULL, 10, 6);
  `);
  assert.deepEqual(changes, [
    'changed cpe left-pad',
    'added ecosystem-gem rack',
    'added ecosystem-npm a',
    'changed ecosystem-npm left-pad',
    'changed os-alpine 3.10 apk musl',
    'changed os-alpine 3.9 apk musl',
    'removed os-redhat 9.4+eus~rhel rpm nginx',
  ]);
});

test('lists the added, removed and changed vulnerabilities of each package', async () => {
  const changes = await compareChanged(
    `
    UPDATE blobs SET value = replace(value, '"high"', '"low"') WHERE id = 2;
    DELETE FROM unaffected_package_handles;
    INSERT INTO vulnerability_handles VALUES (9, 'CVE-2026-0002', '', NULL, NULL, NULL, 'alpine', 1);
    INSERT INTO affected_package_handles VALUES (9, 9, 1, 1, 5);
  `,
    (before, after) => [...diffPackages(before, after)],
  );
  const formatChange = ({ name, shard, added, removed, modified }: PackageChange): string =>
    `${shard} ${name}: +${added.join()} -${removed.join()} ~${formatEntries(modified)}`;
  assert.deepEqual(changes.map(formatChange), [
    'cpe left-pad: + - ~GHSA-aaaa-bbbb-cccc severity',
    'ecosystem-npm left-pad: + - ~GHSA-aaaa-bbbb-cccc severity',
    'os-alpine Musl: +CVE-2026-0002 - ~',
    'os-redhat nginx: + -CVE-2020-0001 ~',
  ]);
});

function formatEntries(entries: PackageChange['modified']): string {
  return entries.map(({ id, kinds }) => `${id} ${kinds.join(' ')}`).join();
}

test('reports how the statements about a vulnerability changed', async () => {
  const listKinds = async (change: string): Promise<string | undefined> => {
    const changes = await compareChanged(change, (before, after) => [
      ...diffPackages(before, after),
    ]);
    const musl = changes.find(({ shard, key }) => shard === 'os-alpine' && key[0] === '3.9');
    return musl?.modified.map(({ kinds }) => kinds.join(' ')).join();
  };
  const replace = (from: string, to: string, id: number): string =>
    `UPDATE blobs SET value = replace(value, '${from}', '${to}') WHERE id = ${id}`;
  assert.equal(await listKinds(replace('< 1.1.24-r3', '< 1.1.24-r4', 5)), 'range');
  assert.equal(
    await listKinds(replace('"version":"1.1.24-r3"', '"version":"1.1.24-r4"', 5)),
    'fix',
  );
  assert.equal(await listKinds(replace('"fixed"', '"wont-fix"', 5)), 'state');
  assert.equal(
    await listKinds("UPDATE vulnerability_handles SET status = 'rejected' WHERE id = 1"),
    'withdrawn',
  );
});

test('requires two databases', () => {
  const nowhere = path.join(os.tmpdir(), 'plimsoll-no-such-folder');
  assert.throws(() => [...diffPackages(nowhere, nowhere)], { code: 'E_DB_MISSING' });
});
