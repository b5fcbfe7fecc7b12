import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPurlCases } from './purl.ts';
import differences from './purl-differences.json' with { type: 'json' };
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';

const shared = findSharedMaterial();

test('reads and writes package URLs as the purl-spec test set requires, or states a reason', {
  skip: shared === undefined ? SKIP_REASON : false,
}, (t) => {
  const cases = readPurlCases(shared ?? '');
  const differing = cases.filter(({ isEqual }) => !isEqual).map(({ name }) => name);
  const listed = differences.flatMap((difference) => difference.cases);
  t.diagnostic(
    `${cases.length} cases, ${differing.length} differ for ${differences.length} reasons`,
  );
  assert.ok(cases.length > 500);
  assert.deepEqual([...new Set(differing)].sort(), [...new Set(listed)].sort());
});
