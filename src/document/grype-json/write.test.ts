import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  createDatabase,
  type DatabaseSeed,
  type StatementSeed,
} from '../../../test/support/advisory-database.ts';
import { createInventory, type InventorySeed } from '../../../test/support/inventory.ts';
import { matchPackages } from '../../../test/support/match.ts';
import { toReport } from '../../../test/support/sample-report.ts';
import type { Report } from '../../foundation/core/format.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { grypeJson } from './write.ts';

interface Options {
  readonly isParity?: boolean;
  readonly now?: string;
  readonly report?: Partial<Report>;
  readonly inventory?: Partial<Inventory>;
}

/** Returns a part of a document by a path of names and numbers; `undefined` if there is none. */
function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (part, name) =>
        typeof part === 'object' && part !== null ? Reflect.get(part, name) : undefined,
      value,
    );
}

function readList(value: unknown, path: string): readonly unknown[] {
  const list = at(value, path);
  assert.ok(Array.isArray(list), `a list at ${path}`);
  return list;
}

async function write(
  inventory: InventorySeed,
  seed: DatabaseSeed,
  options: Options = {},
): Promise<unknown> {
  using database = await createDatabase(seed);
  const isParity = options.isParity ?? true;
  const read = { ...createInventory(inventory), ...options.inventory };
  const clock = options.now === undefined ? {} : { now: options.now };
  const findings = matchPackages(read, database, { isParity, ...clock });
  return render({ inventory: read, findings, ...options.report }, isParity);
}

function render(report: Partial<Report> & Pick<Report, 'inventory'>, isParity = true): unknown {
  const texts: string[] = [];
  grypeJson.write(
    toReport({ tool: { name: 'plimsoll', version: '1' }, configuration: {}, ...report }),
    { write: (text) => void texts.push(text) },
    { isColoured: false, isParity },
  );
  assert.ok(texts.length > 1, 'a document is written in pieces');
  return JSON.parse(texts.join(''));
}

const DEBIAN = { name: 'debian', major: '12', endOfLife: '2026-07-11 00:00:00+00:00' };
const DEBIAN_12 = { id: 'debian', versionId: '12' };

function createDebStatement(
  id: string,
  name: string,
  more: Partial<StatementSeed> = {},
): StatementSeed {
  const available = { date: '2026-01-02', kind: 'advisory' };
  const references = [{ url: 'https://example.org/DSA-1', id: 'DSA-1' }];
  const ranges = [{ scheme: 'deb', constraint: '< 2', fix: '2', available, references }];
  return { id, provider: 'debian', system: 0, ecosystem: 'deb', name, ranges, ...more };
}

test('writes a match on a distribution package', async () => {
  const upstreams = [{ name: 'zlib', version: '1.0' }];
  const document = await write(
    {
      distro: DEBIAN_12,
      packages: [{ name: 'zlib1g', type: 'deb', upstreams, purl: 'pkg:deb/debian/zlib1g@1.0' }],
    },
    { systems: [DEBIAN], statements: [createDebStatement('CVE-2026-1', 'zlib')] },
  );
  assert.deepEqual(at(document, 'matches'), [
    {
      vulnerability: {
        id: 'CVE-2026-1',
        dataSource: 'https://example.org/CVE-2026-1',
        namespace: 'debian:distro:debian:12',
        severity: 'Unknown',
        urls: [],
        cvss: [],
        fix: {
          versions: ['2'],
          state: 'fixed',
          available: [{ version: '2', date: '2026-01-02', kind: 'advisory' }],
        },
        advisories: [{ id: 'DSA-1', link: 'https://example.org/DSA-1' }],
        risk: 0,
      },
      relatedVulnerabilities: [
        {
          id: 'CVE-2026-1',
          dataSource: 'nvd',
          namespace: 'nvd:cpe',
          severity: 'Unknown',
          urls: [],
          cvss: [],
        },
      ],
      matchDetails: [
        {
          type: 'exact-indirect-match',
          matcher: 'dpkg-matcher',
          searchedBy: {
            distro: { type: 'debian', version: '12' },
            package: { name: 'zlib', version: '1.0' },
            namespace: 'debian:distro:debian:12',
          },
          found: { vulnerabilityID: 'CVE-2026-1', versionConstraint: '< 2 (deb)' },
          fix: { suggestedVersion: '2' },
        },
      ],
      artifact: {
        id: 'key-of-zlib1g-deb',
        name: 'zlib1g',
        version: '1.0',
        type: 'deb',
        locations: [],
        language: '',
        licenses: [],
        cpes: [],
        purl: 'pkg:deb/debian/zlib1g@1.0',
        upstreams,
      },
    },
  ]);
  assert.deepEqual(at(document, 'distro'), { name: 'debian', version: '12', idLike: [] });
  assert.deepEqual(at(document, 'source'), { type: 'directory', target: 'root' });
});

