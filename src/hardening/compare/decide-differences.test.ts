import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTarget } from '../../../test/support/comparable-target.ts';
import type { DifferenceRule } from '../../foundation/core/difference-rule.ts';
import { compareResults } from './compare-results.ts';
import { decideDifferences, isOpenChange } from './decide-differences.ts';
import type { BareDifference } from './difference.ts';

const NOW = '2026-01-15T12:00:00Z';
const DIFFERENCE = compareResults(
  createTarget({ packages: [{ name: 'nano', type: 'deb' }], config: { User: 'app' } }),
  createTarget({
    packages: [
      { name: 'curl', type: 'deb' },
      { name: 'perl-base', type: 'deb' },
    ],
    config: { User: 'root' },
    found: { curl: [{ id: 'CVE-1' }] },
  }),
);

function createRule(seed: Partial<DifferenceRule>): DifferenceRule {
  return { source: 'accepted.yaml: differences 1', reason: 'meant so', ...seed };
}

function decide(...rules: readonly Partial<DifferenceRule>[]): {
  readonly difference: BareDifference;
  readonly notes: readonly string[];
} {
  return decideDifferences(DIFFERENCE, rules.map(createRule), NOW);
}

/** Returns the names of the packages whose change has a decision. */
function listAccepted({ packages }: BareDifference): (string | undefined)[] {
  return packages
    .filter((change) => !isOpenChange(change))
    .map(({ before, after }) => (after ?? before)?.name);
}

suite('decisions about changes', () => {
  test('match by section, kind, name and ID, all of which must match', () => {
    const name = { isNameMatch: (text: string) => text.startsWith('perl') };
    assert.deepEqual(listAccepted(decide(name).difference), ['perl-base']);
    assert.deepEqual(listAccepted(decide({ section: 'packages', kind: 'added' }).difference), [
      'curl',
      'perl-base',
    ]);
    assert.deepEqual(listAccepted(decide({ ...name, kind: 'removed' }).difference), []);
    assert.deepEqual(listAccepted(decide({ section: 'files' }).difference), []);
    const id = DIFFERENCE.packages.find(({ before }) => before?.name === 'nano')?.id ?? '';
    assert.deepEqual(listAccepted(decide({ id }).difference), ['nano']);
  });

  test('have a reason, an author, a ticket and an end', () => {
    const [change] = decide({
      section: 'configuration',
      owner: 'ops@example.com',
      ticket: 'OPS-1',
      expiresAt: '2026-06-30',
    }).difference.configuration;
    assert.deepEqual(change?.decision, {
      reason: 'meant so',
      author: 'ops@example.com',
      source: 'accepted.yaml: differences 1',
      ticket: 'OPS-1',
      expiresAt: '2026-06-30',
      isExpired: false,
    });
  });

  test('apply in order: the first match counts', () => {
    const { difference } = decide({ reason: 'first' }, { reason: 'second' });
    assert.equal(difference.findings[0]?.decision?.reason, 'first');
  });

  test('are shown and reported if expired, but have no effect', () => {
    const { difference, notes } = decide({ section: 'packages', expiresAt: '2026-01-15' });
    assert.deepEqual(listAccepted(difference), []);
    assert.equal(difference.packages[0]?.decision?.isExpired, true);
    assert.deepEqual(notes, ['accepted.yaml: differences 1 expired on 2026-01-15']);
    assert.deepEqual(listAccepted(decide({ expiresAt: '2026-01-16' }).difference).length, 3);
  });

  test('are reported if they match nothing', () => {
    assert.deepEqual(decide({ id: 'ffffffffffffffff' }).notes, [
      'accepted.yaml: differences 1 matches no change',
    ]);
  });
});
