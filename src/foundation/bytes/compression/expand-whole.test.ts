import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { Budget } from '../../core/budget.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { expandWhole } from './expand-whole.ts';

suite('a packed file', () => {
  const content = Buffer.alloc(5_000, 'a');
  for (const [format, packed] of [
    ['gzip', gzipSync(content)],
    ['zstd', zstdCompressSync(content)],
  ] as const) {
    test(`that ${format} packed is unpacked as far as its limit allows`, () => {
      const whole = expandWhole(packed, new Budget(DEFAULT_LIMITS), 'textFileBytesMax');
      assert.deepEqual(Buffer.from(whole.bytes), content);
      assert.equal(whole.problem, undefined);
      for (const name of ['textFileBytesMax', 'expandedFileBytesMax'] as const) {
        const budget = new Budget({ ...DEFAULT_LIMITS, [name]: 4_999 });
        const { bytes, problem } = expandWhole(packed, budget, 'textFileBytesMax');
        assert.equal(bytes.length, 0);
        assert.equal(problem?.code, 'P_LIMIT');
        assert.match(problem.message, new RegExp(name));
      }
    });
  }
});
