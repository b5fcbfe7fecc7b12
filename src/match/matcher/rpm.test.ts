import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  createDatabase,
  type StatementSeed,
  type SystemSeed,
} from '../../../test/support/advisory-database.ts';
import {
  createInventory,
  type InventorySeed,
  type PackageSeed,
} from '../../../test/support/inventory.ts';
import { matchPackages } from '../../../test/support/match.ts';
import type { Findings } from '../../core/finding.ts';

const RHEL_9: SystemSeed = { name: 'redhat', releaseId: 'rhel', major: '9' };
const RHEL: NonNullable<InventorySeed['distro']> = { id: 'rhel', versionId: '9.4' };

interface Asked {
  readonly systems?: readonly SystemSeed[];
  readonly statements: readonly StatementSeed[];
  readonly packages: readonly PackageSeed[];
  readonly distro?: NonNullable<InventorySeed['distro']>;
}

async function match(asked: Asked, isParity = false): Promise<Findings> {
  const { systems = [RHEL_9], statements, packages, distro = RHEL } = asked;
  using database = await createDatabase({ systems, statements });
  return matchPackages(createInventory({ distro, packages }), database, { isParity });
}

function createStatement(id: string, name: string, fix: string, more: Partial<StatementSeed> = {}) {
  const ranges = [{ scheme: 'rpm', constraint: `< ${fix}`, fix }];
  return { id, provider: 'rhel', system: 0, ecosystem: 'rpm', name, ranges, ...more };
}

function createPackage(
  name: string,
  version: string,
  more: Partial<PackageSeed> = {},
): PackageSeed {
  return { name, version, type: 'rpm', ...more };
}

const listIds = ({ findings }: Findings): readonly string[] => findings.map(({ id }) => id);

/** Returns the IDs found by default and with Grype's strategy. */
async function matchBothWays(
  asked: Asked,
): Promise<readonly [readonly string[], readonly string[]]> {
  return [listIds(await match(asked)), listIds(await match(asked, true))];
}

test('statements of long-term support apply if the target has it', async () => {
  const release: SystemSeed = { name: 'sles', releaseId: 'sles', major: '15', minor: '3' };
  const asked = {
    systems: [release, { ...release, channel: 'ltss' }],
    statements: [
      createStatement('CVE-1', 'glibc', '2.31-2', { provider: 'sles' }),
      createStatement('CVE-2', 'glibc', '2.31-3', { provider: 'sles', system: 1 }),
    ],
    packages: [createPackage('glibc', '2.31-1')],
  };
  const distro = { id: 'sles', versionId: '15.3' };
  assert.deepEqual(listIds(await match({ ...asked, distro })), ['CVE-1']);
  for (const used of [
    { ...distro, extendedSupport: true },
    { id: 'sles', versionId: '15.3+ltss' },
  ]) {
    assert.deepEqual(listIds(await match({ ...asked, distro: used })), ['CVE-1', 'CVE-2']);
  }
});

