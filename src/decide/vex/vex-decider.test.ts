import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory, type PackageSeed } from '../../../test/support/inventory.ts';
import { SAMPLE_FINDINGS, SAMPLE_INVENTORY } from '../../../test/support/sample-report.ts';
import type { ProductReference, VexDocument, VexStatement } from '../../core/decision.ts';
import type { Finding, Findings } from '../../core/finding.ts';
import type { Inventory, Relationship } from '../../core/inventory.ts';
import { decideFindings } from '../decide-findings.ts';
import { createVexDecider } from './vex-decider.ts';

const ID = 'CVE-2024-1';
const DIGEST = `sha256:${'1'.repeat(64)}`;

const OLD = `pkg:oci/shop@sha256:${'9'.repeat(64)}`;
const ANY_CPE = 'cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*';
const HASH = { algorithm: 'sha256', value: 'ab'.repeat(32) };

const OPENSSL: PackageSeed = {
  name: 'libssl3',
  version: '1:3.0.9-1',
  type: 'deb',
  purl: 'pkg:deb/debian/libssl3@1%3A3.0.9-1?arch=amd64&distro=debian-12.5&upstream=openssl',
  upstreams: [{ name: 'openssl' }],
  digests: [{ algorithm: 'sha256', digits: 'ab'.repeat(32) }],
  cpes: ['cpe:2.3:a:openssl:openssl:3.0.9:*:*:*:*:*:*:*'],
};

function createReference(
  identifier: string | undefined,
  more: Partial<ProductReference> = {},
): ProductReference {
  const identifiers = identifier === undefined ? [] : [identifier];
  return { identifiers, hashes: [], subcomponents: [], ...more };
}

function createStatement(
  product: ProductReference,
  more: Partial<VexStatement> = {},
): VexStatement {
  return {
    index: 0,
    vulnerability: ID,
    aliases: [],
    products: [product],
    status: 'not_affected',
    justification: 'vulnerable_code_not_present',
    responses: [],
    ...more,
  };
}

function createDocument(...statements: readonly VexStatement[]): VexDocument {
  return {
    format: 'openvex',
    origin: 'a.json',
    id: 'a',
    author: 'vendor',
    statements: statements.map((one, index) => ({ ...one, index })),
    problems: [],
  };
}

function createFinding(packageKey: string, id = ID): Finding {
  const [template] = SAMPLE_FINDINGS.findings;
  assert.ok(template);
  return { ...template, id, aliases: ['GHSA-1'], packageKey, matches: [] };
}

const IMAGE = SAMPLE_INVENTORY.target;
assert.ok(IMAGE.kind === 'image');
const NAMED = { ...IMAGE, tags: ['example.com/team/shop:2.1'], repoDigests: [`shop@${DIGEST}`] };

function createSample(more: Partial<Parameters<typeof createInventory>[0]> = {}): Inventory {
  return createInventory({ packages: [OPENSSL], target: NAMED, ...more });
}

function decide(inventory: Inventory, ...documents: readonly VexDocument[]): Findings {
  const [first] = inventory.packages;
  assert.ok(first);
  const findings = { ...SAMPLE_FINDINGS, findings: [createFinding(first.key)], alerts: [] };
  return decideFindings(findings, inventory, [createVexDecider(documents, inventory)]);
}

const isSetAside = (inventory: Inventory, product: ProductReference): boolean =>
  decide(inventory, createDocument(createStatement(product))).findings.length === 0;

test('a decision states whether a discovered document is signed', () => {
  const inventory = createSample();
  const document = createDocument(createStatement(createReference('pkg:deb/debian/libssl3')));
  const readLastTest = (one: VexDocument): string | undefined =>
    decide(inventory, one).dispositioned?.[0]?.decisions[0]?.trace.at(-1);
  assert.match(readLastTest(document) ?? '', /names the package/);
  assert.equal(readLastTest({ ...document, signature: 'it is not signed' }), 'it is not signed');
});

test('a statement of "not affected" without a reason is only a note', () => {
  const bare = { ...createStatement(createReference('pkg:deb/debian/libssl3')) };
  delete bare.justification;
  const noted = decide(createSample(), createDocument(bare));
  assert.equal(noted.findings[0]?.decisions?.[0]?.effect, 'note');
  assert.match(noted.findings[0].decisions[0].reason, /without a justification/);
  const impact = { ...bare, impactStatement: 'the code is not built' };
  assert.equal(decide(createSample(), createDocument(impact)).findings.length, 0);
});

