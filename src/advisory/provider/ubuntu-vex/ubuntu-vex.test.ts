import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../feed.fixture.ts';
import { ubuntuVex } from './ubuntu-vex.ts';

interface StatedProducts {
  readonly status: string;
  readonly products: readonly string[];
  readonly action_statement?: string;
  readonly justification?: string;
}

const PREFIX = 'This package (for the given release) is ';

async function read(statements: readonly StatedProducts[], name = 'CVE-2025-0167') {
  const isNotice = name.startsWith('USN-');
  const { items, omissions } = await readFeed(ubuntuVex, {
    metadata: {
      '@context': 'https://openvex.dev/ns/v0.2.0',
      timestamp: '2025-03-26T17:08:28.810633',
    },
    statements: statements.map(({ products, ...members }) => ({
      vulnerability: {
        name,
        description: 'curl could leak a password.',
        aliases: isNotice ? ['CVE-2025-0167', 'CVE-2025-0725'] : [`https://curl.se/${name}`],
      },
      timestamp: '2025-03-26 02:44:10.025070',
      products: products.map((product) => ({ '@id': product })),
      ...members,
    })),
  });
  const lines = items.flatMap(({ record, statements: stated }) =>
    stated.map(({ system, statement }) => {
      const [range] = statement.ranges;
      return `${record.id} ${system?.codename}+${system?.channel} ${statement.packageName} ${statement.effect} ${range?.constraint} ${range?.fix?.state}`;
    }),
  );
  return { items, lines, causes: omissions.map(({ cause }) => cause) };
}

function toSource(place: string, version = '7.81.0-1ubuntu1.20'): string {
  return `pkg:deb/ubuntu/curl@${version}?arch=source&distro=${place}`;
}

test('reads each status; the version of a product only matters if it is fixed', async () => {
  const products = [toSource('jammy'), 'pkg:deb/ubuntu/libcurl4@7.81.0-1ubuntu1.20?arch=amd64'];
  const statuses: readonly (readonly [status: string, stated: string])[] = [
    ['fixed', 'affected < 7.81.0-1ubuntu1.20 fixed'],
    ['affected', 'affected  not-fixed'],
    ['under_investigation', 'affected  unknown'],
    ['not_affected', 'unaffected  not-affected'],
  ];
  for (const [status, stated] of statuses) {
    const justification = 'vulnerable_code_not_present';
    const { items, lines, causes } = await read([{ status, products, justification }]);
    assert.deepEqual(lines, [`CVE-2025-0167 jammy+ curl ${stated}`]);
    assert.deepEqual(causes, ['binary package of a stated source package']);
    const [range] = items[0]?.statements[0]?.statement.ranges ?? [];
    const tags = range?.fix?.references.flatMap((one) => one.tags);
    assert.deepEqual(tags, status === 'not_affected' ? [justification] : []);
  }
});

test('reads from the wording that a package will not be fixed', async () => {
  const wordings: readonly (readonly [wording: string, state: string])[] = [
    ['vulnerable to the CVE and needs fixing.', 'not-fixed'],
    ['vulnerable to the CVE, needs fixing, and it is being actively worked on.', 'not-fixed'],
    [
      'vulnerable to the CVE, the problem is understood, but the Ubuntu Security Team decided to not fix it. CVE Notes: a',
      'wont-fix',
    ],
    ['no longer supported. CVE Notes: a', 'wont-fix'],
  ];
  for (const [wording, state] of wordings) {
    const { lines } = await read([
      { status: 'affected', products: [toSource('noble')], action_statement: PREFIX + wording },
    ]);
    assert.deepEqual(lines, [`CVE-2025-0167 noble+ curl affected  ${state}`]);
  }
});

test('derives that the base release is not fixed from plain Ubuntu Pro only', async () => {
  const { lines } = await read([
    {
      status: 'fixed',
      products: [
        toSource('esm-infra/bionic', '7.58.0-2ubuntu3.24+esm5'),
        toSource('fips-updates/focal'),
        toSource('realtime/jammy'),
        toSource('bluefield/jammy'),
      ],
    },
    { status: 'affected', products: [toSource('esm-infra-legacy/trusty'), toSource('xenial')] },
    { status: 'fixed', products: [toSource('esm-infra/xenial', '7.47.0-1+esm2')] },
  ]);
  assert.deepEqual(lines, [
    'CVE-2025-0167 bionic+esm curl affected < 7.58.0-2ubuntu3.24+esm5 fixed',
    'CVE-2025-0167 focal+fips-updates curl affected < 7.81.0-1ubuntu1.20 fixed',
    'CVE-2025-0167 jammy+realtime curl affected < 7.81.0-1ubuntu1.20 fixed',
    'CVE-2025-0167 jammy+bluefield curl affected < 7.81.0-1ubuntu1.20 fixed',
    'CVE-2025-0167 trusty+esm curl affected  not-fixed',
    'CVE-2025-0167 xenial+ curl affected  wont-fix',
    'CVE-2025-0167 xenial+esm curl affected < 7.47.0-1+esm2 fixed',
    'CVE-2025-0167 bionic+ curl affected < 7.58.0-2ubuntu3.24+esm5 wont-fix',
    'CVE-2025-0167 trusty+ curl affected  wont-fix',
  ]);
});

test('states the fixes of a notice with its date, under each CVE', async () => {
  const { items, lines } = await read(
    [{ status: 'fixed', products: [toSource('jammy')] }],
    'USN-7372-1',
  );
  assert.deepEqual(lines, [
    'CVE-2025-0167 jammy+ curl affected < 7.81.0-1ubuntu1.20 fixed',
    'CVE-2025-0725 jammy+ curl affected < 7.81.0-1ubuntu1.20 fixed',
  ]);
  const fix = items[0]?.statements[0]?.statement.ranges[0]?.fix;
  assert.deepEqual(fix?.available, { date: '2025-03-26', kind: 'advisory' });
  assert.deepEqual(
    fix.references.map(({ id }) => id),
    ['USN-7372-1'],
  );
});

test('reports products that are left out', async () => {
  const { lines, causes } = await read([
    {
      status: 'fixed',
      products: [
        toSource('warty-updates'),
        'pkg:deb/ubuntu/curl?arch=source&distro=jammy',
        'pkg:snap/curl',
        'curl',
      ],
    },
    { status: 'odd', products: [toSource('jammy')] },
  ]);
  assert.deepEqual(lines, []);
  assert.deepEqual(causes, [
    'unknown release',
    'fix without a version',
    'product or status that is not supported',
    'product or status that is not supported',
    'product or status that is not supported',
  ]);
});

test('leaves out a document without a statement', async () => {
  assert.deepEqual((await read([])).causes, ['VEX document without a statement']);
});
