import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../feed.fixture.ts';
import { redhatCsaf } from './redhat-csaf.ts';

const CVE = 'CVE-2024-6923';
const PLATFORMS: Readonly<Record<string, string>> = {
  'rhel-7-els': 'cpe:/o:redhat:rhel_els:7',
  'rhel-8': 'cpe:/a:redhat:enterprise_linux:8::appstream',
  'rhel-8.10.z': 'cpe:/o:redhat:enterprise_linux:8::baseos',
  'rhel-9': 'cpe:/o:redhat:enterprise_linux:9',
  'rhel-9.2.0.z.eus': 'cpe:/a:redhat:rhel_eus:9.2::appstream',
  openshift: 'cpe:/a:redhat:openshift:4.12::el8',
};

/** Component → package URL, or an empty string. */
type Purls = Readonly<Record<string, string>>;

function createDocument(purls: Purls, vulnerability: object, relationships?: readonly object[]) {
  const products = [
    ...Object.entries(PLATFORMS).map(([id, cpe]) => ({ id, helper: { cpe } })),
    ...Object.entries(purls).map(([id, purl]) => ({ id, helper: purl === '' ? {} : { purl } })),
  ];
  return {
    document: {
      category: 'csaf_vex',
      csaf_version: '2.0',
      title: 'python: header injection',
      tracking: { id: CVE, initial_release_date: '2024-08-01T00:00:00+00:00' },
    },
    product_tree: {
      branches: [
        {
          category: 'vendor',
          name: 'Red Hat',
          branches: products.map(({ id, helper }) => ({
            category: 'product_version',
            name: id,
            product: { name: id, product_id: id, product_identification_helper: helper },
          })),
        },
      ],
      relationships:
        relationships ??
        Object.keys(PLATFORMS).flatMap((platform) =>
          Object.keys(purls).map((part) => relate(`${platform}:${part}`, part, platform)),
        ),
    },
    vulnerabilities: [{ cve: CVE, ...vulnerability }],
  };
}

function relate(id: string, part: string, whole: string): object {
  return {
    category: 'default_component_of',
    full_product_name: { name: id, product_id: id },
    product_reference: part,
    relates_to_product_reference: whole,
  };
}

async function read(document: unknown) {
  const { items, omissions } = await readFeed(redhatCsaf, document, { name: 'cve.json' });
  const lines = items.flatMap(({ statements }) =>
    statements.map(({ system, statement }) => {
      const [range] = statement.ranges;
      const release = [system?.majorVersion, system?.minorVersion, system?.channel].join('/');
      const module = statement.qualifiers?.modularity ?? '-';
      const { packageName, effect } = statement;
      return `${release} ${packageName} [${module}] ${effect} ${range?.constraint} ${range?.fix?.state}`;
    }),
  );
  return { items, lines, causes: omissions.map(({ leftOut, cause }) => `${leftOut}: ${cause}`) };
}

test('reads a fix with its erratum, for the release and for a minor release', async () => {
  const fixed = ['rhel-8:python3.src', 'rhel-8.10.z:python3', 'rhel-9.2.0.z.eus:python39'];
  const { items, lines, causes } = await read(
    createDocument(
      {
        'python3.src': 'pkg:rpm/redhat/python3@3.6.8-67.el8_10?arch=src',
        python3: 'pkg:rpm/redhat/python3@3.6.8-67.el8_10?arch=x86_64&epoch=0',
        python39: 'pkg:rpm/redhat/python3.9@3.9.16-1.el9_2.8?arch=x86_64&epoch=1',
      },
      {
        cwe: { id: 'CWE-94', name: 'Code Injection' },
        product_status: { fixed },
        remediations: [
          {
            category: 'vendor_fix',
            url: 'https://access.redhat.com/errata/RHSA-2024:6975',
            date: '2024-09-24T02:00:00+00:00',
            product_ids: fixed,
          },
        ],
        threats: [{ category: 'impact', details: 'Moderate', product_ids: fixed }],
        scores: [
          {
            cvss_v3: { vectorString: 'CVSS:3.1/AV:N/AC:H/PR:L/UI:N/S:U/C:H/I:H/A:N' },
            products: fixed,
          },
        ],
        notes: [{ category: 'description', text: 'The email module does not quote newlines.' }],
      },
    ),
  );
  assert.deepEqual(lines, [
    '8// python3 [] affected < 0:3.6.8-67.el8_10 fixed',
    '9/2/eus python3.9 [] affected < 1:3.9.16-1.el9_2.8 fixed',
  ]);
  assert.deepEqual(causes, ['statement: repeated for another architecture or repository']);
  assert.deepEqual(items[0]?.statements[0]?.statement.ranges[0]?.fix, {
    state: 'fixed',
    version: '0:3.6.8-67.el8_10',
    references: [
      {
        url: 'https://access.redhat.com/errata/RHSA-2024:6975',
        id: 'RHSA-2024:6975',
        tags: ['advisory'],
      },
    ],
    available: { date: '2024-09-24', kind: 'advisory' },
  });
  assert.deepEqual(
    items[0]?.record.severities.map(({ scheme, rank }) => [scheme, rank]),
    [
      ['CHMLN', 1],
      ['CVSS', 2],
    ],
  );
  assert.equal(items[0]?.record.description, 'The email module does not quote newlines.');
  assert.deepEqual(items[0]?.weaknesses, [
    { cve: CVE, cwe: 'CWE-94', source: 'rhel', kind: 'Primary' },
  ]);
});

