import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory, type PackageSeed } from '../../test/support/inventory.ts';
import { IMAGE, SAMPLE_FINDINGS } from '../../test/support/sample-report.ts';
import { readVex } from '../document/vex/read-vex.ts';
import type { VexDocument } from '../foundation/core/decision.ts';
import type { Findings } from '../foundation/core/finding.ts';
import type { Relationship } from '../foundation/core/inventory.ts';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import type { TargetDescription } from '../foundation/core/target.ts';
import { decide } from './decide.ts';

const DIGEST = `sha256:${'a1'.repeat(32)}`;
const HEX = 'a1'.repeat(32);
const ID = 'CVE-2022-3715';

const BASH: PackageSeed = {
  name: 'bash',
  version: '1:5.1-6',
  type: 'deb',
  purl: 'pkg:deb/debian/bash@1%3A5.1-6?arch=amd64&distro=debian-12.5&upstream=bash-source',
  upstreams: [{ name: 'bash-source' }],
  cpes: ['cpe:2.3:a:gnu:bash:5.1-6:*:*:*:*:*:*:*'],
  digests: [{ algorithm: 'sha256', digits: 'ee'.repeat(32) }],
};
const RUNNER: PackageSeed = {
  name: 'example.com/runner',
  version: 'v1.2.0',
  type: 'go-module',
  purl: 'pkg:golang/example.com/runner@v1.2.0',
};

const NAMED = {
  ...IMAGE,
  name: 'registry.example.com/team/shop:2.1',
  userInput: 'registry.example.com/team/shop:2.1',
  tags: ['registry.example.com/team/shop:2.1'],
  repoDigests: [`registry.example.com/team/shop@${DIGEST}`],
};

/** The product of a statement, as each format can express it. */
interface Product {
  readonly id?: string;
  readonly hash?: string;
  readonly range?: string;
  readonly parts?: readonly string[];
}

function createOpenvex({ id, hash, range, parts = [] }: Product): object {
  const ranged = range === undefined ? id : `${id ?? ''}@${encodeURIComponent(range)}`;
  const product = {
    '@id': ranged,
    ...(hash === undefined ? {} : { hashes: { 'sha-256': hash } }),
    ...(parts.length === 0 ? {} : { subcomponents: parts.map((part) => ({ '@id': part })) }),
  };
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    author: 'vendor',
    timestamp: '2026-01-01T00:00:00Z',
    statements: [
      {
        vulnerability: { name: ID },
        products: [product],
        status: 'not_affected',
        justification: 'vulnerable_code_not_in_execute_path',
      },
    ],
  };
}

function createCsafProduct(productId: string, id: string | undefined, hash?: string): object {
  const isPurl = id?.startsWith('pkg:') === true;
  const isCpe = id?.startsWith('cpe:') === true;
  const hashes = [{ filename: 'x', file_hashes: [{ algorithm: 'sha256', value: hash }] }];
  return {
    name: isPurl || isCpe ? 'A product of ours' : (id ?? 'A product of ours'),
    product_id: productId,
    product_identification_helper: {
      ...(isPurl ? { purl: id } : {}),
      ...(isCpe ? { cpe: id } : {}),
      ...(hash === undefined ? {} : { hashes }),
    },
  };
}

function createCsaf({ id, hash, range, parts = [] }: Product): object {
  const whole = createCsafProduct('P', id, hash);
  const ranged = [{ category: 'product_version_range', name: range, product: whole }];
  const joined = parts.map((_, index) => ({
    category: 'default_component_of',
    product_reference: `C${index}`,
    relates_to_product_reference: 'P',
    full_product_name: { name: 'the part in the product', product_id: `R${index}` },
  }));
  const ids = parts.length === 0 ? ['P'] : parts.map((_, index) => `R${index}`);
  return {
    document: { csaf_version: '2.0', publisher: { name: 'vendor' } },
    product_tree: {
      ...(range === undefined
        ? {
            full_product_names: [
              whole,
              ...parts.map((part, index) => createCsafProduct(`C${index}`, part)),
            ],
          }
        : { branches: [{ category: 'vendor', name: 'v', branches: ranged }] }),
      relationships: joined,
      product_groups: [{ group_id: 'G', product_ids: ids }],
    },
    vulnerabilities: [
      {
        cve: ID,
        product_status: { known_not_affected: ids },
        flags: [{ label: 'vulnerable_code_not_in_execute_path', group_ids: ['G'] }],
      },
    ],
  };
}

