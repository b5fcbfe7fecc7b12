import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseNamePattern } from '../../../foundation/core/name-pattern.ts';
import type { FactData } from '../fact.ts';
import { parseLicenseTerms } from './license-terms.ts';
import { countTestSteps, isTestPassed, listThresholds, type Test } from './test.ts';

const WORDS = ['low', 'medium', 'high'];
const HIGH: Test = { kind: 'scale', words: WORDS, accepted: ['medium', 'high'] };
const LIKE: Test = { kind: 'like', pattern: parseNamePattern('lib*') };
const MATCHING: Test = { kind: 'matching', pattern: '^a+$' };
const ALLOWED: Test = { kind: 'allowed', terms: parseLicenseTerms('MIT OR Apache-2.0') ?? [] };

function createAmount(operator: 'over' | 'under' | 'at least' | 'at most', amount: number): Test {
  return { kind: 'amount', operator, amount };
}

const CASES: readonly (readonly [title: string, test: Test, data: FactData, passes: boolean])[] = [
  ['one of several', { kind: 'one-of', values: ['a', 'b'] }, 'b', true],
  ['none of several', { kind: 'one-of', values: ['a', 'b'] }, 'c', false],
  ['a number is not a text', { kind: 'one-of', values: ['1'] }, 1, false],
  ['one element of a list', { kind: 'one-of', values: ['a'] }, ['x', 'a'], true],
  ['no element of a list', { kind: 'one-of', values: ['a'] }, ['x', 'y'], false],
  ['an empty list', { kind: 'one-of', values: ['a'] }, [], false],
  ['not an empty list', { kind: 'not', test: { kind: 'one-of', values: ['a'] } }, [], true],
  ['not twice', { kind: 'not', test: { kind: 'not', test: HIGH } }, 'high', true],
  ['a word of the scale', HIGH, 'medium', true],
  ['a better word', HIGH, 'low', false],
  ['over', createAmount('over', 5), 6, true],
  ['over, the same', createAmount('over', 5), 5, false],
  ['under', createAmount('under', 5), 4, true],
  ['under, the same', createAmount('under', 5), 5, false],
  ['at least, the same', createAmount('at least', 5), 5, true],
  ['at least, less', createAmount('at least', 5), 4, false],
  ['at most, the same', createAmount('at most', 5), 5, true],
  ['at most, more', createAmount('at most', 5), 6, false],
  ['like', LIKE, 'libssl', true],
  ['not like', LIKE, 'ssl-lib', false],
  ['matching', MATCHING, 'aaa', true],
  ['not matching', MATCHING, 'aab', false],
  ['an allowed license', ALLOWED, 'MIT', true],
  ['licenses that are all allowed', ALLOWED, ['MIT', 'Apache-2.0'], true],
  ['a license that is not', ALLOWED, ['MIT', 'GPL-2.0-only'], false],
];

suite('a test of a fact', () => {
  for (const [title, condition, data, passes] of CASES) {
    test(`${passes ? 'passes' : 'fails'}: ${title}`, () => {
      assert.equal(isTestPassed(condition, data), passes);
    });
  }

  test('takes further steps only for patterns, by each element', () => {
    const long = 'a'.repeat(1_000);
    const one = countTestSteps(MATCHING, long);
    assert.ok(one > 100, String(one));
    assert.equal(countTestSteps(MATCHING, [long, long]), 2 * one);
    assert.equal(countTestSteps({ kind: 'not', test: MATCHING }, long), one);
    assert.equal(countTestSteps(LIKE, long), 0);
  });

  test('lists the numbers at which its result changes', () => {
    assert.deepEqual(listThresholds(createAmount('over', 5)), [5]);
    assert.deepEqual(listThresholds({ kind: 'not', test: createAmount('under', 6) }), [6]);
    assert.deepEqual(listThresholds({ kind: 'one-of', values: [7, 'a'] }), [7]);
    assert.deepEqual(listThresholds(LIKE), []);
  });
});
