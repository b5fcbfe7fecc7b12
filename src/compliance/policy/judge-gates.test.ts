import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory } from '../../../test/support/inventory.ts';
import { SAMPLE_FINDINGS, SAMPLE_INVENTORY } from '../../../test/support/sample-report.ts';
import { createAssessment } from '../../foundation/core/assessment.ts';
import { judgeGates } from './judge-gates.ts';

const CLEAN = createAssessment({
  inventory: createInventory({ packages: [{ name: 'a', type: 'apk' }] }),
  findings: { ...SAMPLE_FINDINGS, findings: [], alerts: [], unevaluated: [] },
});
const VULNERABLE = createAssessment({ inventory: SAMPLE_INVENTORY, findings: SAMPLE_FINDINGS });

suite('the verdict', () => {
  test('is absent if no gate is set', () => {
    assert.equal(judgeGates({ assessment: VULNERABLE }, {}), undefined);
    assert.equal(judgeGates({ assessment: VULNERABLE }, { differences: [] }), undefined);
  });

  test('is the worst outcome of all gates, each of which is judged', () => {
    const settings = { severity: 'low', newSeverity: 'low', differences: ['packages'] } as const;
    const worst = judgeGates({ assessment: VULNERABLE }, settings);
    assert.equal(worst?.outcome, 'fail');
    assert.deepEqual(worst.gates.map(({ gate, outcome }) => `${gate}: ${outcome}`).sort(), [
      'fail-on-difference packages: unknown',
      'fail-on-new: unknown',
      'fail-on: fail',
    ]);
    const unknown = judgeGates({ assessment: CLEAN }, { severity: 'low', newSeverity: 'low' });
    assert.equal(unknown?.outcome, 'unknown');
    assert.equal(judgeGates({ assessment: CLEAN }, { severity: 'low' })?.outcome, 'pass');
  });
});
