import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Value } from './expression.ts';
import { callFunction, countCallSteps, FUNCTION_NAMES } from './functions.ts';

type Case = readonly [name: string, values: readonly Value[], result: Value | undefined];

const MAX = Number.MAX_SAFE_INTEGER;

const RESULTS: readonly Case[] = [
  ['==', [1, 1], true],
  ['==', [1, '1'], false],
  ['==', [null, null], true],
  [
    '==',
    [
      [1, ['a']],
      [1, ['a']],
    ],
    true,
  ],
  [
    '==',
    [
      [1, ['a']],
      [1, ['b']],
    ],
    false,
  ],
  ['==', [[1], [1, 2]], false],
  ['==', [[1, 2], [1]], false],
  ['==', [[], 1], false],
  ['==', [1, []], false],
  ['==', [[], []], true],
  ['!=', [1, 2], true],
  ['!=', [[1], [1]], false],
  ['<', [1, 2], true],
  ['<', [2, 2], false],
  ['<=', [2, 2], true],
  ['<=', [3, 2], false],
  ['>', [3, 2], true],
  ['>', [2, 2], false],
  ['>=', [2, 2], true],
  ['>=', [1, 2], false],
  ['<', ['a', 'b'], true],
  // U+FF5E is before U+1F600 by code points, but not by UTF-16 units.
  ['<', ['\uff5e', '\u{1f600}'], true],
  ['<', [false, true], true],
  ['<', [true, true], false],
  ['>=', [Infinity, Infinity], true],
  ['<=', [-Infinity, -Infinity], true],
  ['<', [Infinity, Infinity], false],
  ['<', [-Infinity, Infinity], true],
  ['<', [Number.NaN, 1], false],
  ['>=', [1, Number.NaN], false],
  ['>=', [Number.NaN, 1], false],
  ['<', [1, 'a'], undefined],
  ['<', ['a', 1], undefined],
  ['<', [true, 1], undefined],
  ['<', [1, true], undefined],
  ['<', ['a', true], undefined],
  ['<', [null, null], undefined],
  ['+', [1, 2], 3],
  ['+', ['a', 'b'], 'ab'],
  ['+', [[1], [2, 3]], [1, 2, 3]],
  ['+', ['a', 1], undefined],
  ['+', [1, 'a'], undefined],
  ['+', [[1], 1], undefined],
  ['+', [1, [1]], undefined],
  ['-', [3, 2], 1],
  ['*', [3, 2], 6],
  ['/', [3, 2], 1.5],
  ['/', [1, 0], Infinity],
  ['/', [0, 0], undefined],
  ['%', [7, 4], 3],
  ['%', [7, 0], undefined],
  ['-', [1, 'a'], undefined],
  ['-', ['a', 1], undefined],
  ['-', ['5', 1], undefined],
  ['*', [2, '3'], undefined],
  ['int +', [3, 2], 5],
  ['int +', [MAX, 1], undefined],
  ['int -', [3, 2], 1],
  ['int -', [-MAX, 1], undefined],
  ['int *', [3, 2], 6],
  ['int *', [MAX, 2], undefined],
  ['int /', [7, 2], 3],
  ['int /', [-7, 2], -3],
  ['int /', [7, 0], undefined],
  ['int %', [-7, 4], -3],
  ['int %', [7, 0], undefined],
  ['int +', ['a', 1], undefined],
  ['negate', [3], -3],
  ['negate', ['a'], undefined],
  ['in', [2, [1, 2]], true],
  ['in', [[2], [[1], [2]]], true],
  ['in', [3, [1, 2]], false],
  ['in', [1, 'a1'], undefined],
  ['at', [['a', 'b'], 1], 'b'],
  ['at', [['a', 'b'], 0], 'a'],
  ['at', [['a'], 1], undefined],
  ['at', [['a'], -1], undefined],
  ['at', [['a'], 'length'], undefined],
  ['at', ['abc', 1], undefined],
  ['size', [[1, 2]], 2],
  ['size', ['a\u{1f600}'], 2],
  ['size', [''], 0],
  ['size', [5], undefined],
  ['has', ['a'], true],
  ['has', [''], false],
  ['has', [null], false],
  ['has', [[]], false],
  ['has', [['a']], true],
  ['has', [0], true],
  ['has', [false], true],
  ['startsWith', ['abc', 'ab'], true],
  ['startsWith', ['abc', 'bc'], false],
  ['endsWith', ['abc', 'bc'], true],
  ['endsWith', ['abc', 'ab'], false],
  ['contains', ['abc', 'b'], true],
  ['contains', ['abc', 'd'], false],
  ['matches', ['abc', 'b+'], true],
  ['matches', ['abc', '^b+'], false],
  ['startsWith', [1, 'a'], undefined],
  ['startsWith', ['a', 1], undefined],
  ['matches', [['a'], 'a'], undefined],
  ['lowerAscii', ['ABZ\u00c4'], 'abz\u00c4'],
  ['lowerAscii', [1], undefined],
  ['versionOrder', ['1.10', '1.9', 'deb'], 1],
  ['versionOrder', ['1.9', '1.10', 'npm'], -1],
  ['versionOrder', ['1.9', '1.9', 'fuzzy'], 0],
  ['versionOrder', [1, '1.9', 'deb'], undefined],
  ['versionOrder', ['1.9', 1, 'deb'], undefined],
  ['versionOrder', ['1.9', '1.10', 1], undefined],
  ['unheard-of', ['a'], undefined],
];

