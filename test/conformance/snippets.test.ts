import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';
import { scoreSnippets } from './snippet-score.ts';

const shared = findSharedMaterial();

test('detects the version of every recorded program', {
  skip: shared === undefined ? SKIP_REASON : false,
}, async () => {
  const { files, misses } = await scoreSnippets(shared ?? '');
  assert.deepEqual(misses, []);
  assert.equal(files, 276);
});
