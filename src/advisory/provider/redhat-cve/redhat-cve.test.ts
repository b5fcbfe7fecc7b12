import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../feed.fixture.ts';
import { redhatCve } from './redhat-cve.ts';

const RHEL_8 = 'cpe:/o:redhat:enterprise_linux:8';

async function read(members: object) {
  const { items, problems } = await readFeed(redhatCve, {
    name: 'CVE-2024-2961',
    threat_severity: 'Important',
    public_date: '2024-04-17T00:00:00Z',
    cvss3: { cvss3_scoring_vector: 'CVSS:3.1/AV:L/AC:H/PR:N/UI:R/S:U/C:H/I:H/A:H' },
    details: ['From NVD.', 'From Red Hat.'],
    references: ['https://a.example\nhttps://b.example'],
    ...members,
  });
  const [item] = items;
  const lines = item?.statements.map(({ system, statement }) => {
    const [range] = statement.ranges;
    const release = [system?.majorVersion, system?.minorVersion, system?.channel].join('/');
    const module = statement.qualifiers?.modularity ?? '-';
    return `${release} ${statement.packageName} [${module}] ${statement.effect} ${range?.constraint} ${range?.fix?.state}`;
  });
  return { item, lines, problems: problems.map(({ message }) => message) };
}

test('reads a record and its fixed builds', async () => {
  const { item, lines, problems } = await read({
    affected_release: [
      {
        product_name: 'Red Hat Enterprise Linux 8',
        release_date: '2024-05-22T00:00:00Z',
        advisory: 'RHSA-2024:3269',
        cpe: 'cpe:/a:redhat:enterprise_linux:8',
        package: 'glibc-0:2.28-251.el8_10.2',
      },
      {
        product_name: 'Red Hat Enterprise Linux 9.2 Extended Update Support',
        advisory: 'RHSA-2024:3423',
        cpe: 'cpe:/o:redhat:rhel_eus:9.2',
        package: 'glibc-0:2.34-60.el9_2.14',
      },
    ],
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(lines, [
    '8// glibc [] affected < 0:2.28-251.el8_10.2 fixed',
    '9/2/eus glibc [] affected < 0:2.34-60.el9_2.14 fixed',
  ]);
  assert.equal(item?.record.description, 'From Red Hat.');
  assert.deepEqual(
    item.record.severities.map(({ scheme, rank }) => [scheme, rank]),
    [
      ['CHMLN', 1],
      ['CVSS', 2],
    ],
  );
  assert.equal(item.record.references.length, 3);
  assert.deepEqual(item.statements[0]?.statement.ranges[0]?.fix?.available, {
    date: '2024-05-22',
    kind: 'advisory',
  });
});

test('reads each state of a package', async () => {
  const states: readonly (readonly [string, string])[] = [
    ['Affected', 'affected  not-fixed'],
    ['Fix deferred', 'affected  not-fixed'],
    ['Will not fix', 'affected  wont-fix'],
    ['Out of support scope', 'affected  wont-fix'],
    ['Under investigation', 'affected  unknown'],
    ['Not affected', 'unaffected  not-affected'],
  ];
  for (const [fix_state, stated] of states) {
    const { lines } = await read({
      package_state: [{ cpe: RHEL_8, fix_state, package_name: 'glibc' }],
    });
    assert.deepEqual(lines, [`8// glibc [] ${stated}`]);
  }
});

test('reads the module of a package, which releases before 8 do not have', async () => {
  const { lines } = await read({
    package_state: [
      { cpe: RHEL_8, fix_state: 'Affected', package_name: 'mariadb:10.3/mariadb' },
      {
        cpe: 'cpe:/o:redhat:enterprise_linux:7',
        fix_state: 'Affected',
        package_name: 'mariadb',
      },
    ],
  });
  assert.deepEqual(lines, [
    '8// mariadb [mariadb:10.3] affected  not-fixed',
    '7// mariadb [-] affected  not-fixed',
  ]);
});

test('reports every element that is left out', async () => {
  const { lines, problems } = await read({
    affected_release: [
      { cpe: RHEL_8, product_name: 'A', package: 'nodejs:16-8070020230306170042.bd1311ed' },
      { cpe: RHEL_8, product_name: 'A' },
      { cpe: 'cpe:/a:redhat:openshift:4.12::el8', product_name: 'B', package: 'a-0:1-1.el8' },
    ],
    package_state: [
      { cpe: RHEL_8, product_name: 'C', fix_state: 'Affected', package_name: 'firefox:flatpak/a' },
      { cpe: RHEL_8, product_name: 'C', fix_state: 'Affected', package_name: 'rhel8/nodejs-16' },
      { cpe: RHEL_8, product_name: 'C', fix_state: 'Odd', package_name: 'a' },
    ],
  });
  assert.deepEqual(lines, []);
  assert.deepEqual(problems, [
    'CVE-2024-2961 is about a module or an image without versions of packages: A',
    'CVE-2024-2961 is about no package: A',
    'CVE-2024-2961 is about a product outside of the distribution: B',
    'CVE-2024-2961 is about a Flatpak: C',
    'CVE-2024-2961 is about an image without versions of packages: C',
    'CVE-2024-2961 is about a package with an unknown state: C',
  ]);
});
