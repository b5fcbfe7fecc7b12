import { test } from 'node:test';
import { assertBounded, createManyFiles, SKIP_MEMORY } from '../support/bounded-run.ts';

test('a bounded run over a million files stays below the bound, and finds the same', {
  skip: SKIP_MEMORY,
}, async () => {
  await assertBounded(192, createManyFiles(1_000_000));
});
