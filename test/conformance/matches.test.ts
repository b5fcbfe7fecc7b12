import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scoreMatches } from './match-score.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';

/** Small targets of each kind; `npm run conformance -- matches` runs all targets. */
const QUICK = /^(alpine-3\.20|deb10|wolfi-old|alpine38-old)$/;
/** Ours differs on it by default, for three reasons. */
const DIFFERING = /^go-distroless$/;
const shared = findSharedMaterial();

test('the findings of small recorded targets equal the recorded answers, except for proven differences', {
  skip: shared === undefined ? SKIP_REASON : false,
}, async () => {
  const asked = [
    { only: QUICK, isParity: true },
    { only: DIFFERING, isParity: false },
  ];
  const scores = await scoreMatches(shared ?? '', ...asked);
  assert.equal(scores.length, 5);
  for (const { name, isEqual, lines } of scores) {
    assert.ok(isEqual, `${name}\n${lines.join('\n')}`);
  }
  const grounds = scores.flatMap((one) => [...one.grounds.keys()]);
  assert.deepEqual(grounds.toSorted(), [
    'distro-with-little-data',
    'end-of-life-needs-exact-minor',
    'unlinked-left-out',
  ]);
});