suite('the epoch', () => {
  test('of a package comes from its version, its record, or is 0', async () => {
    const statements = [createStatement('CVE-1', 'bind', '32:9.12-1')];
    const packages = [
      createPackage('bind', '32:9.11-1', { key: 'stated' }),
      createPackage('bind', '9.11-1', {
        key: 'recorded',
        metadata: { kind: 'rpm-db-entry', value: { epoch: 33 } },
      }),
      createPackage('bind', '9.13-1', {
        key: 'absent',
        metadata: { kind: 'rpm-db-entry', value: { epoch: null } },
      }),
    ];
    for (const isParity of [false, true]) {
      const { findings } = await match({ statements, packages }, isParity);
      assert.deepEqual(
        findings.map((one) => [one.packageKey, one.matches[0]?.reasons[0]?.searchedVersion]),
        [
          ['stated', '32:9.11-1'],
          ['absent', '0:9.13-1'],
        ],
      );
    }
  });

  test('missing in a fix is 0; with the Grype strategy it is that of the package', async () => {
    const asked = {
      statements: [createStatement('CVE-1', 'bind', '9.12-1')],
      packages: [createPackage('bind', '32:9.11-1')],
    };
    assert.deepEqual(await matchBothWays(asked), [[], ['CVE-1']]);
  });

  test('of a source comes from a package of the same build, else from the fix', async () => {
    const statements = [
      createStatement('CVE-1', 'openssl', '2:1.0-1'),
      createStatement('CVE-2', 'openssl', '1:1.2-1'),
    ];
    const upstreams = [{ name: 'openssl', version: '1.1-1' }];
    const same = { statements, packages: [createPackage('libs', '1:1.1-1', { upstreams })] };
    assert.deepEqual(await matchBothWays(same), [['CVE-1', 'CVE-2'], ['CVE-2']]);
    const other = { statements, packages: [createPackage('libs', '7:5-1', { upstreams })] };
    assert.deepEqual(await matchBothWays(other), [['CVE-2'], ['CVE-2']]);
    const unstated = { statements, packages: [createPackage('libs', '1.1-1', { upstreams })] };
    assert.deepEqual(await matchBothWays(unstated), [['CVE-2'], ['CVE-2']]);
    const value = { epoch: 1 };
    const recorded = createPackage('libs', '1.1-1', {
      upstreams,
      metadata: { kind: 'rpm-db-entry', value },
    });
    assert.deepEqual(listIds(await match({ statements, packages: [recorded] })), [
      'CVE-1',
      'CVE-2',
    ]);
  });

  test('does not create a version if there is none', async () => {
    const asked = {
      statements: [createStatement('CVE-1', 'bind', '9.12-1')],
      packages: [createPackage('bind', '')],
    };
    assert.deepEqual(await matchBothWays(asked), [[], []]);
    assert.deepEqual(
      (await match(asked)).unevaluated.map(({ why }) => why),
      ['no-version'],
    );
  });
});

suite('source packages', () => {
  const upstreams = [{ name: 'kernel', version: '5.1-1' }];
  const statements = [createStatement('CVE-1', 'kernel', '0:5.2-1')];

  test('are looked up with their own version', async () => {
    const packages = [createPackage('kernel-core', '5.9-1', { upstreams })];
    const { findings } = await match({ statements, packages });
    assert.equal(findings[0]?.matches[0]?.reasons[0]?.kind, 'indirect');
    const newer = [{ name: 'kernel', version: '5.3-1' }];
    const fixed = [createPackage('kernel-core', '5.1-1', { upstreams: newer })];
    assert.deepEqual(listIds(await match({ statements, packages: fixed })), []);
  });

  test('only count for kernel headers if a statement names the headers', async () => {
    const packages = [createPackage('kernel-headers', '5.1-1', { upstreams })];
    const own = createStatement('CVE-2', 'kernel-headers', '0:5.2-1');
    const findings = await match({ statements: [...statements, own], packages });
    assert.deepEqual(listIds(findings), ['CVE-2']);
    assert.deepEqual(
      findings.ignored.map(({ finding, rule }) => [finding.id, rule]),
      [['CVE-1', 'kernel-headers']],
    );
  });

  test('have the architecture src, which statements about binaries do not name', async () => {
    const of = (id: string, name: string): StatementSeed =>
      createStatement(id, 'kernel', '0:9-1', { qualifiers: { architecture: name } });
    const item = createPackage('kernel-core', '5.1-1', { upstreams, architecture: 'x86_64' });
    const named = [of('CVE-1', 'src'), of('CVE-2', 'x86_64'), of('CVE-3', 'noarch')];
    const metadata = { kind: 'rpm-db-entry', value: {} };
    assert.deepEqual(
      await matchBothWays({ statements: named, packages: [{ ...item, metadata }] }),
      [
        ['CVE-1', 'CVE-3'],
        ['CVE-1', 'CVE-3'],
      ],
    );
    // With only a package URL, Grype does not know the architecture of the source.
    assert.deepEqual(await matchBothWays({ statements: named, packages: [item] }), [
      ['CVE-1', 'CVE-3'],
      ['CVE-1', 'CVE-2', 'CVE-3'],
    ]);
  });
});

