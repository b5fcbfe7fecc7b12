import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTarget, type TargetSeed } from '../../../../test/support/comparable-target.ts';
import { compareResults } from '../../../hardening/compare/compare-results.ts';
import type { Difference } from '../../../hardening/compare/difference.ts';
import {
  formatCountsByKind,
  formatDecision,
  formatExecutableChange,
  formatFindingChange,
  formatNoise,
  formatPackageChange,
  groupFiles,
} from './change-text.ts';

const FOLDER = { path: '/usr', type: 'directory' } as const;

function compareTargets(before: TargetSeed, after: TargetSeed): Difference {
  return compareResults(createTarget(before), createTarget(after));
}

suite('changes as text', () => {
  test('formats counts of kinds in their order, without zero counts', () => {
    assert.equal(formatCountsByKind(['b', 'a', 'b'], ['a', 'b', 'c']), '1 a, 2 b');
    assert.equal(formatCountsByKind(['newly-reachable'], ['newly-reachable']), '1 newly reachable');
    assert.equal(formatCountsByKind([], ['a']), '');
  });

  test('formats the change of a package', () => {
    const one = { key: 'k', type: 'deb', name: 'curl', version: '1.0', purl: '', paths: ['/a'] };
    const two = { ...one, version: '2.0', paths: ['/b'] };
    const formatChange = (
      kind: Parameters<typeof formatPackageChange>[0]['kind'],
      more = {},
    ): string => formatPackageChange({ kind, before: one, after: two, ...more });
    assert.equal(formatChange('upgraded'), 'curl 1.0 → 2.0');
    assert.equal(formatChange('relocated'), 'curl 2.0: /a → /b');
    assert.equal(formatChange('renamed'), 'curl 1.0 → curl 2.0, from the same source package');
    assert.equal(
      formatChange('replaced', { provides: ['a', 'b', 'c', 'd', 'e'] }),
      'curl 1.0 → curl 2.0, both provide a, b, c and 2 more',
    );
    assert.equal(formatChange('rebuilt'), 'curl 2.0, with different content');
    assert.equal(formatPackageChange({ kind: 'removed', before: one }), 'curl 1.0');
  });

  test('formats an added executable as a path, and a changed one with its changes', () => {
    const frame = {
      path: '/app',
      librariesBefore: ['libssl.so.1.1'],
      librariesAfter: ['libssl.so.3'],
      hardeningBefore: [],
      hardeningAfter: ['fortified'],
    };
    assert.equal(formatExecutableChange({ ...frame, kinds: ['added'] }), '/app');
    assert.equal(
      formatExecutableChange({ ...frame, kinds: ['libraries', 'hardening'] }),
      '/app; libraries −libssl.so.1.1, +libssl.so.3; hardening +fortified',
    );
  });

  test('formats the cause of a finding and the compared version', () => {
    const before = {
      packages: [{ name: 'curl', type: 'deb', version: '1.0' }],
      found: { curl: [{ id: 'CVE-1', severity: 'high' as const }] },
    };
    const after = { packages: [{ name: 'curl', type: 'deb', version: '2.0', key: 'new' }] };
    const [change] = compareTargets(before, after).findings;
    assert.equal(
      formatFindingChange(change ?? assert.fail()),
      'CVE-1 (high) on curl 1.0: by upgrade, compared with curl 2.0',
    );
  });

  test('formats a decision with reason, author and end, and reports its expiry', () => {
    const decision = { reason: 'meant so', author: 'ops', source: 'x', isExpired: false };
    assert.equal(formatDecision(undefined), '');
    assert.equal(formatDecision(decision), 'accepted: meant so (ops)');
    assert.equal(
      formatDecision({ ...decision, expiresAt: '2026-06-30T00:00:00Z', isExpired: true }),
      'expired: meant so (ops, until 2026-06-30)',
    );
  });

  test('groups files by owner, the largest group first, and counts noise', () => {
    const packages = [
      { name: 'b', type: 'deb', ownedFiles: [{ path: '/b/1' }, { path: '/b/2' }] },
      { name: 'a', type: 'deb', ownedFiles: [{ path: '/a/1' }] },
    ];
    const paths = ['/a/1', '/b/1', '/b/2', '/own'];
    const cache = (digit: string) => ({ path: '/etc/ld.so.cache', sha256: digit.repeat(64) });
    const found = compareTargets(
      { packages, files: [FOLDER, cache('a'), ...paths.map((path) => ({ path }))] },
      { files: [FOLDER, cache('b')] },
    );
    assert.deepEqual(
      groupFiles(found.files).map(({ owner, changes }) => `${owner}: ${changes.length}`),
      ['b: 2', ': 1', 'a: 1'],
    );
    assert.equal(
      formatNoise(found),
      'Not listed: 1 file that every build writes again (1 loader cache).',
    );
  });
});
