import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SAMPLE_FINDINGS, SAMPLE_INVENTORY } from '../../test/support/sample-report.ts';
import { decideFindings } from './decide-findings.ts';
import { createFilterDecider, type FilterOptions } from './filter-decider.ts';

function countLeft(options: FilterOptions): string[] {
  const decided = decideFindings(SAMPLE_FINDINGS, SAMPLE_INVENTORY, [createFilterDecider(options)]);
  const sum = decided.findings.length + (decided.dispositioned ?? []).length;
  assert.equal(sum, SAMPLE_FINDINGS.findings.length);
  return decided.findings.map(({ severity, fixState }) => `${severity} ${fixState}`);
}

suite('command-line filters', () => {
  test('ignore findings by fix state', () => {
    const states = ['not-fixed', 'wont-fix', 'unknown'] as const;
    const kept = countLeft({ ignoredStates: states, statesOption: 'only-fixed' });
    assert.ok(kept.length > 0);
    assert.ok(kept.every((line) => line.endsWith(' fixed')));
  });

  test('ignore findings by severity, with the reason', () => {
    const kept = countLeft({ ignoredStates: [], leastSeverity: 'high' });
    assert.ok(kept.length > 0);
    assert.ok(kept.every((line) => /^(high|critical|unknown) /.test(line)));
    const decider = createFilterDecider({ ignoredStates: [], leastSeverity: 'critical' });
    const { dispositioned = [] } = decideFindings(SAMPLE_FINDINGS, SAMPLE_INVENTORY, [decider]);
    const reasons = dispositioned.map(({ decisions }) => decisions[0]?.reason);
    assert.ok(reasons.includes('ignored by --severity: its severity is "low"'));
  });

  test('keep all findings without options', () => {
    assert.equal(countLeft({ ignoredStates: [] }).length, SAMPLE_FINDINGS.findings.length);
  });
});
