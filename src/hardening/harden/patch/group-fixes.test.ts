import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPackage } from '../../../../test/support/inventory.ts';
import type { Finding } from '../../../foundation/core/finding.ts';
import { groupFixes } from './group-fixes.ts';

test('an update does not count for an archive of the package, which stays', () => {
  const common = { name: 'bash', version: '1', type: 'deb' } as const;
  const packages = [
    createPackage({ ...common, key: 'installed', foundBy: 'dpkg-db' }),
    createPackage({ ...common, key: 'cached', foundBy: 'deb-archive' }),
  ];
  const findings = packages.map(
    ({ key }) =>
      ({
        packageKey: key,
        id: 'CVE-2026-0001',
        severity: 'high',
        risk: 1,
        fixState: 'fixed',
        fixVersions: ['2'],
      }) as unknown as Finding,
  );
  const { groups, open } = groupFixes(packages, findings, { level: 'minor' });
  assert.deepEqual(
    groups.map(({ name, packages: members }) => [name, members.flatMap(({ keys }) => keys)]),
    [['bash', ['installed']]],
  );
  assert.deepEqual(
    open.map(({ packageKey, reason }) => [packageKey, reason]),
    [['cached', 'archive']],
  );
});
