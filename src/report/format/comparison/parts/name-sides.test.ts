import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTarget } from '../../../../../test/support/comparable-target.ts';
import { compareResults } from '../../../../hardening/compare/compare-results.ts';
import { createPairComparison } from '../../../../hardening/compare/comparison.ts';
import { nameChange, nameCounts } from './name-sides.ts';
import { createSurfaceSection } from './surface-section.ts';

function comparePair(first: string, second: string) {
  return compareResults(createTarget({ name: first }), createTarget({ name: second }));
}

suite('the sides of a comparison', () => {
  test('are named instead of called added or removed', () => {
    const pair = comparePair('alpine:3.20', 'shop:1.4');
    assert.equal(nameChange('added', pair), 'only in shop:1.4');
    assert.equal(nameChange('resolved', pair), 'only in alpine:3.20');
    assert.equal(nameChange('upgraded', pair), 'upgraded');
    assert.equal(
      nameCounts('1,020 added, 14 removed, 2 upgraded', pair),
      '1,020 only in shop:1.4, 14 only in alpine:3.20, 2 upgraded',
    );
    assert.equal(
      nameCounts('2 resolved (incomplete: 1 added, not judged)', pair),
      '2 only in alpine:3.20 (incomplete: 1 added, not judged)',
    );
  });

  test('are named by position if both have the same name', () => {
    assert.equal(nameChange('added', comparePair('shop', 'shop')), 'only in the second');
  });

  test('without an attack surface are unknown in one sentence, not in eight rows', () => {
    const comparison = createPairComparison(comparePair('a', 'b'));
    const columns = comparison.columns.map((column) => ({ ...column, surface: {} }));
    const { html } = createSurfaceSection({ ...comparison, columns });
    assert.doesNotMatch(html, /<tr>/);
    assert.match(html, /everything is unknown: [^.]*shells[^]*plimsoll push --surface/);
  });
});
