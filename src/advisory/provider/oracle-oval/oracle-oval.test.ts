import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../feed.fixture.ts';
import { createBound, createOvalDocument, type StatedTest } from '../oval.fixture.ts';
import { oracleOval } from './oracle-oval.ts';

/** A build of an architecture; `module` is enabled for it. */
interface Build {
  readonly name: string;
  readonly version: string;
  readonly architecture?: string;
  readonly module?: string;
}

async function read(builds: readonly Build[], { release = '8', metadata = '' } = {}) {
  const written = createOvalDocument([
    {
      definitionClass: 'patch',
      metadata: `<title>
ELSA-2021-9151:  openssl security update (IMPORTANT)
</title><reference source="elsa" ref_id="ELSA-2021-9151"/><reference source="CVE" ref_id="CVE-2021-3449"/>
<advisory><severity>IMPORTANT</severity><issued date="2021-03-26"/>
<cve cvss3="5.9/CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H">CVE-2021-3449</cve>${metadata}</advisory>`,
      criteria: {
        all: [
          [
            `Oracle Linux ${release} is installed`,
            'oraclelinux-release',
            `<version operation="pattern match">^${release}</version>`,
          ],
          { any: builds.map(toCriteria) },
        ],
      },
    },
  ]);
  const { items, omissions } = await readFeed(oracleOval, written);
  const lines = items.flatMap(({ statements }) =>
    statements.map(({ system, statement }) => {
      const { packageName, qualifiers, ranges } = statement;
      const architecture = qualifiers?.architecture ?? '';
      return `${system?.name} ${system?.majorVersion} ${packageName} [${qualifiers?.modularity ?? '-'}] ${architecture} ${ranges[0]?.constraint}`;
    }),
  );
  return { items, lines, causes: omissions.map(({ cause }) => cause) };
}

function toCriteria({ name, version, architecture = 'x86_64', module }: Build) {
  const enabled: readonly StatedTest[] =
    module === undefined ? [] : [[`Module ${module} is enabled`, '', '<text>stream</text>']];
  const all: readonly StatedTest[] = [
    [
      `Oracle Linux arch is ${architecture}`,
      'oraclelinux-release',
      `<arch operation="pattern match">${architecture}</arch>`,
    ],
    ...enabled,
    [`${name} is earlier than ${version}`, name, createBound('less than', version)],
    [
      `${name} is signed with the Oracle Linux 8 key`,
      name,
      '<signature_keyid operation="equals">82562ea9ad986da3</signature_keyid>',
    ],
  ];
  return { all };
}

test('reads an erratum with its severity, score and date', async () => {
  const { items, lines, causes } = await read([{ name: 'bind', version: '30:9.3.3-8.el5' }], {
    release: '5',
  });
  assert.deepEqual(causes, []);
  assert.deepEqual(lines, ['oraclelinux 5 bind [-]  < 30:9.3.3-8.el5']);
  const [item] = items;
  assert.equal(item?.record.id, 'CVE-2021-3449');
  assert.equal(item.record.description, 'openssl security update');
  assert.deepEqual(
    item.record.severities.map(({ value }) => (typeof value === 'string' ? value : value.version)),
    ['high', '3.1'],
  );
  const fix = item.statements[0]?.statement.ranges[0]?.fix;
  assert.equal(fix?.references[0]?.id, 'ELSA-2021-9151');
  assert.equal(fix.available?.date, '2021-03-26');
});

test('limits a build to its architectures if the others have another build', async () => {
  const { lines } = await read([
    { name: 'rsyslog', version: '0:8.24.0-57.0.4.el7_9.3', architecture: 'aarch64' },
    { name: 'rsyslog', version: '0:8.24.0-57.0.1.el7_9.3' },
    { name: 'bind', version: '0:1-1', architecture: 'aarch64' },
    { name: 'bind', version: '0:1-1' },
  ]);
  assert.deepEqual(lines, [
    'oraclelinux 8 rsyslog [] aarch64 < 0:8.24.0-57.0.4.el7_9.3',
    'oraclelinux 8 rsyslog [] x86_64 < 0:8.24.0-57.0.1.el7_9.3',
    'oraclelinux 8 bind []  < 0:1-1',
  ]);
});

test('reads the module that a build belongs to', async () => {
  const version = '0:1.3.18-21.module+el8.7.0+21037+8ee66348';
  const { lines } = await read([{ name: 'hivex', version, module: 'virt:kvm_utils' }]);
  assert.deepEqual(lines, [`oraclelinux 8 hivex [virt:kvm_utils]  < ${version}`]);
  const unstated = await read([{ name: 'hivex', version }]);
  assert.deepEqual(unstated.lines, [`oraclelinux 8 hivex [-]  < ${version}`]);
});

test('limits builds of Ksplice and FIPS to packages with their epoch', async () => {
  const { lines, causes } = await read([
    { name: 'openssl', version: '2:1.1.1g-15.ksplice1.el8_3' },
    { name: 'gnutls', version: '10:3.6.16-4.0.1.el8_fips' },
    { name: 'glibc', version: '0:2.28-1.ksplice1.el8' },
  ]);
  assert.deepEqual(lines, [
    'oraclelinux 8 openssl []  >= 2:0, < 2:1.1.1g-15.ksplice1.el8_3',
    'oraclelinux 8 gnutls []  >= 10:0, < 10:3.6.16-4.0.1.el8_fips',
  ]);
  assert.deepEqual(causes, ['build of Ksplice or FIPS whose epoch is that of the usual builds']);
});

test('reports definitions and conditions that are not fixed builds', async () => {
  const metadata = '<reference source="CVE" ref_id="CVE-2021-3449"/>';
  const bound: StatedTest = ['a is 1', 'a', createBound('equals', '1')];
  const { items, omissions } = await readFeed(
    oracleOval,
    createOvalDocument([
      { definitionClass: 'vulnerability', metadata, criteria: { all: [bound] } },
      {
        definitionClass: 'patch',
        metadata: `<reference source="elsa" ref_id="ELSA-2021-9151"/>${metadata}`,
        criteria: { any: [bound] },
      },
    ]),
  );
  assert.deepEqual(
    items.flatMap(({ statements }) => statements),
    [],
  );
  assert.deepEqual(
    omissions.map(({ leftOut, cause }) => `${leftOut}: ${cause}`),
    ['record: definition that is not an erratum', 'statement: build without a release'],
  );
});
