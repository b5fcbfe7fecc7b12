import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaptureTime } from './capture-time.ts';

test('a time without a time zone is in UTC', () => {
  const captured = new CaptureTime('2026-01-03T00:00:00Z');
  captured.addStated('2025-03-26T17:08:28.810633');
  assert.equal(captured.value, '2025-03-26T17:08:28.810633Z');
  captured.addStated('2025-03-26T18:08:28+02:00');
  assert.equal(captured.value, '2025-03-26T17:08:28.810633Z', 'an earlier time');
  captured.addStated('2025-03-27');
  assert.equal(captured.value, '2025-03-27');
});
