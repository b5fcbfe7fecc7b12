import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Budget } from '../../core/budget.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { parseToml } from './toml.ts';

suite('a TOML document', () => {
  test('may have dots and brackets in its strings, and any number of tables', () => {
    const text = '[[a.b]]\nc = "1.2.3[["\n'.repeat(1_000);
    const budget = new Budget(DEFAULT_LIMITS);
    assert.equal(JSON.stringify(parseToml(text, budget)).match(/1\.2\.3/g)?.length, 1_000);
    assert.deepEqual(budget.drainProblems(), []);
  });

  for (const [title, text, limit] of [
    ['names joined by dots', `[${'a.'.repeat(100_000)}a]`, 'textDepthMax'],
    ['names of a key', `${'a . "b" . '.repeat(100)}a = 1`, 'textDepthMax'],
    ['lists in each other', `a = ${'['.repeat(100_000)}`, 'documentDepthMax'],
    ['tables in each other', `a = ${'{a='.repeat(1_000)}1${'}'.repeat(1_000)}`, 'documentDepthMax'],
  ] as const) {
    test(`with too many ${title} has no value, and the limit is reported`, () => {
      const budget = new Budget(DEFAULT_LIMITS);
      assert.equal(parseToml(text, budget), undefined);
      assert.deepEqual(
        budget.drainProblems().map(({ message }) => message.includes(limit)),
        [true],
      );
    });
  }
});
