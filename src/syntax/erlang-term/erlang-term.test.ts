import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { parseTerms } from './erlang-term.ts';

suite('terms', () => {
  test('of Erlang are texts and lists of them', () => {
    const text = `{<<"a \\"b">>, 'it''s', 1.5, $}, []}. %% {comment\n#{key => "v"}.`;
    assert.deepEqual(parseTerms(text, DEFAULT_LIMITS, { comment: '%' }), [
      ['a "b', 'it', 's', '1.5', []],
      ['key', 'v'],
    ]);
  });

  test('of Elixir are too', () => {
    const text = '"cowboy": {:hex, :cowboy, "2.9.0", [hex: :cowlib, optional: false]}, # {';
    assert.deepEqual(parseTerms(text, DEFAULT_LIMITS, { comment: '#' }), [
      'cowboy',
      ['hex', 'cowboy', '2.9.0', ['hex', 'cowlib', 'optional', 'false']],
    ]);
  });

  test('that are cut or nested too deep are none', () => {
    for (const text of [
      '{a',
      '"a',
      "'a\\'",
      '['.repeat(100_000),
      `${'{'.repeat(600)}${'}'.repeat(600)}`,
    ]) {
      assert.equal(parseTerms(text, DEFAULT_LIMITS, { comment: '%' }), undefined);
    }
  });
});
