import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  HOSTILE_MILLISECONDS_MAX,
  HOSTILE_PROGRAMS,
} from '../../../test/support/hostile-program.ts';
import { readPythonUses } from './python-uses.ts';

/** Each use as its kind, line and text. */
function uses(text: string, usesMax = 100): readonly string[] {
  return readPythonUses(Buffer.from(text), { usesMax, hasNames: true }).map(
    ({ kind, line, text: what }) => `${kind}${line} ${what}`,
  );
}

const CASES: readonly (readonly [name: string, text: string, uses: readonly string[]])[] = [
  ['imports', 'import a, b.c as d\nfrom .a import y, z\n', ['I1 a', 'I1 b.c', 'I2 .a:y,z']],
  ['several lines in parentheses', 'from a import (b,\n  c)  # d', ['I1 a:b,c']],
  ['joined lines', 'import a \\\n  , b\nfrom c \\\n  import d', ['I1 a', 'I1 b', 'I4 c:d']],
  ['blocks', 'try:\n  import a\nexcept ImportError:\n  import b', ['i2 a', 'i4 b']],
  ['the main program only', 'if __name__ == "__main__":\n    import a', ['m2 a']],
  [
    'no block for type checkers',
    'from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a',
    ['I1 typing:TYPE_CHECKING'],
  ],
  [
    'calls',
    'import_module("a.b")\n__import__(name)\nimport_module("a." + x)',
    ['c1 a.b', 's1 a.b', 'v2 ?', 'v3 a.'],
  ],
  ['no definition of one', 'def __import__(name): pass\ndef import_module(name): pass', []],
  ['no text and no comment', '"""import a"""\n# import b\ns = "import c"', []],
  ['names in settings', 'BACKEND = "a.b.C"', ['s1 a.b.C']],
  [
    'groups of entry points',
    'entry_points(group="x.y")\nload_entry_point("N==1", "console_scripts", "p")',
    ['e1 x.y', 's1 x.y', 'e2 console_scripts:p'],
  ],
  ['several on a line', 'import a; import b', ['I1 a', 'I1 b']],
  ['nothing', '', []],
];

suite('what a Python file imports', () => {
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