test('a bare word does not name a package of an ecosystem', () => {
  const packages = [{ ...OPENSSL, language: 'javascript', type: 'npm', purl: 'pkg:npm/libssl3@1' }];
  assert.equal(isSetAside(createSample({ packages }), createReference('libssl3')), false);
});

test('names that an archive gives itself do not identify the image', () => {
  const target = { ...NAMED, name: 'evil.tar', userInput: 'evil.tar', repoDigests: [] };
  const part = createReference('pkg:deb/debian/libssl3');
  for (const name of ['example.com/team/shop:2.1', 'example.com/team/shop', 'pkg:oci/shop']) {
    const product = createReference(name, { subcomponents: [part] });
    assert.equal(isSetAside(createSample({ target }), product), false, name);
  }
  assert.equal(isSetAside(createSample({ target }), createReference(DIGEST)), true);
});

suite('products of VEX statements', () => {
  const part = createReference('pkg:deb/debian/libssl3');
  const fitting: readonly (readonly [string, ProductReference])[] = [
    ['the package URL, qualifiers and all', createReference(OPENSSL.purl)],
    ['without qualifiers', createReference('pkg:deb/debian/libssl3@1%3A3.0.9-1')],
    ['with the epoch written plainly', createReference('pkg:deb/debian/libssl3@1:3.0.9-1')],
    ['with the epoch left out', createReference('pkg:deb/debian/libssl3@3.0.9-1')],
    ['without a version', createReference('pkg:deb/debian/libssl3')],
    ['of a wider distribution', createReference('pkg:deb/debian/libssl3?distro=debian-12')],
    [
      'with a qualifier that the package has not',
      createReference('pkg:deb/debian/libssl3?vcs_url=x'),
    ],
    ['the source package', createReference('pkg:deb/debian/openssl?arch=source')],
    ['a CPE', createReference('cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*')],
    ['a CPE of the older form', createReference('cpe:/a:openssl:openssl:3.0.9')],
    ['its name', createReference('libssl3')],
    ['name and version', createReference('libssl3@1:3.0.9-1')],
    ['a range', createReference('pkg:deb/debian/libssl3', { versionRange: 'vers:deb/<1:3.1' })],
    ['a range in the package URL', createReference('pkg:deb/debian/libssl3@vers:deb%2F%3C1:3.1')],
    ['the image by digest', createReference(DIGEST)],
    ['the image by bare digest', createReference('1'.repeat(64))],
    [
      'the image by hash',
      createReference('x', { hashes: [{ algorithm: 'sha256', value: '1'.repeat(64) }] }),
    ],
    ['the image by tag', createReference('example.com/team/shop:2.1', { subcomponents: [part] })],
    [
      'the image by repository',
      createReference('example.com/team/shop', { subcomponents: [part] }),
    ],
    ['an OCI package URL with digest', createReference(`pkg:oci/shop@${DIGEST}`)],
    [
      'an OCI package URL with digest and repository',
      createReference(
        `pkg:oci/shop@${encodeURIComponent(DIGEST)}?repository_url=example.com/team/shop`,
      ),
    ],
    [
      'an OCI package URL with a tag',
      createReference('pkg:oci/shop?repository_url=example.com/team&tag=2.1'),
    ],
    ['a Docker package URL', createReference('pkg:docker/team/shop@2.1')],
    ['an OCI package URL with its tag as version', createReference('pkg:oci/shop@2.1')],
    ['a package URL of the registry', createReference('pkg:docker/example.com/team/shop@2.1')],
    ['with an epoch as a qualifier', createReference('pkg:deb/debian/libssl3@3.0.9-1?epoch=1')],
    ['the version of the source', createReference('pkg:deb/debian/openssl@1:3.0.9-1?arch=source')],
    ['the hash of the package', createReference('x', { hashes: [HASH] })],
    ['a CPE with a range', createReference(ANY_CPE, { versionRange: 'vers:deb/<1:3.1' })],
    ['image and digest', createReference(`example.com/team/shop@${DIGEST}`)],
    ['a qualifier without a value', createReference('pkg:deb/debian/libssl3?arch=')],
    [
      'any of several identifiers',
      createReference('nothing', { identifiers: ['nothing', 'libssl3'] }),
    ],
  ];
  for (const [title, product] of fitting) {
    test(`match: ${title}`, () => {
      assert.ok(isSetAside(createSample(), product));
    });
  }

  const missing: readonly (readonly [string, ProductReference, RegExp])[] = [
    [
      'another version',
      createReference('pkg:deb/debian/libssl3@1:3.0.8-1'),
      /about version 1:3\.0\.8-1/,
    ],
    [
      'another architecture',
      createReference('pkg:deb/debian/libssl3?arch=arm64'),
      /its arch is arm64/,
    ],
    [
      'another distribution',
      createReference('pkg:deb/debian/libssl3?distro=debian-11'),
      /its distro/,
    ],
    ['another ecosystem', createReference('pkg:apk/alpine/libssl3'), /it names apk\/alpine/],
    ['another part', createReference('pkg:deb/debian/libssl3#sub/path'), /the part "sub\/path"/],
    [
      'a range that does not hold it',
      createReference('pkg:deb/debian/libssl3', { versionRange: 'vers:deb/<1:3.0' }),
      /1:3\.0\.9-1 is not in/,
    ],
    [
      'a range that is none',
      createReference('pkg:deb/debian/libssl3', { versionRange: 'vers:deb/<!' }),
      /cannot be compared/,
    ],
    [
      'a CPE of another version',
      createReference('cpe:2.3:a:openssl:openssl:1.1.1:*:*:*:*:*:*:*'),
      /version/,
    ],
    [
      'a CPE of another product',
      createReference('cpe:2.3:a:gnu:tls:1:*:*:*:*:*:*:*'),
      /another product/,
    ],
    ['what is no package URL', createReference('pkg:'), /is not a package URL/],
    ['what is no CPE', createReference('cpe:broken'), /another product/],
    ['another image', createReference('example.com/team/other:2.1'), /another product/],
    ['another tag', createReference('example.com/team/shop:2.2'), /names 2\.2 of example\.com/],
    ['an old digest with the tag', createReference(`${OLD}?tag=2.1`), /names 2\.1 of example\.com/],
    [
      'another digest by reference',
      createReference(`example.com/team/shop@sha256:${'9'.repeat(64)}`),
      /names sha256:9/,
    ],
    [
      'another package of the source',
      createReference('pkg:deb/debian/openssl'),
      /add "arch=source"/,
    ],
    [
      'a CPE with another range',
      createReference(ANY_CPE, { versionRange: 'vers:deb/<1' }),
      /is not in/,
    ],
    [
      'another range, another CPE',
      createReference(ANY_CPE.replace(':*:', ':9:'), {}),
      /its version is 9/,
    ],
    [
      'a package URL beside its name',
      createReference('libssl3', { identifiers: ['libssl3', 'pkg:deb/debian/libssl3@9'] }),
      /about version 9/,
    ],
    [
      'another repository',
      createReference('pkg:oci/shop?repository_url=example.org/x'),
      /another product/,
    ],
    [
      'none of several parts',
      createReference(DIGEST, {
        subcomponents: [
          createReference('other'),
          createReference('pkg:deb/debian/libssl3@9'),
          createReference('x'),
        ],
      }),
      /about version 9/,
    ],
    [
      'another image digest',
      createReference(`pkg:oci/shop@sha256:${'9'.repeat(64)}`),
      /names sha256:9/,
    ],
    [
      'another image, with the right part',
      createReference('example.com/team/other', { subcomponents: [part] }),
      /neither this target nor a package/,
    ],
    [
      'another part of the image',
      createReference(DIGEST, { subcomponents: [createReference('pkg:deb/debian/libssl3@9')] }),
      /subcomponent: it is about version 9/,
    ],
    ['no identifier', createReference(undefined), /another product/],
  ];
  for (const [title, product, miss] of missing) {
    test(`do not match, with the nearest miss: ${title}`, () => {
      const decided = decide(createSample(), createDocument(createStatement(product)));
      assert.equal(decided.findings.length, 1);
      const [alert] = decided.alerts;
      assert.equal(alert?.kind, 'statement-unmatched');
      assert.match(alert.message, miss);
      assert.match(alert.message, /nearest is libssl3 1:3\.0\.9-1/);
    });
  }

  test('match through packages that installed the package, at any distance', () => {
    const app = { name: 'app', type: 'npm', purl: 'pkg:npm/app@1.0' };
    const middle = { name: 'middle', type: 'npm', purl: 'pkg:npm/middle@1.0' };
    const packages = [OPENSSL, app, middle];
    const keys = createInventory({ packages }).packages.map(({ key }) => key);
    const [inner = '', outer = '', between = ''] = keys;
    const relationships: readonly Relationship[] = [
      { kind: 'dependency-of', from: inner, to: between },
      { kind: 'dependency-of', from: between, to: outer },
      { kind: 'dependency-of', from: outer, to: between },
    ];
    const product = createReference('pkg:npm/app', { subcomponents: [part] });
    assert.ok(isSetAside(createSample({ packages, relationships }), product));
    const apart = decide(createSample({ packages }), createDocument(createStatement(product)));
    assert.match(apart.alerts[0]?.message ?? '', /app is not known to include libssl3/);
    const owned: readonly Relationship[] = [
      { kind: 'owns-package', from: outer, to: inner, paths: [] },
      { kind: 'evident-by', from: inner, location: { path: '/x', accessPath: '/x' } },
    ];
    assert.ok(isSetAside(createSample({ packages, relationships: owned }), product));
    const inventory = createSample({ packages, relationships });
    const twice = createDocument(
      createStatement(product),
      createStatement({ ...product, subcomponents: [part] }),
    );
    assert.equal(decide(inventory, twice).findings.length, 0);
    const itself = createReference('pkg:deb/debian/libssl3', { subcomponents: [part] });
    assert.ok(isSetAside(createSample(), itself));
  });

  test('match a directory or an SBOM by the name given by the user', () => {
    const target = { kind: 'directory', userInput: 'x', name: 'shop', path: 'x' } as const;
    const inventory = createSample({ target });
    assert.ok(isSetAside(inventory, createReference('shop', { subcomponents: [part] })));
    assert.ok(isSetAside(inventory, createReference('pkg:generic/shop@1')));
    assert.ok(!isSetAside(inventory, createReference('pkg:generic/other')));
    const versioned = createSample({ target: { ...target, version: '2' } });
    assert.ok(isSetAside(versioned, createReference('pkg:generic/shop')));
    assert.ok(isSetAside(versioned, createReference('pkg:generic/shop@2')));
    assert.ok(!isSetAside(versioned, createReference('pkg:generic/shop@1')));
  });
});

