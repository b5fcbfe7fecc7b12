import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scoreMatches } from './match-score.ts';
import { SKIP_REASON, sharedMaterial } from './shared-material.ts';

/** Small targets of each kind; `npm run conformance:matches` takes them all. */
const QUICK = /^(alpine-3\.20|deb10|wolfi-old|alpine38-old)$/;
const shared = sharedMaterial();

test('the findings of small recorded targets equal the recorded answers', {
  skip: shared === undefined ? SKIP_REASON : false,
}, async () => {
  const scores = await scoreMatches(shared ?? '', { only: QUICK, isParity: true });
  assert.equal(scores.length, 4);
  for (const { name, isEqual, lines } of scores) {
    assert.ok(isEqual, `${name}\n${lines.join('\n')}`);
  }
});
