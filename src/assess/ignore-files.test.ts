import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../core/error.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { readIgnoreFiles } from './ignore-files.ts';

const read = (file: string) =>
  readIgnoreFiles([file], { configuration: undefined, limits: DEFAULT_LIMITS });

test('a file of any other name is refused with the way to say what it is', () => {
  assert.throws(
    () => read('rules.yaml'),
    (error) =>
      error instanceof UserError &&
      error.code === 'E_CONFIG' &&
      (error.hint ?? '').includes('as plimsoll-rules:rules.yaml') &&
      (error.hint ?? '').includes('trivy-yaml'),
  );
});

test('a file whose reader is named is asked for under its own name', () => {
  assert.throws(
    () => read('plimsoll-rules:/nowhere/rules.yaml'),
    (error) => error instanceof UserError && error.message.includes('/nowhere/rules.yaml'),
  );
});
