import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ImageTally, isCertain } from './stale-images.ts';

const NOTHING: ImageTally = { opened: 0, closed: 0, isDoubtful: false };

test('a failed verdict stays while findings that failed it are left', () => {
  const rows = [
    [{ ...NOTHING, opened: 5 }, 1, true],
    [{ ...NOTHING, closed: 1 }, 2, true],
    [{ ...NOTHING, closed: 1, isDoubtful: true }, 2, true],
    [{ ...NOTHING, closed: 2 }, 2, false],
    [{ ...NOTHING, closed: 3, opened: 1 }, 2, false],
    [{ ...NOTHING, opened: 1 }, 0, false],
    [{ ...NOTHING, opened: 1 }, null, false],
  ] as const;
  for (const [tally, failing, isSettled] of rows) {
    assert.equal(isCertain(tally, { outcome: 'fail', failing }), isSettled, JSON.stringify(tally));
  }
});

test('another verdict stays if nothing opened that could fail it', () => {
  for (const outcome of ['pass', 'unknown']) {
    const verdict = { outcome, failing: 0 };
    assert.ok(isCertain({ ...NOTHING, closed: 3 }, verdict));
    assert.ok(!isCertain({ ...NOTHING, opened: 1 }, verdict));
    assert.ok(!isCertain({ ...NOTHING, isDoubtful: true }, verdict));
  }
});