test('writes exploitation, severity and weakness at their places', async () => {
  const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
  const severities = [
    { scheme: 'CVSS', value: { vector, version: '3.1' }, source: 'nvd', rank: 1 },
  ];
  const document = await write(
    { packages: [{ name: 'left', type: 'npm', version: '1.0.0', language: 'javascript' }] },
    {
      statements: [
        {
          id: 'GHSA-1',
          provider: 'github',
          aliases: ['CVE-2026-1'],
          ecosystem: 'npm',
          name: 'left',
          ranges: [{ scheme: 'semver', constraint: '< 2' }],
          severities: [{ scheme: 'CHML', value: 'High', rank: 1 }],
          references: [{ url: 'https://example.org/1' }, { url: 'https://example.org/2' }],
        },
        { id: 'CVE-2026-1', provider: 'nvd', severities, description: 'text' },
      ],
      exploited: [{ cve: 'CVE-2026-1' }],
      epss: [{ cve: 'CVE-2026-1', epss: 0.25 }],
      weaknesses: [{ cve: 'CVE-2026-1', cwe: 'CWE-79' }],
    },
  );
  const found = at(document, 'matches.0');
  assert.equal(at(found, 'vulnerability.severity'), 'High');
  assert.deepEqual(at(found, 'vulnerability.urls'), ['https://example.org/2']);
  assert.equal(at(found, 'vulnerability.namespace'), 'github:language:javascript');
  assert.deepEqual(at(found, 'vulnerability.epss'), [
    { cve: 'CVE-2026-1', epss: 0.25, percentile: 0.5, date: '2026-01-01' },
  ]);
  assert.equal(at(found, 'vulnerability.knownExploited.0.knownRansomwareCampaignUse'), 'unknown');
  assert.deepEqual(at(found, 'vulnerability.cwes'), [
    { cve: 'CVE-2026-1', cwe: 'CWE-79', source: 'nvd@nist.gov', type: 'Primary' },
  ]);
  assert.deepEqual(at(found, 'vulnerability.fix'), { versions: [], state: '' });
  assert.equal(at(found, 'relatedVulnerabilities.0.severity'), 'Critical');
  assert.equal(at(found, 'relatedVulnerabilities.0.description'), 'text');
  assert.deepEqual(at(found, 'relatedVulnerabilities.0.cvss'), [
    {
      source: 'nvd',
      type: 'Primary',
      version: '3.1',
      vector,
      metrics: { baseScore: 9.8, exploitabilityScore: 3.9, impactScore: 5.9 },
      vendorMetadata: {},
    },
  ]);
  assert.deepEqual(at(found, 'matchDetails.0.searchedBy'), {
    language: 'javascript',
    namespace: 'github:language:javascript',
    package: { name: 'left', version: '1.0.0' },
  });
  assert.equal(at(found, 'matchDetails.0.found.versionConstraint'), '< 2 (semantic)');
});

