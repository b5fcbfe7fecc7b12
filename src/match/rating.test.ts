import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { StatementSeed } from '../../test/support/advisory-database.ts';
import type { InventorySeed } from '../../test/support/inventory.ts';
import { createDebStatement, DEBIAN, DEBIAN_12, matchSeeds } from '../../test/support/match.ts';
import { present } from '../core/assert.ts';
import { listSourceViews } from '../core/package-context.ts';
import { rateByPrecedence } from './rating.ts';

const CRITICAL_VECTOR = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';

function createRating(value: string): Pick<StatementSeed, 'severities'> {
  return { severities: [{ scheme: 'CHMLN', value, rank: 1 }] };
}

function createStatement(
  id: string,
  provider: string,
  more: Partial<StatementSeed>,
): StatementSeed {
  const aliases = id.startsWith('CVE-') ? [] : ['CVE-2021-1'];
  return { id, provider, ecosystem: 'npm', name: 'left', aliases, ...more };
}

/** Returns the severity and notes of the only finding, and the number of its matches. */
async function rateFinding(
  inventory: InventorySeed,
  statements: readonly StatementSeed[],
  options: { readonly isParity?: boolean; readonly isByCve?: boolean } = {},
) {
  const found = await matchSeeds(inventory, { systems: [DEBIAN], statements }, options);
  const [finding, ...others] = found.findings;
  assert.ok(finding !== undefined && others.length === 0, 'one finding');
  return { severity: finding.severity, notes: finding.notes, matches: finding.matches.length };
}

const LEFT: InventorySeed = { packages: [{ name: 'left', type: 'npm', version: '1.0.0' }] };
const SUDO: InventorySeed = {
  distro: DEBIAN_12,
  packages: [{ name: 'sudo', type: 'deb', version: '1' }],
};
const NOTE = 'the sources disagree on the severity';