suite('statements of VEX documents', () => {
  const whole = createReference('pkg:deb/debian/libssl3');

  test('are found by any ID of the finding or of the statement', () => {
    for (const ids of [
      { vulnerability: 'ghsa-1' },
      { vulnerability: 'VENDOR-7', aliases: ['CVE-2024-1'] },
    ]) {
      const decided = decide(createSample(), createDocument(createStatement(whole, ids)));
      assert.equal(decided.findings.length, 0);
      const [first] = decided.dispositioned?.[0]?.decisions ?? [];
      assert.match(first?.trace[0] ?? '', /is another id of CVE-2024-1/);
    }
  });

  test('are found by the IDs of every record of the finding', () => {
    const inventory = createSample();
    const [template] = SAMPLE_FINDINGS.findings.flatMap(({ matches }) => matches);
    const [item] = inventory.packages;
    assert.ok(template && item);
    const related = [{ ...template.record, id: 'EUVD-2024-1' }];
    const record = { ...template.record, aliases: ['OTHER-2'] };
    const advisory = { ...template.advisory, cves: ['CVE-2024-9'] };
    const finding = {
      ...createFinding(item.key),
      matches: [{ ...template, record, advisory, related }],
    };
    for (const vulnerability of ['euvd-2024-1', 'OTHER-2', 'CVE-2024-9', record.id]) {
      const decider = createVexDecider(
        [createDocument(createStatement(whole, { vulnerability }))],
        inventory,
      );
      assert.equal(decider.decide({ finding, package: item }).length, 1);
    }
  });

  test('apply the latest one, of equally old ones that of the later document', () => {
    const early = createStatement(whole, { timestamp: '2026-01-01T00:00:00Z' });
    const late = createStatement(whole, { status: 'affected', timestamp: '2026-02-01T00:00:00Z' });
    assert.equal(
      decide(createSample(), createDocument(late), createDocument(early)).findings.length,
      1,
    );
    const timeless = createStatement(whole, { status: 'affected', timestamp: 'soon' });
    assert.equal(
      decide(createSample(), createDocument(timeless), createDocument(early)).findings.length,
      0,
    );
    assert.equal(
      decide(createSample(), createDocument(createStatement(whole)), createDocument(timeless))
        .findings.length,
      1,
    );
  });

  test('are kept with the finding, whether or not it is suppressed', () => {
    const { findings } = decide(
      createSample(),
      createDocument(
        createStatement(whole, {
          status: 'affected',
          actionStatement: 'update to 3.1',
          detail: 'exploitable',
          justification: 'component_not_present',
          timestamp: '2026-01-01T00:00:00Z',
        }),
      ),
    );
    const [decision] = findings[0]?.decisions ?? [];
    assert.equal(decision?.effect, 'note');
    assert.equal(decision.reason, 'update to 3.1');
    assert.equal(decision.source, 'a.json, statement 0');
    assert.equal(decision.madeAt, '2026-01-01T00:00:00Z');
    const silent = decide(
      createSample(),
      createDocument(createStatement(whole, { status: 'fixed' })),
    );
    const [fixed] = silent.dispositioned?.[0]?.decisions ?? [];
    assert.equal(fixed?.reason, 'the statement says "fixed"');
  });

  test('about vulnerabilities that were not found are counted per document', () => {
    const other = createStatement(whole, { vulnerability: 'CVE-1' });
    const documents = [
      createDocument(other, other),
      { ...createDocument(other), origin: '0.json' },
      { ...createDocument(), problems: ['statement 4 does not name a vulnerability'] },
    ];
    const messages = decide(createSample(), ...documents).alerts.map(({ message }) => message);
    assert.deepEqual(messages, [
      'a.json: statement 4 does not name a vulnerability',
      '0.json: 1 statement is about vulnerabilities that were not found',
      'a.json: 2 statements are about vulnerabilities that were not found',
    ]);
  });

  test('are not all listed if many do not match', () => {
    const wrong = createStatement(createReference('pkg:deb/debian/libssl3@9'));
    const { alerts } = decide(
      createSample(),
      createDocument(...Array.from({ length: 22 }, () => wrong)),
    );
    assert.equal(alerts.length, 21);
    assert.equal(alerts.at(-1)?.message, '2 more statements match no finding');
  });

  test('report the nearest miss among products and packages', () => {
    const products = [createReference('pkg:deb/debian/libssl3@9'), createReference('other')];
    const { alerts } = decide(
      createSample(),
      createDocument({ ...createStatement(whole), products }),
    );
    assert.match(alerts[0]?.message ?? '', /about version 9/);
    const second = { ...OPENSSL, name: 'libssl-dev', key: 'second' };
    const inventory = createSample({ packages: [OPENSSL, second] });
    const findings = inventory.packages.map(({ key }) => createFinding(key));
    const decider = createVexDecider(
      [createDocument(createStatement(createReference('libssl3@9')))],
      inventory,
    );
    const decided = decideFindings({ ...SAMPLE_FINDINGS, findings }, inventory, [decider]);
    assert.equal(decided.findings.length, 2);
    assert.equal(decider.listOutcomes()[0]?.nearest?.item.name, 'libssl3');
  });

  test('use the version of the record for a package whose URL has none', () => {
    const bare = { ...OPENSSL, purl: 'pkg:deb/debian/libssl3' };
    const inventory = createSample({ packages: [bare] });
    assert.ok(isSetAside(inventory, createReference('pkg:deb/debian/libssl3@3.0.9-1')));
    assert.ok(!isSetAside(inventory, createReference('pkg:deb/debian/libssl3@9')));
  });

  test('match nothing without products', () => {
    const none = { ...createStatement(whole), products: [] };
    const { alerts } = decide(createSample(), createDocument(none));
    assert.match(alerts[0]?.message ?? '', /it does not name a product/);
  });
});
