import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { FactData } from '../fact.ts';
import { compileCel } from './compile-cel.ts';
import { evaluate } from './evaluate.ts';
import { type Expression, type MacroName, Unknown, type Value } from './expression.ts';
import type { Test } from './test.ts';

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
      [`!(${yes})`, false],
      [`!(${no})`, true],
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

const YES: Expression = { kind: 'literal', value: true };
const NO: Expression = { kind: 'literal', value: false };
const NUMBER: Expression = { kind: 'literal', value: 7 };
const MISSING: Expression = { kind: 'fact', name: 'fix' };
const LIST: Expression = { kind: 'literal', value: [1, 2, 3] };
const ITEM: Expression = { kind: 'variable', name: 'x' };

function call(name: string, ...parts: readonly Expression[]): Expression {
  return { kind: 'call', name, parts };
}

/** Evaluates a tree, and returns the value or the missing facts with their reasons. */
function runTree(expression: Expression, left = 1_000): Value | readonly string[] {
  const value = evaluate(expression, {
    readFact: (fact) => new Unknown([{ fact, reason: 'it is missing' }]),
    budget: { left },
  });
  return value instanceof Unknown
    ? value.missing.map(({ fact, reason }) => `${fact}: ${reason}`)
    : value;
}

function createMacro(name: MacroName, body: Expression, more: object = {}): Expression {
  return { kind: 'macro', name, list: LIST, variable: 'x', body, ...more };
}

suite('a tree that types do not allow', () => {
  const cases: readonly (readonly [string, Expression, string])[] = [
    ['and', { kind: 'and', parts: [YES, NUMBER] }, 'a part of && or || is neither true nor false'],
    ['or', { kind: 'or', parts: [NUMBER, NO] }, 'a part of && or || is neither true nor false'],
    ['not', { kind: 'not', part: NUMBER }, '! needs true or false'],
    [
      'choice',
      { kind: 'choice', condition: NUMBER, yes: YES, no: YES },
      'the condition of ?: is neither true nor false',
    ],
    ['call', call('size', NUMBER), 'size does not accept these values'],
    ['name of a call', call('sighs', LIST), 'sighs does not accept these values'],
    ['variable', ITEM, 'unknown variable "x"'],
    ['list of a macro', createMacro('all', YES, { list: NUMBER }), 'all needs a list'],
    ['all', createMacro('all', NUMBER), 'all needs a condition'],
    ['exists', createMacro('exists', NUMBER), 'exists needs a condition'],
    ['exists_one', createMacro('exists_one', NUMBER), 'exists_one needs a condition'],
    ['filter', createMacro('filter', NUMBER), 'filter needs a condition'],
    ['map', createMacro('map', NUMBER, { result: ITEM }), 'map needs a condition'],
  ];
  for (const [title, tree, reason] of cases) {
    test(`is unknown: ${title}`, () => {
      assert.deepEqual(runTree(tree), [`expression: ${reason}`]);
    });
  }

  test('names the missing facts of its parts, each once', () => {
    const missing = ['fix: it is missing'];
    const other: Expression = { kind: 'fact', name: 'id' };
    assert.deepEqual(runTree({ kind: 'not', part: MISSING }), missing);
    assert.deepEqual(runTree({ kind: 'choice', condition: MISSING, yes: YES, no: NO }), missing);
    assert.deepEqual(runTree({ kind: 'list', parts: [MISSING, YES, MISSING] }), missing);
    assert.deepEqual(runTree(call('==', MISSING, other)), [...missing, 'id: it is missing']);
    assert.deepEqual(runTree({ kind: 'and', parts: [YES, MISSING, other] }), [
      ...missing,
      'id: it is missing',
    ]);
    const isTrue: Test = { kind: 'one-of', values: [true] };
    assert.deepEqual(runTree({ kind: 'test', fact: 'fix', test: isTrue }), missing);
    assert.deepEqual(runTree({ kind: 'list', parts: [YES, NUMBER] }), [true, 7]);
  });

  test('still has the result that its other parts decide', () => {
    assert.equal(runTree({ kind: 'or', parts: [NUMBER, YES] }), true);
    assert.equal(runTree({ kind: 'and', parts: [NUMBER, NO] }), false);
    assert.equal(runTree({ kind: 'and', parts: [] }), true);
    assert.equal(runTree({ kind: 'or', parts: [] }), false);
  });
});

