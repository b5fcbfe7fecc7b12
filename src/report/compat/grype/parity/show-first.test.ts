import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createDebStatement, DEBIAN, matchSeeds } from '../../../../../test/support/match.ts';
import type { Finding } from '../../../../foundation/core/finding.ts';

const createWordSeverity = (value: string): readonly object[] => [
  { scheme: 'HML', value, rank: 1 },
];

function formatMatches({ matches }: Finding): readonly string[] {
  return matches.map(({ advisory: { operatingSystem }, fixes, severity, reasons }) =>
    [
      operatingSystem?.majorVersion,
      fixes.map(({ version }) => version).join(','),
      severity,
      reasons.length,
    ].join(' '),
  );
}

suite('an unknown release, as in Grype', () => {
  test('the details of the first release are shown for all of them, whether or not it matches', async () => {
    const named = { systems: [DEBIAN, { name: 'debian', major: '11' }] };
    const first = createDebStatement('CVE-2021-1', 'sudo', '2', {
      severities: createWordSeverity('low'),
    });
    const second = createDebStatement('CVE-2021-1', 'sudo', '4', {
      system: 1,
      severities: createWordSeverity('high'),
    });
    const asked = { distro: { id: 'debian' }, packages: [{ name: 'sudo', type: 'deb' }] };
    const showMatches = async (version: string): Promise<readonly string[]> => {
      const packages = [{ name: 'sudo', type: 'deb', version }];
      const seed = { ...named, statements: [first, second] };
      const { findings } = await matchSeeds({ ...asked, packages }, seed, { isParity: true });
      return findings.flatMap(formatMatches);
    };
    assert.deepEqual(await showMatches('1'), ['12 2 low 1', '12 4 low 1']);
    assert.deepEqual(await showMatches('3'), ['12 4 low 1']);
  });

  test('statements of minor releases are merged if the source copies them', async () => {
    const systems = ['1', '2'].map((minor) => ({
      name: 'redhat',
      releaseId: 'rhel',
      major: '8',
      minor,
    }));
    const statements = [0, 1].map((system) => ({
      ...createDebStatement('CVE-2021-1', 'sudo', '2', {
        system,
        provider: 'rhel',
        ecosystem: 'rpm',
      }),
      ranges: [{ scheme: 'rpm', constraint: '< 2', fix: '2' }],
    }));
    const packages = [{ name: 'sudo', type: 'rpm', version: '1' }];
    const asked = { distro: { id: 'rhel' }, packages };
    const found = await matchSeeds(asked, { systems, statements }, { isParity: true });
    assert.deepEqual(found.findings.flatMap(formatMatches), ['8 2 unknown 1']);
  });

  test('a match by CPE is not a statement of a release', async () => {
    const systems = [1, 2].map((minor) => ({ name: 'alpine', major: '3', minor: `${minor}` }));
    const cpe = 'cpe:2.3:a:sudo:sudo:1:*:*:*:*:*:*:*';
    const found = await matchSeeds(
      {
        distro: { id: 'alpine' },
        packages: [{ name: 'sudo', type: 'apk', version: '1', cpes: [cpe] }],
      },
      {
        systems,
        statements: [
          { id: 'CVE-2021-1', provider: 'alpine', system: 0, ecosystem: 'apk', name: 'bash' },
          { id: 'CVE-2021-1', provider: 'alpine', system: 1, ecosystem: 'apk', name: 'bash' },
          { id: 'CVE-2021-2', provider: 'nvd', product: { vendor: 'sudo', product: 'sudo' } },
        ],
      },
      { isParity: true },
    );
    assert.deepEqual(found.findings.flatMap(formatMatches), ['  unknown 1']);
  });
});
