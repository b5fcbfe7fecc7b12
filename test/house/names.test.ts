import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { checkFunctionNames } from '../../tools/check-names.ts';
import { parseModule } from '../../tools/source-tree.ts';

const CONTRACT = {
  folder: 'src/plug-in',
  contracts: ['PlugIn'],
  contractPath: 'src/plug-in-contract.ts',
};
const CONTRACT_TEXT =
  "import type { Base as Bottom } from './base.ts';\n" +
  'export interface PlugIn extends Bottom { readonly find: (path: string) => string; id: string }';
const BASE_TEXT = 'export interface Base { read(path: string): string }';

/** Returns the violations in modules of the text, in the given number and directory. */
function checkCopies(text: string, count = 7, folder = 'src/plug-in'): string[] {
  const copies = Array.from({ length: count }, (_, index) =>
    parseModule(`${folder}/${index}.ts`, text),
  );
  const modules = [
    parseModule(CONTRACT.contractPath, CONTRACT_TEXT),
    parseModule('src/base.ts', BASE_TEXT),
    ...copies,
  ];
  return checkFunctionNames(modules, [CONTRACT]).map(
    ({ path, line, message }) => `${path}:${line} ${message}`,
  );
}

suite('the check of function names', () => {
  for (const text of [
    'function id() {}',
    'export function id() {}',
    'const id = () => 1;',
    'const id = function () {};',
    'class A { id() {} }',
    'class A { #id() {} }',
    'export default [() => { const id = () => 1; return id; }];',
  ]) {
    test(`rejects the seventh declaration of a name: ${text.trim()}`, () => {
      assert.equal(checkCopies(text, 6).length, 0);
      const found = checkCopies(text).filter((line) => line.includes("'id'"));
      assert.equal(found.length, 7);
      assert.equal(
        found[0],
        "src/plug-in/0.ts:1 'id' is the name of 7 functions, of at most 6: use a more exact name",
      );
    });
  }

  test('accepts the members of a contract, also of its base, in the directory of its plug-ins', () => {
    for (const text of ['function find() {}', 'function read() {}']) {
      assert.deepEqual(checkCopies(text), []);
      assert.equal(checkCopies(text, 7, 'src/other').length, 7);
    }
  });

  test('accepts methods of an implemented interface, but not of a class without it', () => {
    const text = 'interface A { list(): void }\nclass B implements A { list() {} }';
    assert.deepEqual(checkCopies(text, 7, 'src/other'), []);
    assert.equal(checkCopies(text.replace(' implements A', ''), 7, 'src/other').length, 7);
  });

  test('ignores tests, fixtures and generated modules', () => {
    const modules = ['a.test.ts', 'b.fixture.ts', 'c.generated.ts'].map((path) =>
      parseModule(`src/${path}`, 'function a() {}\n'.repeat(7)),
    );
    assert.deepEqual(checkFunctionNames(modules), []);
  });
});
