import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scoreSboms } from './sbom-score.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';

/** Small targets of each kind; `npm run conformance -- sbom` runs all targets. */
const QUICK = /^(alpine-3\.20|alpine-3\.8|wolfi-base|rpm-rocky9|rpm-centos5|rpm-sle15)$/;
const shared = findSharedMaterial();

test('the inventory of small recorded images equals the recorded answers', {
  skip: shared === undefined ? SKIP_REASON : false,
}, async () => {
  const scores = await scoreSboms(shared ?? '', QUICK);
  // One of them was also recorded with all layers.
  assert.equal(scores.length, 7);
  for (const { name, isEqual, lines } of scores) {
    assert.ok(isEqual, `${name}\n${lines.join('\n')}`);
  }
});
