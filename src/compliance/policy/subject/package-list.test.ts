import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory } from '../../../../test/support/inventory.ts';
import { createAssessment } from '../../../foundation/core/assessment.ts';
import type { Problem } from '../../../foundation/core/problem.ts';
import { evaluatePolicies } from '../evaluate-policy.ts';
import { loadPolicies } from '../load-policies.ts';

const POLICY = `policy: p
rules: [{ id: lists, for: package-list, when: { type: npm, given: false }, then: fail }]`;

function judge(type: string, problems: readonly Problem[]): string {
  const inventory = { ...createInventory({ packages: [{ name: 'a', type }] }), problems };
  return evaluatePolicies(loadPolicies([{ name: 'p.yaml', bytes: Buffer.from(POLICY) }]), {
    assessment: createAssessment({ inventory }),
    areFilesListed: false,
    now: '2026-11-29T00:00:00Z',
  }).outcome;
}

suite('lists of packages', () => {
  test('are required for each type of package in the target', () => {
    assert.equal(judge('npm', []), 'fail');
    assert.equal(judge('deb', []), 'pass');
  });

  test('are unknown if packages of further types may have been missed', () => {
    const problem: Problem = { code: 'P_MALFORMED', path: '/app/package.json', message: 'cut off' };
    assert.equal(judge('deb', [problem]), 'unknown');
    assert.equal(judge('npm', [problem]), 'fail');
  });
});