suite('modules', () => {
  const of = (id: string, label: string): StatementSeed =>
    createStatement(id, 'nodejs', '1:99-1', { qualifiers: { rpm_modularity: label } });
  const statements = [of('CVE-1', ''), of('CVE-2', 'nodejs:18'), of('CVE-3', 'nodejs:1')];
  const createNode = (modularity?: string): readonly PackageSeed[] => [
    createPackage('nodejs', '1:18.1-1', modularity === undefined ? {} : { modularity }),
  ];

  test('are distinguished by name and stream, with the Grype strategy by the prefix of the label', async () => {
    const asked = { statements, packages: createNode('nodejs:18:8070020221124:bd1311ed') };
    assert.deepEqual(await matchBothWays(asked), [['CVE-2'], ['CVE-2', 'CVE-3']]);
    assert.deepEqual(listIds(await match({ statements, packages: createNode('nodejs:18') })), [
      'CVE-2',
    ]);
    assert.deepEqual(listIds(await match({ statements, packages: createNode('nodejs:20:1') })), []);
  });

  test('are absent for an empty label, and unknown without a label', async () => {
    assert.deepEqual(listIds(await match({ statements, packages: createNode('') })), ['CVE-1']);
    const unknown = listIds(await match({ statements, packages: createNode() }));
    assert.deepEqual(unknown, ['CVE-1', 'CVE-2', 'CVE-3']);
  });

  test('are detected by the release on Oracle Linux, which omits the label', async () => {
    const systems = [{ name: 'oraclelinux', releaseId: 'ol', major: '9' }];
    const distro = { id: 'ol', versionId: '9.4' };
    const modular = [createPackage('nodejs', '1:18.1-1.module+el9', { modularity: '' })];
    const every = ['CVE-1', 'CVE-2', 'CVE-3'];
    const told = await matchBothWays({ systems, distro, statements, packages: modular });
    assert.deepEqual(told, [every, every]);
    const plain = await matchBothWays({ systems, distro, statements, packages: createNode('') });
    assert.deepEqual(plain, [['CVE-1'], every]);
    const labelled = await matchBothWays({
      systems,
      distro,
      statements,
      packages: createNode('nodejs:18:1'),
    });
    assert.deepEqual(labelled[0], ['CVE-2']);
  });
});

suite('statements about builds in a module', () => {
  const modular = createStatement('CVE-1', 'mariadb', '3:10.3.28-1', {
    qualifiers: { rpm_modularity: 'mariadb:10.3' },
  });
  const denied = { isUnaffected: true, ranges: [{ scheme: 'rpm', constraint: '' }] };
  const denial = createStatement('CVE-1', 'mariadb', '', denied);
  const createMariadb = (modularity?: string): readonly PackageSeed[] => [
    createPackage('mariadb', '3:10.3.17-1', modularity === undefined ? {} : { modularity }),
  ];

  test('are not withdrawn by statements about builds outside of modules', async () => {
    for (const none of [{}, { qualifiers: { rpm_modularity: '' } }]) {
      const statements = [modular, { ...denial, ...none }];
      const findIds = async (label?: string): Promise<readonly string[]> =>
        listIds(await match({ statements, packages: createMariadb(label) }));
      assert.deepEqual(await findIds('mariadb:10.3:8'), ['CVE-1']);
      assert.deepEqual(await findIds(), ['CVE-1'], 'the module of the package is unknown');
      assert.deepEqual(await findIds('mariadb:10.5:8'), []);
      assert.deepEqual(await findIds(''), []);
    }
  });

  test('are withdrawn by statements without a module if the package is known to be in one', async () => {
    const inModule = { ...denial, qualifiers: { rpm_modularity: 'mariadb:10.3' } };
    const statements = [createStatement('CVE-1', 'mariadb', '3:10.3.28-1'), inModule];
    const findIds = async (label?: string): Promise<readonly string[]> =>
      listIds(await match({ statements, packages: createMariadb(label) }));
    assert.deepEqual(await findIds('mariadb:10.3:8'), []);
    assert.deepEqual(await findIds(), ['CVE-1']);
    assert.deepEqual(await findIds(''), ['CVE-1']);
  });
});

