import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  HOSTILE_MILLISECONDS_MAX,
  HOSTILE_PROGRAMS,
} from '../../../test/support/hostile-program.ts';
import { readPhpUses } from './php-uses.ts';

/** Each use as its kind, line and text. */
function uses(text: string, usesMax = 100): readonly string[] {
  return readPhpUses(Buffer.from(text), usesMax).map(
    ({ kind, line, text: what }) => `${kind}${line} ${what}`,
  );
}

const CASES: readonly (readonly [name: string, text: string, uses: readonly string[]])[] = [
  ['files', '<?php require "a.php"; include_once __DIR__ . "/a.b";\n', ['R1 a.php', 'D1 /a.b']],
  ['classes', '<?php use A\\B; new C\\D(); E::f();', ['c1 \\A\\B', 'c1 A\\B', 'c1 C\\D', 'c1 E']],
  ['names made at run time', '<?php include $x;', ['v1 ?']],
  ['no text and no comment', '<?php // require "a";\n/* include "b"; */ echo "include c";', []],
  ['nothing outside of tags', 'require "a"; <?php', []],
  [
    'declarations',
    '<?php namespace A\\B; class C extends D implements E {}',
    ['n1 A\\B', 'c1 A\\B', 'c1 C', 'c1 D', 'c1 E'],
  ],
  ['the folder of the file', '<?php require(dirname(__FILE__) . "/c.php");', ['D1 /c.php']],
  ['nothing', '', []],
];

suite('what a PHP file includes', () => {
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
