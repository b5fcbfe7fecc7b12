import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { StatementSeed, SystemSeed } from '../../../test/support/advisory-database.ts';
import type { InventorySeed, PackageSeed } from '../../../test/support/inventory.ts';
import { listFoundIds, matchSeeds } from '../../../test/support/match.ts';

const ARCH: SystemSeed = { name: 'archlinux', releaseId: 'arch', label: 'rolling' };
const GENTOO: SystemSeed = { name: 'gentoo', label: 'rolling' };
const XENIAL: SystemSeed = { name: 'ubuntu', major: '16', minor: '4', codename: 'xenial' };
const XENIAL_ESM: SystemSeed = { ...XENIAL, channel: 'esm' };

interface Said {
  readonly id: string;
  readonly name: string;
  readonly fix?: string;
  readonly system?: number;
}

function createStatement(
  ecosystem: string,
  scheme: string,
  { id, name, fix, system = 0 }: Said,
): StatementSeed {
  const range =
    fix === undefined
      ? { scheme, constraint: '', state: 'wont-fix' }
      : { scheme, constraint: `< ${fix}`, fix };
  return { id, provider: 'vendor', system, ecosystem, name, ranges: [range] };
}

suite('packages of pacman', () => {
  const match = (version: string, fix: string, isParity = false) =>
    matchSeeds(
      { distro: { id: 'arch' }, packages: [{ name: 'openssl', type: 'alpm', version }] },
      {
        systems: [ARCH],
        statements: [createStatement('alpm', 'pacman', { id: 'AVG-1', name: 'openssl', fix })],
      },
      { isParity },
    );

  test('are compared in the order of vercmp', async () => {
    assert.deepEqual(listFoundIds(await match('1:1.0rc1-1', '1:1.0-1')), ['AVG-1']);
    assert.deepEqual(listFoundIds(await match('1:1.0-1', '2.0-1')), []);
    assert.deepEqual(listFoundIds(await match('1.0-2', '1.0')), []);
  });

  test('are compared in the order of rpm with the Grype strategy', async () => {
    assert.deepEqual(listFoundIds(await match('1:1.0rc1-1', '1:1.0-1', true)), []);
    assert.deepEqual(listFoundIds(await match('1:1.0-1', '2.0-1', true)), ['AVG-1']);
  });
});

for (const type of ['cos', 'bottlerocket']) {
  test(`packages of ${type} are only matched by statements about that system`, async () => {
    const packages = [{ name: 'zlib', type, version: '17162.336.17' }];
    const statements = [
      createStatement(type, 'rpm', { id: 'OWN', name: 'zlib', fix: '17162.400.1' }),
      { ...createStatement(type, 'rpm', { id: 'OTHER', name: 'zlib', fix: '99999' }), system: 1 },
    ];
    const systems = [
      { name: type, major: '101' },
      { name: 'gentoo', label: 'rolling' },
    ];
    const like = { id: type, versionId: '101', idLike: ['gentoo'] };
    assert.deepEqual(
      listFoundIds(await matchSeeds({ distro: like, packages }, { systems, statements })),
      ['OWN'],
    );
    const { alerts, unevaluated } = await matchSeeds(
      { distro: like, packages },
      { systems: [GENTOO], statements: [] },
    );
    assert.deepEqual(
      alerts.map(({ kind }) => kind),
      ['distro-without-data'],
    );
    assert.equal(unevaluated.length, 1);
  });
}

test('matches Portage packages by category and name, with revisions', async () => {
  const statements = [
    createStatement('portage', 'portage', { id: 'GLSA-1', name: 'net-misc/curl', fix: '8.5.0-r2' }),
  ];
  const listIds = async (version: string) =>
    listFoundIds(
      await matchSeeds(
        {
          distro: { id: 'gentoo' },
          packages: [{ name: 'net-misc/curl', type: 'portage', version }],
        },
        { systems: [GENTOO], statements },
      ),
    );
  assert.deepEqual(await listIds('8.5.0_rc1'), ['GLSA-1']);
  assert.deepEqual(await listIds('8.5.0-r2'), []);
});

test('a Microsoft product is affected at the updates named by the statement', async () => {
  const ranges = [{ scheme: 'kb', constraint: '4494440 || base', fix: '4516044' }];
  const statement = { id: 'CVE-1', provider: 'msrc', ecosystem: 'msrc-kb', name: '10816', ranges };
  const judge = async (version: string) => {
    const packages = [{ name: '10816', type: 'msrc-kb', version }];
    return matchSeeds({ packages }, { statements: [statement] });
  };
  assert.deepEqual(listFoundIds(await judge('KB4494440')), ['CVE-1']);
  assert.deepEqual(listFoundIds(await judge('base')), ['CVE-1']);
  assert.deepEqual(listFoundIds(await judge('4516044')), []);
  const { unevaluated } = await judge('10.0.14393');
  assert.deepEqual(
    unevaluated.map(({ why }) => why),
    ['version-not-understood'],
  );
});

suite('Ubuntu with Expanded Security Maintenance', () => {
  const STATEMENTS = [
    createStatement('deb', 'dpkg', { id: 'CVE-1', name: 'wayland' }),
    createStatement('deb', 'dpkg', {
      id: 'CVE-1',
      name: 'wayland',
      fix: '1.12.0-1~ubuntu16.04.3+esm1',
      system: 1,
    }),
  ];
  const match = (distro: NonNullable<InventorySeed['distro']>, seed: Partial<PackageSeed> = {}) =>
    matchSeeds(
      {
        distro,
        packages: [{ name: 'wayland', type: 'deb', version: '1.12.0-1~ubuntu16.04.3', ...seed }],
      },
      { systems: [XENIAL, XENIAL_ESM], statements: STATEMENTS },
    );
  const FIXED = { version: '1.12.0-1~ubuntu16.04.3+esm1' };
  const SUBSCRIBED = { id: 'ubuntu', versionId: '16.04', extendedSupport: true };

  test('adds its fixes to those of the release', async () => {
    const [finding] = (await match(SUBSCRIBED)).findings;
    assert.deepEqual(finding?.fixVersions, ['1.12.0-1~ubuntu16.04.3+esm1']);
    assert.equal(finding?.fixState, 'fixed');
    assert.deepEqual(listFoundIds(await match(SUBSCRIBED, FIXED)), []);
  });

  test('is looked up by the name of the release, too', async () => {
    assert.deepEqual(
      listFoundIds(await match({ id: 'ubuntu', versionId: '16.04+esm' }, FIXED)),
      [],
    );
  });

  test('includes statements about the sources of a package', async () => {
    const part = { name: 'libwayland', upstreams: [{ name: 'wayland' }] };
    assert.deepEqual(listFoundIds(await match(SUBSCRIBED, part)), ['CVE-1']);
    assert.deepEqual(listFoundIds(await match(SUBSCRIBED, { ...part, ...FIXED })), []);
  });

  test('is not used without a subscription', async () => {
    const [finding] = (await match({ id: 'ubuntu', versionId: '16.04' }, FIXED)).findings;
    assert.equal(finding?.fixState, 'wont-fix');
  });
});
