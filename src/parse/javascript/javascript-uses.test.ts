import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  HOSTILE_MILLISECONDS_MAX,
  HOSTILE_PROGRAMS,
} from '../../../test/support/hostile-program.ts';
import { readJavascriptUses } from './javascript-uses.ts';

/** Each use as its kind, line and text. */
function uses(text: string, usesMax = 100): readonly string[] {
  return readJavascriptUses(Buffer.from(text), usesMax).map(
    ({ kind, line, text: what }) => `${kind}${line} ${what}`,
  );
}

const CASES: readonly (readonly [name: string, text: string, uses: readonly string[]])[] = [
  [
    'modules',
    'const x = require("a"); import b from "b"; export * from "./c";\n',
    ['R1 a', 'I1 b', 'I1 ./c'],
  ],
  ['what may run', 'if (x) { require("a"); }\nimport("b")', ['r1 a', 'i2 b']],
  [
    'names made at run time',
    'require(name); require("./" + x); import(`./y/${z}`)',
    ['v1 ?', 'v1 ./', 'v1 ./y/'],
  ],
  ['no text and no comment', '// require("a")\n/* import "b" */ "require(c)"', []],
  [
    'paths beside the file',
    'path.join(__dirname, "views", "x.html"); new URL("./d.txt", import.meta.url)',
    ['p1 views/x.html', 'u1 ./d.txt'],
  ],
  ['what is only resolved', 'require.resolve("a")', ['e1 a']],
  ['values in templates, and no pattern', 'const re = /require("x")/; `${require("y")}`', ['r1 y']],
  ['the folder of the file', 'app.use(express.static(__dirname))', ['d1 .']],
  ['nothing', '', []],
];

suite('what a JavaScript file loads', () => {
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