test('marks a CPE match, and that its fix was ignored', async () => {
  const cpes = ['cpe:2.3:a:haxx:curl:8.0.0-r3:*:*:*:*:*:*:*'];
  const files = [{ path: '/usr/bin/curl', digest: {} }];
  const metadata = { kind: 'apk-db-entry', value: { files, architecture: 'x86_64' } };
  const document = await write(
    {
      distro: { id: 'alpine', versionId: '3.18.4', idLike: [] },
      packages: [{ name: 'curl', type: 'apk', version: '8.0.0-r3', cpes, metadata }],
    },
    {
      systems: [{ name: 'alpine', major: '3', minor: '18' }],
      statements: [
        {
          id: 'CVE-1',
          provider: 'nvd',
          product: { vendor: 'haxx', product: 'curl' },
          ranges: [{ constraint: '< 8.1.0', fix: '8.1.0' }],
        },
      ],
    },
  );
  const found = at(document, 'matches.0');
  assert.equal(at(found, 'vulnerability.namespace'), 'nvd:cpe');
  assert.deepEqual(at(found, 'vulnerability.fix'), { versions: [], state: 'unknown' });
  assert.deepEqual(at(found, 'relatedVulnerabilities'), []);
  assert.deepEqual(at(found, 'matchDetails'), [
    {
      type: 'cpe-match',
      matcher: 'apk-matcher',
      searchedBy: {
        namespace: 'nvd:cpe',
        cpes: ['cpe:2.3:a:haxx:curl:8.0.0:*:*:*:*:*:*:*'],
        package: { name: 'curl', version: '8.0.0-r3' },
      },
      found: {
        vulnerabilityID: 'CVE-1',
        versionConstraint: '< 8.1.0 (unknown)',
        cpes: ['cpe:2.3:a:haxx:curl:*:*:*:*:*:*:*:*'],
      },
    },
  ]);
  assert.equal(at(found, 'artifact.metadataType'), 'ApkMetadata');
  assert.deepEqual(at(found, 'artifact.metadata'), {
    files: [{ path: '/usr/bin/curl' }],
    Arch: 'x86_64',
  });
});

suite('ignored matches and alerts', () => {
  const headers = {
    distro: DEBIAN_12,
    packages: [
      { name: 'linux-libc-dev', type: 'deb', upstreams: [{ name: 'linux' }] },
      { name: 'zlib1g', type: 'deb', upstreams: [{ name: 'zlib' }] },
    ],
  };
  const seed = {
    systems: [DEBIAN],
    statements: [
      createDebStatement('CVE-2026-1', 'linux'),
      createDebStatement('CVE-2023-45853', 'zlib'),
    ],
  };

  test('shows kernel headers with the rule, and no other rules, like Grype', async () => {
    const document = await write(headers, seed);
    assert.equal(readList(document, 'matches').length, 0);
    assert.equal(readList(document, 'ignoredMatches').length, 1);
    assert.deepEqual(at(document, 'ignoredMatches.0.appliedIgnoreRules'), [
      {
        namespace: '',
        package: { name: 'linux-libc-dev', language: '', type: 'deb', 'upstream-name': 'linux' },
        'match-type': 'exact-indirect-match',
      },
    ]);
  });

  test('by default shows every ignored match with a reason', async () => {
    const document = await write(headers, seed, { isParity: false });
    const reasons = readList(document, 'ignoredMatches').map((one) =>
      at(one, 'appliedIgnoreRules.0.reason'),
    );
    assert.deepEqual(reasons, [undefined, 'zlib-without-minizip']);
  });

  test('alerts on packages of an end-of-life distribution', async () => {
    const document = await write(headers, seed, { now: '2026-08-01T00:00:00Z' });
    const first = at(document, 'alertsByPackage.0');
    assert.equal(at(first, 'package.name'), 'linux-libc-dev');
    assert.deepEqual(at(first, 'alerts'), [
      {
        type: 'distro-eol',
        message: 'Package is from end-of-life distro: debian 12',
        metadata: { name: 'debian', version: '12' },
      },
    ]);
  });

  test('by default alerts on a distribution without data, unlike Grype', async () => {
    const unknown = { ...headers, distro: { id: 'debian', versionId: '99' } };
    const own = await write(unknown, seed, { isParity: false });
    assert.equal(at(own, 'alertsByPackage.0.alerts.0.type'), 'distro-without-data');
    assert.equal(at(await write(unknown, seed), 'alertsByPackage'), undefined);
  });
});

