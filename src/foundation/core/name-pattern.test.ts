import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNameMatch, type NamePattern, parseNamePattern, parseStars } from './name-pattern.ts';

/** Matching and other names of a pattern. */
const CASES: readonly (readonly [pattern: string, matching: string[], others: string[]])[] = [
  ['', [''], ['a']],
  ['a', ['a'], ['', 'ab', 'ba', 'A']],
  ['*', ['', 'a', '.a'], []],
  ['a*', ['a', 'ab'], ['', 'ba']],
  ['*a', ['a', 'ba'], ['ab']],
  ['a*a', ['aa', 'aba'], ['a']],
  ['a*b*c', ['abc', 'axbxc', 'abbc', 'abcbc'], ['ab', 'acb', 'abcd']],
  ['**', ['', 'a'], []],
  ['ab*ba', ['abba'], ['aba']],
  ['*x*', ['x', 'axb'], ['abc']],
  ['a?', ['ab', 'a😀'], ['a', 'abc']],
  ['[a-c]x', ['ax', 'cx'], ['dx', 'x']],
  ['[!a-c]', ['d'], ['a', '']],
  ['[^a]*', ['b', 'bcd'], ['a', 'ab']],
  ['[]a]', [']', 'a'], ['b']],
  ['[a-]', ['a', '-'], ['b']],
  ['[😀-😂]', ['😁'], ['😃']],
  ['*[0-9]?', ['a1b', '12'], ['a1', '1']],
];

for (const [text, matching, others] of CASES) {
  test(`the name pattern ${JSON.stringify(text)} matches the expected names`, () => {
    const pattern = parseNamePattern(text);
    for (const name of matching) {
      assert.equal(isNameMatch(pattern, name), true, name);
    }
    for (const name of others) {
      assert.equal(isNameMatch(pattern, name), false, name);
    }
  });
}

test('only asterisks have a meaning in the asterisk-only syntax', () => {
  assert.equal(isNameMatch(parseStars('[a]?*'), '[a]?b'), true);
  assert.equal(isNameMatch(parseStars('[a]?*'), 'ab'), false);
});

test('an unclosed bracket is literal, or rejected', () => {
  assert.equal(isNameMatch(parseNamePattern('a[b*'), 'a[bc'), true);
  const rejectUnclosed = (): never => {
    throw new RangeError('not closed');
  };
  assert.throws(() => parseNamePattern('a[b', { rejectUnclosed }), RangeError);
});

test('a backslash escapes the next character only if the syntax has escapes', () => {
  const escaped = parseNamePattern('\\*\\', { hasEscapes: true });
  assert.equal(isNameMatch(escaped, '*\\'), true);
  assert.equal(isNameMatch(escaped, 'a\\'), false);
  assert.equal(isNameMatch(parseNamePattern('\\*'), '\\a'), true);
});

test('matches patterns without brackets equally in both ways', () => {
  const names = ['', 'a', 'b', 'ab', 'ba', 'aab', 'aba', 'abab', 'bbaab'];
  const characters = ['a', 'b', '*'];
  for (let index = 0; index < characters.length ** 5; index++) {
    const text = Array.from(
      { length: 5 },
      (_, place) => characters[Math.floor(index / characters.length ** place) % characters.length],
    ).join('');
    const byTokens: NamePattern = parseNamePattern(`${text}[x]`);
    for (const name of names) {
      assert.equal(
        isNameMatch(parseStars(text), name),
        isNameMatch(byTokens, `${name}x`),
        `${text} and ${name}`,
      );
    }
  }
});

test('takes time at most proportional to the product of both lengths', () => {
  const name = 'a'.repeat(4_000);
  assert.equal(isNameMatch(parseStars(`${'*a'.repeat(60)}b`), name), false);
  assert.equal(isNameMatch(parseNamePattern(`${'*[a]'.repeat(60)}b`), name), false);
});