test('reads each status of a package without a fix', async () => {
  const product = 'rhel-9:python3.12';
  const purls = { 'python3.12': 'pkg:rpm/redhat/python3.12?arch=src' };
  const statuses: readonly (readonly [status: string, category: string, stated: string])[] = [
    ['known_affected', 'none_available', 'affected  not-fixed'],
    ['known_affected', 'no_fix_planned', 'affected  wont-fix'],
    ['known_affected', 'workaround', 'affected  not-fixed'],
    ['under_investigation', 'none_available', 'affected  unknown'],
    ['known_not_affected', '', 'unaffected  not-affected'],
  ];
  for (const [status, category, stated] of statuses) {
    const { lines, items } = await read(
      createDocument(purls, {
        product_status: { [status]: [product] },
        remediations: [{ category, details: 'in words', product_ids: [product] }],
        flags: [{ label: 'component_not_present', product_ids: [product] }],
      }),
    );
    assert.deepEqual(lines, [`9// python3.12 [] ${stated}`]);
    const { statement } = items[0]?.statements[0] ?? {};
    assert.equal(statement?.status, status === 'under_investigation' ? 'analyzing' : 'active');
    const tags = statement.ranges[0]?.fix?.references.flatMap((one) => one.tags);
    assert.deepEqual(tags, status === 'known_not_affected' ? ['component_not_present'] : []);
  }
});

test('reads the module in every place that names it', async () => {
  const version = '6.2.17-1.module%2Bel8.10.0%2B22680';
  const label = 'redis:6:8100020250113083959:489197e6';
  const forms: readonly (readonly [component: string, purl: string])[] = [
    ['redis.x86_64', `pkg:rpm/redhat/redis@${version}?arch=x86_64&rpmmod=${label}`],
    ['redis.i686', `pkg:rpm/redhat/redis@${version}?rpmmod=${encodeURIComponent(label)}`],
    ['redis:6/redis', `pkg:rpm/redhat/redis@${version}?arch=src`],
  ];
  for (const [component, purl] of forms) {
    const product_status = { fixed: [`rhel-8:${component}`] };
    const { lines } = await read(createDocument({ [component]: purl }, { product_status }));
    const constraint = '< 0:6.2.17-1.module+el8.10.0+22680';
    assert.deepEqual(lines, [`8// redis [redis:6] affected ${constraint} fixed`]);
  }
});

test('reads the module of a relationship between the package and the release', async () => {
  const { lines } = await read(
    createDocument(
      {
        redis: 'pkg:rpm/redhat/redis@6.2.17-1.module%2Bel8?arch=x86_64',
        module: 'pkg:rpmmod/redhat/redis@6:8100020250113083959:489197e6',
      },
      { product_status: { fixed: ['rhel-8:module:redis'] } },
      [
        relate('rhel-8:module', 'module', 'rhel-8'),
        relate('rhel-8:module:redis', 'redis', 'rhel-8:module'),
      ],
    ),
  );
  assert.deepEqual(lines, ['8// redis [redis:6] affected < 0:6.2.17-1.module+el8 fixed']);
});

test('applies a modular build without a stated module to every module', async () => {
  const purls = { redis: 'pkg:rpm/redhat/redis@6.2.17-1.module%2Bel8?arch=x86_64' };
  const { lines } = await read(
    createDocument(purls, { product_status: { fixed: ['rhel-8:redis'] } }),
  );
  assert.deepEqual(lines, ['8// redis [-] affected < 0:6.2.17-1.module+el8 fixed']);
});

test('lets a fix of a release prevail over the state of its earlier minor releases', async () => {
  const { lines, causes } = await read(
    createDocument(
      {
        'libtiff.src': 'pkg:rpm/redhat/libtiff?arch=src',
        libtiff: 'pkg:rpm/redhat/libtiff@4.0.9-32.el8_10',
      },
      {
        product_status: {
          fixed: ['rhel-8.10.z:libtiff'],
          known_affected: ['rhel-8:libtiff.src', 'rhel-9:libtiff.src'],
          under_investigation: ['rhel-9:libtiff.src'],
          known_not_affected: ['rhel-8:libtiff.src', 'rhel-9:libtiff.src'],
        },
      },
    ),
  );
  assert.deepEqual(lines, [
    '8// libtiff [] affected < 0:4.0.9-32.el8_10 fixed',
    '9// libtiff [] affected  not-fixed',
  ]);
  assert.deepEqual(causes, [
    'statement: superseded by the state "fixed"',
    'statement: superseded by the state "fixed"',
    'statement: superseded by the state "affected"',
    'statement: superseded by the state "affected"',
  ]);
});

