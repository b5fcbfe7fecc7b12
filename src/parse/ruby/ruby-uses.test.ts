import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  HOSTILE_MILLISECONDS_MAX,
  HOSTILE_PROGRAMS,
} from '../../../test/support/hostile-program.ts';
import { readRubyUses } from './ruby-uses.ts';

/** Each use as its kind, line and text. */
function uses(text: string, usesMax = 100): readonly string[] {
  return readRubyUses(Buffer.from(text), usesMax).map(
    ({ kind, line, text: what }) => `${kind}${line} ${what}`,
  );
}

const CASES: readonly (readonly [name: string, text: string, uses: readonly string[]])[] = [
  ['files', 'require "a/b"\nrequire_relative "a"\n', ['R1 a/b', 'l2 a']],
  ['files that are loaded later', 'autoload :X, "a"\nload "b.rb"', ['a1 a', 'o2 b.rb']],
  ['names made at run time', 'require name', ['v1 ?']],
  ['no text and no comment', '# require "a"\nputs "require b"', []],
  ['blocks', 'begin\n  require "a"\nrescue LoadError\nend', ['r2 a']],
  ['no documentation', '=begin\nrequire "a"\n=end\nrequire "b"', ['R4 b']],
  ['nothing', '', []],
];

suite('what a Ruby file requires', () => {
  for (const [name, text, expected] of CASES) {
    test(`is read from ${name}`, () => {
      assert.deepEqual(uses(text), expected);
    });
  }

  test('is no more than the limit', () => {
    const [, text = ''] = CASES[0] ?? [];
    const many = Array.from({ length: 50 }, (_, index) => text.replaceAll('a', `a${index}`));
    assert.ok(uses(many.join('\n'), 1_000).length > 10);
    assert.equal(uses(many.join('\n'), 10).length, 10);
  });

  test('is what stands before the end where a file is cut', () => {
    const [, text = '', expected = []] = CASES[0] ?? [];
    for (let end = 0; end < text.length; end += 1) {
      assert.ok(uses(text.slice(0, end)).length <= expected.length + 1);
    }
  });

  for (const [name, text] of HOSTILE_PROGRAMS) {
    test(`takes no longer for ${name}`, { timeout: 20_000 }, () => {
      const started = performance.now();
      uses(text);
      assert.ok(performance.now() - started < HOSTILE_MILLISECONDS_MAX);
    });
  }
});
