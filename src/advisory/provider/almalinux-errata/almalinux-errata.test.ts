import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { scanWithFeed } from '../../../../test/support/feed-scan.ts';
import { readFeed } from '../feed.fixture.ts';
import { almalinuxErrata } from './almalinux-errata.ts';

/** Facts of ALSA-2019:3708, shortened. */
const MARIADB = {
  id: 'ALSA-2019:3708',
  issued_date: 1_572_983_623,
  updated_date: 1_651_142_818,
  severity: 'Moderate',
  title: 'Moderate: mariadb:10.3 security and bug fix update',
  type: 'security',
  packages: [
    createPackage(
      'Judy',
      '18.module_el8.5.0+2632+14ced695',
      'x86_64',
      'mariadb:10.3:805:c536:x86_64',
    ),
    createPackage(
      'Judy',
      '18.module_el8.6.0+2867+72759d2f',
      'ppc64le',
      'mariadb:10.3:806:9edb:ppc64le',
    ),
    createPackage('galera', '1.el8', 'x86_64'),
    createPackage('galera', '1.el8', 'aarch64'),
  ],
  references: [
    { id: 'CVE-2019-2510', type: 'cve', href: 'https://example.com/CVE-2019-2510' },
    { id: 'CVE-2019-2537', type: 'cve', href: 'https://example.com/CVE-2019-2537' },
  ],
};

function createPackage(name: string, release: string, arch: string, module?: string): object {
  return { name, epoch: '0', version: '1.0.5', release, arch, ...(module && { module }) };
}

test('states the first unaffected build of each package under the erratum', async () => {
  for (const document of [MARIADB, { schema_version: '1.0', data: [MARIADB] }]) {
    const { items, problems } = await readFeed(almalinuxErrata, document);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      items.flatMap(({ record, statements }) =>
        statements.map(({ system, statement: { packageName, effect, ranges, qualifiers, cves } }) =>
          [
            record.id,
            cves.join(' '),
            system?.majorVersion,
            packageName,
            effect,
            ranges[0]?.constraint,
            JSON.stringify(qualifiers ?? {}),
          ].join(', '),
        ),
      ),
      [
        'ALSA-2019:3708, CVE-2019-2510 CVE-2019-2537, 8, Judy, unaffected, >= 1.0.5-18.module_el8.5.0+2632+14ced695, {"modularity":"mariadb:10.3","architecture":"x86_64"}',
        'ALSA-2019:3708, CVE-2019-2510 CVE-2019-2537, 8, Judy, unaffected, >= 1.0.5-18.module_el8.6.0+2867+72759d2f, {"modularity":"mariadb:10.3","architecture":"ppc64le"}',
        'ALSA-2019:3708, CVE-2019-2510 CVE-2019-2537, 8, galera, unaffected, >= 1.0.5-1.el8, {"modularity":""}',
      ],
    );
    assert.equal(items[0]?.record.publishedAt, '2019-11-05T19:53:43.000Z');
  }
});

test('counts everything that it leaves out by cause', async () => {
  const { items, omissions } = await readFeed(almalinuxErrata, [
    { ...MARIADB, id: 'x' },
    { ...MARIADB, id: 'ALBA-2021:3049', type: 'bugfix', references: [] },
    { ...MARIADB, packages: [createPackage('a', '1', 'noarch')] },
    { ...MARIADB, packages: [createPackage('', '1.el8', 'noarch')] },
  ]);
  assert.deepEqual(items, []);
  assert.deepEqual(
    omissions.map(({ leftOut, cause }) => `${leftOut}: ${cause}`),
    [
      'record: no id',
      'record: erratum without a vulnerability',
      'record: no release',
      'part: malformed package',
      'record: no packages',
    ],
  );
});

suite('a scan of AlmaLinux', () => {
  const scan = async (version: string) => {
    const { findings } = await scanWithFeed({
      provider: 'almalinux-errata',
      documents: { 'errata.full.json': { data: [MARIADB] } },
      system: ['ID="almalinux"', 'ID_LIKE="rhel centos fedora"', 'VERSION_ID="8.10"'],
      manager: 'rpm',
      packages: [{ name: 'galera', version }],
    });
    return findings;
  };

  test('finds a package below its first unaffected build, and none from it on', async () => {
    assert.deepEqual(await scan('1.0.5-0.el8'), [
      'galera 1.0.5-0.el8: ALSA-2019:3708 medium → 1.0.5-1.el8',
    ]);
    assert.deepEqual(await scan('1.0.5-1.el8'), []);
  });
});
