import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  SAMPLE_FINDINGS,
  SAMPLE_REPORT,
  writeReport,
} from '../../../test/support/sample-report.ts';
import type { Decision, VexStatus } from '../../foundation/core/decision.ts';
import type { Findings } from '../../foundation/core/finding.ts';
import { spdxJson } from './write.ts';

interface Element {
  readonly type: string;
  readonly relationshipType?: string;
  readonly [member: string]: unknown;
}

function readSecurity(findings: Findings | undefined): readonly Element[] {
  const { findings: _, ...rest } = SAMPLE_REPORT;
  const report = findings === undefined ? rest : { ...rest, findings };
  const text = writeReport(spdxJson, report, { version: '3.0' });
  const { '@graph': graph } = JSON.parse(text) as { readonly '@graph': readonly Element[] };
  return graph.filter(
    ({ type, relationshipType }) =>
      type.startsWith('security_') || relationshipType === 'hasAssociatedVulnerability',
  );
}

function listByType(elements: readonly Element[], type: string): readonly Element[] {
  return elements.filter((each) => each.type === type);
}

function createDecided(status: VexStatus, more: Partial<Decision> = {}): Findings {
  const decision: Decision = {
    kind: 'vex',
    effect: 'note',
    status,
    reason: 'because',
    author: 'Ada',
    source: 'a.vex.json',
    trace: [],
    ...more,
  };
  const [first, ...others] = SAMPLE_FINDINGS.findings;
  assert.ok(first !== undefined);
  return { ...SAMPLE_FINDINGS, findings: [{ ...first, decisions: [decision] }, ...others] };
}

const VECTORS = [
  ['2.0', 'AV:N/AC:L/Au:N/C:P/I:P/A:P', 7.5],
  ['3.1', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8],
  ['4.0', 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 9.3],
] as const;

/** Findings with vectors of each version, twice from the same source. */
function createScored(): Findings {
  const severities = [...VECTORS, ...VECTORS].map(([version, vector]) => ({
    scheme: 'CVSS',
    value: { vector, version },
    source: 'nvd',
    rank: 1,
  }));
  const scores = VECTORS.map(([, vector, baseScore]) => ({ vector, baseScore }));
  const [first, ...others] = SAMPLE_FINDINGS.findings;
  const [match] = first?.matches ?? [];
  assert.ok(first !== undefined && match !== undefined);
  const matches = [{ ...match, record: { ...match.record, severities }, scores }];
  return { ...SAMPLE_FINDINGS, findings: [{ ...first, matches }, ...others] };
}

const VERDICTS = [
  ['affected', 'security_VexAffectedVulnAssessmentRelationship', 'affects'],
  ['not_affected', 'security_VexNotAffectedVulnAssessmentRelationship', 'doesNotAffect'],
  ['fixed', 'security_VexFixedVulnAssessmentRelationship', 'fixedIn'],
  [
    'under_investigation',
    'security_VexUnderInvestigationVulnAssessmentRelationship',
    'underInvestigationFor',
  ],
] as const;

suite('findings in the security profile of SPDX', () => {
  test('are vulnerabilities linked to the affected packages', () => {
    const elements = readSecurity(SAMPLE_FINDINGS);
    const ids = new Set(SAMPLE_FINDINGS.findings.map(({ id }) => id));
    const names = listByType(elements, 'security_Vulnerability').map(({ name }) => name);
    assert.deepEqual(new Set(names), ids);
    assert.equal(names.length, ids.size);
    const ties = listByType(elements, 'Relationship');
    assert.equal(ties.length, SAMPLE_FINDINGS.findings.length);
    assert.match(JSON.stringify(ties), /plimsoll:fixState/);
  });

  test('have their scores, without duplicates', () => {
    const elements = readSecurity(createScored());
    const scores = ['V2', 'V3', 'V4'].map((version) => {
      const found = listByType(elements, `security_Cvss${version}VulnAssessmentRelationship`);
      return found.map((each) => [each['security_score'], each['security_severity']]);
    });
    assert.deepEqual(scores, [[[7.5, undefined]], [[9.8, 'critical']], [[9.3, 'critical']]]);
  });

  test('have their probability and known exploitation', () => {
    const elements = readSecurity(SAMPLE_FINDINGS);
    const [epss] = listByType(elements, 'security_EpssVulnAssessmentRelationship');
    assert.equal(typeof epss?.['security_percentile'], 'number');
    const [known] = listByType(elements, 'security_ExploitCatalogVulnAssessmentRelationship');
    assert.equal(known?.['security_catalogType'], 'kev');
    assert.equal(known?.['security_exploited'], true);
  });

  for (const [status, type, kind] of VERDICTS) {
    test(`of the decision ${status} have ${kind}`, () => {
      const [found] = listByType(readSecurity(createDecided(status)), type);
      assert.equal(found?.relationshipType, kind);
      assert.equal(found?.['security_statusNotes'], 'because (Ada)');
      const isAffected = status === 'affected';
      assert.equal(found?.['security_actionStatement'] !== undefined, isAffected);
    });
  }

  test('have the SPDX justification, and nothing for a suggestion', () => {
    const type = 'security_VexNotAffectedVulnAssessmentRelationship';
    const justified = createDecided('not_affected', { justification: 'component_not_present' });
    const [found] = listByType(readSecurity(justified), type);
    assert.equal(found?.['security_justificationType'], 'componentNotPresent');
    assert.deepEqual(
      listByType(readSecurity(createDecided('not_affected', { effect: 'suggestion' })), type),
      [],
    );
  });

  test('are absent if nothing was evaluated', () => {
    assert.deepEqual(readSecurity(undefined), []);
    assert.deepEqual(readSecurity({ ...SAMPLE_FINDINGS, database: undefined, findings: [] }), []);
  });
});
