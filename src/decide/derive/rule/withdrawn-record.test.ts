import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { deriveConclusion, type World } from '../../../../test/support/derivation.ts';
import { SAMPLE_FINDINGS } from '../../../../test/support/sample-report.ts';
import type { VulnerabilityRecord } from '../../../core/advisory.ts';
import { present } from '../../../core/assert.ts';
import type { Match } from '../../../core/finding.ts';
import { withdrawnRecord } from './withdrawn-record.ts';

const MATCH = present(SAMPLE_FINDINGS.findings[0]?.matches[0], 'a match');

function createVulnerabilityRecord(more: Partial<VulnerabilityRecord>): VulnerabilityRecord {
  return { ...MATCH.record, ...more };
}

function derive(matches: readonly Partial<Match>[], world: World = {}) {
  const all = matches.map((more) => ({ ...MATCH, ...more }));
  return deriveConclusion(withdrawnRecord, { finding: { matches: all }, ...world });
}

const REJECTED = { record: createVulnerabilityRecord({ status: 'rejected' }) };
const WITHDRAWN = {
  record: createVulnerabilityRecord({ status: '', withdrawnAt: '2026-01-01T00:00:00Z' }),
};
const DISPUTED = { record: createVulnerabilityRecord({ status: 'disputed' }) };
const ACTIVE = { record: createVulnerabilityRecord({ provider: 'debian' }) };

suite('derived: the record was withdrawn', () => {
  test('applies if every matched source withdrew it, with the state of each record', () => {
    const said = derive([REJECTED, WITHDRAWN]);
    assert.deepEqual([said?.effect, said?.detail], ['set-aside', 'false_positive']);
    assert.deepEqual(
      said?.inputs.map((one) => (one.kind === 'advisory' ? one.says : '')),
      ['status rejected', 'status not given, withdrawn 2026-01-01T00:00:00Z'],
    );
  });

  test('is a suggestion for a disputed record', () => {
    const said = derive([DISPUTED, REJECTED]);
    assert.deepEqual([said?.effect, said?.status], ['suggestion', 'under_investigation']);
    assert.match(said?.reason ?? '', /marks the record as disputed/);
  });

  test('is a suggestion if its keeper withdrew it but the matched source did not', () => {
    const related = [createVulnerabilityRecord({ provider: 'nvd', status: 'rejected' })];
    const said = derive([{ ...ACTIVE, related }]);
    assert.equal(said?.reason, 'nvd has rejected or withdrawn its record');
    assert.equal(said.inputs.length, 2);
    assert.equal(derive([{ ...ACTIVE, related: [createVulnerabilityRecord({})] }]), undefined);
  });

  test('does not apply if one source keeps it, or without sources', () => {
    assert.equal(derive([REJECTED, ACTIVE]), undefined);
    assert.equal(derive([ACTIVE, DISPUTED]), undefined);
    assert.equal(derive([]), undefined);
  });

  test('names the system or the ecosystem in the evidence', () => {
    const { operatingSystem: _, ...bare } = MATCH.advisory;
    const system = { id: 1, name: 'debian', releaseId: '', majorVersion: '12', minorVersion: '' };
    const operatingSystem = { ...system, label: 'sid', codename: '', channel: '' };
    const listNamespaces = (advisory: typeof bare): readonly string[] =>
      derive([{ ...REJECTED, advisory }])?.inputs.flatMap((one) =>
        one.kind === 'advisory' ? [one.namespace] : [],
      ) ?? [];
    assert.deepEqual(listNamespaces({ ...bare, ecosystem: 'npm' }), ['npm']);
    const { ecosystem: __, ...none } = bare;
    assert.deepEqual(listNamespaces(none), ['']);
    assert.deepEqual(listNamespaces({ ...none, operatingSystem } as typeof bare), ['sid']);
  });
});
