import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldCase } from './fold-case.ts';

test('folds only ASCII letters', () => {
  assert.equal(foldCase('CVE-2021-1'), 'cve-2021-1');
  assert.equal(foldCase('\u00c4PFEL \u212a'), '\u00c4pfel \u212a');
});