suite('the severity of a finding with several records', () => {
  test('is that of the source that takes precedence, whichever is the best match', async () => {
    const [high, critical] = [createRating('high'), createRating('critical')];
    const ofCve = await rateFinding(LEFT, [
      createStatement('GHSA-1', 'github', high),
      createStatement('CVE-2021-1', 'nvd', critical),
    ]);
    assert.deepEqual(ofCve, {
      severity: 'high',
      notes: [`${NOTE}: github rates GHSA-1 as high; nvd rates CVE-2021-1 as critical`],
      matches: 2,
    });
    const ofGhsa = await rateFinding(LEFT, [
      createStatement('GHSA-1', 'github', critical),
      createStatement('CVE-2021-1', 'nvd', high),
    ]);
    assert.deepEqual(ofGhsa, {
      severity: 'critical',
      notes: [`${NOTE}: github rates GHSA-1 as critical; nvd rates CVE-2021-1 as high`],
      matches: 2,
    });
  });

  test('is the highest of three, by words and by vectors', async () => {
    const vector = { vector: CRITICAL_VECTOR, version: '3.1' };
    const byVector = { severities: [{ scheme: 'CVSS', value: vector, rank: 1 }] };
    const { severity, notes } = await rateFinding(LEFT, [
      createStatement('GHSA-1', 'github', createRating('negligible')),
      createStatement('GHSA-2', 'github', byVector),
      createStatement('OSV-1', 'osv', createRating('low')),
    ]);
    assert.equal(severity, 'critical');
    assert.deepEqual(notes, [
      `${NOTE}: github rates GHSA-2 as critical; osv rates OSV-1 as low; github rates GHSA-1 as negligible`,
    ]);
  });

  test('counts a match by CPE, and the statement of a distribution', async () => {
    const cpes = ['cpe:2.3:a:v:left:1.0.0:*:*:*:*:*:*:*'];
    const packages = [{ name: 'left', type: 'conan', version: '1.0.0', cpes }];
    const byCpe: StatementSeed = {
      id: 'CVE-2021-1',
      provider: 'nvd',
      product: { vendor: 'v', product: 'left' },
      ...createRating('critical'),
    };
    const byName = createStatement('GHSA-1', 'github', {
      ecosystem: 'conan',
      ...createRating('low'),
    });
    const ofLanguage = await rateFinding({ packages }, [byName, byCpe]);
    assert.deepEqual([ofLanguage.severity, ofLanguage.matches], ['low', 2]);
    const ofDistro = await rateFinding(SUDO, [
      createDebStatement('CVE-2021-1', 'sudo', '2', createRating('low')),
      createDebStatement('DSA-1', 'sudo', '2', {
        aliases: ['CVE-2021-1'],
        ...createRating('high'),
      }),
    ]);
    assert.equal(ofDistro.severity, 'high');
    assert.deepEqual(ofDistro.notes, [
      `${NOTE}: debian rates DSA-1 as high; debian rates CVE-2021-1 as low`,
    ]);
  });

  test('compares two ratings that one source has of one ID', async () => {
    const statement = createDebStatement('CVE-2021-1', 'sudo', '2', createRating('low'));
    const found = await matchSeeds(SUDO, { systems: [DEBIAN], statements: [statement] });
    const match = present(found.findings[0]?.matches[0], 'a match');
    assert.deepEqual(rateByPrecedence([match, { ...match, severity: 'medium' }]), {
      severity: 'medium',
      note: `${NOTE}: debian rates CVE-2021-1 as medium; debian rates CVE-2021-1 as low`,
    });
  });

  test('has no note if all agree or only one has a severity', async () => {
    const ghsa = createStatement('GHSA-1', 'github', createRating('high'));
    for (const other of [createRating('high'), {}]) {
      const result = await rateFinding(LEFT, [ghsa, createStatement('CVE-2021-1', 'nvd', other)]);
      assert.deepEqual(result, { severity: 'high', notes: undefined, matches: 2 });
    }
  });

  test('keeps the other notes of the finding', async () => {
    const metadata = { kind: 'rpm-db-entry', value: { vendor: 'Somebody' } };
    const statement = { system: 0, ecosystem: 'rpm', name: 'nginx', aliases: ['CVE-1'] };
    const { findings } = await matchSeeds(
      {
        distro: { id: 'rhel', versionId: '9' },
        packages: [{ name: 'nginx', type: 'rpm', metadata }],
      },
      {
        systems: [{ name: 'redhat', releaseId: 'rhel', major: '9' }],
        statements: [
          { ...statement, id: 'RHSA-1', provider: 'rhel', ...createRating('low') },
          { ...statement, id: 'RHSA-2', provider: 'rhel', ...createRating('high') },
        ],
      },
    );
    assert.deepEqual(findings[0]?.notes, [
      'built by Somebody: the advisories of rhel 9 only cover its own builds',
      `${NOTE}: rhel rates RHSA-2 as high; rhel rates RHSA-1 as low`,
    ]);
  });

  test('is that of the best match with the Grype strategy', async () => {
    const result = await rateFinding(
      LEFT,
      [
        createStatement('GHSA-1', 'github', createRating('high')),
        createStatement('CVE-2021-1', 'nvd', createRating('critical')),
      ],
      { isParity: true },
    );
    assert.deepEqual(result, { severity: 'high', notes: undefined, matches: 2 });
  });
});

suite('records that did not match', () => {
  const product = { vendor: 'v', product: 'other' };
  const kept: StatementSeed = {
    id: 'CVE-2021-1',
    provider: 'nvd',
    product,
    ...createRating('critical'),
  };

  test('do not count against the rating of a distribution', async () => {
    const low = createDebStatement('CVE-2021-1', 'sudo', '2', createRating('low'));
    const { findings } = await matchSeeds(SUDO, { systems: [DEBIAN], statements: [low, kept] });
    const [finding] = findings;
    assert.deepEqual([finding?.severity, finding?.notes], ['low', undefined]);
    assert.deepEqual(
      finding && listSourceViews(finding).map(({ source, severity }) => [source, severity]),
      [
        ['debian', 'low'],
        ['nvd', 'critical'],
      ],
    );
  });

  test('count if no matched record has a severity, by the same precedence', async () => {
    const ids = { aliases: ['GHSA-1', 'CVE-2021-1'] };
    const note = `${NOTE}: github rates GHSA-1 as low; nvd rates CVE-2021-1 as critical`;
    for (const [severity, notes] of [
      ['low', [note]],
      ['critical', undefined],
    ] as const) {
      const result = await rateFinding(LEFT, [
        createStatement('OSV-1', 'osv', ids),
        { id: 'GHSA-1', provider: 'github', product, ...createRating(severity) },
        kept,
      ]);
      assert.equal(result.severity, severity);
      assert.deepEqual(result.notes, notes);
    }
  });

  test('leave the severity unknown if no source states one', async () => {
    const { severity, notes } = await rateFinding(LEFT, [createStatement('OSV-1', 'osv', {})]);
    assert.deepEqual([severity, notes], ['unknown', undefined]);
  });
});
