import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { targetOf } from '../../test/support/comparable-target.ts';
import type { DifferenceRule } from '../core/difference-rule.ts';
import { compareResults } from './compare-results.ts';
import { decideDifferences, isOpenChange } from './decide-differences.ts';
import type { BareDifference } from './difference.ts';

const NOW = '2026-01-15T12:00:00Z';
const DIFFERENCE = compareResults(
  targetOf({ packages: [{ name: 'nano', type: 'deb' }], config: { User: 'app' } }),
  targetOf({
    packages: [
      { name: 'curl', type: 'deb' },
      { name: 'perl-base', type: 'deb' },
    ],
    config: { User: 'root' },
    found: { curl: [{ id: 'CVE-1' }] },
  }),
);

function rule(seed: Partial<DifferenceRule>): DifferenceRule {
  return { source: 'accepted.yaml: differences 1', reason: 'meant so', ...seed };
}

function decided(...rules: readonly Partial<DifferenceRule>[]): {
  readonly difference: BareDifference;
  readonly notes: readonly string[];
} {
  return decideDifferences(DIFFERENCE, rules.map(rule), NOW);
}

/** Names of the packages whose change somebody decided on. */
function accepted({ packages }: BareDifference): (string | undefined)[] {
  return packages
    .filter((change) => !isOpenChange(change))
    .map(({ before, after }) => (after ?? before)?.name);
}

suite('decisions on changes', () => {
  test('fit by section, kind, name and id, and all of them have to fit', () => {
    const name = { isNameMatch: (text: string) => text.startsWith('perl') };
    assert.deepEqual(accepted(decided(name).difference), ['perl-base']);
    assert.deepEqual(accepted(decided({ section: 'packages', kind: 'added' }).difference), [
      'curl',
      'perl-base',
    ]);
    assert.deepEqual(accepted(decided({ ...name, kind: 'removed' }).difference), []);
    assert.deepEqual(accepted(decided({ section: 'files' }).difference), []);
    const id = DIFFERENCE.packages.find(({ before }) => before?.name === 'nano')?.id ?? '';
    assert.deepEqual(accepted(decided({ id }).difference), ['nano']);
  });

  test('carry reason, author, ticket and end', () => {
    const [change] = decided({
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

  test('the first that fits counts', () => {
    const { difference } = decided({ reason: 'first' }, { reason: 'second' });
    assert.equal(difference.findings[0]?.decision?.reason, 'first');
  });

  test('one that has expired is shown, told of, and decides nothing', () => {
    const { difference, notes } = decided({ section: 'packages', expiresAt: '2026-01-15' });
    assert.deepEqual(accepted(difference), []);
    assert.equal(difference.packages[0]?.decision?.isExpired, true);
    assert.deepEqual(notes, ['accepted.yaml: differences 1 expired on 2026-01-15']);
    assert.deepEqual(accepted(decided({ expiresAt: '2026-01-16' }).difference).length, 3);
  });

  test('one that fits nothing is told of', () => {
    assert.deepEqual(decided({ id: 'ffffffffffffffff' }).notes, [
      'accepted.yaml: differences 1 matches no change',
    ]);
  });
});
