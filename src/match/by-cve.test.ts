import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { StatementSeed } from '../../test/support/advisory-database.ts';
import { matchSeeds } from '../../test/support/match.ts';

const RANGES = [{ scheme: 'rpm', constraint: '< 9', fix: '9' }];
const MODERATE = [{ scheme: 'HML', value: 'medium', rank: 1 }];
const ERRATUM: StatementSeed = {
  id: 'ELSA-1',
  provider: 'oracle',
  aliases: ['CVE-2020-1', 'CVE-2020-2'],
  system: 0,
  ecosystem: 'rpm',
  name: 'curl',
  ranges: RANGES,
  severities: MODERATE,
};
/** NVD data: statements about products that no package has. */
const KEPT: readonly StatementSeed[] = ['CVE-2020-1', 'CVE-2020-2'].map((id, index) => ({
  id,
  provider: 'nvd',
  product: { vendor: 'v', product: 'other' },
  severities: [{ scheme: 'HML', value: index === 0 ? 'critical' : 'low', rank: 1 }],
}));

async function matchStatements(
  statements: readonly StatementSeed[],
  options: { readonly isByCve?: boolean; readonly isParity?: boolean },
) {
  const { findings } = await matchSeeds(
    { distro: { id: 'ol', versionId: '8' }, packages: [{ name: 'curl', type: 'rpm' }] },
    {
      systems: [{ name: 'oraclelinux', releaseId: 'ol', major: '8' }],
      statements,
      epss: [{ cve: 'CVE-2020-2', epss: 0.5 }],
    },
    options,
  );
  return findings;
}

const summarize = (findings: Awaited<ReturnType<typeof matchStatements>>) =>
  findings.map(({ id, aliases, severity, matches }) => ({
    id,
    aliases,
    severity,
    provider: matches[0]?.record.provider,
  }));

suite('findings grouped by CVE', () => {
  test('have one entry for each CVE of an erratum, with the severity and source of the CVE', async () => {
    const findings = await matchStatements([ERRATUM, ...KEPT], { isByCve: true });
    assert.deepEqual(summarize(findings), [
      { id: 'CVE-2020-1', aliases: ['ELSA-1'], severity: 'critical', provider: 'nvd' },
      { id: 'CVE-2020-2', aliases: ['ELSA-1'], severity: 'low', provider: 'nvd' },
    ]);
    assert.deepEqual(
      findings.map(({ matches }) => matches[0]?.epss.length),
      [0, 1],
    );
  });

  test('keep the facts of the original statement', async () => {
    const [finding] = await matchStatements([ERRATUM, ...KEPT], { isByCve: true });
    const [match] = finding?.matches ?? [];
    assert.deepEqual(
      match?.related.map(({ id, provider }) => [id, provider]),
      [['ELSA-1', 'oracle']],
    );
    assert.deepEqual(match?.relatedSeverities, ['medium']);
  });

  test('keep the record of the keeper of the ID, without duplicates', async () => {
    const reviewed = { ...ERRATUM, id: 'GHSA-2222-3333-4444', provider: 'github' };
    const [finding] = await matchStatements([reviewed, ...KEPT], { isByCve: true });
    assert.deepEqual(
      finding?.matches[0]?.related.map(({ id, provider }) => [id, provider]),
      [['GHSA-2222-3333-4444', 'github']],
    );
  });

  test('keep the severity of the statement if the CVE has no record', async () => {
    const findings = await matchStatements([ERRATUM], { isByCve: true });
    assert.deepEqual(
      summarize(findings).map(({ id, severity, provider }) => [id, severity, provider]),
      [
        ['CVE-2020-1', 'medium', 'oracle'],
        ['CVE-2020-2', 'medium', 'oracle'],
      ],
    );
  });

  test('keep their ID if there is no CVE', async () => {
    const findings = await matchStatements([{ ...ERRATUM, aliases: [] }], { isByCve: true });
    assert.deepEqual(summarize(findings), [
      { id: 'ELSA-1', aliases: [], severity: 'medium', provider: 'oracle' },
    ]);
  });

  test('only change their ID with the Grype strategy', async () => {
    const findings = await matchStatements([ERRATUM, ...KEPT], { isByCve: true, isParity: true });
    assert.deepEqual(
      summarize(findings).map(({ id, severity, provider }) => [id, severity, provider]),
      [['CVE-2020-1', 'medium', 'oracle']],
    );
  });
});

suite('the severity of a finding', () => {
  test('comes from the keeper of an ID if the source states none', async () => {
    const silent = { ...ERRATUM, severities: [], aliases: ['CVE-2020-1'] };
    const [finding] = await matchStatements([silent, ...KEPT], {});
    assert.equal(finding?.severity, 'critical');
    assert.equal(finding?.matches[0]?.severity, 'unknown');
  });

  test('comes from the source if it states one, and the other is kept', async () => {
    const [finding] = await matchStatements([{ ...ERRATUM, aliases: ['CVE-2020-1'] }, ...KEPT], {});
    assert.equal(finding?.severity, 'medium');
    assert.deepEqual(finding?.matches[0]?.relatedSeverities, ['critical']);
  });
});