suite('a macro', () => {
  const isTwo = call('==', ITEM, { kind: 'literal', value: 2 });
  const isUnknownForTwo: Expression = {
    kind: 'choice',
    condition: isTwo,
    yes: MISSING,
    no: YES,
  };
  const isBig = call('>', ITEM, { kind: 'literal', value: 1 });

  test('decides as its name states', () => {
    assert.equal(runTree(createMacro('all', isBig)), false);
    assert.equal(runTree(createMacro('all', YES)), true);
    assert.equal(runTree(createMacro('exists', isTwo)), true);
    assert.equal(runTree(createMacro('exists', NO)), false);
    assert.equal(runTree(createMacro('exists_one', isTwo)), true);
    assert.equal(runTree(createMacro('exists_one', isBig)), false);
    assert.equal(runTree(createMacro('exists_one', NO)), false);
  });

  test('selects and converts elements', () => {
    assert.deepEqual(runTree(createMacro('filter', isBig)), [2, 3]);
    assert.deepEqual(runTree(createMacro('map', isBig)), [false, true, true]);
    const sum = call('+', ITEM, NUMBER);
    assert.deepEqual(runTree(createMacro('map', sum)), [8, 9, 10]);
    assert.deepEqual(runTree(createMacro('map', isBig, { result: sum })), [9, 10]);
  });

  test('is unknown if an element is, unless another one decides', () => {
    const missing = ['fix: it is missing'];
    assert.deepEqual(runTree(createMacro('all', isUnknownForTwo)), missing);
    assert.deepEqual(runTree(createMacro('exists_one', isUnknownForTwo)), missing);
    assert.equal(runTree(createMacro('exists', isUnknownForTwo)), true);
    assert.deepEqual(runTree(createMacro('filter', isUnknownForTwo)), missing);
    assert.deepEqual(runTree(createMacro('map', isUnknownForTwo)), missing);
    assert.deepEqual(runTree(createMacro('map', isTwo, { result: MISSING })), missing);
    assert.deepEqual(runTree(createMacro('all', YES, { list: MISSING })), missing);
  });

  test('reads the variables of the macros around it, the inner one first', () => {
    const inner = createMacro('exists', call('==', ITEM, { kind: 'variable', name: 'y' }));
    const outer = createMacro('all', inner, { variable: 'y' });
    assert.equal(runTree(outer), true);
    const hidden = createMacro('exists', isTwo, { list: { kind: 'literal', value: [9] } });
    assert.equal(runTree(createMacro('exists', hidden)), false);
  });

  test('reads null elements', () => {
    const nulls: Expression = { kind: 'literal', value: [null] };
    const isNull = call('==', ITEM, { kind: 'literal', value: null });
    assert.equal(runTree(createMacro('all', isNull, { list: nulls })), true);
  });
});

suite('the steps of an evaluation', () => {
  const used = ['budget: the evaluation needed more steps than allowed'];

  test('are one for each part, and further ones by the sizes of values', () => {
    const cases: readonly (readonly [Expression, number])[] = [
      [YES, 1],
      [{ kind: 'not', part: YES }, 2],
      [{ kind: 'and', parts: [YES, YES] }, 3],
      [{ kind: 'choice', condition: YES, yes: YES, no: NO }, 3],
      [{ kind: 'list', parts: [YES, NO] }, 3],
      [call('size', LIST), 2 + 3],
      [call('size', { kind: 'literal', value: 'x'.repeat(128) }), 2 + 2],
      [createMacro('all', YES), 2 + 3],
      [createMacro('map', ITEM), 2 + 3],
      [{ kind: 'test', fact: 'f', test: { kind: 'one-of', values: [1] } }, 1],
    ];
    for (const [tree, steps] of cases) {
      assert.notDeepEqual(runTree(tree, steps), used, JSON.stringify(tree));
      assert.deepEqual(runTree(tree, steps - 1), used, JSON.stringify(tree));
    }
  });

  test('end a macro at once if none is left', () => {
    const budget = { left: 10 };
    const list: Expression = { kind: 'literal', value: Array.from({ length: 1_000 }, () => 1) };
    const tree = createMacro('all', YES, { list });
    assert.ok(evaluate(tree, { readFact: () => true, budget }) instanceof Unknown);
    assert.equal(budget.left, -1);
  });

  test('of a pattern count also in typed conditions', () => {
    const matching: Test = { kind: 'matching', pattern: '^a*$' };
    const budget = { left: 1_000 };
    const data = 'a'.repeat(10_000);
    const result = evaluate(
      { kind: 'test', fact: 'f', test: matching },
      { readFact: () => data, budget },
    );
    assert.ok(result instanceof Unknown);
    const short = evaluate(
      { kind: 'test', fact: 'f', test: matching },
      { readFact: () => 'aa', budget: { left: 1_000 } },
    );
    assert.equal(short, true);
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
    ['finding.?severity == "high"', /./],
    ['[1][?0] == 1', /./],
    ['b"abc" == b"abc"', /this kind of literal is not supported/],
    ['finding["severity"] == "high"', /write the fact after a dot|is not/],
    ['9007199254740993 == 1', /the integer 9007199254740993 is too large/],
    ['finding.fix_age * finding.fix_age > 1.0', /an age can only be multiplied/],
    ['1.0 / finding.fix_age > 1.0', /an age can only be multiplied/],
    ['[finding.fix_age].all(x, 1.0 / x > 1.0)', /an age can only be multiplied/],
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
