import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanWithFeed } from '../../../../test/support/feed-scan.ts';
import { readFeed } from '../feed.fixture.ts';
import { secureosSecdb } from './secureos-secdb.ts';

/** Facts of the published document, shortened. */
const DOCUMENT = {
  distroversion: 'v1',
  urlprefix: 'https://apk.cve0.io',
  packages: [{ pkg: { name: 'redis-8.0', secfixes: { '8.0.4': ['CVE-2025-49844'] } } }],
};

async function scanPackage(version: string): Promise<readonly string[]> {
  const { findings, gaps } = await scanWithFeed({
    provider: 'secureos-secdb',
    documents: { 'security.json': DOCUMENT },
    system: ['ID=secureos', 'VERSION_ID="20230214"'],
    manager: 'apk',
    packages: [{ name: 'redis-8.0', version }],
  });
  assert.deepEqual(gaps, []);
  return findings;
}

test('a scan finds a package below its fixed version, and none from it on', async () => {
  assert.deepEqual(await scanPackage('8.0.3'), ['redis-8.0 8.0.3: CVE-2025-49844 unknown → 8.0.4']);
  assert.deepEqual(await scanPackage('8.0.4'), []);
});

test('rejects the repository of another distribution', async () => {
  for (const urlprefix of ['https://packages.example.com', undefined]) {
    const { items, problems } = await readFeed(secureosSecdb, { ...DOCUMENT, urlprefix });
    assert.deepEqual([items, problems.length], [[], 1]);
  }
});

test('reads a vulnerability without a fix', async () => {
  const pkg = { name: 'rqlite-9.3-client', secfixes: { None: ['CVE-2022-4203'] } };
  const { items } = await readFeed(secureosSecdb, { ...DOCUMENT, packages: [{ pkg }] });
  assert.deepEqual(items[0]?.statements[0]?.statement.ranges, [
    { scheme: 'apk', constraint: '', fix: { state: 'not-fixed', references: [] } },
  ]);
});
