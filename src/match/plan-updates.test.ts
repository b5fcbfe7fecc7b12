import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SAMPLE_FINDINGS, SAMPLE_INVENTORY } from '../../test/support/sample-report.ts';
import type { Finding } from '../core/finding.ts';
import { planUpdates } from './plan-updates.ts';

const [FINDING] = SAMPLE_FINDINGS.findings;
const item = SAMPLE_INVENTORY.packages.find(({ key }) => key === FINDING?.packageKey);

function createFinding(id: string, more: Partial<Finding>): Finding {
  assert.ok(FINDING);
  return { ...FINDING, id, fixState: 'fixed', ...more };
}

suite('planned updates', () => {
  test('contain the lowest version that fixes every finding of a package', () => {
    assert.ok(item);
    const packages = [{ ...item, type: 'npm', version: '1.0.0' }];
    const findings = [
      createFinding('CVE-1', { fixVersions: ['1.9.0', '2.0.1'], severity: 'low' }),
      createFinding('CVE-2', { fixVersions: ['1.10.0'], severity: 'high' }),
      createFinding('CVE-3', { fixVersions: [], fixState: 'not-fixed', severity: 'critical' }),
    ];
    assert.deepEqual(planUpdates(packages, findings), [
      {
        name: item.name,
        type: 'npm',
        installed: '1.0.0',
        version: '1.10.0',
        fixes: 2,
        severity: 'high',
      },
    ]);
  });

  test('count a package with several locations once, and list the most severe first', () => {
    assert.ok(item);
    const base = { ...item, type: 'npm', version: '1.0.0' };
    const packages = [
      { ...base, key: 'a', name: 'one' },
      { ...base, key: 'b', name: 'one' },
      { ...base, key: 'c', name: 'other' },
    ];
    const findings = [
      createFinding('CVE-1', { packageKey: 'a', fixVersions: ['2'], severity: 'low' }),
      createFinding('CVE-1', { packageKey: 'b', fixVersions: ['2'], severity: 'low' }),
      createFinding('CVE-2', { packageKey: 'c', fixVersions: ['3'], severity: 'medium' }),
    ];
    const updates = planUpdates(packages, findings).map(
      ({ name, version, fixes }) => `${name} ${version} ${fixes}`,
    );
    assert.deepEqual(updates, ['other 3 1', 'one 2 1']);
  });
});
