import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../feed.fixture.ts';
import { createBound, createOvalDocument, type StatedTest } from '../oval.fixture.ts';
import { suseOval } from './suse-oval.ts';

const NO_BUILD = '0:0-0';

/** The state of a package in a product. */
type Stated = readonly [product: string, packageName: string, state: string];

function createProductTest(product: string): StatedTest {
  return [`${product} is installed`, 'sles-release', '<version operation="equals">15</version>'];
}

async function read(stated: readonly Stated[], definitionClass = 'vulnerability') {
  const { items, omissions } = await readFeed(
    suseOval,
    createOvalDocument([
      {
        definitionClass,
        metadata: `<title>CVE-2021-29154</title><description>
    BPF JIT compilers
    </description><advisory><severity>Important</severity><issued date="2021-04-30"/>
<cve cvss3="7/CVSS:3.1/AV:L/AC:H/PR:L/UI:N/S:U/C:H/I:H/A:H">CVE-2021-29154 at SUSE</cve>
<cve cvss3="7.8/CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H">CVE-2021-29154 at NVD</cve></advisory>`,
        criteria: {
          any: stated.map(([product, packageName, state]) => ({
            all: [
              createProductTest(product),
              [`${packageName} 1`, packageName, state],
              [
                `${packageName} is signed with openSUSE key`,
                packageName,
                '<signature_keyid operation="equals">b88b2fd43dbdc284</signature_keyid>',
              ],
            ],
          })),
        },
      },
    ]),
  );
  const lines = items.flatMap(({ record, statements }) =>
    statements.map(({ system, statement }) => {
      const [range] = statement.ranges;
      const { name, majorVersion, minorVersion, channel } = system ?? {};
      return `${record.provider} ${[name, majorVersion, minorVersion, channel].join('/')} ${statement.packageName} ${statement.effect} ${range?.constraint} ${range?.fix?.state}`;
    }),
  );
  return { items, lines, causes: omissions.map(({ cause }) => cause) };
}

test('reads fixed, affected and not affected packages of each product', async () => {
  const { items, lines } = await read([
    [
      'SUSE Linux Enterprise Server 15-LTSS',
      'kernel-default',
      createBound('less than', '0:4.12.14-150.72.1'),
    ],
    ['SUSE Linux Enterprise Server 16.0', 'tar', createBound('greater than', NO_BUILD)],
    ['SUSE Linux Micro 6.1', 'kernel-source', '<version operation="equals">0</version>'],
    ['openSUSE Leap 15.3', 'kernel-debug', createBound('less than', '0:5.3.18-57.3')],
  ]);
  assert.deepEqual(lines, [
    'sles sles/15//ltss kernel-default affected < 4.12.14-150.72.1 fixed',
    'sles sles/16/0/ tar affected  not-fixed',
    'sles sl-micro/6/1/ kernel-source unaffected  not-affected',
    'opensuse opensuseleap/15/3/ kernel-debug affected < 5.3.18-57.3 fixed',
  ]);
  const [item] = items;
  assert.equal(item?.record.description, 'BPF JIT compilers');
  assert.equal(item.record.publishedAt, '2021-04-30');
  assert.deepEqual(
    item.record.severities.map(({ value }) => (typeof value === 'string' ? value : value.vector)),
    ['high', 'CVSS:3.1/AV:L/AC:H/PR:L/UI:N/S:U/C:H/I:H/A:H'],
  );
});

test('lets a fix in one product of a release prevail over the state of another', async () => {
  const bound = createBound('less than', '0:4.15-1.1');
  const { lines, causes } = await read([
    [
      'SUSE Linux Enterprise High Availability Extension 15 SP4',
      'samba',
      createBound('equals', NO_BUILD),
    ],
    ['SUSE Linux Enterprise Module for Basesystem 15 SP4', 'samba', bound],
    ['SUSE Linux Enterprise Server 15 SP4', 'samba', bound],
  ]);
  assert.deepEqual(lines, ['sles sles/15/4/ samba affected < 4.15-1.1 fixed']);
  assert.deepEqual(causes, [
    'superseded by the state "fixed"',
    'repeated for another product of the release',
  ]);
});

test('reports conditions that are left out', async () => {
  const { lines, causes } = await read([
    ['SUSE Manager Server 4.3', 'salt', createBound('less than', '1-1')],
    ['SUSE Linux Enterprise Server 15 SP4', 'kernel-default', createBound('equals', '0:5.14-1')],
  ]);
  assert.deepEqual(lines, []);
  assert.deepEqual(causes, [
    'about a product outside of the distribution',
    'about a package without a fixed build',
  ]);
});

test('leaves out an alternative for a live patch', async () => {
  const { items, omissions } = await readFeed(
    suseOval,
    createOvalDocument([
      {
        definitionClass: 'vulnerability',
        metadata: '<title>CVE-2021-29154</title>',
        criteria: {
          all: [
            createProductTest('SUSE Linux Enterprise Server 15 SP1'),
            {
              any: [
                ['kernel', 'kernel-default', createBound('less than', '0:4.12.14-197.89.2')],
                {
                  all: [
                    ['kernel', 'kernel-default', createBound('equals', '0:4.12.14-197.83.1')],
                    [
                      'no patch',
                      'kernel-livepatch',
                      createBound('greater than or equal', '0:4-2.1'),
                    ],
                  ],
                },
              ],
            },
          ],
        },
      },
    ]),
  );
  assert.deepEqual(
    items.flatMap(({ statements }) => statements.map((one) => one.statement.ranges[0]?.constraint)),
    ['< 4.12.14-197.89.2'],
  );
  assert.deepEqual(
    omissions.map(({ cause }) => cause),
    ['about a condition on several packages, such as a live patch'],
  );
});

test('leaves out the definition of a notice', async () => {
  const { items, causes } = await read([], 'patch');
  assert.deepEqual(
    [items, causes],
    [[], ['notice whose vulnerabilities have definitions of their own']],
  );
});
