import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LineNoise, maskLine } from './line-pattern.ts';

describe('LineNoise', () => {
  test('tokens that differ between runs of the original are noise', () => {
    const noise = new LineNoise([
      ['pid 12 started', 'ready', 'took 1.25 s'],
      ['pid 14 started', 'ready', 'took 9 s'],
    ]);
    const same = { missing: [], extra: [] };
    assert.deepEqual(noise.compareLines(['took 10.5 s', 'ready', 'pid 99 started']), same);
    assert.deepEqual(noise.compareLines(['ready', 'took 2 s']), {
      missing: ['pid … started'],
      extra: [],
    });
    assert.deepEqual(noise.compareLines(['pid 1 failed', 'pid 1 started', 'took 2 s', 'ready']), {
      missing: [],
      extra: ['pid 1 failed'],
    });
  });

  test('random names of files are noise, however their digits fall', () => {
    const noise = new LineNoise([
      ['/tmp/tmp9x3k_2a/ 700 0:0', '/srv/log 644 0:4 sha256:7d119b853c25'],
      ['/tmp/tmpabcdef1/ 700 0:0', '/srv/log 644 0:4 sha256:41ac80d4dc04'],
    ]);
    const run = ['/tmp/tmp_1_2_3_/ 700 0:0', '/srv/log 644 0:4 sha256:123456789012'];
    assert.deepEqual(noise.compareLines(run), { missing: [], extra: [] });
    const [, other = ''] = run;
    assert.deepEqual(noise.compareLines([other.replace('644', '600')]).extra.length, 1);
  });

  test('values without words are noise, but words are not', () => {
    const noise = new LineNoise([['5921EB50-c0de'], ['C71D664B-0a1b']]);
    assert.deepEqual(noise.compareLines(['abcdef-1234']).extra, []);
    assert.deepEqual(noise.compareLines(['5921EB50+c0de']).extra.length, 1);
    const words = new LineNoise([['started'], ['stopped']]);
    assert.deepEqual(words.compareLines(['failed']).extra, ['failed']);
  });

  test('lines that only some runs have are optional, and counts of others are minimums', () => {
    const noise = new LineNoise([['a', 'a', 'tick tock'], ['a']]);
    assert.deepEqual(noise.compareLines(['a']), { missing: [], extra: [] });
    assert.deepEqual(noise.compareLines(['a', 'tick tock']), { missing: [], extra: [] });
    assert.deepEqual(noise.compareLines([]), { missing: ['a'], extra: [] });
  });

  test('times of day are masked, but not their zones', () => {
    assert.equal(maskLine('2026-11-29T10:13:08Z'), maskLine('2027-01-30T11:14:09Z'));
    assert.notEqual(maskLine('2026-11-29T10:13:08Z'), maskLine('2026-11-29T10:13:08+01:00'));
    assert.notEqual(maskLine('10:13:08 JST'), maskLine('10:13:08 UTC'));
    assert.equal(maskLine('at 0x7f3a1c00'), maskLine('at 0x55d0aa10'));
    assert.notEqual(maskLine('version 1.2.3'), maskLine('version 1.2.4'));
  });
});
