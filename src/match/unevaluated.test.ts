import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type DatabaseSeed,
  databaseOf,
  type StatementSeed,
} from '../../test/support/advisory-database.ts';
import { type InventorySeed, inventoryOf } from '../../test/support/inventory.ts';
import type { Findings } from '../core/finding.ts';
import { type MatchOptions, matchInventory } from './match-inventory.ts';

const DEBIAN = { name: 'debian', major: '12', endOfLife: '2026-07-11 00:00:00+00:00' };
const DEBIAN_12 = { id: 'debian', versionId: '12' };

async function match(
  inventory: InventorySeed,
  seed: DatabaseSeed,
  options: Partial<MatchOptions> = {},
): Promise<Findings> {
  using database = await databaseOf(seed);
  return matchInventory(inventoryOf(inventory), database, { isParity: false, ...options });
}

function deb(
  id: string,
  name: string,
  fix: string,
  more: Partial<StatementSeed> = {},
): StatementSeed {
  const ranges = [{ scheme: 'deb', constraint: `< ${fix}`, fix }];
  return { id, provider: 'debian', system: 0, ecosystem: 'deb', name, ranges, ...more };
}

const idsOf = ({ findings }: Findings): readonly string[] => findings.map(({ id }) => id);

suite('what could not be judged', () => {
  test('no data for the distribution is said of each package and as an alert', async () => {
    const findings = await match(
      { distro: { id: 'debian', versionId: '99' }, packages: [{ name: 'sudo', type: 'deb' }] },
      { systems: [DEBIAN], statements: [deb('CVE-2021-1', 'sudo', '2')] },
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

  test('a release of which nothing but its dates is known has no data', async () => {
    const packages = [{ name: 'sudo', type: 'deb', version: '1' }];
    const other = { name: 'debian', major: '11' };
    const statements = [deb('CVE-2021-1', 'sudo', '2', { system: 1 })];
    const silent = await match(
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

  test('a release with few statements has data, even where none is about what is installed', async () => {
    const packages = Array.from({ length: 9 }, (_, number) => ({
      name: `package-${number}`,
      type: 'deb',
    }));
    const seed = { systems: [DEBIAN], statements: [deb('CVE-2021-1', 'sudo', '2')] };
    const findings = await match({ distro: DEBIAN_12, packages }, seed);
    assert.deepEqual(findings.alerts, []);
    assert.deepEqual(findings.unevaluated, []);
  });

  test('other point releases stand in for one without data for Grype only', async () => {
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
    const own = await match(inventory, { systems, statements });
    assert.deepEqual(idsOf(own), []);
    assert.deepEqual(
      own.unevaluated.map(({ why }) => why),
      ['no-data-for-distro'],
    );
    const parity = await match(inventory, { systems, statements }, { isParity: true });
    assert.deepEqual(idsOf(parity), ['CVE-1']);
  });

  test('an unknown distribution is said of packages of an operating system only', async () => {
    const findings = await match(
      {
        packages: [
          { name: 'sudo', type: 'deb' },
          { name: 'left', type: 'npm' },
        ],
      },
      { systems: [DEBIAN], statements: [deb('CVE-2021-1', 'sudo', '2')] },
    );
    assert.deepEqual(
      findings.unevaluated.map(({ why, packageKey }) => [why, packageKey]),
      [['no-distro', 'key-of-sudo-deb']],
    );
    assert.deepEqual(
      findings.alerts.map(({ kind }) => kind),
      ['distro-unknown'],
    );
  });

  test('a type whose rules are not written yet is not judged by a guess', async () => {
    const cpes = ['cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*'];
    const findings = await match(
      { distro: DEBIAN_12, packages: [{ name: 'p', type: 'alpm', cpes }] },
      {
        systems: [DEBIAN],
        statements: [
          { id: 'CVE-1', provider: 'nvd', product: { vendor: 'v', product: 'p' } },
          deb('CVE-2', 'sudo', '1'),
        ],
      },
    );
    assert.deepEqual(findings.findings, []);
    assert.deepEqual(
      findings.unevaluated.map(({ why }) => why),
      ['no-matcher'],
    );
  });

  test('a version that is none is said once, not dropped', async () => {
    const findings = await match(
      { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb', version: 'not a version' }] },
      {
        systems: [DEBIAN],
        statements: [deb('CVE-2021-1', 'sudo', '2'), deb('CVE-2021-2', 'sudo', '3')],
      },
    );
    assert.deepEqual(findings.findings, []);
    assert.deepEqual(
      findings.unevaluated.map(({ why, vulnerability }) => [why, vulnerability]),
      [['version-not-understood', undefined]],
    );
  });

  test('a range that is none is said with its vulnerability', async () => {
    const findings = await match(
      { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb' }] },
      { systems: [DEBIAN], statements: [deb('CVE-2021-1', 'sudo', 'a|b')] },
    );
    assert.deepEqual(
      findings.unevaluated.map(({ why, vulnerability }) => [why, vulnerability]),
      [['range-not-understood', 'CVE-2021-1']],
    );
  });

  test('a range that cannot be read hides another from Grype only', async () => {
    const ranges = [
      { scheme: 'deb', constraint: '< a|b' },
      { scheme: 'deb', constraint: '< 2', fix: '2' },
    ];
    const inventory = { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb' }] };
    const seed = { systems: [DEBIAN], statements: [deb('CVE-2021-1', 'sudo', '', { ranges })] };
    assert.deepEqual(idsOf(await match(inventory, seed)), ['CVE-2021-1']);
    assert.deepEqual(idsOf(await match(inventory, seed, { isParity: true })), []);
  });

  test('a package without a version is held against every range by Grype only, where a document has it', async () => {
    const inventory = { distro: DEBIAN_12, packages: [{ name: 'sudo', type: 'deb', version: '' }] };
    const seed = { systems: [DEBIAN], statements: [deb('CVE-2021-1', 'sudo', '2')] };
    const own = await match(inventory, seed);
    assert.deepEqual(own.findings, []);
    assert.deepEqual(
      own.unevaluated.map(({ why }) => why),
      ['no-version'],
    );
    assert.deepEqual(idsOf(await match(inventory, seed, { isParity: true })), []);
    const target = {
      kind: 'sbom',
      userInput: 'a',
      name: 'a',
      path: 'a',
      origin: 'file',
    } as const;
    const document = { ...inventory, target };
    assert.deepEqual(idsOf(await match(document, seed, { isParity: true })), ['CVE-2021-1']);
  });

  test('a version that is stated as unknown is no version', async () => {
    const inventory = { packages: [{ name: 'left', type: 'npm', version: 'UNKNOWN' }] };
    const statement = { id: 'GHSA-1', provider: 'github', ecosystem: 'npm', name: 'left' };
    const own = await match(inventory, { statements: [statement] });
    assert.deepEqual(
      own.unevaluated.map(({ why }) => why),
      ['no-version'],
    );
    const parity = await match(inventory, { statements: [statement] }, { isParity: true });
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
  const seed = { systems: [DEBIAN], statements: [deb('CVE-2021-1', 'bash', '2')] };

  test('packages of a distribution past its end are named', async () => {
    const { alerts } = await match(inventory, seed, { now: '2026-07-12T00:00:00Z' });
    assert.equal(alerts[0]?.kind, 'distro-end-of-life');
    assert.equal(alerts[0]?.message, 'debian 12 reached its end of life on 2026-07-11');
    assert.deepEqual(alerts[0]?.packageKeys, ['key-of-sudo-deb']);
  });

  test('Grype names packages of every kind', async () => {
    const { alerts } = await match(inventory, seed, {
      now: '2026-07-12T00:00:00Z',
      isParity: true,
    });
    assert.deepEqual(alerts[0]?.packageKeys, ['key-of-sudo-deb', 'key-of-left-npm']);
  });

  test('before the end, and without a clock, nothing is', async () => {
    assert.deepEqual((await match(inventory, seed, { now: '2026-07-10T00:00:00Z' })).alerts, []);
    assert.deepEqual((await match(inventory, seed)).alerts, []);
  });

  test('a point release ends with its major version, which Grype does not know', async () => {
    const point = { ...inventory, distro: { id: 'debian', versionId: '12.11' } };
    const now = '2026-07-12T00:00:00Z';
    assert.equal((await match(point, seed, { now })).alerts.length, 1);
    assert.deepEqual((await match(point, seed, { now, isParity: true })).alerts, []);
  });
});
