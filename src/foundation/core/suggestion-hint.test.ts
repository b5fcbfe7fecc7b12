import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatSuggestion } from './suggestion-hint.ts';

test('joins a suggestion with what to do otherwise', () => {
  assert.equal(
    formatSuggestion(['"json"'], 'use one of: a, b'),
    'did you mean "json"? If not, use one of: a, b',
  );
  assert.equal(formatSuggestion(['a.tar', 'dir:a'], undefined), 'did you mean a.tar, dir:a?');
  assert.equal(formatSuggestion([], 'use one of: a, b'), 'use one of: a, b');
  assert.equal(formatSuggestion([], undefined), '');
});
