import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkTidy } from '../../tools/check-tidy.ts';
import { parseModule } from '../../tools/source-tree.ts';

function complaints(path: string, text: string): string {
  return checkTidy([parseModule(path, text)])
    .map(({ line, message }) => `${line}: ${message}`)
    .join('\n');
}

const ITEMS = Array.from({ length: 71 }, (_, index) => `  step(${index});`).join('\n');
const REGISTRY_HOST = ['registry', 'npmjs', 'org'].join('.');
const CHECKOUT = ['', 'work', 'main', 'src'].join('/');
const PENDING = ['TO', 'DO'].join('');

const PLANTED: readonly (readonly [title: string, text: string, says: RegExp])[] = [
  ['order by locale', 'a.localeCompare(b);', /'localeCompare': compareText/],
  ['Intl', 'new Intl.Collator();', /'Intl': compareText/],
  ['a bare sort', 'names.sort();', /'\.sort\(\)' without a comparator/],
  ['an open table', 'const A: Readonly<Record<string, number>> = { a: 1 };', /make it a Map/],
  ['a bare toSorted', 'names.toSorted();', /'\.toSorted\(\)' without a comparator/],
  ['the clock', 'Date.now();', /'Date\.now': take the time/],
  ['the clock as an object', 'new Date();', /'new Date\(\)': take the time/],
  ['chance', 'Math.random();', /'Math\.random': derive it/],
  ['printing', 'console.log(1);', /'console': return it/],
  ['printing to a stream', 'process.stderr.write(a);', /'process\.stderr': return it/],
  ['ending the process', 'process.exit(1);', /'process\.exit': throw/],
  ['an import by call', "process.getBuiltinModule('node:fs');", /getBuiltinModule': import it/],
  ['a value asserted to be there', 'const a = b!;', /'!' after a value: present\(\)/],
  ['any', 'const a: any = b;', /'any': unknown/],
  ['an enum', 'enum A { b }', /'enum': a union/],
  ['a plan in a comment', `// ${PENDING}: later\n`, /do it, or file it/],
  ['a registry host', `const a = 'https://${REGISTRY_HOST}/x';`, /the host of a package registry/],
  ['a registry host in a comment', `// see ${REGISTRY_HOST}\n`, /the host of a package registry/],
  ['a folder of this machine', `const a = '${CHECKOUT}';`, /a folder of one machine/],
  ['five parameters', 'function f(a, b, c, d, e) {}', /5 parameters: 4 at most/],
  ['a long function', `function f() {\n${ITEMS}\n}`, /a function of 73 lines: 70 at most/],
  ['a long file', 'a();\n'.repeat(501), /501 lines: 500 at most/],
  ['a long line', `const total = ${'one + '.repeat(20)}one;`, /\d+ columns: 100 at most/],
  ['a long comment', `// ${'word '.repeat(20)}\n`, /\d+ columns: 100 at most/],
  ['an ecosystem by name', "if (type === 'deb') go();", /'deb' is known to its plug-in only/],
  ['a table of ecosystems', 'const a = { rpm: 1 };', /'rpm' is known to its plug-in only/],
  ['a format by name', "if (id === 'sarif') go();", /'sarif' is known to its plug-in only/],
];

for (const [title, text, says] of PLANTED) {
  test(`the tidy check finds ${title}`, () => {
    assert.match(complaints('src/assess/a.ts', text), says);
  });
}

test('the tidy check lets pass what is right where it stands', () => {
  assert.equal(complaints('src/cli/a.ts', 'console.log(Date.now());\nprocess.exit(1);'), '');
  assert.equal(complaints('src/match/matcher/deb.ts', "export const id = 'deb';"), '');
  assert.equal(complaints('src/assess/a.ts', 'names.sort(compareText);\nnew Date(time);'), '');
  assert.equal(complaints('src/assess/a.ts', "import { deb } from './deb';"), '');
  assert.equal(complaints('src/assess/a.data.ts', 'a();\n'.repeat(501)), '');
  const table = `export const a = () => [\n${'1,\n'.repeat(100)}];`;
  assert.equal(complaints('src/assess/a.data.ts', table), '');
  assert.match(complaints('src/assess/a.ts', table), /a function of 102 lines/);
  assert.equal(complaints('src/assess/a.ts', `const a = '${'long '.repeat(30)}';`), '');
});
