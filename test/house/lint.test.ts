import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { ROOT } from '../../tools/source-tree.ts';

const STEPS = Array.from({ length: 71 }, (_, index) => `  step(${index});`).join('\n');
const REGISTRY_HOST = ['registry', 'npmjs', 'org'].join('.');
const CHECKOUT = ['', 'work', 'main', 'src'].join('/');
const PENDING = ['TO', 'DO'].join('');
const LONG_FILE = 'export {};\n'.repeat(501);
const TABLE = `export const listNumbers = (): number[] => [\n${'1,\n'.repeat(100)}];`;

type Case = readonly [title: string, text: string, rule: string, path?: string];

const PLANTED: readonly Case[] = [
  ['order by locale', 'a.localeCompare(b);', 'no-restricted-properties'],
  ['order by locale in a test', 'a.localeCompare(b);', 'no-restricted-properties', 'src/a.test.ts'],
  [
    'order by locale in a command',
    'a.localeCompare(b);',
    'no-restricted-properties',
    'src/cli/a.ts',
  ],
  ['Intl', 'new Intl.Collator();', 'no-restricted-globals'],
  ['Intl in a command', 'new Intl.Collator();', 'no-restricted-globals', 'src/cli/a.ts'],
  ['a bare sort', "export const a = ['a'].sort();", 'require-array-sort-compare'],
  ['a bare toSorted', "export const a = ['a'].toSorted();", 'require-array-sort-compare'],
  ['an open table', 'const A: Readonly<Record<string, number>> = { a: 1 };', 'open-table'],
  ['the clock', 'Date.now();', 'no-restricted-properties'],
  ['the clock as an object', 'new Date();', 'clock'],
  ['chance', 'Math.random();', 'no-restricted-properties'],
  ['printing', 'console.log(1);', 'no-restricted-globals'],
  ['printing to a stream', 'process.stderr.write(a);', 'no-restricted-properties'],
  [
    'a server that prints',
    'process.stdout.write(a);',
    'no-restricted-properties',
    'src/server/a.ts',
  ],
  ['ending the process', 'process.exit(1);', 'no-restricted-properties'],
  ['an import by call', "process.getBuiltinModule('node:fs');", 'no-restricted-properties'],
  ['a value asserted to be there', 'const a = b!;', 'no-non-null-assertion'],
  ['any', 'const a: any = b;', 'no-explicit-any'],
  ['a namespace', 'namespace A { export const b = 1; }', 'no-namespace'],
  ['a plan in a comment', `// ${PENDING}: later\n`, 'no-warning-comments'],
  ['a registry host', `const a = 'https://${REGISTRY_HOST}/x';`, 'machine'],
  ['a registry host in a template', `const a = \`https://${REGISTRY_HOST}/\${b}\`;`, 'machine'],
  ['a registry host in a comment', `// see ${REGISTRY_HOST}\n`, 'machine'],
  ['a registry host in a test', `const a = '${REGISTRY_HOST}';`, 'machine', 'test/a.test.ts'],
  ['a directory of this machine', `const a = '${CHECKOUT}';`, 'machine'],
  ['a directory for temporary files', "const a = '/tmp/a';", 'temporary'],
  ['five parameters', 'function f(a, b, c, d, e) {}', 'max-params'],
  ['a long function', `function f() {\n${STEPS}\n}`, 'max-lines-per-function'],
  ['a long table in code', TABLE, 'max-lines-per-function'],
  ['a long file', LONG_FILE, 'max-lines'],
  ['a wide comment', `// ${'word '.repeat(20)}\n`, 'wide-comment'],
  ['an ecosystem by name', "if (type === 'deb') go();", 'ecosystem-name'],
  ['an ecosystem by name in a template', 'const a = `deb${b}`;', 'ecosystem-name'],
  ['a table of ecosystems', 'const a = { rpm: 1 };', 'ecosystem-name'],
  ['a format by name', "if (id === 'sarif') go();", 'format-name'],
  ['a function named by a noun', 'function packageOf() {}', 'function-name'],
  ['a function that ends in a preposition', 'function findPackageIn() {}', 'function-name'],
  [
    'a helper of a test named by a noun',
    'function packageOf() {}',
    'function-name',
    'src/assess/a.test.ts',
  ],
  ['a fixture named by a noun', 'function packageOf() {}', 'function-name', 'src/a.fixture.ts'],
  ['shared code of tests', 'function packageOf() {}', 'function-name', 'test/support/a.ts'],
  ['a hook of all files', 'beforeEach(() => {});', 'root-hook', 'src/a.test.ts'],
  ['a method named by a noun', 'class A { packages() {} }', 'function-name'],
  ['a private method named by a noun', 'class A { #packages() {} }', 'function-name'],
  ['a constant function named by a noun', 'const packages = () => [];', 'function-name'],
  ['a function expression named by a noun', 'const packages = function () {};', 'function-name'],
];

