import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createControl, createReport } from '../../../../test/support/verdict-report.ts';
import type { ControlResult } from '../../../foundation/core/control.ts';
import type { PolicyOutcome } from '../../../foundation/core/policy-verdict.ts';
import { listControlContradictions } from './verify-controls.ts';

function listFaults(control: ControlResult, outcome: PolicyOutcome = 'fail'): readonly string[] {
  const { verdict } = createReport({ controls: [control], outcome });
  return listControlContradictions(verdict).map(([, fault]) => fault);
}

const STATEMENT = {
  control: 'mine/1',
  answer: 'met',
  by: 'a@example.org',
  evidence: 'OPS-1',
  expires: '2027-01-01',
  source: 's.yaml:2',
  state: 'used',
} as const;

suite('the second implementation', () => {
  test('accepts answers that rules and statements support', () => {
    assert.deepEqual(listFaults(createControl('1', 'failed')), []);
    const manual = { kind: 'manual', rules: [] };
    assert.deepEqual(listFaults(createControl('1', 'unanswered', manual), 'unknown'), []);
    const stated = { ...manual, statement: STATEMENT };
    assert.deepEqual(listFaults(createControl('1', 'passed', stated), 'pass'), []);
  });

  test('detects a control that passes although a rule fired, or without an answer', () => {
    assert.deepEqual(listFaults(createControl('1', 'passed')), [
      'a rule fired, but the control is passed',
    ]);
    const manual = { kind: 'manual', rules: [] };
    const unanswered = ['it passed without a statement or a result'];
    assert.deepEqual(listFaults(createControl('1', 'passed', manual)), unanswered);
    const expired = { ...manual, statement: { ...STATEMENT, expires: '2026-11-01' } };
    assert.deepEqual(listFaults(createControl('1', 'passed', expired)), unanswered);
    const absent = createControl('1', 'passed', { rules: ['absent'] });
    assert.deepEqual(listFaults(absent), ['it passed, but a rule did not']);
  });

  test('detects a verdict that is better than an open control', () => {
    const manual = { kind: 'manual', rules: [] };
    for (const [status, outcome, faults] of [
      ['unanswered', 'pass', 1],
      ['unknown', 'warn', 1],
      ['unknown', 'unknown', 0],
    ] as const) {
      assert.equal(listFaults(createControl('1', status, manual), outcome).length, faults);
    }
    const should = { ...manual, force: 'SHOULD' };
    assert.deepEqual(listFaults(createControl('1', 'unknown', should), 'warn'), []);
  });
});
