import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatSystemError } from './system-error.ts';

test('an error of the system is told in words, with its name', () => {
  assert.equal(formatSystemError('EACCES'), 'permission denied (EACCES)');
  assert.equal(formatSystemError('ENOSPC'), 'no space left (ENOSPC)');
});

test('one without words is told by its name', () => {
  assert.equal(formatSystemError('EWHATEVER'), 'EWHATEVER');
});