const NAMES = `
function findPackage() {}
const valueOf = () => 1;
const names = [() => 1];
class A { get size() { return 1; } indexOf() {} #has() {} }`;

const RIGHT: readonly (readonly [title: string, text: string, path: string])[] = [
  ['a command that prints, ends and asks for the time', 'console.log(Date.now());', 'src/cli/a.ts'],
  ['a command that ends the process', 'process.exit(1);\nnew Date();', 'src/cli/b.ts'],
  [
    'a matcher that names its ecosystem',
    "export const id = 'deb';",
    'src/vulnerability/match/matcher/deb.ts',
  ],
  ['a report that names a format', "export const id = 'sarif';", 'src/report/format/sarif.ts'],
  ['an import of a module named after one', "import { deb } from './deb';", 'src/assess/b.ts'],
  ['a sort with a comparator', "['a'].sort(compare);", 'src/assess/c.ts'],
  ['a time that is given', 'new Date(time);', 'src/assess/d.ts'],
  ['a long file of data', LONG_FILE, 'src/assess/a.data.ts'],
  ['a long table of data', TABLE, 'src/assess/b.data.ts'],
  ['a long string', `const a = '${'long '.repeat(30)}';`, 'src/assess/e.ts'],
  ['an address in a comment', `// See https://example.org/${'x'.repeat(100)}\n`, 'src/assess/f.ts'],
  ['names of functions, and nouns of values and getters', NAMES, 'src/assess/g.ts'],
  ['a long function of a test', `function run() {\n${STEPS}\n}`, 'src/assess/a.test.ts'],
];

interface Finding {
  readonly code: string;
  readonly filename: string;
}

const root = mkdtempSync(join(tmpdir(), 'plimsoll-lint-'));
after(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/**
 * Returns the rules that report something, by file. All cases share one run, since a run takes a
 * second.
 */
function runLint(): ReadonlyMap<string, readonly string[]> {
  for (const file of ['.oxlintrc.json', 'tsconfig.json'])
    copyFileSync(join(ROOT, file), join(root, file));
  for (const name of ['node_modules', 'tools']) symlinkSync(join(ROOT, name), join(root, name));
  for (const [index, [, text, , path]] of PLANTED.entries())
    write(getPlantedPath(index, path), text);
  for (const [, text, path] of RIGHT) write(path, text);
  const oxlint = join(ROOT, 'node_modules', '.bin', 'oxlint');
  const { stdout, stderr } = spawnSync(oxlint, ['--type-aware', '-f', 'json', 'src', 'test'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  assert.ok(stdout.startsWith('{'), stdout + stderr);
  const { diagnostics } = JSON.parse(stdout) as { readonly diagnostics: readonly Finding[] };
  const found = Map.groupBy(diagnostics, ({ filename }) => filename);
  return new Map([...found].map(([file, all]) => [file, all.map(({ code }) => code)]));
}

/** Writes each case to its own file. */
function getPlantedPath(index: number, path = 'src/assess/a.ts'): string {
  return path.replace('/a.', `/planted-${index}.`);
}

describe('the lint', () => {
  const found = runLint();

  for (const [index, [title, , rule, path]] of PLANTED.entries()) {
    test(`detects ${title}`, () => {
      const rules = found.get(getPlantedPath(index, path)) ?? [];
      assert.ok(
        rules.some((code) => code.endsWith(`(${rule})`)),
        rules.join(' '),
      );
    });
  }

  const limits = new Set(PLANTED.map(([, , rule]) => rule));
  for (const [title, , path] of RIGHT) {
    test(`accepts ${title}`, () => {
      const rules = (found.get(path) ?? []).map((code) => /\((.*)\)$/u.exec(code)?.[1] ?? code);
      assert.deepEqual(
        rules.filter((rule) => limits.has(rule)),
        [],
      );
    });
  }
});