test('limits "not affected" to the named build and later ones', async () => {
  const purls = {
    fixed: 'pkg:rpm/redhat/bind@9.8.2-0.68.el6?arch=x86_64&epoch=32',
    'bind.src': 'pkg:rpm/redhat/bind@9.8.2-0.68.el6?arch=src&epoch=32',
  };
  const product_status = { fixed: ['rhel-9:fixed'], known_not_affected: ['rhel-9:bind.src'] };
  const { lines } = await read(createDocument(purls, { product_status }));
  assert.deepEqual(lines, [
    '9// bind [] affected < 32:9.8.2-0.68.el6 fixed',
    '9// bind [] unaffected >= 32:9.8.2-0.68.el6 not-affected',
  ]);
});

test('derives the state of a release from that of its extended life cycle support', async () => {
  const purls = {
    bind: 'pkg:rpm/redhat/bind@9.11.4-26.el7_9.16?arch=x86_64&epoch=32',
    python: 'pkg:rpm/redhat/python?arch=src',
  };
  const product_status = { fixed: ['rhel-7-els:bind'], known_affected: ['rhel-7-els:python'] };
  const { lines } = await read(createDocument(purls, { product_status }));
  assert.deepEqual(lines, [
    '7//els bind [-] affected < 32:9.11.4-26.el7_9.16 fixed',
    '7//els python [-] affected  not-fixed',
    '7// bind [-] affected < 32:9.11.4-26.el7_9.16 wont-fix',
    '7// python [-] affected  wont-fix',
  ]);
});

test('keeps a record for each rating of a product', async () => {
  const purls = { curl: 'pkg:rpm/redhat/curl', nghttp2: 'pkg:rpm/redhat/nghttp2' };
  const { items } = await read(
    createDocument(purls, {
      product_status: { known_affected: ['rhel-9:curl', 'rhel-9:nghttp2'] },
      threats: [
        { category: 'impact', details: 'Low', product_ids: ['rhel-9:curl'] },
        { category: 'impact', details: 'Important', product_ids: ['rhel-9:nghttp2'] },
      ],
    }),
  );
  assert.deepEqual(
    items.map(({ record, statements }) => [
      record.severities[0]?.value,
      statements[0]?.statement.packageName,
    ]),
    [
      ['low', 'curl'],
      ['high', 'nghttp2'],
    ],
  );
});

test('reports every product that is left out', async () => {
  const purls = {
    image: 'pkg:oci/redis-6?repository_url=registry.redhat.io/redis-6',
    crate: 'pkg:cargo/redis',
    bare: '',
    flatpak: 'pkg:rpm/redhat/python2?arch=src&rpmmod=gimp:flatpak',
    nameless: 'pkg:rpm/redhat/firefox?arch=src&rpmmod=rhel10',
    module: 'pkg:rpm/redhat/python39@3.9-8040020240902080505.63cd9eba?epoch=0',
    unversioned: 'pkg:rpm/redhat/curl',
    ok: 'pkg:rpm/redhat/curl@8-1.el9',
  };
  const fixed = Object.keys(purls).map((part) => `rhel-9:${part}`);
  const { lines, causes } = await read(
    createDocument(purls, {
      product_status: { fixed: [...fixed, 'openshift:ok', 'gone'], odd: ['rhel-9:ok'] },
    }),
  );
  assert.deepEqual(lines, ['9// curl [] affected < 0:8-1.el9 fixed']);
  assert.deepEqual(causes, [
    'statement: about an image without versions of packages',
    'statement: about a package of another ecosystem',
    'statement: about a component without a package URL',
    'statement: about a Flatpak',
    'statement: about a module without a stream',
    'statement: about a module without versions of packages',
    'statement: about a fix without a version',
    'statement: about a product outside of the distribution',
    'statement: about a product that is not in the product tree',
    'statement: about a status that CSAF does not define',
  ]);
});

test('leaves out relationships that form a cycle', async () => {
  const { lines, causes } = await read(
    createDocument({ curl: 'pkg:rpm/redhat/curl' }, { product_status: { known_affected: ['a'] } }, [
      relate('a', 'curl', 'b'),
      relate('b', 'curl', 'a'),
    ]),
  );
  assert.deepEqual(lines, []);
  assert.deepEqual(causes, ['statement: about a product that is not in the product tree']);
});

test('leaves out the lists of changes and deletions next to the documents', async () => {
  for (const name of ['vex/changes.csv', 'vex/deletions.csv', 'vex/archive_latest.txt']) {
    const { items, problems, omissions } = await readFeed(redhatCsaf, '"2024/a.json"', { name });
    assert.deepEqual([items, problems, omissions.length], [[], [], 1], name);
  }
});
