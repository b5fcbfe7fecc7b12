import { test } from 'node:test';
import { assertBounded, manyFiles, SKIP_MEMORY } from '../support/bounded-run.ts';

test('a bounded run over a million files stays below the bound, and finds the same', {
  skip: SKIP_MEMORY,
}, async () => {
  await assertBounded(192, manyFiles(1_000_000));
});
