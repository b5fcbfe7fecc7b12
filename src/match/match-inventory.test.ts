import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createDatabase, type StatementSeed } from '../../test/support/advisory-database.ts';
import { createInventory } from '../../test/support/inventory.ts';
import {
  createDebStatement,
  DEBIAN,
  DEBIAN_12,
  listFoundIds,
  matchSeeds,
} from '../../test/support/match.ts';
import { compareText } from '../core/compare-text.ts';
import type { Judgement } from './judgement.ts';
import { matchInventory } from './match-inventory.ts';

suite('matches and their details', () => {
  test('finds a version below the fix, with every comparison', async () => {
    const findings = await matchSeeds(
      { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb', version: '1.8-1' }] },
      { systems: [DEBIAN], statements: [createDebStatement('CVE-2021-1', 'sudo', '1.9-1')] },
    );
    const [finding] = findings.findings;
    const reason = finding?.matches[0]?.reasons[0];
    assert.equal(finding?.id, 'CVE-2021-1');
    assert.deepEqual(finding?.fixVersions, ['1.9-1']);
    assert.equal(finding?.fixState, 'fixed');
    assert.equal(reason?.kind, 'direct');
    assert.equal(reason?.searchedKey, 'debian 12 / deb / sudo');
    assert.equal(reason?.range, '< 1.9-1 (deb)');
    assert.deepEqual(reason?.comparisons, [
      { comparator: 'deb', left: '1.8-1', operator: '<', right: '1.9-1', holds: true },
    ]);
    assert.deepEqual(findings.unevaluated, []);
  });

  test('joins statements of several sources and fixes into one finding, in a fixed order', async () => {
    const statements = [
      createDebStatement('CVE-2021-1', 'sudo', '3'),
      createDebStatement('CVE-2021-1', 'sudo', '2'),
      createDebStatement('CVE-2021-1', 'sudo', '2'),
      createDebStatement('CVE-2021-1', 'sudo', '4', { provider: 'another' }),
      createDebStatement('DSA-1', 'sudo', '5', { aliases: ['CVE-2021-1'] }),
    ];
    const { findings } = await matchSeeds(
      { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb', version: '1' }] },
      { systems: [DEBIAN], statements },
    );
    assert.deepEqual(
      findings.map(({ id, fixVersions, matches }) => [id, fixVersions, matches.length]),
      [['CVE-2021-1', ['2', '3', '4', '5'], 4]],
    );
    assert.deepEqual(
      findings[0]?.matches.map(({ record, fixes }) => [record.provider, fixes[0]?.version]),
      [
        ['another', '4'],
        ['debian', '2'],
        ['debian', '3'],
        ['debian', '5'],
      ],
    );
  });

  test('does not find the fixed version', async () => {
    const findings = await matchSeeds(
      { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb', version: '1.9-1' }] },
      { systems: [DEBIAN], statements: [createDebStatement('CVE-2021-1', 'sudo', '1.9-1')] },
    );
    assert.deepEqual(findings.findings, []);
  });

  test('finds a package of another name by its source and the version of that source', async () => {
    const upstreams = [{ name: 'openssl', version: '3.0-1' }];
    const findings = await matchSeeds(
      {
        distro: DEBIAN_12,
        packages: [{ name: 'libssl3', type: 'deb', version: '9-1', upstreams }],
      },
      { systems: [DEBIAN], statements: [createDebStatement('CVE-2021-1', 'openssl', '3.1-1')] },
    );
    const reason = findings.findings[0]?.matches[0]?.reasons[0];
    assert.equal(reason?.kind, 'indirect');
    assert.equal(reason?.searchedName, 'openssl');
    assert.equal(reason?.searchedVersion, '3.0-1');
  });

  test('names a rolling release by its label', async () => {
    const ranges = [{ scheme: 'apk', constraint: '< 2', fix: '2' }];
    const findings = await matchSeeds(
      {
        distro: { id: 'wolfi', versionId: '20230201' },
        packages: [{ name: 'curl', type: 'apk', version: '1' }],
      },
      {
        systems: [{ name: 'wolfi', label: 'rolling' }],
        statements: [
          { id: 'CVE-1', provider: 'wolfi', system: 0, ecosystem: 'apk', name: 'curl', ranges },
        ],
      },
    );
    const reason = findings.findings[0]?.matches[0]?.reasons[0];
    assert.equal(reason?.searchedKey, 'wolfi rolling / apk / curl');
  });

  test('collects severity, exploitation, weaknesses and risk from all sources', async () => {
    const findings = await matchSeeds(
      { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb' }] },
      {
        systems: [DEBIAN],
        statements: [
          createDebStatement('CVE-2021-1', 'sudo', '2', {
            severities: [{ scheme: 'CHMLN', value: 'High', rank: 1 }],
          }),
          { id: 'CVE-2021-1', provider: 'nvd', description: 'by the keeper of the id' },
        ],
        exploited: [{ cve: 'CVE-2021-1', ransomware: 'Known' }],
        epss: [{ cve: 'CVE-2021-1', epss: 0.25 }],
        weaknesses: [{ cve: 'CVE-2021-1', cwe: 'CWE-79' }],
      },
    );
    const [finding] = findings.findings;
    const found = finding?.matches[0];
    assert.equal(finding?.severity, 'high');
    assert.equal(finding?.risk, 82.5);
    assert.equal(found?.related[0]?.description, 'by the keeper of the id');
    assert.equal(found?.exploited.length, 1);
    assert.equal(found?.epss[0]?.epss, 0.25);
    assert.equal(found?.weaknesses[0]?.cwe, 'CWE-79');
  });

  test('reports a score of several sources once', async () => {
    const createCvss = (vector: string) => ({
      scheme: 'CVSS',
      value: { vector, version: '3.1' },
      rank: 1,
    });
    const high = createCvss('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H');
    const low = createCvss('CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:L');
    const { findings } = await matchSeeds(
      { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb' }] },
      {
        systems: [DEBIAN],
        statements: [
          createDebStatement('CVE-2021-1', 'sudo', '2', { severities: [high] }),
          { id: 'CVE-2021-1', provider: 'nvd', severities: [low, high] },
        ],
      },
    );
    assert.deepEqual(
      findings[0]?.matches[0]?.scores?.map(({ baseScore }) => baseScore),
      [7.5, 1.8],
    );
  });

  test('observes every comparison of a statement without a matching range', async () => {
    const ranges = ['< 1', '= 5'].map((constraint) => ({ scheme: 'deb', constraint }));
    const judgements: Judgement[] = [];
    await matchSeeds(
      { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb', version: '3' }] },
      {
        systems: [DEBIAN],
        statements: [createDebStatement('CVE-2021-1', 'sudo', '9', { ranges })],
      },
      { observe: (judgement) => judgements.push(judgement) },
    );
    assert.deepEqual(
      judgements.map(({ range, comparisons }) => [range, comparisons.map(({ right }) => right)]),
      [['< 1 (deb) || = 5 (deb)', ['1', '5']]],
    );
  });

  test('joins statements of several sources about one vulnerability into one finding', async () => {
    const statement = {
      ecosystem: 'npm',
      name: 'left',
      ranges: [{ scheme: 'npm', constraint: '< 2' }],
    };
    const findings = await matchSeeds(
      { packages: [{ name: 'left', type: 'npm', version: '1.0.0' }] },
      {
        statements: [
          { ...statement, id: 'GHSA-1', provider: 'github', aliases: ['CVE-2021-1'] },
          { ...statement, id: 'CVE-2021-1', provider: 'other' },
        ],
      },
    );
    assert.deepEqual(listFoundIds(findings), ['GHSA-1']);
    assert.deepEqual(findings.findings[0]?.aliases, ['CVE-2021-1']);
    assert.equal(findings.findings[0]?.matches.length, 2);
  });

  test('does not join the CVEs of an advisory into one vulnerability', async () => {
    const findings = await matchSeeds(
      { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb' }] },
      {
        systems: [DEBIAN],
        statements: [
          createDebStatement('DSA-1', 'sudo', '2', { aliases: ['CVE-2021-1', 'CVE-2021-2'] }),
          createDebStatement('CVE-2021-1', 'sudo', '2'),
          createDebStatement('CVE-2021-2', 'sudo', '2'),
        ],
      },
    );
    assert.deepEqual(listFoundIds(findings), ['CVE-2021-1', 'CVE-2021-2', 'DSA-1']);
  });

  test('puts the smallest fix above the installed version first', async () => {
    const ranges = [
      { scheme: 'npm', constraint: '< 1.5.0', fix: '1.5.0' },
      { scheme: 'npm', constraint: '>= 3.0.0, < 3.2.0', fix: '3.2.0' },
      { scheme: 'npm', constraint: '>= 2.0.0, < 2.3.0', fix: '2.3.0' },
    ];
    const findings = await matchSeeds(
      { packages: [{ name: 'left', type: 'npm', version: '2.1.0' }] },
      {
        statements: [{ id: 'GHSA-1', provider: 'github', ecosystem: 'npm', name: 'left', ranges }],
      },
    );
    assert.deepEqual(findings.findings[0]?.fixVersions, ['2.3.0', '3.2.0', '1.5.0']);
  });

  test('keeps the state of a fix that will not be released', async () => {
    const ranges = [{ scheme: 'deb', constraint: '', state: 'wont-fix' }];
    const findings = await matchSeeds(
      { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb' }] },
      { systems: [DEBIAN], statements: [createDebStatement('CVE-2021-1', 'sudo', '', { ranges })] },
    );
    assert.equal(findings.findings[0]?.fixState, 'wont-fix');
    assert.equal(findings.findings[0]?.matches[0]?.reasons[0]?.range, 'every version (deb)');
  });

  test('sorts findings by package, then ID', async () => {
    const findings = await matchSeeds(
      {
        distro: DEBIAN_12,
        packages: [
          { name: 'zsh', type: 'deb' },
          { name: 'bash', type: 'deb' },
        ],
      },
      {
        systems: [DEBIAN],
        statements: [
          createDebStatement('CVE-2021-3', 'zsh', '2'),
          createDebStatement('CVE-2021-2', 'bash', '2'),
          createDebStatement('CVE-2021-1', 'bash', '2'),
        ],
      },
    );
    assert.deepEqual(listFoundIds(findings), ['CVE-2021-1', 'CVE-2021-2', 'CVE-2021-3']);
  });
});

suite('statements that do not count', () => {
  test('a statement that the version is unaffected cancels an affected one', async () => {
    const unaffected = { isUnaffected: true, ranges: [{ scheme: 'deb', constraint: '>= 1.0' }] };
    const seed = {
      systems: [DEBIAN],
      statements: [
        createDebStatement('CVE-2021-1', 'sudo', '2'),
        createDebStatement('DSA-1', 'sudo', '', { ...unaffected, aliases: ['CVE-2021-1'] }),
      ],
    };
    const held = { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb', version: '1.1' }] };
    const below = { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb', version: '0.9' }] };
    assert.deepEqual(listFoundIds(await matchSeeds(held, seed)), []);
    assert.deepEqual(listFoundIds(await matchSeeds(below, seed)), ['CVE-2021-1']);
  });

  test('a rejected statement of a distribution only counts with the Grype strategy', async () => {
    const inventory = { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb' }] };
    const seed = {
      systems: [DEBIAN],
      statements: [createDebStatement('CVE-2021-1', 'sudo', '2', { status: 'rejected' })],
    };
    assert.deepEqual(listFoundIds(await matchSeeds(inventory, seed)), []);
    assert.deepEqual(listFoundIds(await matchSeeds(inventory, seed, { isParity: true })), [
      'CVE-2021-1',
    ]);
  });

  test('a fix of the distribution suppresses the vulnerability in packages that it installed', async () => {
    const cpes = ['cpe:2.3:a:python:python:1.0:*:*:*:*:*:*:*'];
    const statements: StatementSeed[] = [
      createDebStatement('CVE-2021-1', 'python3', '0.9'),
      {
        id: 'CVE-2021-1',
        provider: 'nvd',
        product: { vendor: 'python', product: 'python' },
        ranges: [{ constraint: '< 2' }],
      },
    ];
    const packages = [
      { name: 'python3', type: 'deb', version: '1.0-1' },
      { name: 'python', type: 'other', version: '2.0', cpes },
    ];
    const relationships = [
      { kind: 'owns-package', from: 'key-of-python3-deb', to: 'key-of-python-other', paths: [] },
    ] as const;
    const seed = { systems: [DEBIAN], statements };
    const owned = await matchSeeds({ distro: DEBIAN_12, packages, relationships }, seed);
    const apart = await matchSeeds({ distro: DEBIAN_12, packages }, seed);
    assert.deepEqual(listFoundIds(owned), []);
    const rule = 'decided by the distribution: owner python3 (CVE-2021-1: fixed)';
    assert.equal(owned.ignored[0]?.rule, rule);
    const inventory = { distro: DEBIAN_12, packages, relationships };
    const parity = await matchSeeds(inventory, seed, { isParity: true });
    assert.equal(parity.ignored[0]?.rule, 'fixed-by-distribution');
    assert.deepEqual(listFoundIds(apart), ['CVE-2021-1']);
    assert.deepEqual(apart.ignored, []);
  });

  test('paths determine owners if the inventory has no relationships', async () => {
    const statement = {
      id: 'CVE-2021-1',
      provider: 'x',
      ecosystem: 'other',
      name: 'tool',
      ranges: [{ constraint: '< 2' }],
    };
    const tool = {
      name: 'tool',
      type: 'other',
      locations: [{ path: '/bin/tool', accessPath: '/bin/tool' }],
    };
    const owner = {
      name: 'tools',
      type: 'deb',
      version: '3',
      ownedFiles: [{ path: '/bin/tool' }, { path: '/bin/else' }],
      locations: [{ path: '/status', accessPath: '/status' }],
    };
    const seed = {
      systems: [DEBIAN],
      statements: [statement, createDebStatement('CVE-2021-1', 'tools', '1')],
    };
    const findings = await matchSeeds({ distro: DEBIAN_12, packages: [tool, owner] }, seed);
    assert.deepEqual(
      findings.ignored.map(({ rule }) => rule),
      ['decided by the distribution: owner tools (CVE-2021-1: fixed)'],
    );
  });

  test('each of several owners can decide for the packages that it owns', async () => {
    const ranges = [{ constraint: '< 2' }];
    const tool = { id: 'CVE-2021-1', provider: 'x', ecosystem: 'other', name: 'tool', ranges };
    const createOwnership = (from: string) =>
      ({ kind: 'owns-package', from, to: 'key-of-tool-other', paths: [] }) as const;
    const findings = await matchSeeds(
      {
        distro: DEBIAN_12,
        packages: [
          { name: 'tool', type: 'other' },
          { name: 'first', type: 'deb', version: '3' },
          { name: 'second', type: 'deb', version: '3' },
        ],
        relationships: ['key-of-first-deb', 'key-of-second-deb', 'key-of-second-deb'].map(
          createOwnership,
        ),
      },
      { systems: [DEBIAN], statements: [tool, createDebStatement('CVE-2021-1', 'second', '1')] },
    );
    assert.deepEqual(
      findings.ignored.map(({ rule }) => rule),
      ['decided by the distribution: owner second (CVE-2021-1: fixed)'],
    );
  });

  test('a binary owned by a system package of its version is ignored, and omitted with the Grype strategy', async () => {
    const packages = [
      { name: 'python3', type: 'deb', version: '1.0-1' },
      { name: 'left', type: 'binary', version: '1.0' },
    ];
    const relationships = [
      { kind: 'owns-package', from: 'key-of-python3-deb', to: 'key-of-left-binary', paths: [] },
    ] as const;
    const left = {
      id: 'CVE-2021-9',
      provider: 'x',
      ecosystem: 'binary',
      name: 'left',
      ranges: [{ constraint: '< 9' }],
    };
    const seed = {
      systems: [DEBIAN],
      statements: [left, createDebStatement('CVE-2021-1', 'sudo', '1')],
    };
    const inventory = { distro: DEBIAN_12, packages, relationships };
    const own = await matchSeeds(inventory, seed);
    assert.deepEqual(
      own.ignored.map(({ rule }) => rule),
      ['part-of-system-package'],
    );
    assert.deepEqual((await matchSeeds(inventory, seed, { isParity: true })).ignored, []);
    const newer = packages.map((one) => ({ ...one, version: one.type === 'deb' ? '7-1' : '1.5' }));
    const kept = await matchSeeds({ ...inventory, packages: newer }, seed);
    assert.deepEqual(listFoundIds(kept), ['CVE-2021-9']);
  });

  test('a binary owned by a language package of its version is found, also with the Grype strategy', async () => {
    const left = {
      id: 'CVE-2021-9',
      provider: 'x',
      ecosystem: 'binary',
      name: 'left',
      ranges: [{ constraint: '< 9' }],
    };
    const seed = { systems: [DEBIAN], statements: [left] };
    for (const type of ['python', 'npm']) {
      const packages = [
        { name: 'wheel', type, version: '1.0' },
        { name: 'left', type: 'binary', version: '1.0' },
      ];
      const from = `key-of-wheel-${type}`;
      const relationships = [
        { kind: 'owns-package', from, to: 'key-of-left-binary', paths: [] },
      ] as const;
      const inventory = { distro: DEBIAN_12, packages, relationships };
      assert.deepEqual(listFoundIds(await matchSeeds(inventory, seed)), ['CVE-2021-9']);
      assert.deepEqual(listFoundIds(await matchSeeds(inventory, seed, { isParity: true })), [
        'CVE-2021-9',
      ]);
    }
  });

  test('a language package stated as unaffected is not found', async () => {
    const common = { provider: 'github', ecosystem: 'npm', name: 'left' };
    const findings = await matchSeeds(
      { packages: [{ name: 'left', type: 'npm', version: '1.0.0' }] },
      {
        statements: [
          { ...common, id: 'GHSA-1', aliases: ['CVE-2021-1'], ranges: [{ constraint: '< 2' }] },
          {
            ...common,
            id: 'CGA-1',
            isUnaffected: true,
            aliases: ['CVE-2021-1'],
            ranges: [{ constraint: '= 1.0.0' }],
          },
        ],
      },
    );
    assert.deepEqual(listFoundIds(findings), []);
  });

  test('built-in rules are named with the matches that they ignore', async () => {
    const findings = await matchSeeds(
      {
        distro: DEBIAN_12,
        packages: [
          { name: 'zlib1g', type: 'deb', upstreams: [{ name: 'zlib' }] },
          { name: 'minizip', type: 'deb', upstreams: [{ name: 'zlib' }] },
        ],
      },
      { systems: [DEBIAN], statements: [createDebStatement('CVE-2023-45853', 'zlib', '2')] },
    );
    assert.deepEqual(
      findings.ignored.map(({ rule, finding }) => [rule, finding.packageKey]),
      [['zlib-without-minizip', 'key-of-zlib1g-deb']],
    );
    assert.deepEqual(
      findings.findings.map((one) => one.packageKey),
      ['key-of-minizip-deb'],
    );
  });

  test('documentation and translations do not inherit vulnerabilities of their source', async () => {
    const upstreams = [{ name: 'glibc' }];
    const free = ['libc-l10n', 'glibc-doc', 'glibc-langpack-de', 'glibc-lang', 'locales'];
    const names = [...free, 'libc6', 'doc-tools', 'libc6-i386', 'docker', 'langford'];
    const inventory = {
      distro: DEBIAN_12,
      packages: names.map((name) => ({ name, type: 'deb', upstreams })),
    };
    const own = await matchSeeds(inventory, {
      systems: [DEBIAN],
      statements: [
        createDebStatement('CVE-2021-1', 'glibc', '2'),
        createDebStatement('CVE-2021-2', 'glibc-doc', '2'),
      ],
    });
    assert.deepEqual(
      own.ignored.map(({ rule, finding }) => `${rule} ${finding.packageKey}`),
      free.map((name) => `documentation-or-translations key-of-${name}-deb`).toSorted(compareText),
    );
    assert.ok(listFoundIds(own).includes('CVE-2021-2'), 'what is said of itself holds');
    assert.equal(own.findings.length, names.length - free.length + 1);
    const seed = {
      systems: [DEBIAN],
      statements: [createDebStatement('CVE-2021-1', 'glibc', '2')],
    };
    const parity = await matchSeeds(inventory, seed, { isParity: true });
    assert.equal(parity.findings.length, names.length);
  });

  test('kernel headers do not inherit kernel vulnerabilities', async () => {
    const source = [{ name: 'linux', version: '1.0' }];
    const headers = [
      'linux-headers-6.1-amd64',
      'linux-rt-headers-6',
      'linux-libc-dev',
      'linux-kbuild-6.1',
    ];
    const names = [...headers, 'linux-image-6.1-amd64', 'linux-perf'];
    const findings = await matchSeeds(
      {
        distro: DEBIAN_12,
        packages: names.map((name) => ({ name, type: 'deb', upstreams: source })),
      },
      { systems: [DEBIAN], statements: [createDebStatement('CVE-2021-1', 'linux', '2')] },
    );
    assert.deepEqual(
      new Set(findings.ignored.map(({ finding }) => finding.packageKey)),
      new Set(headers.map((name) => `key-of-${name}-deb`)),
    );
    assert.equal(findings.findings.length, 2);
  });

  test('a vulnerability of the headers themselves is reported', async () => {
    const upstreams = [{ name: 'linux', version: '1.0' }];
    const findings = await matchSeeds(
      { distro: DEBIAN_12, packages: [{ name: 'linux-libc-dev', type: 'deb', upstreams }] },
      { systems: [DEBIAN], statements: [createDebStatement('CVE-2021-1', 'linux-libc-dev', '2')] },
    );
    assert.deepEqual(listFoundIds(findings), ['CVE-2021-1']);
  });
});

test('each key of the database is read once for all packages', async () => {
  using database = await createDatabase({
    systems: [DEBIAN],
    statements: [createDebStatement('CVE-2021-1', 'linux', '2')],
  });
  const asked: string[] = [];
  const counting = new Proxy(database, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') {
        return member;
      }
      return (...parameters: readonly unknown[]): unknown => {
        asked.push(`${String(name)} ${JSON.stringify(parameters)}`);
        return Reflect.apply(member, target, [...parameters]);
      };
    },
  });
  const packages = ['a', 'b', 'c'].map((name) => ({
    name,
    type: 'deb',
    upstreams: [{ name: 'linux' }],
  }));
  const inventory = createInventory({ distro: DEBIAN_12, packages: [...packages, ...packages] });
  const findings = matchInventory(inventory, counting);
  assert.equal(findings.findings.length, 6);
  assert.equal(new Set(asked).size, asked.length);
  assert.equal(asked.filter((call) => call.startsWith('readRecord ')).length, 1);
});

test('every comparison can be observed, including those that do not match', async () => {
  const seen: string[] = [];
  await matchSeeds(
    { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb', version: '1.8-1' }] },
    {
      systems: [DEBIAN],
      statements: [
        createDebStatement('CVE-1', 'sudo', '1.9-1'),
        createDebStatement('CVE-2', 'sudo', '1.7-1'),
      ],
    },
    {
      observe({ advisory, isInRange }) {
        seen.push(`${advisory.vulnerability} ${isInRange}`);
      },
    },
  );
  assert.deepEqual(seen, ['CVE-1 true', 'CVE-2 false']);
});