function createCyclonedx({ id, hash, range }: Product): object {
  const isPurl = id?.startsWith('pkg:') === true;
  const isCpe = id?.startsWith('cpe:') === true;
  const component = {
    type: 'library',
    'bom-ref': 'it',
    name: isPurl || isCpe ? 'a component of ours' : (id ?? 'a component of ours'),
    ...(isPurl ? { purl: id } : {}),
    ...(isCpe ? { cpe: id } : {}),
    ...(hash === undefined ? {} : { hashes: [{ alg: 'SHA-256', content: hash }] }),
  };
  const versions = range === undefined ? {} : { versions: [{ range }] };
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: [component],
    vulnerabilities: [
      {
        id: ID,
        analysis: { state: 'not_affected', justification: 'code_not_reachable' },
        affects: [{ ref: 'it', ...versions }],
      },
    ],
  };
}

const FORMATS = {
  openvex: createOpenvex,
  csaf: createCsaf,
  'cyclonedx-vex': createCyclonedx,
} as const;
type FormatId = keyof typeof FORMATS;

function read(document: object): readonly VexDocument[] {
  const options = { limits: DEFAULT_LIMITS, origin: 'vex.json' };
  return readVex(Buffer.from(JSON.stringify(document)), options);
}

interface Setting {
  readonly target?: TargetDescription;
  readonly relationships?: readonly Relationship[];
}

function apply(documents: readonly VexDocument[], setting: Setting = {}): Findings {
  const { target = NAMED, relationships = [] } = setting;
  const distro = { id: 'debian', versionId: '12', versionCodename: 'bookworm' };
  const packages = [BASH, RUNNER];
  const inventory = createInventory({ packages, relationships, target, distro });
  const [template] = SAMPLE_FINDINGS.findings;
  const [bash] = inventory.packages;
  const found = { ...template, id: ID, aliases: [], matches: [], packageKey: bash?.key };
  const findings = { ...SAMPLE_FINDINGS, findings: [found as Findings['findings'][number]] };
  return decide({ ...findings, alerts: [] }, inventory, {
    filters: { ignoredStates: [] },
    ignoreFiles: [],
    vexDocuments: documents,
    isDerived: false,
  });
}

const PART = 'pkg:deb/debian/bash@5.1-6';
const OCI = 'pkg:oci/shop';

const FITTING: readonly (readonly [string, Product])[] = [
  ['the package URL as it is', { id: BASH.purl ?? '' }],
  ['the package URL without qualifiers', { id: 'pkg:deb/debian/bash@1%3A5.1-6' }],
  ['… without the epoch', { id: 'pkg:deb/debian/bash@5.1-6' }],
  ['… with the epoch as a qualifier', { id: 'pkg:deb/debian/bash@5.1-6?epoch=1' }],
  ['… without a version', { id: 'pkg:deb/debian/bash' }],
  ['… of the release', { id: 'pkg:deb/debian/bash?distro=debian-12' }],
  ['… of another point release', { id: 'pkg:deb/debian/bash?distro=debian-12.13' }],
  ['… of the release by its code name', { id: 'pkg:deb/debian/bash?distro=bookworm' }],
  ['… of the source', { id: 'pkg:deb/debian/bash-source?arch=source' }],
  ['a CPE', { id: 'cpe:2.3:a:gnu:bash:*:*:*:*:*:*:*:*' }],
  ['a CPE of the older form', { id: 'cpe:/a:gnu:bash:5.1-6' }],
  ['a range of versions', { id: 'pkg:deb/debian/bash', range: 'vers:deb/>=1:5.0|<1:5.2' }],
  ['the hash of the package', { id: 'x', hash: 'ee'.repeat(32) }],
  ['the hash of the image', { id: 'x', hash: HEX }],
  ['the digest of the image', { id: DIGEST }],
  ['its bare digits', { id: HEX }],
  ['the tag of the image', { id: 'registry.example.com/team/shop:2.1' }],
  ['the repository of the image', { id: 'registry.example.com/team/shop' }],
  ['repository and digest', { id: `registry.example.com/team/shop@${DIGEST}` }],
  ['an OCI package URL with the digest', { id: `${OCI}@${encodeURIComponent(DIGEST)}` }],
  ['… with a plain colon', { id: `${OCI}@${DIGEST}` }],
  ['… with the algorithm twice', { id: `${OCI}@sha256:${DIGEST}` }],
  ['… by name alone', { id: OCI }],
  ['… with a tag', { id: `${OCI}?tag=2.1` }],
  [
    '… with the repository and its name',
    { id: `${OCI}@${DIGEST}?repository_url=registry.example.com/team/shop` },
  ],
  ['… with what the repository lies in', { id: `${OCI}?repository_url=registry.example.com/team` }],
  [
    '… with the address of the repository',
    { id: `${OCI}?repository_url=https://registry.example.com/team/shop&tag=2.1` },
  ],
];

