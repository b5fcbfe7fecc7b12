import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanWithFeed } from '../../../../test/support/feed-scan.ts';
import { readFeed } from '../feed.fixture.ts';
import { minimosSecdb } from './minimos-secdb.ts';

/** Facts of the published document, shortened. */
const DOCUMENT = {
  reponame: 'os',
  urlprefix: 'https://packages.mini.dev',
  packages: [{ pkg: { name: 'brotli', secfixes: { '1.0.9-r0': ['CVE-2020-8927'] } } }],
};

async function scanPackage(version: string): Promise<readonly string[]> {
  const { findings, gaps } = await scanWithFeed({
    provider: 'minimos-secdb',
    documents: { 'security.json': DOCUMENT },
    system: ['ID=minimos', 'VERSION_ID="20230214"'],
    manager: 'apk',
    packages: [{ name: 'brotli', version }],
  });
  assert.deepEqual(gaps, []);
  return findings;
}

test('a scan finds a package below its fixed version, and none from it on', async () => {
  assert.deepEqual(await scanPackage('1.0.8-r3'), [
    'brotli 1.0.8-r3: CVE-2020-8927 unknown → 1.0.9-r0',
  ]);
  assert.deepEqual(await scanPackage('1.0.9-r0'), []);
});

test('rejects the repository of another distribution', async () => {
  for (const urlprefix of ['https://packages.example.com', undefined]) {
    const { items, problems } = await readFeed(minimosSecdb, { ...DOCUMENT, urlprefix });
    assert.deepEqual([items, problems.length], [[], 1]);
  }
});