suite('the order of matches', () => {
  const chooseNames = (document: unknown): readonly unknown[] =>
    readList(document, 'matches').map((one) => [
      at(one, 'artifact.name'),
      at(one, 'vulnerability.id'),
      at(one, 'vulnerability.namespace'),
    ]);

  test('is by risk, severity, package and id', async () => {
    const severe = { severities: [{ scheme: 'CHMLN', value: 'Critical', rank: 1 }] };
    const document = await write(
      { distro: DEBIAN_12, packages: ['b', 'a'].map((name) => ({ name, type: 'deb' })) },
      {
        systems: [DEBIAN],
        statements: [
          createDebStatement('CVE-1', 'a'),
          createDebStatement('CVE-0', 'b'),
          createDebStatement('CVE-2', 'a', severe),
          createDebStatement('CVE-3', 'b'),
        ],
        epss: [{ cve: 'CVE-3', epss: 0.5 }],
      },
    );
    assert.deepEqual(
      chooseNames(document).map((names) =>
        Array.isArray(names) ? names.slice(0, 2).join(' ') : '',
      ),
      ['b CVE-3', 'a CVE-2', 'a CVE-1', 'b CVE-0'],
    );
  });

  test('is stable for statements of several sources and with several fixes', async () => {
    const common = { ecosystem: 'npm', name: 'left' };
    const createFix = (fix: string) => ({ ranges: [{ constraint: `< ${fix}`, fix }] });
    const statements = [
      { ...common, id: 'GHSA-1', provider: 'b', ...createFix('2.0.0') },
      { ...common, id: 'GHSA-1', provider: 'a', ...createFix('3.0.0') },
      { ...common, id: 'GHSA-1', provider: 'a', ...createFix('2.5.0') },
    ];
    const left = { name: 'left', type: 'npm', version: '1.0.0' };
    const packages = [
      { ...left, key: '2' },
      { ...left, key: '1' },
    ];
    const document = await write({ packages }, { statements });
    const keys = readList(document, 'matches').map((one) =>
      [
        at(one, 'vulnerability.namespace'),
        at(one, 'artifact.id'),
        at(one, 'vulnerability.fix.versions.0'),
      ].join(' '),
    );
    const [a, b] = ['a:language:javascript', 'b:language:javascript'];
    assert.deepEqual(keys, [
      `${a} 1 2.5.0`,
      `${a} 2 2.5.0`,
      `${a} 1 3.0.0`,
      `${a} 2 3.0.0`,
      `${b} 1 2.0.0`,
      `${b} 2 2.0.0`,
    ]);
  });

  test('of related records is by namespace if several searches found the match', async () => {
    const item = { name: 'curl', type: 'apk', version: '1', upstreams: [{ name: 'curl' }] };
    const document = await write(
      { distro: { id: 'alpine', versionId: '3.18' }, packages: [item] },
      {
        systems: [{ name: 'alpine', major: '3', minor: '18' }],
        statements: [
          {
            id: 'CVE-1',
            provider: 'alpine',
            aliases: ['GHSA-1', 'OTHER-1'],
            system: 0,
            ecosystem: 'apk',
            name: 'curl',
          },
        ],
      },
    );
    const related = readList(document, 'matches.0.relatedVulnerabilities').map((one) =>
      at(one, 'id'),
    );
    assert.deepEqual(related, ['GHSA-1', 'CVE-1']);
    const constraint = at(document, 'matches.0.matchDetails.0.found.versionConstraint');
    assert.equal(constraint, 'none (unknown)');
  });
});

