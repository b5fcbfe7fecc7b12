import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { scanWithFeed } from '../../../../test/support/feed-scan.ts';
import { readFeed } from '../feed.fixture.ts';
import { echoAdvisories } from './echo-advisories.ts';

/** Facts of Echo's list. */
const PACKAGES = {
  'aardvark-dns': {},
  nginx: { 'CVE-2021-3618': { fixed_version: '1.21.0' }, 'CVE-2009-2940': {} },
  'firefox-esr': { 'CVE-2025-4084': { fixed_version: '0' } },
  linux: { 'TEMP-0000000-F7A20F': { fixed_version: '1' } },
};

test('reads fixes, open vulnerabilities and those that never affected a package', async () => {
  const { items, problems } = await readFeed(echoAdvisories, PACKAGES);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    items.flatMap(({ record, statements }) =>
      statements.map(({ system, statement: { packageName, effect, ranges } }) =>
        [
          record.id,
          system?.name,
          packageName,
          effect,
          `${ranges[0]?.constraint} ${ranges[0]?.fix?.state}`.trim(),
        ].join(', '),
      ),
    ),
    [
      'CVE-2021-3618, echo, nginx, affected, < 1.21.0 fixed',
      'CVE-2009-2940, echo, nginx, affected, not-fixed',
      'CVE-2025-4084, echo, firefox-esr, unaffected, not-affected',
      'TEMP-0000000-F7A20F, echo, linux, affected, < 1 fixed',
    ],
  );
});

test('counts everything that it leaves out by cause', async () => {
  const { omissions } = await readFeed(echoAdvisories, { a: 7, b: { 'not an id': {} } });
  assert.deepEqual(
    omissions.map(({ leftOut, cause }) => `${leftOut}: ${cause}`),
    ['record: malformed package', 'record: no known id'],
  );
});

suite('a scan of Echo', () => {
  const scan = async (version: string) => {
    const { findings, gaps } = await scanWithFeed({
      provider: 'echo-advisories',
      documents: { 'data.json': PACKAGES },
      system: ['ID=echo', 'ID_LIKE=debian', 'VERSION_ID="1"'],
      manager: 'dpkg',
      packages: [{ name: 'nginx', version }],
    });
    assert.deepEqual(gaps, []);
    return findings;
  };

  test('finds a package below its fixed version, and an unfixed one', async () => {
    assert.deepEqual(await scan('1.20.9'), [
      'nginx 1.20.9: CVE-2009-2940 unknown → not-fixed',
      'nginx 1.20.9: CVE-2021-3618 unknown → 1.21.0',
    ]);
    assert.deepEqual(await scan('1.21.0'), ['nginx 1.21.0: CVE-2009-2940 unknown → not-fixed']);
  });
});
