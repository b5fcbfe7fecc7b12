import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { conclusionOf, type World } from '../../../../test/support/derivation.ts';
import { SAMPLE_FINDINGS } from '../../../../test/support/sample-report.ts';
import type { VulnerabilityRecord } from '../../../core/advisory.ts';
import { present } from '../../../core/assert.ts';
import type { Match } from '../../../core/finding.ts';
import { withdrawnRecord } from './withdrawn-record.ts';

const MATCH = present(SAMPLE_FINDINGS.findings[0]?.matches[0], 'a match');

function recordOf(more: Partial<VulnerabilityRecord>): VulnerabilityRecord {
  return { ...MATCH.record, ...more };
}

function say(matches: readonly Partial<Match>[], world: World = {}) {
  const all = matches.map((more) => ({ ...MATCH, ...more }));
  return conclusionOf(withdrawnRecord, { finding: { matches: all }, ...world });
}

const REJECTED = { record: recordOf({ status: 'rejected' }) };
const WITHDRAWN = { record: recordOf({ status: '', withdrawnAt: '2026-01-01T00:00:00Z' }) };
const DISPUTED = { record: recordOf({ status: 'disputed' }) };
const ACTIVE = { record: recordOf({ provider: 'debian' }) };

suite('derived: the record was withdrawn', () => {
  test('applies if every matched source withdrew it, with the state of each record', () => {
    const said = say([REJECTED, WITHDRAWN]);
    assert.deepEqual([said?.effect, said?.detail], ['set-aside', 'false_positive']);
    assert.deepEqual(
      said?.inputs.map((one) => (one.kind === 'advisory' ? one.says : '')),
      ['status rejected', 'status not given, withdrawn 2026-01-01T00:00:00Z'],
    );
  });

  test('is a suggestion for a disputed record', () => {
    const said = say([DISPUTED, REJECTED]);
    assert.deepEqual([said?.effect, said?.status], ['suggestion', 'under_investigation']);
    assert.match(said?.reason ?? '', /marks the record as disputed/);
  });

  test('is a suggestion if its keeper withdrew it but the matched source did not', () => {
    const related = [recordOf({ provider: 'nvd', status: 'rejected' })];
    const said = say([{ ...ACTIVE, related }]);
    assert.equal(said?.reason, 'nvd has rejected or withdrawn its record');
    assert.equal(said.inputs.length, 2);
    assert.equal(say([{ ...ACTIVE, related: [recordOf({})] }]), undefined);
  });

  test('does not apply if one source keeps it, or without sources', () => {
    assert.equal(say([REJECTED, ACTIVE]), undefined);
    assert.equal(say([ACTIVE, DISPUTED]), undefined);
    assert.equal(say([]), undefined);
  });

  test('names the system or the ecosystem in the evidence', () => {
    const { operatingSystem: _, ...bare } = MATCH.advisory;
    const system = { id: 1, name: 'debian', releaseId: '', majorVersion: '12', minorVersion: '' };
    const operatingSystem = { ...system, label: 'sid', codename: '', channel: '' };
    const namespacesOf = (advisory: typeof bare): readonly string[] =>
      say([{ ...REJECTED, advisory }])?.inputs.flatMap((one) =>
        one.kind === 'advisory' ? [one.namespace] : [],
      ) ?? [];
    assert.deepEqual(namespacesOf({ ...bare, ecosystem: 'npm' }), ['npm']);
    const { ecosystem: __, ...none } = bare;
    assert.deepEqual(namespacesOf(none), ['']);
    assert.deepEqual(namespacesOf({ ...none, operatingSystem } as typeof bare), ['sid']);
  });
});
