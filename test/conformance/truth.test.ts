import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';
import { scoreTruth } from './truth-score.ts';

const shared = findSharedMaterial();

test('packages and files of images equal those of an independent reading', {
  skip: shared === undefined ? SKIP_REASON : false,
}, async () => {
  const scores = await scoreTruth(shared ?? '', /^(?:alpine-3|go-|java|many|poly|rpm|rust|wolfi)/);
  assert.deepEqual(
    scores.flatMap(({ name, differences }) => differences.map((line) => `${name}: ${line}`)),
    [],
  );
  assert.equal(scores.length, 17);
  assert.ok(scores.every(({ files }) => files > 0));
});
