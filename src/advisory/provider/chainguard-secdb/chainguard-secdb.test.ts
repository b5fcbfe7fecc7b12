import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanWithFeed } from '../../../../test/support/feed-scan.ts';
import { readFeed } from '../feed.fixture.ts';
import { chainguardSecdb } from './chainguard-secdb.ts';

/** Facts of the published document, shortened. */
const DOCUMENT = {
  reponame: 'chainguard',
  urlprefix: 'https://packages.cgr.dev',
  packages: [{ pkg: { name: 'grafana', secfixes: { '7.5.19-r0': ['CVE-2022-31107'] } } }],
};

async function scanPackage(version: string): Promise<readonly string[]> {
  const { findings, gaps } = await scanWithFeed({
    provider: 'chainguard-secdb',
    documents: { 'security.json': DOCUMENT },
    system: ['ID=chainguard', 'VERSION_ID="20230214"'],
    manager: 'apk',
    packages: [{ name: 'grafana', version }],
  });
  assert.deepEqual(gaps, []);
  return findings;
}

test('a scan finds a package below its fixed version, and none from it on', async () => {
  assert.deepEqual(await scanPackage('7.5.18-r1'), [
    'grafana 7.5.18-r1: CVE-2022-31107 unknown → 7.5.19-r0',
  ]);
  assert.deepEqual(await scanPackage('7.5.19-r0'), []);
});

test('rejects the repository of another distribution', async () => {
  for (const urlprefix of ['https://packages.example.com', undefined]) {
    const { items, problems } = await readFeed(chainguardSecdb, { ...DOCUMENT, urlprefix });
    assert.deepEqual([items, problems.length], [[], 1]);
  }
});
