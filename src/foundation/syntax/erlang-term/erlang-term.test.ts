import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Budget } from '../../core/budget.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { parseTerms } from './erlang-term.ts';

suite('terms', () => {
  test('of Erlang are strings and lists of them', () => {
    const text = `{<<"a \\"b">>, 'it''s', 1.5, $}, []}. %% {comment\n#{key => "v"}.`;
    assert.deepEqual(parseTerms(text, new Budget(DEFAULT_LIMITS), { comment: '%' }), [
      ['a "b', 'it', 's', '1.5', []],
      ['key', 'v'],
    ]);
  });

  test('of Elixir are strings and lists of them too', () => {
    const text = '"cowboy": {:hex, :cowboy, "2.9.0", [hex: :cowlib, optional: false]}, # {';
    assert.deepEqual(parseTerms(text, new Budget(DEFAULT_LIMITS), { comment: '#' }), [
      'cowboy',
      ['hex', 'cowboy', '2.9.0', ['hex', 'cowlib', 'optional', 'false']],
    ]);
  });

  test('that are truncated or nested too deep are rejected', () => {
    for (const text of [
      '{a',
      '"a',
      "'a\\'",
      '['.repeat(100_000),
      `${'{'.repeat(600)}${'}'.repeat(600)}`,
    ]) {
      assert.equal(parseTerms(text, new Budget(DEFAULT_LIMITS), { comment: '%' }), undefined);
    }
  });

  test('that are too many or nested too deep are rejected, and the limit is reported', () => {
    const limits = { ...DEFAULT_LIMITS, jsonValuesMax: 100, documentDepthMax: 5 };
    for (const [text, limit] of [
      ['{a} '.repeat(51), 'jsonValuesMax'],
      ["'a' ".repeat(102), 'jsonValuesMax'],
      ['{{{{{{a}}}}}}', 'documentDepthMax'],
    ] as const) {
      const budget = new Budget(limits);
      assert.equal(parseTerms(text, budget, { comment: '%' }), undefined);
      assert.match(budget.drainProblems()[0]?.message ?? '', new RegExp(limit));
    }
    assert.equal(parseTerms('{a} '.repeat(50), new Budget(limits), { comment: '%' })?.length, 50);
  });
});
