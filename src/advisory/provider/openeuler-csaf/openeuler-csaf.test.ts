import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanWithFeed } from '../../../../test/support/feed-scan.ts';
import { readFeed } from '../feed.fixture.ts';
import { openeulerCsaf } from './openeuler-csaf.ts';

const NOTICE = 'openEuler-SA-2025-1351';
const NOTICE_PAGE = `https://www.openeuler.org/zh/security/security-bulletins/detail/?id=${NOTICE}`;

/** Creates a document that states one status about files of releases: `RELEASE FILE`. */
function createDocument(
  lines: readonly string[],
  { status = 'fixed', id = NOTICE }: { readonly status?: string; readonly id?: string } = {},
) {
  const builds = lines.map((line): readonly [release: string, file: string] => {
    const [release = '', file = ''] = line.split(' ');
    return [release, file];
  });
  const toBranch = (name: string) => ({
    category: 'product_version',
    name,
    product: { name, product_id: name },
  });
  const relationships = builds.map(([release, file]) => ({
    category: 'default_component_of',
    full_product_name: { product_id: `${release}:${file}`, name: file },
    product_reference: file,
    relates_to_product_reference: release,
  }));
  const ids = relationships.map((one) => one.full_product_name.product_id);
  return {
    document: {
      category: 'csaf_vex',
      csaf_version: '2.0',
      publisher: { name: 'openEuler', namespace: 'https://www.openeuler.org' },
      title: 'An update for vim is now available for openEuler-22.03-LTS-SP3',
      tracking: { id, initial_release_date: '2025-03-29T14:31:53+08:00' },
    },
    product_tree: {
      branches: [
        {
          category: 'vendor',
          name: 'openEuler',
          branches: [
            { category: 'product_name', branches: builds.map(([release]) => toBranch(release)) },
            // Documents about a CVE do not mark the branches of architectures.
            { category: 'product_name', branches: builds.map(([, file]) => toBranch(file)) },
          ],
        },
      ],
      relationships,
    },
    vulnerabilities: [
      {
        cve: 'CVE-2025-29768',
        title: 'CVE-2025-29768',
        product_status: { [status]: ids },
        remediations: [{ category: 'vendor_fix', product_ids: ids, url: NOTICE_PAGE }],
        threats: [{ category: 'impact', details: 'Medium' }],
      },
    ],
  };
}

async function read(document: unknown) {
  const { items, omissions } = await readFeed(openeulerCsaf, document, { name: 'sa.json' });
  const lines = items.flatMap(({ statements }) =>
    statements.map(({ system, statement }) => {
      const { majorVersion = '', minorVersion = '', label = '' } = system ?? {};
      const { packageName, effect, ranges, qualifiers } = statement;
      const architecture = qualifiers?.architecture ?? 'any';
      return `${majorVersion}.${minorVersion} ${label}: ${packageName} ${architecture} ${effect} ${ranges[0]?.constraint}`;
    }),
  );
  return { items, lines, causes: omissions.map(({ leftOut, cause }) => `${leftOut}: ${cause}`) };
}

test('reads the fixed files of a notice for each release and service pack', async () => {
  const { items, lines } = await read(
    createDocument([
      'openEuler-22.03-LTS-SP3 vim-9.0-33.oe2203sp3.src.rpm',
      'openEuler-22.03-LTS-SP3 vim-X11-9.0-33.oe2203sp3.x86_64.rpm',
      'openEuler-22.03-LTS-SP3 vim-X11-9.0-33.oe2203sp3.aarch64.rpm',
      'openEuler-24.03-LTS vim-9.0.2092-18.oe2403.src.rpm',
      'openEuler-23.09 vim-9.0-20.oe2309.src.rpm',
    ]),
  );
  assert.deepEqual(lines, [
    '22.03 LTS-SP3: vim any affected < 9.0-33.oe2203sp3',
    '22.03 LTS-SP3: vim-X11 any affected < 9.0-33.oe2203sp3',
    '24.03 LTS: vim any affected < 9.0.2092-18.oe2403',
    '23.09 : vim any affected < 9.0-20.oe2309',
  ]);
  const [item] = items;
  assert.deepEqual(item?.record.severities, [{ scheme: 'CHMLN', value: 'medium', rank: 1 }]);
  assert.deepEqual(item?.statements[0]?.statement.ranges[0]?.fix, {
    state: 'fixed',
    version: '9.0-33.oe2203sp3',
    references: [
      {
        url: `https://www.openeuler.org/en/security/security-bulletins/detail/?id=${NOTICE}`,
        id: NOTICE,
        tags: ['advisory'],
      },
    ],
    available: { date: '2025-03-29', kind: 'advisory' },
  });
});

test('names the notice of a fix in a document about a CVE, without a date', async () => {
  const line = 'openEuler-22.03-LTS-SP4 kernel-5.10.0-237.0.0.136.oe2203sp4.src.rpm';
  const { items } = await read(createDocument([line], { id: 'CVE-2025-29768' }));
  const fix = items[0]?.statements[0]?.statement.ranges[0]?.fix;
  assert.deepEqual([fix?.references[0]?.id, fix?.available], [NOTICE, undefined]);
});