suite('a function of expressions', () => {
  for (const [name, values, result] of RESULTS) {
    test(`${name} of ${JSON.stringify(values)}`, () => {
      assert.deepEqual(callFunction(name, values), result);
    });
  }

  test('has a case with a result in this table', () => {
    const names = RESULTS.flatMap(([name, , result]) => (result === undefined ? [] : [name]));
    assert.deepEqual(
      FUNCTION_NAMES.filter((name) => !names.includes(name)),
      [],
    );
  });

  test('rejects null, unless it accepts every value', () => {
    const accepting = FUNCTION_NAMES.filter(
      (name) => callFunction(name, [null, null, null]) !== undefined,
    );
    assert.deepEqual(accepting, ['==', '!=', 'has']);
  });
});

suite('the steps of a call', () => {
  const cases: readonly (readonly [string, readonly Value[], number])[] = [
    ['==', [1, true, null], 0],
    ['==', ['x'.repeat(63)], 0],
    ['==', ['x'.repeat(64), 'x'.repeat(128)], 3],
    ['in', [1, [1, 2, 3]], 3],
    ['in', [1, [[1, 2], 'x'.repeat(64)]], 5],
    ['matches', ['', 'a'], 0],
    ['matches', [['a', 'b'], 'a'], 2],
    ['matches', ['a', 1], 0],
  ];
  for (const [name, values, steps] of cases) {
    test(`${name} of ${JSON.stringify(values).slice(0, 40)} takes ${steps}`, () => {
      assert.equal(countCallSteps(name, values, 1_000), steps);
    });
  }

  test('of a pattern grow with the text and with the pattern', () => {
    const count = (text: number, pattern: string): number =>
      countCallSteps('matches', ['a'.repeat(text), pattern], 1_000);
    assert.ok(count(1_000, 'a') > 0);
    assert.ok(count(2_000, 'a') >= 2 * count(1_000, 'a') - 1);
    assert.ok(count(1_000, '(aaaa|bbbb)+') > count(1_000, 'a'));
  });

  test('are counted only until they exceed the limit', () => {
    let list: readonly Value[] = [0];
    for (let count = 0; count < 40; count += 1) {
      list = [list, list];
    }
    const steps = countCallSteps('size', [list], 100);
    assert.ok(steps > 100 && steps < 200, String(steps));
    const many = countCallSteps('in', [list, list], 100);
    assert.ok(many > 100 && many < 300, String(many));
  });
});