suite('statements that a package is unaffected', () => {
  const denial = createStatement('CVE-1', 'bash', '', {
    isUnaffected: true,
    ranges: [{ scheme: 'rpm', constraint: '>= 0:5-2' }],
  });
  const statements = [createStatement('CVE-1', 'bash', '0:6-1'), denial];

  test('withdraw statements about it, except with the Grype strategy', async () => {
    const asked = { statements, packages: [createPackage('bash', '5-3')] };
    assert.deepEqual(await matchBothWays(asked), [[], ['CVE-1']]);
  });

  test('do not apply to another version or architecture', async () => {
    assert.deepEqual(
      listIds(await match({ statements, packages: [createPackage('bash', '5-1')] })),
      ['CVE-1'],
    );
    const qualified = { ...denial, qualifiers: { architecture: 'aarch64' } };
    const packages = [createPackage('bash', '5-3', { architecture: 'x86_64' })];
    const findings = await match({ statements: [statements[0] ?? denial, qualified], packages });
    assert.deepEqual(listIds(findings), ['CVE-1']);
  });
});

suite('extended update support', () => {
  const systems = [
    { ...RHEL_9, minor: '4' },
    { ...RHEL_9, minor: '4', channel: 'eus' },
  ];
  const createEusStatement = (id: string, fix: string): StatementSeed =>
    createStatement(id, 'nginx', fix, { system: 1 });
  const packages = [createPackage('nginx', '2:1.20-16.el9_4')];
  const distro = { id: 'rhel', versionId: '9.4', extendedSupport: true };
  const listFixes = ({ findings }: Findings) =>
    findings.map(({ id, fixState, fixVersions }) => [id, fixState, ...fixVersions]);

  test('adds the fixes of the channel and removes those of later minor releases', async () => {
    const statements = [
      createStatement('CVE-1', 'nginx', '2:1.20-20.el9_5'),
      createEusStatement('CVE-1', '2:1.20-16.el9_4.1'),
      createStatement('CVE-2', 'nginx', '2:1.20-21.el9_6'),
      createStatement('CVE-3', 'nginx', '2:1.20-18.el9'),
      createStatement('CVE-4', 'nginx', '2:1.21-1.fc40'),
      createStatement('CVE-5', 'nginx', '2:1.21-1.el8'),
    ];
    const own = [
      ['CVE-1', 'fixed', '2:1.20-16.el9_4.1'],
      ['CVE-2', 'not-fixed'],
      ['CVE-3', 'fixed', '2:1.20-18.el9'],
      ['CVE-4', 'fixed', '2:1.21-1.fc40'],
      ['CVE-5', 'not-fixed'],
    ];
    const asked = { systems, statements, packages, distro };
    assert.deepEqual(listFixes(await match(asked)), own);
    const parity = listFixes(await match(asked, true));
    assert.deepEqual(parity[1], ['CVE-2', 'not-fixed', '2:1.20-21.el9_6']);
    const named = { id: 'rhel', versionId: '9.4+eus' };
    assert.deepEqual(listFixes(await match({ ...asked, distro: named })), own);
  });

  test('also covers the longer channels that a version or a repository names', async () => {
    const longer = [
      ...systems,
      { ...RHEL_9, minor: '4', channel: 'e4s' },
      { ...RHEL_9, minor: '4', channel: 'aus' },
    ];
    const statements = [
      createStatement('CVE-1', 'nginx', '2:1.20-20.el9_5'),
      createStatement('CVE-1', 'nginx', '2:1.20-16.el9_4.2', { system: 2 }),
      createStatement('CVE-1', 'nginx', '2:1.20-16.el9_4.3', { system: 3 }),
    ];
    const base = { id: 'rhel', versionId: '9.4' };
    const cases: readonly (readonly [NonNullable<InventorySeed['distro']>, readonly string[]])[] = [
      [{ ...base, versionId: '9.4+e4s' }, ['fixed', '2:1.20-16.el9_4.2']],
      [{ ...base, versionId: '9.4+aus' }, ['fixed', '2:1.20-16.el9_4.3']],
      [
        { ...base, contentSets: ['rhel-9-for-x86_64-appstream-e4s-rpms'] },
        ['fixed', '2:1.20-16.el9_4.2'],
      ],
      [
        { ...base, contentSets: ['rhel-9-for-x86_64-appstream-rpms'] },
        ['fixed', '2:1.20-20.el9_5'],
      ],
      [base, ['fixed', '2:1.20-20.el9_5']],
      [{ ...base, extendedSupport: true }, ['not-fixed']],
    ];
    for (const [one, expected] of cases) {
      const findings = await match({ systems: longer, statements, packages, distro: one });
      assert.deepEqual(listFixes(findings), [['CVE-1', ...expected]], JSON.stringify(one));
    }
  });

  test('is not used without a subscription, or on a rebuild', async () => {
    const statements = [
      createStatement('CVE-1', 'nginx', '2:1.20-20.el9_5'),
      createEusStatement('CVE-1', '2:1.20-16.el9_4.1'),
    ];
    for (const one of [
      { id: 'rhel', versionId: '9.4' },
      { id: 'centos', versionId: '9.4', extendedSupport: true },
    ]) {
      const findings = await match({ systems, statements, packages, distro: one });
      assert.deepEqual(listFixes(findings), [['CVE-1', 'fixed', '2:1.20-20.el9_5']]);
    }
  });

  test('reports fixed and unfixable vulnerabilities', async () => {
    const never = { ranges: [{ scheme: 'rpm', constraint: '', state: 'wont-fix' }] };
    const statements = [
      createStatement('CVE-1', 'nginx', '2:1.20-20.el9_5'),
      createEusStatement('CVE-1', '2:1.20-14.el9_4'),
      createStatement('CVE-2', 'nginx', '', never),
      createStatement('CVE-3', 'nginx', '', never),
      createEusStatement('CVE-3', '2:1.20-17.el9_4'),
      createStatement('CVE-4', 'nginx', '2:1.19-1.el9'),
      createStatement('CVE-5', 'nginx', '', { ranges: [{ scheme: 'rpm', constraint: '' }] }),
    ];
    const findings = await match({ systems, statements, packages, distro });
    assert.deepEqual(listFixes(findings), [
      ['CVE-2', 'wont-fix'],
      ['CVE-3', 'fixed', '2:1.20-17.el9_4'],
      ['CVE-5', 'unknown'],
    ]);
    const none = await match({
      systems,
      statements,
      packages: [createPackage('vim', '1-1')],
      distro,
    });
    assert.deepEqual(none.findings, []);
  });

  test('names every available fix once, and keeps the state that there is one', async () => {
    const statements = [
      createStatement('CVE-1', 'nginx', '2:1.20-17.el9'),
      createEusStatement('CVE-1', '2:1.20-17.el9'),
      createEusStatement('CVE-1', '2:1.20-18.el9_4'),
      createEusStatement('CVE-1', '2:1.20-30.el9_6'),
    ];
    const findings = await match({ systems, statements, packages, distro });
    assert.deepEqual(listFixes(findings), [['CVE-1', 'fixed', '2:1.20-17.el9', '2:1.20-18.el9_4']]);
  });

  test('cannot be evaluated if the release is unknown', async () => {
    const statements = [createStatement('CVE-1', 'nginx', '2:1.20-20.el9_5')];
    const unversioned = { id: 'rhel', extendedSupport: true };
    const findings = await match({ systems, statements, packages, distro: unversioned }, true);
    assert.deepEqual(listFixes(findings), [['CVE-1', 'fixed', '2:1.20-20.el9_5']]);
  });

  test('withdraws vulnerabilities that the release itself denies, except with the Grype strategy', async () => {
    const statements = [
      createStatement('CVE-1', 'nginx', '2:1.20-20.el9'),
      createStatement('CVE-1', 'nginx', '', { isUnaffected: true, ranges: [] }),
    ];
    const asked = { systems, statements, packages, distro };
    assert.deepEqual(await matchBothWays(asked), [[], ['CVE-1']]);
  });
});

