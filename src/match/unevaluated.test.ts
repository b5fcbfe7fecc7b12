import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { DatabaseSeed, StatementSeed } from '../../test/support/advisory-database.ts';
import {
  createDebStatement,
  DEBIAN,
  DEBIAN_12,
  listFoundIds,
  matchSeeds,
} from '../../test/support/match.ts';

suite('packages and ranges that are not evaluated', () => {
  test('missing data for the distribution is reported for each package and as an alert', async () => {
    const findings = await matchSeeds(
      { distro: { id: 'debian', versionId: '99' }, packages: [{ name: 'sudo', type: 'deb' }] },
      { systems: [DEBIAN], statements: [createDebStatement('CVE-2021-1', 'sudo', '2')] },
    );
    assert.deepEqual(
      findings.unevaluated.map(({ why }) => why),
      ['no-data-for-distro'],
    );
    assert.deepEqual(
      findings.alerts.map(({ kind }) => kind),
      ['distro-without-data'],
    );
  });

  test('a release with nothing but dates has no data', async () => {
    const packages = [{ name: 'sudo', type: 'deb', version: '1' }];
    const other = { name: 'debian', major: '11' };
    const statements = [createDebStatement('CVE-2021-1', 'sudo', '2', { system: 1 })];
    const silent = await matchSeeds(
      { distro: DEBIAN_12, packages },
      { systems: [DEBIAN, other], statements },
    );
    assert.deepEqual(
      silent.alerts.map(({ kind }) => kind),
      ['distro-without-data'],
    );
    assert.deepEqual(
      silent.unevaluated.map(({ why }) => why),
      ['no-data-for-distro'],
    );
  });

  test('a release with few statements has data, even if none is about an installed package', async () => {
    const packages = Array.from({ length: 9 }, (_, number) => ({
      name: `package-${number}`,
      type: 'deb',
    }));
    const seed = { systems: [DEBIAN], statements: [createDebStatement('CVE-2021-1', 'sudo', '2')] };
    const findings = await matchSeeds({ distro: DEBIAN_12, packages }, seed);
    assert.deepEqual(findings.alerts, []);
    assert.deepEqual(findings.unevaluated, []);
  });

  test('a release with hardly any data, compared with others, raises an alert', async () => {
    const packages = [{ name: 'sudo', type: 'deb', version: '1' }];
    const systems = [DEBIAN, { name: 'debian', major: '11' }];
    const others = Array.from({ length: 51 }, (_, number) =>
      createDebStatement(`CVE-2021-${number}`, 'curl', '2', { system: 1 }),
    );
    const listAlerts = async (count: number) => {
      const own = Array.from({ length: count }, (_, number) =>
        createDebStatement(`CVE-2022-${number}`, 'wget', '2'),
      );
      const seed = { systems, statements: [...own, ...others] };
      return (await matchSeeds({ distro: DEBIAN_12, packages }, seed)).alerts;
    };
    assert.deepEqual(
      (await listAlerts(1)).map(({ kind, message }) => [kind, message]),
      [
        [
          'distro-with-little-data',
          'the database has only 1 advisory for debian 12, but 51 for another release: few findings do not mean few vulnerabilities',
        ],
      ],
    );
    assert.deepEqual(await listAlerts(2), []);
  });

  test('other point releases only replace one without data with the Grype strategy', async () => {
    const systems = [
      { name: 'alpine', major: '3', minor: '8' },
      { name: 'alpine', major: '3', minor: '9' },
    ];
    const ranges = [{ scheme: 'apk', constraint: '< 2', fix: '2' }];
    const statements = [
      { id: 'CVE-1', provider: 'alpine', system: 0, ecosystem: 'apk', name: 'curl', ranges },
    ];
    const inventory = {
      distro: { id: 'alpine', versionId: '3.20.1' },
      packages: [{ name: 'curl', type: 'apk', version: '1' }],
    };
    const own = await matchSeeds(inventory, { systems, statements });
    assert.deepEqual(listFoundIds(own), []);
    assert.deepEqual(
      own.unevaluated.map(({ why }) => why),
      ['no-data-for-distro'],
    );
    const parity = await matchSeeds(inventory, { systems, statements }, { isParity: true });
    assert.deepEqual(listFoundIds(parity), ['CVE-1']);
  });

  test('packages of a type without statements for the release are not evaluated', async () => {
    const wolfi = { name: 'wolfi', major: 'rolling', minor: '' };
    const findings = await matchSeeds(
      {
        distro: { id: 'wolfi', versionId: '20230201' },
        packages: [{ name: 'openssl', type: 'deb', version: '1.1.1d-0+deb10u1' }],
      },
      {
        systems: [wolfi],
        statements: [
          {
            id: 'CVE-1',
            provider: 'wolfi',
            system: 0,
            ecosystem: 'apk',
            name: 'openssl',
            ranges: [{ scheme: 'apk', constraint: '< 3.0', fix: '3.0' }],
          },
        ],
      },
    );
    assert.deepEqual(
      findings.unevaluated.map(({ why }) => why),
      ['no-data-for-distro'],
    );
    assert.ok(findings.alerts.some(({ kind }) => kind === 'distro-does-not-fit'));
  });

  test('unidentified packages are not evaluated', async () => {
    const findings = await matchSeeds(
      { packages: [{ name: 'lodash', type: 'UnknownPackage', version: '4.17.4', purl: '' }] },
      { systems: [DEBIAN], statements: [createDebStatement('CVE-2021-1', 'sudo', '2')] },
    );
    assert.deepEqual(
      findings.unevaluated.map(({ why }) => why),
      ['no-identity'],
    );
  });

  test('packages are matched by the distribution in their package URL', async () => {
    const statements = [createDebStatement('CVE-2021-1', 'sudo', '2')];
    const debian = { id: 'debian', idLike: [], versionId: '12' };
    const item = { name: 'sudo', type: 'deb', version: '1', distro: debian };
    const alpine = { id: 'alpine', versionId: '3.20' };
    for (const distro of [undefined, alpine]) {
      const findings = await matchSeeds(
        { ...(distro === undefined ? {} : { distro }), packages: [item] },
        { systems: [DEBIAN], statements },
      );
      assert.deepEqual(listFoundIds(findings), ['CVE-2021-1']);
    }
  });

  test('an unknown distribution is only reported for operating-system packages', async () => {
    const findings = await matchSeeds(
      {
        packages: [
          { name: 'sudo', type: 'deb' },
          { name: 'left', type: 'npm' },
        ],
      },
      { systems: [DEBIAN], statements: [createDebStatement('CVE-2021-1', 'sudo', '2')] },
    );
    assert.deepEqual(
      findings.unevaluated.map(({ why, packageKey }) => [why, packageKey]),
      [
        ['no-data-for-ecosystem', 'key-of-left-npm'],
        ['no-distro', 'key-of-sudo-deb'],
      ],
    );
    assert.deepEqual(
      findings.alerts.map(({ kind }) => kind),
      ['distro-unknown'],
    );
  });

  test('only the own statements apply to a system that the database stores under another one', async () => {
    const findings = await matchSeeds(
      {
        distro: { id: 'centos', versionId: '9' },
        packages: [
          { name: 'net-misc/curl', type: 'portage' },
          { name: 'curl', type: 'rpm' },
        ],
      },
      {
        systems: [{ name: 'redhat', releaseId: 'rhel', major: '9' }],
        statements: [
          { id: 'CVE-1', provider: 'rhel', system: 0, ecosystem: 'portage', name: 'net-misc/curl' },
          { id: 'CVE-2', provider: 'rhel', system: 0, ecosystem: 'rpm', name: 'curl' },
        ],
      },
    );
    assert.deepEqual(listFoundIds(findings), ['CVE-2']);
    assert.deepEqual(
      findings.unevaluated.map(({ packageKey, why }) => [packageKey, why]),
      [['key-of-net-misc/curl-portage', 'no-data-for-distro']],
    );
    assert.deepEqual(
      findings.alerts.map(({ kind, packageKeys }) => [kind, packageKeys]),
      [['distro-without-data', ['key-of-net-misc/curl-portage']]],
    );
  });

  test('an unknown release matches no release instead of all of them', async () => {
    const asked = [
      { distro: { id: 'debian' }, packages: [{ name: 'sudo', type: 'deb' }] },
      {
        systems: [DEBIAN, { name: 'debian', major: '11' }],
        statements: [createDebStatement('CVE-2021-1', 'sudo', '2')],
      },
    ] as const;
    const findings = await matchSeeds(...asked);
    assert.deepEqual(listFoundIds(findings), []);
    assert.deepEqual(
      findings.unevaluated.map(({ why }) => why),
      ['no-data-for-distro'],
    );
    assert.deepEqual(listFoundIds(await matchSeeds(...asked, { isParity: true })), ['CVE-2021-1']);
  });

  test('a trimmed os-release does not select the branch without versions', async () => {
    const systems = [DEBIAN, { name: 'debian', label: 'unstable' }];
    const statements = [
      createDebStatement('CVE-2021-1', 'sudo', '2'),
      createDebStatement('CVE-2021-2', 'curl', '2', { system: 1 }),
    ];
    const packages = [{ name: 'sudo', type: 'deb', version: '1' }];
    for (const distro of [{ id: 'debian' }, { id: 'debian', versionId: '+esm' }]) {
      const { unevaluated, alerts } = await matchSeeds(
        { distro, packages },
        { systems, statements },
      );
      assert.deepEqual(
        unevaluated.map(({ why }) => why),
        ['no-data-for-distro'],
      );
      assert.match(alerts[0]?.message ?? '', /^the release of debian.* is unknown: /);
    }
    const sid = { id: 'debian', prettyName: 'Debian GNU/Linux stretch/sid' };
    const named = await matchSeeds({ distro: sid, packages }, { systems, statements });
    assert.deepEqual(named.unevaluated, []);
  });

  test('an invalid version is reported once and not dropped', async () => {
    const findings = await matchSeeds(
      { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb', version: 'not a version' }] },
      {
        systems: [DEBIAN],
        statements: [
          createDebStatement('CVE-2021-1', 'sudo', '2'),
          createDebStatement('CVE-2021-2', 'sudo', '3'),
        ],
      },
    );
    assert.deepEqual(findings.findings, []);
    assert.deepEqual(
      findings.unevaluated.map(({ why, vulnerability }) => [why, vulnerability]),
      [['version-not-understood', undefined]],
    );
  });

  test('an invalid range is reported with its vulnerability', async () => {
    const findings = await matchSeeds(
      { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb' }] },
      { systems: [DEBIAN], statements: [createDebStatement('CVE-2021-1', 'sudo', 'a|b')] },
    );
    assert.deepEqual(
      findings.unevaluated.map(({ why, vulnerability }) => [why, vulnerability]),
      [['range-not-understood', 'CVE-2021-1']],
    );
  });

  test('an unreadable range only hides another one with the Grype strategy', async () => {
    const ranges = [
      { scheme: 'deb', constraint: '< a|b' },
      { scheme: 'deb', constraint: '< 2', fix: '2' },
    ];
    const inventory = { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb' }] };
    const seed = {
      systems: [DEBIAN],
      statements: [createDebStatement('CVE-2021-1', 'sudo', '', { ranges })],
    };
    assert.deepEqual(listFoundIds(await matchSeeds(inventory, seed)), ['CVE-2021-1']);
    assert.deepEqual(listFoundIds(await matchSeeds(inventory, seed, { isParity: true })), []);
  });

  test('a package without a version is only compared with every range with the Grype strategy, if it comes from a document', async () => {
    const inventory = { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb', version: '' }] };
    const seed = { systems: [DEBIAN], statements: [createDebStatement('CVE-2021-1', 'sudo', '2')] };
    const own = await matchSeeds(inventory, seed);
    assert.deepEqual(own.findings, []);
    assert.deepEqual(
      own.unevaluated.map(({ why }) => why),
      ['no-version'],
    );
    assert.deepEqual(listFoundIds(await matchSeeds(inventory, seed, { isParity: true })), []);
    const target = {
      kind: 'sbom',
      userInput: 'a',
      name: 'a',
      path: 'a',
      origin: 'file',
    } as const;
    const document = { ...inventory, target };
    assert.deepEqual(listFoundIds(await matchSeeds(document, seed, { isParity: true })), [
      'CVE-2021-1',
    ]);
  });

  test('a language package without a version is only reported if there are statements about it', async () => {
    const packages = ['main', 'left'].map((name) => ({ name, type: 'npm', version: '' }));
    const statement = { id: 'GHSA-1', provider: 'github', ecosystem: 'npm', name: 'left' };
    const { unevaluated } = await matchSeeds({ packages }, { statements: [statement] });
    assert.deepEqual(
      unevaluated.map(({ packageKey, why }) => [packageKey, why]),
      [['key-of-left-npm', 'no-version']],
    );
    const none = await matchSeeds({ packages }, { statements: [] });
    assert.deepEqual(
      none.unevaluated.map(({ why }) => why),
      ['no-data-for-ecosystem', 'no-data-for-ecosystem'],
    );
  });

  test('a guessed CPE does not replace the advisories about an ecosystem', async () => {
    const pod = {
      name: 'a',
      type: 'pod',
      language: 'swift',
      purl: 'pkg:cocoapods/a@1.0',
      cpes: ['cpe:2.3:a:a:a:1.0:*:*:*:*:*:*:*'],
    };
    const product = { vendor: 'b', product: 'b' };
    const statements = [{ id: 'CVE-2030-1', provider: 'nvd', product }];
    for (const [change, reasons] of [
      [{}, ['no-data-for-ecosystem']],
      [{ cpeSource: 'declared' }, []],
      [{ purl: '', type: 'wordpress-plugin' }, []],
      [{ type: 'binary' }, []],
    ] as const) {
      const { unevaluated } = await matchSeeds(
        { packages: [{ ...pod, ...change }] },
        { statements },
      );
      assert.deepEqual(
        unevaluated.map(({ why }) => why),
        reasons,
        JSON.stringify(change),
      );
    }
  });

  test('a program without a version is reported if there are statements about its CPE', async () => {
    const cpes = ['cpe:2.3:a:b:b:*:*:*:*:*:*:*:*'];
    const tool = {
      name: 'b',
      type: 'binary',
      purl: 'pkg:generic/b',
      cpes,
      cpeSource: 'declared' as const,
    };
    const product = { vendor: 'b', product: 'b' };
    const statements = [{ id: 'CVE-2030-1', provider: 'nvd', product }];
    for (const version of ['unknown', 'UNKNOWN', '']) {
      const packages = [{ ...tool, version }];
      const found = await matchSeeds({ packages }, { statements });
      assert.deepEqual(
        found.unevaluated.map(({ why }) => why),
        ['no-version'],
        version,
      );
      const others = [
        { id: 'CVE-2030-2', provider: 'nvd', product: { vendor: 'c', product: 'c' } },
      ];
      assert.deepEqual((await matchSeeds({ packages }, { statements: others })).unevaluated, []);
    }
  });

  test('the version "unknown" is not a version', async () => {
    const inventory = { packages: [{ name: 'left', type: 'npm', version: 'UNKNOWN' }] };
    const statement = { id: 'GHSA-1', provider: 'github', ecosystem: 'npm', name: 'left' };
    const own = await matchSeeds(inventory, { statements: [statement] });
    assert.deepEqual(
      own.unevaluated.map(({ why }) => why),
      ['no-version'],
    );
    const parity = await matchSeeds(inventory, { statements: [statement] }, { isParity: true });
    assert.deepEqual([...parity.unevaluated, ...parity.findings], []);
  });
});

suite('end of life', () => {
  const inventory = {
    distro: DEBIAN_12,
    packages: [
      { name: 'sudo', type: 'deb' },
      { name: 'left', type: 'npm' },
    ],
  };
  const seed = { systems: [DEBIAN], statements: [createDebStatement('CVE-2021-1', 'bash', '2')] };

  test('packages of a distribution past its end of life are listed', async () => {
    const { alerts } = await matchSeeds(inventory, seed, { now: '2026-07-12T00:00:00Z' });
    assert.equal(alerts[0]?.kind, 'distro-end-of-life');
    assert.equal(alerts[0]?.message, 'debian 12 reached its end of life on 2026-07-11');
    assert.deepEqual(alerts[0]?.packageKeys, ['key-of-sudo-deb']);
  });

  test('the Grype strategy lists packages of every kind', async () => {
    const { alerts } = await matchSeeds(inventory, seed, {
      now: '2026-07-12T00:00:00Z',
      isParity: true,
    });
    assert.deepEqual(alerts[0]?.packageKeys, ['key-of-sudo-deb', 'key-of-left-npm']);
  });

  const rebuild = {
    distro: { id: 'centos', idLike: ['rhel'], versionId: '6.10' },
    packages: [{ name: 'sudo', type: 'rpm' }],
  };
  const parent = {
    name: 'redhat',
    releaseId: 'rhel',
    major: '6',
    endOfLife: '2020-11-30 00:00:00+00:00',
  };
  const ranges = [{ scheme: 'rpm', constraint: '< 2', fix: '2' }];
  const statement: StatementSeed = {
    id: 'CVE-2019-1',
    provider: 'rhel',
    system: 0,
    ecosystem: 'rpm',
    name: 'bash',
    ranges,
  };
  const listEndAlerts = async (systems: NonNullable<DatabaseSeed['systems']>, now: string) => {
    const seedOf = { systems, statements: [statement] };
    const { alerts } = await matchSeeds(rebuild, seedOf, { now });
    return alerts.flatMap(({ kind, message }) => (kind === 'distro-end-of-life' ? message : []));
  };

  test('a rebuild without dates has those of the release whose advisories apply', async () => {
    assert.deepEqual(await listEndAlerts([parent], '2021-01-01T00:00:00Z'), [
      'centos 6.10 reached its end of life on 2020-11-30, the date of redhat 6',
    ]);
    assert.deepEqual(await listEndAlerts([parent], '2020-11-29T00:00:00Z'), []);
  });

  test('a rebuild with its own date keeps it', async () => {
    const own = { name: 'centos', major: '6', endOfLife: '2022-01-01 00:00:00+00:00' };
    assert.deepEqual(await listEndAlerts([parent, own], '2021-01-01T00:00:00Z'), []);
  });

  test('no package is listed before the date or without a clock', async () => {
    assert.deepEqual(
      (await matchSeeds(inventory, seed, { now: '2026-07-10T00:00:00Z' })).alerts,
      [],
    );
    assert.deepEqual((await matchSeeds(inventory, seed)).alerts, []);
  });

  test('a point release ends with its major version, except with the Grype strategy', async () => {
    const point = { ...inventory, distro: { id: 'debian', versionId: '12.11' } };
    const now = '2026-07-12T00:00:00Z';
    assert.equal((await matchSeeds(point, seed, { now })).alerts.length, 1);
    assert.deepEqual((await matchSeeds(point, seed, { now, isParity: true })).alerts, []);
  });
});
