import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemErrorText } from './system-error.ts';

test('an error of the system is told in words, with its name', () => {
  assert.equal(systemErrorText('EACCES'), 'permission denied (EACCES)');
  assert.equal(systemErrorText('ENOSPC'), 'no space left (ENOSPC)');
});

test('one without words is told by its name', () => {
  assert.equal(systemErrorText('EWHATEVER'), 'EWHATEVER');
});
