import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatSystemError } from './system-error.ts';

test('describes a system error in words, with its name', () => {
  assert.equal(formatSystemError('EACCES'), 'permission denied (EACCES)');
  assert.equal(formatSystemError('ENOSPC'), 'no space left (ENOSPC)');
});

test('describes an error without words by its name', () => {
  assert.equal(formatSystemError('EWHATEVER'), 'EWHATEVER');
});
