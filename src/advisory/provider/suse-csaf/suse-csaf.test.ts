import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanWithFeed } from '../../../../test/support/feed-scan.ts';
import { readFeed } from '../feed.fixture.ts';
import { suseCsaf } from './suse-csaf.ts';

const NOTICE = 'SUSE-SU-2024:3927-2';
const NOTICE_URL = 'https://www.suse.com/support/update/announcement/2024/suse-su-20243927-2/';

/** A product of a release with a package: `[release, package, architecture]`. */
type Related = readonly [release: string, packageName: string, architecture?: string];

function createDocument(related: readonly Related[], members: object, id = NOTICE) {
  const toBranch = (name: string) => ({
    category: 'product_version',
    name,
    product: { name, product_id: name },
  });
  return {
    document: {
      category: id === NOTICE ? 'csaf_security_advisory' : 'csaf_vex',
      csaf_version: '2.0',
      title: 'Security update for curl',
      aggregate_severity: { text: 'important' },
      references: [{ category: 'self', url: 'https://a.example' }, { url: NOTICE_URL }],
      tracking: { id, initial_release_date: '2024-12-19T10:22:10Z' },
    },
    product_tree: {
      branches: [
        {
          category: 'vendor',
          name: 'SUSE',
          branches: related.map(([release, packageName, architecture]) => ({
            ...(architecture === undefined
              ? { category: 'product_family', name: 'SUSE' }
              : { category: 'architecture', name: architecture }),
            branches: [toBranch(release), toBranch(packageName)],
          })),
        },
      ],
      relationships: related.map(([release, packageName]) => ({
        category: 'default_component_of',
        full_product_name: { product_id: `${release}:${packageName}`, name: packageName },
        product_reference: packageName,
        relates_to_product_reference: release,
      })),
    },
    ...members,
  };
}

function createStatuses(statuses: Readonly<Record<string, readonly Related[]>>): object {
  const product_status = Object.fromEntries(
    Object.entries(statuses).map(([status, related]) => [
      status,
      related.map(([release, packageName]) => `${release}:${packageName}`),
    ]),
  );
  const threats = [{ category: 'impact', details: 'moderate' }];
  return { vulnerabilities: [{ cve: 'CVE-2024-9681', product_status, threats }] };
}

async function read(document: unknown) {
  const { items, omissions } = await readFeed(suseCsaf, document, { name: 'cve.json' });
  const lines = items.flatMap(({ record, statements }) =>
    statements.map(({ system, statement }) => {
      const [range] = statement.ranges;
      const { name, majorVersion, minorVersion, channel } = system ?? {};
      const architecture = statement.qualifiers?.architecture ?? '';
      return `${record.provider} ${[name, majorVersion, minorVersion, channel].join('/')} ${statement.packageName} ${architecture} ${statement.effect} ${range?.constraint} ${range?.fix?.state}`;
    }),
  );
  return { items, lines, causes: omissions.map(({ leftOut, cause }) => `${leftOut}: ${cause}`) };
}

/** Reads packages that all have the same status. */
async function readStatus(status: string, related: readonly Related[]) {
  return await read(
    createDocument(related, createStatuses({ [status]: related }), 'CVE-2024-9681'),
  );
}

test('reads each release that a product belongs to', async () => {
  const releases: readonly (readonly [product: string, system: string])[] = [
    ['SUSE Linux Enterprise Server 12 SP5-LTSS', 'sles sles/12/5/ltss'],
    [
      'SUSE Linux Enterprise Server LTSS Extended Security 12 SP5',
      'sles sles/12/5/ltss-extended-security',
    ],
    ['SUSE Linux Enterprise Module for Basesystem 15 SP6', 'sles sles/15/6/'],
    ['SUSE Linux Enterprise Server 16.0', 'sles sles/16/0/'],
    ['SUSE Linux Enterprise Server for SAP applications 16.0', 'sles sles_sap/16/0/'],
    ['SUSE Linux Enterprise Real Time 15 SP3', 'sles sle_rt/15/3/'],
    ['SUSE Linux Enterprise Real Time 12 SP5', 'sles sles/12/5/'],
    ['SUSE Real Time Module 15 SP6', 'sles sles/15/6/'],
    ['SUSE Linux Enterprise Micro 5.5', 'sles sle-micro/5/5/'],
    ['SUSE Linux Micro 6.0', 'sles sl-micro/6/0/'],
    ['openSUSE Leap 15.6', 'opensuse opensuseleap/15/6/'],
    ['openSUSE Leap Micro 5.5', 'opensuse opensuse-leap-micro/5/5/'],
    ['openSUSE Tumbleweed', 'opensuse opensuse-tumbleweed///'],
  ];
  for (const [product, system] of releases) {
    const { lines } = await readStatus('recommended', [[product, 'curl-8.0.1-11.98.1']]);
    assert.deepEqual(lines, [`${system} curl  affected < 8.0.1-11.98.1 fixed`]);
  }
});

test('reads a notice: recommended builds, with the notice as the erratum', async () => {
  const release = 'SUSE Linux Enterprise Server 12 SP5';
  const related: readonly Related[] = [
    [release, 'libcurl4-8.0.1-11.98.1.x86_64', 'x86_64'],
    [release, 'libcurl4-8.0.1-11.98.1.s390x', 's390x'],
  ];
  const { items, lines, causes } = await read(
    createDocument(related, createStatuses({ recommended: related })),
  );
  assert.deepEqual(lines, ['sles sles/12/5/ libcurl4  affected < 8.0.1-11.98.1 fixed']);
  assert.deepEqual(causes, ['statement: repeated for another architecture or repository']);
  assert.deepEqual(items[0]?.statements[0]?.statement.ranges[0]?.fix, {
    state: 'fixed',
    version: '8.0.1-11.98.1',
    references: [{ url: NOTICE_URL, id: NOTICE, tags: ['advisory'] }],
    available: { date: '2024-12-19', kind: 'advisory' },
  });
  assert.equal(items[0]?.record.severities[0]?.value, 'medium');
});

