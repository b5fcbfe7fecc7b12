import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory } from '../../../../test/support/inventory.ts';
import { SAMPLE_FINDINGS, SAMPLE_INVENTORY } from '../../../../test/support/sample-report.ts';
import { createAssessment } from '../../../foundation/core/assessment.ts';
import type { FindingChange } from '../../../foundation/core/change.ts';
import type { Finding, Findings, SeverityWord } from '../../../foundation/core/finding.ts';
import type { GateResult } from '../../../foundation/core/verdict.ts';
import { novelty } from './novelty.ts';

const [SAMPLE_FINDING] = SAMPLE_FINDINGS.findings;
const [SAMPLE_PACKAGE] = SAMPLE_INVENTORY.packages;
assert.ok(SAMPLE_FINDING && SAMPLE_PACKAGE);

function createFinding(severity: SeverityWord, more: Partial<Finding> = {}): Finding {
  const sample = SAMPLE_FINDING as Finding;
  return { ...sample, matches: [], severity, id: `CVE-${severity}`, ...more };
}

/** A finding that is only supported by a generated CPE. */
function guess(severity: SeverityWord): Finding {
  return createFinding(severity, { matches: SAMPLE_FINDING?.matches ?? [] });
}

function createFindings(list: readonly Finding[], more: Partial<Findings> = {}): Findings {
  return { ...SAMPLE_FINDINGS, findings: list, alerts: [], unevaluated: [], ...more };
}

const INVENTORY = createInventory({ packages: [{ name: 'a', type: 'apk' }] });

function createChange(
  more: Partial<FindingChange>,
  severity: SeverityWord = 'high',
): FindingChange {
  const after = { finding: createFinding(severity), package: SAMPLE_PACKAGE as never };
  return { kind: 'introduced', cause: 'image', detail: '', after, ...more };
}

function judgeNew(
  changes: readonly FindingChange[] | undefined,
  findings = createFindings([]),
): GateResult {
  const assessment = createAssessment({
    inventory: INVENTORY,
    findings,
    ...(changes === undefined ? {} : { changes }),
  });
  return novelty.judge({ assessment }, { newSeverity: 'medium' });
}

suite('the novelty gate', () => {
  test('does not fail for findings of the base image, if only those of the application count', () => {
    const judgeOrigin = (origin: 'base' | 'changed'): GateResult => {
      const after = {
        finding: createFinding('high'),
        package: { ...SAMPLE_PACKAGE, origin } as never,
      };
      const changes = [createChange({ after })];
      const assessment = createAssessment({
        inventory: INVENTORY,
        findings: createFindings([]),
        changes,
      });
      return novelty.judge({ assessment }, { newSeverity: 'medium', isApplicationOnly: true });
    };
    assert.equal(judgeOrigin('changed').outcome, 'fail');
    const { outcome, reason } = judgeOrigin('base');
    assert.deepEqual(
      [outcome, reason],
      ['pass', 'no new findings of the application are medium or worse; 1 of the base image is'],
    );
  });

  test('fails for findings that the target introduced, and for those that lost their decision', () => {
    for (const cause of ['image', 'decision'] as const) {
      const result = judgeNew([createChange({ cause })]);
      assert.equal(result.outcome, 'fail', cause);
      assert.equal(result.reason, '1 new finding is medium or worse');
      assert.deepEqual(result.failedBy, [
        { packageKey: SAMPLE_FINDING?.packageKey, id: 'CVE-high' },
      ]);
    }
  });

  test('passes findings that are only known because of newer data, with their count', () => {
    for (const cause of ['data', 'matcher', 'catalog'] as const) {
      const { outcome, reason } = judgeNew([createChange({ cause })]);
      assert.equal(outcome, 'pass', cause);
      assert.match(reason, /^no new findings are medium or worse \(1 more became known/);
    }
  });

  test('passes kept, removed, less severe and guessed findings', () => {
    const guessed = { finding: guess('critical'), package: SAMPLE_PACKAGE as never };
    const changes = [
      createChange({ kind: 'kept' }),
      { kind: 'resolved', cause: 'image', detail: '' } as const,
      createChange({}, 'low'),
      createChange({ after: guessed }),
    ];
    assert.equal(judgeNew(changes).outcome, 'pass');
  });

  test('is unknown without a baseline or a database', () => {
    assert.equal(judgeNew(undefined).reason, 'no baseline');
    const findings = createFindings([], { database: undefined });
    const { outcome, reason } = judgeNew([createChange({})], findings);
    assert.deepEqual([outcome, reason], ['unknown', 'vulnerabilities were not evaluated']);
  });

  test('is unknown without a failing finding if the assessment is incomplete', () => {
    const unevaluated = [
      { packageKey: 'a', why: 'no-version', detail: 'it has no version' },
    ] as const;
    assert.equal(judgeNew([], createFindings([], { unevaluated })).outcome, 'unknown');
    assert.equal(judgeNew([createChange({})], createFindings([], { unevaluated })).outcome, 'fail');
  });
});