test('reads packages without a version that are affected or not', async () => {
  const lines = ['openEuler-24.03-LTS-SP1 kernel'];
  const affected = await read(createDocument(lines, { status: 'known_affected' }));
  assert.deepEqual(affected.lines, ['24.03 LTS-SP1: kernel any affected ']);
  const unaffected = await read(createDocument(lines, { status: 'known_not_affected' }));
  assert.deepEqual(unaffected.lines, ['24.03 LTS-SP1: kernel any unaffected ']);
});

test('reports products that are not packages of a release', async () => {
  const { lines, causes } = await read(
    createDocument([
      'openEuler-Embedded vim-9.0-33.src.rpm',
      'openEuler-22.03-LTS-SP3 vim',
      'openEuler-22.03-LTS-Next vim-9.0-33.oe2203.src.rpm',
    ]),
  );
  assert.deepEqual(lines, ['22.03 LTS-NEXT: vim any affected < 9.0-33.oe2203']);
  assert.deepEqual(causes, [
    'statement: about a product outside of the distribution',
    'statement: about a fix without a version',
  ]);
});

/** Documents of both service packs, whose builds differ only in the release. */
const DOCUMENTS = {
  'sa.json': createDocument([
    'openEuler-22.03-LTS vim-9.0-30.oe2203.src.rpm',
    'openEuler-22.03-LTS-SP3 vim-9.0-33.oe2203sp3.src.rpm',
    'openEuler-22.03-LTS-SP3 vim-minimal-9.0-33.oe2203sp3.x86_64.rpm',
    'openEuler-22.03-LTS-SP4 vim-9.0-40.oe2203sp4.src.rpm',
    'openEuler-22.09 vim-9.0-50.oe2209.src.rpm',
  ]),
};

async function scanVim(system: readonly string[], version: string, epoch?: number) {
  const packages = [
    { name: 'vim-minimal', version, source: 'vim', ...(epoch === undefined ? {} : { epoch }) },
  ];
  return await scanWithFeed({
    provider: 'openeuler-csaf',
    documents: DOCUMENTS,
    system: ['NAME="openEuler"', 'ID="openEuler"', ...system],
    manager: 'rpm',
    packages,
  });
}

const SP3 = [
  'VERSION="22.03 (LTS-SP3)"',
  'VERSION_ID="22.03"',
  'PRETTY_NAME="openEuler 22.03 (LTS-SP3)"',
];

test('a scan compares the builds of the service pack without epochs', async () => {
  const formatFound = (version: string, fix: string): string =>
    `vim-minimal ${version}: CVE-2025-29768 medium → ${fix}`;
  for (const epoch of [undefined, 0, 2]) {
    const prefix = epoch === undefined ? '' : `${epoch}:`;
    const { findings } = await scanVim(SP3, '9.0-32.oe2203sp3', epoch);
    assert.deepEqual(findings, [formatFound(`${prefix}9.0-32.oe2203sp3`, '9.0-33.oe2203sp3')]);
    assert.deepEqual((await scanVim(SP3, '9.0-33.oe2203sp3', epoch)).findings, []);
    assert.deepEqual((await scanVim(SP3, '9.0-33.1.oe2203sp3', epoch)).findings, []);
  }
});

test('a scan finds the service pack in the words of os-release', async () => {
  const cases: readonly (readonly [system: readonly string[], fix: string])[] = [
    [['VERSION="22.03 LTS"', 'VERSION_ID="22.03"'], '9.0-30.oe2203'],
    [['VERSION="22.03 (LTS)"', 'VERSION_ID="22.03"'], '9.0-30.oe2203'],
    [['VERSION="22.03 (LTS-SP4)"', 'VERSION_ID="22.03"'], '9.0-40.oe2203sp4'],
    [['VERSION_ID="22.03"', 'PRETTY_NAME="openEuler 22.03 (LTS-SP4)"'], '9.0-40.oe2203sp4'],
    [['VERSION="22.09"', 'VERSION_ID="22.09"'], '9.0-50.oe2209'],
  ];
  for (const [system, fix] of cases) {
    const { findings, gaps } = await scanVim(system, '8.2-1.oe');
    assert.deepEqual(findings, [`vim-minimal 8.2-1.oe: CVE-2025-29768 medium → ${fix}`]);
    assert.ok(!gaps.some((gap) => gap.includes('openEuler')), gaps.join());
  }
});

test('a scan uses no other service pack if its own is unknown or has no advisories', async () => {
  const unknown = [
    ['VERSION_ID="22.03"'],
    ['VERSION="22.03 (LTS-SP5)"', 'VERSION_ID="22.03"'],
    ['VERSION="24.03 (LTS)"', 'VERSION_ID="24.03"'],
  ];
  for (const system of unknown) {
    const { findings, gaps } = await scanVim(system, '8.2-1.oe');
    assert.deepEqual(findings, []);
    assert.ok(
      gaps.some((gap) => gap.includes('no advisories for openEuler')),
      gaps.join(),
    );
  }
});