const MISSING: readonly (readonly [string, Product, RegExp])[] = [
  ['another version', { id: 'pkg:deb/debian/bash@5.1-7' }, /is about version 5\.1-7/],
  ['another release', { id: 'pkg:deb/debian/bash?distro=debian-11' }, /distro is debian-11/],
  ['another architecture', { id: 'pkg:deb/debian/bash?arch=arm64' }, /arch is arm64/],
  ['another distribution', { id: 'pkg:deb/ubuntu/bash' }, /it names deb\/ubuntu/],
  ['another range', { id: 'pkg:deb/debian/bash', range: 'vers:deb/<1:5.0' }, /is not in/],
  ['another CPE', { id: 'cpe:2.3:a:gnu:bash:4.0:*:*:*:*:*:*:*' }, /its version is 4\.0/],
  ['a package of the name of the source', { id: 'pkg:deb/debian/bash-source' }, /arch=source/],
  [
    'another digest',
    { id: `${OCI}@sha256:${'f'.repeat(64)}` },
    /names sha256:ff.* of .*shop, but this is/,
  ],
  [
    'another tag',
    { id: 'registry.example.com/team/shop:2.2' },
    /names 2\.2 of .*, but this is 2\.1/,
  ],
  ['another repository', { id: `${OCI}?repository_url=other.example.com/x` }, /another product/],
  ['no package URL', { id: 'pkg:' }, /is not a package URL/],
];

suite('products of statements, in three formats', () => {
  for (const [id, write] of Object.entries(FORMATS)) {
    test(`${id}: matches every form that names the package or the image`, () => {
      for (const [title, product] of FITTING) {
        const { dispositioned = [], alerts } = apply(read(write(product)));
        assert.equal(dispositioned.length, 1, `${title}: ${alerts[0]?.message}`);
        const [decision] = dispositioned[0]?.decisions ?? [];
        assert.equal(decision?.justification, 'vulnerable_code_not_in_execute_path');
        assert.ok((decision.trace.length ?? 0) > 1);
      }
    });

    test(`${id}: warns about a statement for another product, with the most similar one`, () => {
      for (const [title, product, miss] of MISSING) {
        const { findings, alerts } = apply(read(write(product)));
        assert.equal(findings.length, 1, title);
        assert.equal(alerts[0]?.kind, 'statement-unmatched');
        assert.match(alerts[0].message, miss, title);
        assert.match(alerts[0].message, /nearest is bash 1:5\.1-6/);
      }
    });
  }

  const withParts: readonly FormatId[] = ['openvex', 'csaf'];
  for (const id of withParts) {
    const write = FORMATS[id];
    test(`${id}: a part of the image, or of a package that contains it`, () => {
      for (const whole of [DIGEST, 'registry.example.com/team/shop', OCI]) {
        assert.equal(
          apply(read(write({ id: whole, parts: ['pkg:x/y', PART] }))).findings.length,
          0,
        );
      }
      const product = { id: 'pkg:golang/example.com/runner@1.2.0', parts: [PART] };
      const { findings, alerts } = apply(read(write(product)));
      assert.equal(findings.length, 1);
      assert.match(alerts[0]?.message ?? '', /example\.com\/runner is not known to include bash/);
      const edge = { kind: 'dependency-of', from: 'key-of-bash-deb' } as const;
      const relationships = [{ ...edge, to: 'key-of-example.com/runner-go-module' }];
      assert.equal(apply(read(write(product)), { relationships }).findings.length, 0);
    });

    test(`${id}: a part of another image is not a part of this one`, () => {
      const { findings, alerts } = apply(read(write({ id: 'pkg:oci/other', parts: [PART] })));
      assert.equal(findings.length, 1);
      assert.match(alerts[0]?.message ?? '', /neither this target nor a package/);
    });
  }

  test('an SBOM or a directory is identified by its name and version', () => {
    const target = {
      kind: 'sbom',
      userInput: 'x',
      name: 'shop',
      path: 'x',
      origin: 'file',
    } as const;
    const versioned = { target: { ...target, version: '2.1' } };
    const isSetAside = (id: string, setting: Setting): boolean =>
      apply(read(createOpenvex({ id, parts: [PART] })), setting).findings.length === 0;
    assert.ok(isSetAside('shop', versioned));
    assert.ok(isSetAside('pkg:generic/shop@2.1', versioned));
    assert.ok(isSetAside('pkg:generic/shop', versioned));
    assert.ok(isSetAside('pkg:generic/shop@2.1', { target }));
    assert.ok(!isSetAside('pkg:generic/shop@2.2', versioned));
  });
});
