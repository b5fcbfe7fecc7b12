import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { scanWithFeed } from '../../../../test/support/feed-scan.ts';
import { listWords, readFeed } from '../feed.fixture.ts';
import { fedoraBodhi } from './fedora-bodhi.ts';

/** Facts of FEDORA-2023-f6ff3f85eb, shortened. */
const HTTPD = {
  alias: 'FEDORA-2023-f6ff3f85eb',
  title: 'httpd-2.4.55-1.fc37',
  notes: 'new version 2.4.55, see also CVE-2022-36760.',
  type: 'security',
  status: 'stable',
  severity: 'medium',
  date_stable: '2023-01-28 01:24:53',
  release: { name: 'F37', version: '37', id_prefix: 'FEDORA' },
  bugs: [{ title: 'CVE-2022-37436 httpd: mod_proxy: HTTP response splitting [fedora-all]' }],
  builds: [{ nvr: 'httpd-2.4.55-1.fc37', type: 'rpm', epoch: 2 }],
};

test('states the source packages of an update under the CVEs of its bugs and notes', async () => {
  for (const document of [HTTPD, [HTTPD], { updates: [HTTPD], page: 1 }]) {
    const { items, problems } = await readFeed(fedoraBodhi, document);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      items.flatMap(({ record, statements }) =>
        statements.map(({ system, statement: { packageName, ranges } }) =>
          [
            record.id,
            listWords(record).join(),
            `${system?.name} ${system?.majorVersion}`,
            packageName,
            ranges[0]?.constraint,
            ranges[0]?.fix?.available?.date,
          ].join(', '),
        ),
      ),
      [
        'CVE-2022-36760, medium, fedora 37, httpd, < 2:2.4.55-1.fc37, 2023-01-28',
        'CVE-2022-37436, medium, fedora 37, httpd, < 2:2.4.55-1.fc37, 2023-01-28',
      ],
    );
  }
});

test('counts everything that it leaves out by cause', async () => {
  const epel = { name: 'EPEL-7', version: '7', id_prefix: 'FEDORA-EPEL' };
  const modular = { name: 'F38M', version: '38', id_prefix: 'FEDORA-MODULAR' };
  const { items, omissions } = await readFeed(fedoraBodhi, [
    { ...HTTPD, alias: 'x' },
    { ...HTTPD, status: 'testing' },
    { ...HTTPD, type: 'bugfix', bugs: [] },
    { ...HTTPD, release: epel },
    { ...HTTPD, release: modular },
    { ...HTTPD, builds: [{ nvr: 'nodejs', type: 'rpm' }] },
  ]);
  assert.deepEqual(items, []);
  assert.deepEqual(
    omissions.map(({ leftOut, cause }) => `${leftOut}: ${cause}`),
    [
      'record: no id',
      'record: update that is not stable',
      'record: erratum without a vulnerability',
      'record: update of another repository than that of a release',
      'record: update of another repository than that of a release',
      'part: malformed build',
      'record: no packages',
    ],
  );
});

test('counts the pages of a list that continues', async () => {
  const page = { updates: [HTTPD], page: 1, pages: 2 };
  assert.deepEqual((await readFeed(fedoraBodhi, page)).omissions, [
    { leftOut: 'part', cause: 'further pages of the list' },
  ]);
  assert.deepEqual((await readFeed(fedoraBodhi, { ...page, page: 2 })).omissions, []);
});

suite('a scan of Fedora', () => {
  const scan = async (version: string, epoch: number) => {
    const { findings } = await scanWithFeed({
      provider: 'fedora-bodhi',
      documents: { 'httpd.json': HTTPD },
      system: ['ID=fedora', 'VERSION_ID=37'],
      manager: 'rpm',
      packages: [{ name: 'httpd-core', source: 'httpd', version, epoch }],
    });
    return findings.map((line) => line.split(' ')[2]);
  };

  test('finds a package below its fixed version, and none from it on', async () => {
    const ids = ['CVE-2022-36760', 'CVE-2022-37436'];
    assert.deepEqual(await scan('2.4.54-9.fc37', 2), ids);
    assert.deepEqual(await scan('2.4.55-1.fc37', 2), []);
    assert.deepEqual(await scan('2.4.55-1.fc37', 1), ids);
  });
});