suite('the document frame', () => {
  const nothing = { packages: [] };

  test('names tool, configuration and database, and the time only if given', async () => {
    const timestamp = '2026-01-01T00:00:00Z';
    const seed = { statements: [{ id: 'CVE-1', provider: 'nvd' }] };
    const bare = await write(nothing, seed);
    assert.equal(at(bare, 'descriptor.timestamp'), undefined);
    assert.equal(at(bare, 'descriptor.configuration'), undefined);
    const configuration = { onlyFixed: true };
    const full = await write(nothing, seed, { report: { timestamp, configuration } });
    assert.equal(at(full, 'descriptor.name'), 'plimsoll');
    assert.equal(at(full, 'descriptor.timestamp'), timestamp);
    assert.deepEqual(at(full, 'descriptor.configuration'), configuration);
    assert.equal(at(full, 'descriptor.db.status.schemaVersion'), 'v6.1.9');
    assert.equal(at(full, 'descriptor.db.status.built'), '2026-01-02T03:04:05Z');
    assert.deepEqual(at(full, 'descriptor.db.providers'), {
      nvd: { captured: '2026-01-01T00:00:00Z', input: 'xxh64:0000000000000000' },
    });
  });

  test('states that nothing was evaluated if there are no findings', () => {
    const document = render({ inventory: createInventory(nothing) });
    assert.equal(at(document, 'descriptor.db.status.valid'), false);
  });

  test('states that a distribution is unknown', async () => {
    const document = await write(nothing, { statements: [] });
    assert.deepEqual(at(document, 'distro'), { name: '', version: '', idLike: null });
    const other = await write({ ...nothing, distro: { id: 'homemade' } }, { statements: [] });
    assert.equal(at(other, 'distro.name'), '');
    const alike = { id: 'homemade', idLike: ['rhel'], versionId: 'x', version: '9.1' };
    const known = await write({ ...nothing, distro: alike }, { statements: [] });
    assert.deepEqual(at(known, 'distro'), { name: 'redhat', version: '9.1', idLike: ['redhat'] });
  });

  test('describes an image by its layers', async () => {
    const image = {
      kind: 'image',
      userInput: 'a:1',
      name: 'a',
      manifestDigest: 'sha256:1',
      imageId: 'sha256:2',
      mediaType: 'm',
      tags: ['a:1'],
      repoDigests: [],
      architecture: 'amd64',
      variant: 'v8',
      os: 'linux',
      labels: { by: 'us' },
      layers: [{ diffId: 'sha256:3', mediaType: 'l', blobBytes: 9 }],
      manifest: new Uint8Array([123, 125]),
      config: new Uint8Array(),
    } as const;
    const inventory = { target: image, layerBytes: [7] };
    const document = await write(nothing, { statements: [] }, { inventory });
    assert.equal(at(document, 'source.type'), 'image');
    assert.equal(at(document, 'source.target.imageSize'), 7);
    assert.deepEqual(at(document, 'source.target.layers'), [
      { mediaType: 'l', digest: 'sha256:3', size: 7 },
    ]);
    assert.equal(at(document, 'source.target.manifest'), 'e30=');
    assert.equal(at(document, 'source.target.architectureVariant'), 'v8');
    assert.deepEqual(at(document, 'source.target.labels'), { by: 'us' });
  });

  test('is stable for the same report', async () => {
    const inventory = { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb' }] };
    const seed = {
      systems: [DEBIAN],
      statements: [createDebStatement('CVE-2', 'sudo'), createDebStatement('CVE-1', 'sudo')],
    };
    const [first, second] = [await write(inventory, seed), await write(inventory, seed)];
    const path = 'descriptor.db.status.path';
    const dropPath = (document: unknown): string =>
      JSON.stringify(document).replaceAll(String(at(document, path)), '');
    assert.equal(dropPath(first), dropPath(second));
    const ids = readList(first, 'matches').map((one) => at(one, 'vulnerability.id'));
    assert.deepEqual(ids, ['CVE-1', 'CVE-2']);
  });
});
