import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type RecordedPackage, scanWithFeed } from '../../../../test/support/feed-scan.ts';
import { readFeed } from '../feed.fixture.ts';
import { rootioFeed } from './rootio-feed.ts';

/** Facts of the feed, shortened. */
const FEED = {
  alpine: [createRelease('3.19', 'botan', 'CVE-2024-50382', '2.19.5-r00071')],
  debian: [createRelease('12', 'mbedtls', 'CVE-2024-23775', '2.28.3-1.root.io.1')],
};

function createRelease(distroversion: string, name: string, id: string, fixed: string): object {
  const issue = { vulnerable_ranges: [`<${fixed}`], fixed_versions: [fixed] };
  return { distroversion, packages: [{ pkg: { name, cves: { [id]: issue } } }] };
}

test('states which rebuilds are affected, and which are not', async () => {
  const { items, problems } = await readFeed(rootioFeed, FEED);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    items.flatMap(({ record, statements }) =>
      statements.map(({ system, statement: { packageName, effect, ranges, qualifiers } }) =>
        [
          record.id,
          `${system?.name} ${system?.majorVersion}.${system?.minorVersion}`,
          packageName,
          effect,
          ranges[0]?.constraint,
          qualifiers?.rootIo,
        ].join(', '),
      ),
    ),
    [
      'CVE-2024-50382, alpine 3.19, botan, affected, < 2.19.5-r00071, true',
      'CVE-2024-50382, alpine 3.19, botan, unaffected, >= 2.19.5-r00071, true',
      'CVE-2024-23775, debian 12., mbedtls, affected, < 2.28.3-1.root.io.1, true',
      'CVE-2024-23775, debian 12., mbedtls, unaffected, >= 2.28.3-1.root.io.1, true',
    ],
  );
});

test('counts everything that it leaves out by cause', async () => {
  const { omissions } = await readFeed(rootioFeed, {
    plan9: [createRelease('4', 'a', 'CVE-2024-0001', '1')],
    alpine: [
      createRelease('3.19', '', 'CVE-2024-0001', '1'),
      createRelease('3.19', 'a', 'x', '1'),
      createRelease('3.19', 'a', 'CVE-2024-0001', '< 1 || 2'),
      { distroversion: '3.20', packages: [null, { pkg: { name: 'a' } }] },
      null,
    ],
  });
  assert.deepEqual(
    omissions.map(({ leftOut, cause }) => `${leftOut}: ${cause}`),
    [
      'record: unknown release',
      'record: malformed entry',
      'record: malformed entry',
      'record: malformed entry',
      'record: package without vulnerabilities',
      'record: package without vulnerabilities',
      'record: unknown release',
    ],
  );
});

suite('a scan of a rebuild', () => {
  const scan = async (manager: 'apk' | 'dpkg', item: RecordedPackage) => {
    const isAlpine = manager === 'apk';
    const { findings } = await scanWithFeed({
      provider: 'rootio-feed',
      documents: { 'cve_feed.json': FEED },
      system: isAlpine ? ['ID=alpine', 'VERSION_ID=3.19.1'] : ['ID=debian', 'VERSION_ID="12"'],
      manager,
      packages: [item],
    });
    return findings.map((line) => line.split(' ')[2]);
  };

  test('finds a package below its fixed version, and none from it on', async () => {
    const found = await scan('apk', { name: 'rootio-botan', version: '2.19.5-r00070' });
    assert.deepEqual(found, ['CVE-2024-50382']);
    assert.deepEqual(await scan('apk', { name: 'rootio-botan', version: '2.19.5-r00071' }), []);
    const older = { name: 'mbedtls', version: '2.28.3-1.root.io.0' };
    assert.deepEqual(await scan('dpkg', older), ['CVE-2024-23775']);
    assert.deepEqual(await scan('dpkg', { ...older, version: '2.28.3-1.root.io.1' }), []);
  });

  test('does not find a package of the distribution', async () => {
    assert.deepEqual(await scan('apk', { name: 'botan', version: '2.19.4-r0' }), []);
    assert.deepEqual(await scan('dpkg', { name: 'mbedtls', version: '2.28.2-1' }), []);
  });
});
