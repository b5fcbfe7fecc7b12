import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { FactData } from '../fact.ts';
import { compileCel } from './compile-cel.ts';
import { listCrossings } from './crossings.ts';
import { type Expression, Unknown } from './expression.ts';

const SUBJECT = {
  id: 'finding',
  facts: [
    { name: 'fix-age', type: { kind: 'amount', unit: 'days' } },
    { name: 'published-age', type: { kind: 'amount', unit: 'days' } },
    { name: 'cvss', type: { kind: 'amount', unit: 'score' } },
    { name: 'fix', type: { kind: 'flag' } },
  ],
} as const;

/** Ages grow by one each day; the fix is 10 days old, the vulnerability 25. */
const FACTS = new Map<string, FactData>([
  ['fix-age', 10],
  ['published-age', 25],
  ['cvss', 5],
]);

function listDays(expression: Expression, left = 10_000): readonly number[] {
  return listCrossings(expression, {
    readFact: (name) => FACTS.get(name) ?? new Unknown([{ fact: name, reason: 'missing' }]),
    readSlope: (name) => (name.endsWith('-age') ? 1 : 0),
    budget: { left },
  });
}

const CASES: readonly (readonly [text: string, days: readonly number[]])[] = [
  ['finding.fix_age > 30.0', [20]],
  ['30.0 < finding.fix_age', [20]],
  ['finding.cvss > 7.0', []],
  ['finding.fix_age > finding.published_age', []],
  ['finding.fix_age + 5.0 >= 30.0', [15]],
  ['finding.fix_age + finding.published_age > 45.0', [5]],
  ['finding.fix_age - 5.0 >= 30.0', [25]],
  ['100.0 - finding.fix_age < 60.0', [30]],
  ['-finding.fix_age < -30.0', [20]],
  ['finding.fix_age * 2.0 > 30.0', [5]],
  ['2.0 * finding.fix_age > 30.0', [5]],
  ['finding.fix_age / 7.0 > 2.0', [4]],
  ['!(finding.fix_age > 30.0) && finding.cvss > 1.0', [20]],
  ['finding.fix ? finding.fix_age > 30.0 : finding.fix_age > 40.0', [20, 30]],
  ['(finding.cvss > 1.0 ? finding.fix_age : 0.0) > 12.0', [2]],
  ['(finding.cvss > 9.0 ? 0.0 : finding.fix_age) > 12.0', [2]],
  ['30.0 in [finding.fix_age, finding.cvss, finding.published_age]', [20, 5]],
  ['[finding.fix_age][0] > 30.0', [20]],
  ['[finding.fix_age, 1.0] == [12.0, 1.0]', [2]],
  ['[finding.fix_age].exists(x, x > 30.0)', [20]],
  ['[finding.fix_age].all(x, x + 1.0 > 30.0)', [19]],
  ['[finding.fix_age].map(x, x * 2.0)[0] > 30.0', [5]],
  ['[finding.fix_age, finding.cvss].filter(x, x > 6.0)[0] > 12.0', [-4, 2]],
  ['[finding.fix_age].map(x, x > 1.0, x + 1.0)[0] > 12.0', [-9, 1]],
  ['([finding.fix_age] + [finding.published_age])[1] > 30.0', [5]],
  ['size([finding.fix_age]) > 1', []],
  ['[finding.fix_age].exists(x, x > 30.0) == true', [20]],
  ['[1.0, finding.fix_age].filter(x, true) == [1.0, 12.0]', [2]],
];

suite('the days at which an expression changes', () => {
  for (const [text, days] of CASES) {
    test(`of ${text} are ${days.length === 0 ? 'none' : days.join(', ')}`, () => {
      const found = listDays(compileCel(text, SUBJECT, 'p.yaml:1'));
      assert.deepEqual([...found].sort(), [...days].sort());
    });
  }

  test('of a test are those of its numbers', () => {
    const over: Expression = {
      kind: 'test',
      fact: 'fix-age',
      test: { kind: 'amount', operator: 'over', amount: 30 },
    };
    assert.deepEqual(listDays({ kind: 'and', parts: [over, over] }), [20, 20]);
  });

  test('are none if a value is missing, or a call has too few parts', () => {
    const missing = compileCel('finding.fix && 1.0 > 2.0', SUBJECT, 'p.yaml:1');
    assert.deepEqual(listDays(missing), []);
    assert.deepEqual(listDays({ kind: 'call', name: '>', parts: [] }), []);
    const half: Expression = { kind: 'call', name: '+', parts: [] };
    const limit: Expression = { kind: 'literal', value: 3 };
    assert.deepEqual(listDays({ kind: 'call', name: '>', parts: [half, limit] }), []);
  });

  test('are only searched within the steps', () => {
    const text = `[${'finding.fix_age, '.repeat(99)}1.0].all(x, x > 30.0)`;
    const expression = compileCel(text, SUBJECT, 'p.yaml:1');
    assert.equal(listDays(expression).length, 99);
    assert.ok(listDays(expression, 150).length < 99);
  });
});