suite('errata of AlmaLinux', () => {
  const systems = [RHEL_9, { name: 'almalinux', releaseId: '', major: '9' }];
  const distro = { id: 'almalinux', versionId: '9.4', idLike: ['rhel'] };
  const createErratum = (id: string, name: string, from: string, aliases: readonly string[]) =>
    createStatement(id, name, '', {
      provider: 'alma',
      system: 1,
      aliases,
      isUnaffected: true,
      ranges: [{ scheme: 'rpm', constraint: from, fix: from.replace(/^[>= ]+/, '') }],
    });
  const httpd = [createPackage('httpd', '2.4-6.el9')];
  const listFindings = ({ findings }: Findings) =>
    findings.map(({ id, fixVersions }) => [id, ...fixVersions]);

  test('withdraw statements about Red Hat, or name another fix', async () => {
    const statements = [
      createStatement('CVE-1', 'httpd', '0:2.4-8.el9'),
      createErratum('ALSA-1', 'httpd', '>= 2.4-6.el9', ['CVE-1']),
      createStatement('CVE-2', 'httpd', '0:2.4-8.el9'),
      createErratum('ALSA-2', 'httpd', '>= 2.4-9.el9.alma', ['CVE-2']),
      createErratum('ALSA-3', 'httpd', '>= 2.4-7.el9.alma', ['CVE-2']),
      createStatement('CVE-3', 'httpd', '0:2.4-8.el9'),
      createStatement('CVE-4', 'httpd', '0:2.4-5.el9'),
    ];
    const findings = await match({ systems, distro, statements, packages: httpd });
    assert.deepEqual(listFindings(findings), [
      ['CVE-2', '2.4-7.el9.alma'],
      ['CVE-3', '0:2.4-8.el9'],
    ]);
  });

  test('without a first build withdraw statements, but name no fix', async () => {
    const statements = [
      createStatement('CVE-1', 'httpd', '0:2.4-8.el9'),
      { ...createErratum('ALSA-1', 'httpd', '', ['CVE-1']), ranges: [] },
      createStatement('CVE-2', 'httpd', '0:2.4-8.el9'),
      createErratum('ALSA-2', 'httpd', '> 2.4-7.el9', ['CVE-2']),
    ];
    const asked = { systems, distro, statements, packages: httpd };
    for (const isParity of [false, true]) {
      assert.deepEqual(listFindings(await match(asked, isParity)), [['CVE-2', '0:2.4-8.el9']]);
    }
  });

  test('imply that earlier builds are affected if Red Hat has no statement', async () => {
    const statements = [
      createErratum('ALSA-1', 'httpd', '>= 2.4-7.el9', ['CVE-1', 'CVE-2']),
      createErratum('ALSA-2', 'httpd', '= 2.4-8.el9', ['CVE-3']),
      createErratum('ALBA-3', 'httpd', '>= 2.4-7.el9', []),
      createErratum('ALSA-4', 'httpd', '>= 2.4-6.el9', ['CVE-4']),
      createErratum('ALSA-5', 'httpd', '>= 2.4-9.el9', ['CVE-4']),
      createErratum('ALSA-6', 'httpd', '> 2.4-9.el9', ['CVE-6']),
      createErratum('ALSA-7', 'httpd', '>= 2.4-9.module_el9', ['CVE-7']),
    ];
    const asked = { systems, distro, statements, packages: httpd };
    const findings = await match(asked);
    assert.deepEqual(listFindings(findings), [
      ['ALSA-1', '2.4-7.el9'],
      ['ALSA-2', '2.4-8.el9'],
    ]);
    assert.equal(findings.findings[0]?.matches[0]?.reasons[0]?.range, '< 2.4-7.el9 (rpm)');
    assert.deepEqual(listIds(await match(asked, true)), []);
  });

  test('apply to a package by its source, too, except for earlier builds', async () => {
    const upstreams = [{ name: 'httpd', version: '2.4-6.el9' }];
    const packages = [createPackage('httpd-tools', '2.4-6.el9', { upstreams })];
    const statements = [
      createStatement('CVE-1', 'httpd', '0:2.4-8.el9'),
      createErratum('ALSA-1', 'httpd', '>= 2.4-6.el9', ['CVE-1']),
      createStatement('CVE-2', 'httpd', '0:2.4-8.el9'),
      createErratum('ALSA-3', 'httpd', '>= 2.4-9.el9', ['CVE-3']),
    ];
    const asked = { systems, distro, statements, packages };
    assert.deepEqual(await matchBothWays(asked), [['CVE-2'], ['CVE-2']]);
  });

  test('and statements of Red Hat do not apply to packages of debug symbols and sources', async () => {
    const upstreams = [{ name: 'httpd', version: '2.4-6.el9' }];
    const packages = ['httpd-debuginfo', 'httpd-debugsource', 'httpd-devel'].map((name) =>
      createPackage(name, '2.4-6.el9', { upstreams }),
    );
    const statements = [createStatement('CVE-1', 'httpd', '0:2.4-8.el9')];
    const { findings } = await match({ systems, distro, statements, packages });
    assert.deepEqual(
      findings.map(({ packageKey }) => packageKey),
      ['key-of-httpd-devel-rpm'],
    );
  });

  test('do not apply to other rebuilds', async () => {
    const statements = [
      createStatement('CVE-1', 'httpd', '0:2.4-8.el9'),
      createErratum('ALSA-1', 'httpd', '>= 2.4-6.el9', ['CVE-1']),
    ];
    const rebuilt = { id: 'centos', versionId: '9', idLike: ['rhel'] };
    const findings = await match({ systems, distro: rebuilt, statements, packages: httpd });
    assert.deepEqual(listIds(findings), ['CVE-1']);
  });

  test('apply to builds in the stream of an installed module', async () => {
    const versions = ['1:14.21-1.module_el9', '1:16.18-1.module_el9', '1:14.22-1.el9'];
    const statements = versions.map((version, index) =>
      createErratum(`ALSA-${index}`, 'nodejs', `>= ${version}`, [`CVE-${index}`]),
    );
    const createNode = (version: string, modularity?: string): Promise<Findings> =>
      match({
        systems,
        distro,
        statements,
        packages: [
          createPackage('nodejs', version, modularity === undefined ? {} : { modularity }),
        ],
      });
    const modular = '1:14.18-1.module_el9';
    assert.deepEqual(listIds(await createNode(modular, 'nodejs:14:8:c')), ['ALSA-0']);
    assert.deepEqual(listIds(await createNode(modular)), ['ALSA-0']);
    assert.deepEqual(listIds(await createNode(modular, 'nodejs:rolling:8:c')), [
      'ALSA-0',
      'ALSA-1',
    ]);
    assert.deepEqual(listIds(await createNode(modular, 'suite:3:8:c')), ['ALSA-0']);
    assert.deepEqual(listIds(await createNode('1:14.18-1.el9', '')), ['ALSA-2']);
  });
});

test('a package without a version is not looked up, not even with the Grype strategy', async () => {
  using database = await createDatabase({
    systems: [RHEL_9],
    statements: [createStatement('CVE-1', 'bind', '9-1')],
  });
  const inventory = createInventory({
    distro: RHEL,
    packages: [createPackage('bind', '')],
    target: { kind: 'sbom', userInput: '-', name: '-', path: '-', origin: 'stdin' },
  });
  for (const isParity of [false, true]) {
    assert.deepEqual(listIds(matchPackages(inventory, database, { isParity })), []);
  }
});
