import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInThisContext } from 'node:vm';
import { scriptOf } from '../../tools/part-script.ts';

type Part = (
  load: (name: string) => unknown,
  exports: Record<string, unknown>,
  meta: Readonly<Record<string, string>>,
) => void;

/** What a chunk exports as a script, where others have the exports that `others` says. */
function exportsOf(code: string, others: Readonly<Record<string, unknown>> = {}) {
  const exports: Record<string, unknown> = {};
  const part = runInThisContext(scriptOf('a.js', code)) as Part;
  part((name) => others[name] ?? assert.fail(`${name} was loaded`), exports, { dirname: '/d' });
  return exports;
}

test('imports of each form become what is loaded', () => {
  const code = `#!/usr/bin/env node
import { a as b, c } from "./x.js";
import whole, { d } from "node:y";
import * as all from "z";
import "./w.js";
const text = [b, c, whole.d, d, all.e].join(" ");
export { text, b as renamed };
`;
  const others = {
    './x.js': { a: 1, c: 2 },
    'node:y': { d: 3 },
    z: { e: 4 },
    './w.js': {},
  };
  assert.deepEqual(exportsOf(code, others), { text: '1 2 3 3 4', renamed: 1 });
});

test('slow modules of Node are loaded by the first call of one of their functions', () => {
  const code = `import { createHash as make, X509Certificate } from "node:crypto";
import { hash } from "node:crypto";
const late = () => hash("md5", "a");
const early = X509Certificate;
export { late, early };
`;
  const loaded: string[] = [];
  const exports: Record<string, unknown> = {};
  const part = runInThisContext(scriptOf('a.js', code)) as Part;
  const crypto = { X509Certificate: Date, hash: (...given: unknown[]) => given.join(' ') };
  part(
    (name) => {
      loaded.push(name);
      return crypto;
    },
    exports,
    {},
  );
  assert.equal(exports['early'], crypto.X509Certificate);
  assert.deepEqual(loaded, ['node:crypto'], 'for the class, which has to be there');
  assert.equal((exports['late'] as () => unknown)(), 'md5 a');
  assert.deepEqual(loaded, ['node:crypto', 'node:crypto']);
});

test('exports of another part, and none at all', () => {
  const others = { './x.js': { a: 1 } };
  assert.deepEqual(exportsOf('export { a as b } from "./x.js";\n', others), { b: 1 });
  assert.deepEqual(exportsOf('const a = 1;\nexport {  };\n'), {});
});

test('what is imported late is loaded late', async () => {
  const { late } = exportsOf('const late = () => import("./x.js");\nexport { late };\n', {
    './x.js': { a: 1 },
  });
  assert.deepEqual(await (late as () => Promise<unknown>)(), { a: 1 });
});

test('what a part asks of itself it gets from who loads it', () => {
  const code = 'const { dirname } = import.meta;\nconst same = import.meta.dirname;\n';
  const exports = exportsOf(`${code}export { dirname, same };\n`);
  assert.deepEqual(exports, { dirname: '/d', same: '/d' });
});

test('texts and expressions keep what they say, in ASCII', () => {
  const code = `const text = "déjà → 😀" + \`…\`;
const is = [/[–—]/.test("—"), /^[😀]$/u.test("😀"), /^\\p{L}é$/u.test("né")];
export { text, is };
`;
  assert.doesNotMatch(scriptOf('a.js', code), /[^\n\t\x20-\x7E]/u);
  assert.deepEqual(exportsOf(code), { text: 'déjà → 😀…', is: [true, true, true] });
});

test('a part is strict, as the module was', () => {
  assert.throws(() => exportsOf('const late = 1;\nundeclared = late;\nexport { late };\n'), {
    name: 'ReferenceError',
  });
});

test('what cannot be such a script is refused', () => {
  assert.throws(() => scriptOf('a.js', 'const = 1;'), /a\.js: /u);
  assert.throws(() => scriptOf('a.js', 'export default 1;'), /a\.js: None instead of a name/u);
  assert.throws(() => scriptOf('a.js', 'const a = await 1;\nexport { a };'), /await/u);
});
