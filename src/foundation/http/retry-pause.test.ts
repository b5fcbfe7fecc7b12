import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computePauseMs } from './retry-pause.ts';

test('doubles the pause each time, with a random part of up to a half', () => {
  for (const [attempt, longestMs] of [
    [1, 250],
    [2, 500],
    [5, 4_000],
    [30, 30_000],
  ] as const) {
    const pauses = Array.from({ length: 200 }, () => computePauseMs(attempt));
    assert.ok(pauses.every((pause) => pause > longestMs / 2 && pause <= longestMs));
    assert.ok(new Set(pauses).size > 10);
  }
});

test("uses the server's own time, in seconds or as a date, up to a limit", () => {
  const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
  for (const [value, expected] of [
    ['7', 7_000],
    ['0', 0],
    ['999999999', 30_000],
    ['Sun, 06 Nov 1994 08:49:40 GMT', 3_000],
    ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
  ] as const) {
    assert.equal(computePauseMs(1, { 'retry-after': value, date }), expected, value);
  }
});

test('ignores a malformed time', () => {
  for (const value of ['', 'soon', '-1', '1.5', '99999999999']) {
    assert.ok(computePauseMs(1, { 'retry-after': value }) <= 250, value);
  }
});
