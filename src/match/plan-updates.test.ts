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

  test('come in one order: exploitation, worst severity, and what each clears', () => {
    assert.ok(item);
    const names = ['a-low', 'b-critical', 'c-critical-twice', 'd-exploited', 'e-critical-and-low'];
    const packages = names.map((name) => ({ ...item, type: 'npm', version: '1', key: name, name }));
    const exploited = [{ ...FINDING?.matches[0], exploited: [{}] }] as never;
    const rows: readonly (readonly [string, Partial<Finding>])[] = [
      ['a-low', { severity: 'low' }],
      ['a-low', { severity: 'low' }],
      ['a-low', { severity: 'low' }],
      ['b-critical', { severity: 'critical', risk: 100 }],
      ['c-critical-twice', { severity: 'critical' }],
      ['c-critical-twice', { severity: 'critical' }],
      ['d-exploited', { severity: 'medium', matches: exploited }],
      ['e-critical-and-low', { severity: 'critical' }],
      ['e-critical-and-low', { severity: 'low' }],
    ];
    const findings = rows.map(([packageKey, more], index) =>
      createFinding(`CVE-${index}`, { matches: [], packageKey, fixVersions: ['2'], ...more }),
    );
    assert.deepEqual(
      planUpdates(packages, findings).map(({ name }) => name),
      ['d-exploited', 'c-critical-twice', 'e-critical-and-low', 'b-critical', 'a-low'],
    );
  });
});