test('limits a build to its architectures if another one has a different build', async () => {
  const release = 'SUSE Linux Enterprise Server 12';
  const related: readonly Related[] = [
    [release, 'libqt4-4.8.6-7.1.x86_64', 'x86_64'],
    [release, 'libqt4-4.8.6-7.3.ppc64le', 'ppc64le'],
  ];
  const { lines } = await read(createDocument(related, createStatuses({ recommended: related })));
  assert.deepEqual(lines, [
    'sles sles/12// libqt4 x86_64 affected < 4.8.6-7.1 fixed',
    'sles sles/12// libqt4 ppc64le affected < 4.8.6-7.3 fixed',
  ]);
});

test('prefers the first fixed build over a recommended one', async () => {
  const release = 'SUSE Linux Enterprise Server 15 SP5';
  const first: Related = [release, 'curl-8.0.1-150400.5.1'];
  const later: Related = [release, 'curl-8.0.1-150400.5.9'];
  const { lines, causes } = await read(
    createDocument(
      [later, first],
      createStatuses({ recommended: [later, first], first_fixed: [first] }),
      'CVE-2024-9681',
    ),
  );
  assert.deepEqual(lines, ['sles sles/15/5/ curl  affected < 8.0.1-150400.5.1 fixed']);
  assert.equal(causes.length, 2);
});

test('takes a product without a version as the name of a package', async () => {
  const release = 'SUSE Linux Enterprise Server 15 SP5';
  for (const name of ['libX11-6-32bit', 'libdcerpc-binding0-32bit', 'kernel-default', 'curl']) {
    const { lines } = await readStatus('known_affected', [[release, name]]);
    assert.deepEqual(lines, [`sles sles/15/5/ ${name}  affected  not-fixed`]);
  }
  const build: Related = [release, 'libX11-6-1.6.5-150000.3.33.1'];
  const { lines } = await readStatus('known_not_affected', [build]);
  assert.deepEqual(lines, [
    'sles sles/15/5/ libX11-6  unaffected >= 1.6.5-150000.3.33.1 not-affected',
  ]);
});

test('takes a notice without a CVE as a vulnerability of its own', async () => {
  const { items, lines } = await read(
    createDocument([['SUSE Linux Enterprise Server 15 SP5', 'hplip-3.23.8-150600.4.3.1']], {}),
  );
  assert.deepEqual(lines, ['sles sles/15/5/ hplip  affected < 3.23.8-150600.4.3.1 fixed']);
  assert.equal(items[0]?.record.id, NOTICE);
  assert.equal(items[0].record.severities[0]?.value, 'high');
  assert.equal(items[0].record.references[0]?.url, NOTICE_URL);
});

test('reports everything that is left out', async () => {
  const { lines, causes } = await readStatus('recommended', [
    ['SUSE Manager Server 4.3', 'salt-1-1.1'],
    ['SUSE Linux Enterprise Server Teradata 12 SP3', 'samba-1-1.1'],
    ['SUSE:EL-9:Update:Products:SaltBundle:Update', 'salt-1-1.1'],
    ['SUSE Linux Enterprise Server 15 SP5', 'unversioned'],
  ]);
  assert.deepEqual(lines, []);
  assert.deepEqual(causes, [
    'statement: about a product outside of the distribution',
    'statement: about a product outside of the distribution',
    'statement: about a product outside of the distribution',
    'statement: about a fix without a version',
  ]);
  const vex = await read(createDocument([], {}, 'CVE-1999-0003'));
  assert.deepEqual(vex.causes, ['document: CSAF document without a vulnerability']);
});

test('a scan uses fixes of a product for its own systems, and those of modules for all', async () => {
  const documents = {
    'rt.json': createDocument(
      [['SUSE Linux Enterprise Real Time 15 SP3', 'curl-8.0.1-2']],
      createStatuses({ recommended: [['SUSE Linux Enterprise Real Time 15 SP3', 'curl-8.0.1-2']] }),
    ),
    'module.json': {
      ...createDocument([['SUSE Linux Enterprise Module for Basesystem 15 SP3', 'zlib-1.2-5']], {}),
      ...createStatuses({
        recommended: [['SUSE Linux Enterprise Module for Basesystem 15 SP3', 'zlib-1.2-5']],
      }),
    },
  };
  const cases: readonly (readonly [id: string, found: readonly string[]])[] = [
    ['sles', ['zlib 1.2-4']],
    ['sle_rt', ['curl 8.0.1-1', 'zlib 1.2-4']],
    ['sles_sap', ['zlib 1.2-4']],
    ['sle_hpc', ['zlib 1.2-4']],
    ['sled', ['zlib 1.2-4']],
  ];
  for (const [id, expected] of cases) {
    const { findings } = await scanWithFeed({
      provider: 'suse-csaf',
      documents,
      system: [`ID="${id}"`, 'ID_LIKE="suse"', 'VERSION_ID="15.3"'],
      manager: 'rpm',
      packages: [
        { name: 'curl', version: '8.0.1-1' },
        { name: 'zlib', version: '1.2-4' },
      ],
    });
    assert.deepEqual(
      findings.map((line) => line.split(': ', 1)[0]),
      expected,
      id,
    );
  }
});
