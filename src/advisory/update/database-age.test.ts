import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCheckDue, isOutdated } from './database-age.ts';

test('data is outdated from the moment after its last day', () => {
  assert.equal(isOutdated('2026-01-01T00:00:00Z', '2026-01-06T00:00:00Z', 5), false);
  assert.equal(isOutdated('2026-01-01T00:00:00Z', '2026-01-06T00:00:01Z', 5), true);
  assert.equal(isOutdated('2026-01-01T02:00:00+02:00', '2026-01-06T00:00:00Z', 5), false);
  assert.equal(isOutdated('1999-01-01T00:00:00Z', '2026-01-06T00:00:01Z', 0), false);
  assert.equal(isOutdated('some day', '2026-01-06T00:00:01Z', 5), true);
});

test('a check is due after two hours, or if the last time is impossible', () => {
  const checkedAt = '2026-01-01T00:00:00Z';
  assert.equal(isCheckDue(checkedAt, '2026-01-01T01:59:59Z'), false);
  assert.equal(isCheckDue(checkedAt, '2026-01-01T02:00:00Z'), true);
  assert.equal(isCheckDue('2030-01-01T00:00:00Z', checkedAt), true);
  assert.equal(isCheckDue(undefined, checkedAt), true);
  assert.equal(isCheckDue('now', checkedAt), true);
});
