import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { FactData } from '../fact.ts';
import { compileCel } from './compile-cel.ts';
import { evaluate } from './evaluate.ts';
import { Unknown, type Value } from './expression.ts';

const SUBJECT = {
  id: 'finding',
  facts: [
    { name: 'severity', type: { kind: 'scale', words: ['low', 'high'] } },
    { name: 'fix-age', type: { kind: 'amount', unit: 'days' } },
    { name: 'fix', type: { kind: 'flag' } },
    { name: 'exploited', type: { kind: 'flag' } },
    { name: 'id', type: { kind: 'texts' } },
  ],
} as const;

type Facts = Readonly<Record<string, FactData>>;

/** Evaluates an expression; facts that are not listed are unknown. */
function run(text: string, facts: Facts = {}, steps = 100_000): Value | 'unknown' {
  const value = evaluate(compileCel(text, SUBJECT, 'shop.yaml:1'), {
    readFact: (name) => facts[name] ?? new Unknown([{ fact: name, reason: 'it is missing' }]),
    budget: { left: steps },
  });
  return value instanceof Unknown ? 'unknown' : value;
}

suite('an expression', () => {
  test('connects unknown facts with strong Kleene logic', () => {
    const [yes, no, unknown] = ['1 == 1', '1 == 2', 'finding.fix'];
    const table = [
      [`${yes} && ${unknown}`, 'unknown'],
      [`${no} && ${unknown}`, false],
      [`${unknown} && ${no}`, false],
      [`${unknown} && ${unknown}`, 'unknown'],
      [`${yes} || ${unknown}`, true],
      [`${unknown} || ${yes}`, true],
      [`${no} || ${unknown}`, 'unknown'],
      [`!${unknown}`, 'unknown'],
      [`(${unknown}) ? ${yes} : ${no}`, 'unknown'],
      [`(${yes}) ? ${unknown} : ${no}`, 'unknown'],
      [`(${no}) ? ${unknown} : ${yes}`, true],
    ] as const;
    for (const [text, expected] of table) {
      assert.equal(run(text), expected, text);
    }
  });

  test('evaluates lists with unknown elements', () => {
    const facts = { id: ['CVE-1', 'GHSA-2'] };
    assert.equal(run('finding.id.exists(x, x == "CVE-1" || finding.fix)', facts), true);
    assert.equal(run('finding.id.exists(x, x == "CVE-3" || finding.fix)', facts), 'unknown');
    assert.equal(run('finding.id.all(x, x == "CVE-1" && finding.fix)', facts), false);
    assert.equal(run('finding.id.all(x, x.startsWith("C") || finding.fix)', facts), 'unknown');
    assert.equal(run('finding.id.exists(x, true)'), 'unknown');
    assert.equal(run('finding.id.exists_one(x, x.startsWith("CVE"))', facts), true);
    assert.equal(run('finding.id.filter(x, x.startsWith("C")).size() == 1', facts), true);
    assert.equal(run('finding.id.map(x, x + "!")[1] == "GHSA-2!"', facts), true);
    assert.equal(run('"CVE-1" in finding.id && size(finding.id) == 2', facts), true);
  });

  test('compares numbers and texts, and matches patterns in linear time', () => {
    const facts = { severity: 'high', 'fix-age': 41.5 };
    assert.equal(run('finding.fix_age > 30 && finding.fix_age < 42.0', facts), true);
    assert.equal(run('finding.severity.matches("^h.gh$")', facts), true);
    assert.equal(run('finding.severity.contains("ig") && "a" < "b"', facts), true);
    const long = { severity: `${'a'.repeat(50_000)}b` };
    assert.equal(run('finding.severity.matches("^(a+)+$")', long), false);
  });

  test('is unknown if a value is of another kind, or an index is outside of the list', () => {
    assert.equal(run('finding.id[5] == "x"', { id: ['a'] }), 'unknown');
    assert.equal(run('1 / 0 == 1'), 'unknown');
  });

  test('returns whether a fact has a value, and unknown if it was not collected', () => {
    assert.equal(run('has(finding.severity)', { severity: 'low' }), true);
    assert.equal(run('has(finding.id)', { id: [] }), false);
    assert.equal(run('has(finding.severity)'), 'unknown');
  });

  test('is unknown beyond its steps, and ends soon after', () => {
    const list = `[${Array.from({ length: 300 }, (_, index) => index).join(',')}]`;
    const text = `${list}.all(x, ${list}.all(y, x + y >= 0))`;
    assert.equal(run(text, {}, 1_000_000), true);
    assert.equal(run(text, {}, 1_000), 'unknown');
  });

  test('never reads members of objects', () => {
    const facts = { id: ['a'] };
    for (const name of ['constructor', '__proto__', 'length']) {
      assert.throws(() => run(`finding.${name} == "x"`, facts), { code: 'E_POLICY' });
    }
  });
});

suite('a rejected expression', () => {
  const cases: readonly (readonly [text: string, says: RegExp])[] = [
    ['finding.severty == "high"', /^shop\.yaml:1: invalid expression: no such key: severty$/],
    ['1 +', /unexpected token/],
    ['finding.severity', /the result is string, not bool/],
    ['finding.fix_age > "x"', /no such overload/],
    ['[finding].size() == 1', /stands for the whole subject/],
    ['dyn(1) == 1', /the function "dyn" is not supported/],
    ['{"a": 1}.a == 1', /is not/],
    ['finding.severity.matches(finding.severity)', /must be a literal text/],
    ['finding.severity.matches("(a)\\\\1")', /is not valid in RE2/],
    ['"a".matches("(?=a)")', /is not valid in RE2/],
    ['('.repeat(5_000), /longer than 4096 characters/],
    [`${'!'.repeat(3_000)}true`, /./],
    [
      'finding.id.all(x, finding.id.all(y, finding.id.all(z, x == y && y == z)))',
      /nested 2 times at most/,
    ],
    ['timestamp("2026-01-01T00:00:00Z") < timestamp("2027-01-01T00:00:00Z")', /not supported/],
  ];
  for (const [text, says] of cases) {
    test(`names the cause: ${text.slice(0, 40)}`, () => {
      assert.throws(
        () => compileCel(text, SUBJECT, 'shop.yaml:1'),
        (error: unknown) => {
          assert.ok(error instanceof Error && 'code' in error && error.code === 'E_POLICY');
          assert.match(error.message, says);
          return true;
        },
      );
    });
  }
});
