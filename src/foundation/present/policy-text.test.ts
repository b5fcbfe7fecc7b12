import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { PolicyVerdict, RuleProof } from '../core/policy-verdict.ts';
import { explainRule, formatCondition, listVerdictRows } from './policy-text.ts';

function createRule(rule: string, more: Partial<RuleProof> = {}): RuleProof {
  return {
    rule,
    source: 'shop.yaml:1',
    subject: 'finding',
    quantifier: 'some',
    conditions: [],
    action: 'fail',
    mode: 'enforce',
    outcome: 'unknown',
    evaluated: 0,
    subjects: '',
    missing: ['no advisory database', 'no advisory database'],
    matches: [],
    ...more,
  };
}

function createVerdict(...rules: readonly RuleProof[]): PolicyVerdict {
  return { outcome: 'unknown', evaluatedAt: '', policies: [], rules, exceptions: [] };
}

suite('the rows of a verdict', () => {
  test('name a common cause once, with all of its rules', () => {
    const verdict = createVerdict(
      createRule('exploited'),
      createRule('critical'),
      createRule('secret', { missing: ['a file is encrypted'] }),
    );
    assert.deepEqual(listVerdictRows(verdict), {
      rows: [
        { outcome: 'unknown', rules: ['exploited', 'critical'], cause: 'no advisory database' },
        { outcome: 'unknown', rules: ['secret'], cause: 'a file is encrypted' },
      ],
      left: 0,
    });
  });

  test('an empty list is "nothing": the fact alone would state the contrary', () => {
    const conditions = [
      {
        condition: 'declared: not exposed',
        holds: true,
        values: [{ fact: 'declared', value: [] }],
      },
    ];
    const match = { subject: 's', title: 'CVE-1 in apt', outcome: 'fail' as const, exceptions: [] };
    const rule = createRule('exposure', {
      outcome: 'fail',
      missing: [],
      matches: [{ ...match, conditions }],
    });
    const { rows } = listVerdictRows(createVerdict(rule));
    assert.equal(rows[0]?.cause, 'CVE-1 in apt: declared nothing');
  });

  test('a fact that is not declared does not look like one that is', () => {
    assert.equal(formatCondition('declared: not exposed'), 'exposed is not declared');
    assert.equal(formatCondition('severity: not low'), 'severity: not low');
  });

  test('count what they leave out', () => {
    const rules = ['a', 'b', 'c', 'd', 'e'].map((rule) => {
      const matches = Array.from({ length: 9 }, (_, index) => ({
        subject: `${rule}${index}`,
        title: `${rule}${index}`,
        outcome: 'fail' as const,
        conditions: [],
        exceptions: [],
      }));
      return createRule(rule, { outcome: 'fail', missing: [], matches });
    });
    const { rows, left } = listVerdictRows(createVerdict(...rules));
    assert.deepEqual([rows.length, left], [12, 33]);
  });
});

suite('the explanation of a rule', () => {
  test('lists the worst subjects first', () => {
    const matches = (['unknown', 'pass', 'fail', 'unknown'] as const).map((outcome, index) => ({
      subject: `s${index}`,
      title: `t${index}`,
      outcome,
      conditions: [],
      exceptions: [],
    }));
    const lines = explainRule(createRule('a', { outcome: 'fail', missing: [], matches }));
    assert.deepEqual(lines.slice(2), [
      '  fail: t2',
      '  unknown: t0',
      '  unknown: t3',
      '  pass: t1',
    ]);
  });
});
