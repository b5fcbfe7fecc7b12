import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseModule } from '../../tools/source-tree.ts';
import { wrapComments } from '../../tools/wrap-comments.ts';

const WORDS = Array.from({ length: 25 }, (_, index) => `word${index}`).join(' ');

function wrap(text: string): string {
  return wrapComments(parseModule('src/core/a.ts', text));
}

test('a wide comment is broken at the last column, a narrow one stays', () => {
  assert.equal(
    wrap(`/** ${WORDS} */\nconst a = 1;\n\n/** Short. */\nconst b = 2;\n`),
    `/**
 * ${WORDS.slice(0, WORDS.indexOf(' word15'))}
 * ${WORDS.slice(WORDS.indexOf('word15'))}
 */
const a = 1;

/** Short. */
const b = 2;
`,
  );
});

test('only the paragraph that is too wide is filled anew, and lists keep their lines', () => {
  const text = `/**
 * Kept
 * as it is.
 *
 * - ${WORDS}
 * - short
 *
 * @throws never
 */
`;
  const lines = wrap(text).split('\n');
  assert.deepEqual(lines.slice(0, 4), ['/**', ' * Kept', ' * as it is.', ' *']);
  assert.match(lines[4] ?? '', /^ \* - word0 /u);
  assert.match(lines[5] ?? '', /^ \* {3}word1\d /u);
  assert.deepEqual(lines.slice(6), [' * - short', ' *', ' * @throws never', ' */', '']);
});

test('comments at the end of a line and texts that look like comments stay', () => {
  const text = `const a = '/** ${WORDS} */';\nconst b = 1; // ${WORDS}\n`;
  assert.equal(wrap(text), text);
});

test('wrapping twice changes nothing more', () => {
  const once = wrap(`  // ${WORDS}\n  // more\n  const a = 1;\n`);
  assert.equal(wrap(once), once);
  assert.ok(once.split('\n').every((line) => line.length <= 100));
});
