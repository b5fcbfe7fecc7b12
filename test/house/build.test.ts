import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { build } from '../../tools/build.ts';
import { LATE_MODULES } from '../../tools/bundle.ts';
import { ROOT } from '../../tools/source-tree.ts';

const root = mkdtempSync(join(tmpdir(), 'plimsoll-build-'));
after(() => rmSync(root, { recursive: true, force: true }));

const SOURCES = {
  'package.json': '{ "name": "planted", "version": "1.2.3", "type": "module" }',
  'src/main.ts': `#!/usr/bin/env node
import { greet } from './greet.ts';
import manifest from '../package.json' with { type: 'json' };
import { sep } from 'node:path';
/** A comment that nobody needs at run time. */
const words: readonly string[] = process.argv.slice(2);
if (words[0] === 'heavy') void import('./heavy.ts').then(({ heavy }) => heavy());
else console.log(greet(words), manifest.version, sep);
`,
  'src/greet.ts':
    "export const greet = (words: readonly string[]): string => `hi ${words.join(' ')}`;\n",
  'src/heavy.ts': "export function heavy(): void { console.log('heavy'); }\n",
};

async function buildPlanted(): Promise<void> {
  mkdirSync(join(root, 'src'), { recursive: true });
  for (const [path, text] of Object.entries(SOURCES)) writeFileSync(join(root, path), text);
  await build({ root, entries: { cli: 'src/main.ts' }, hasTypes: false });
}

function run(...args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli.js'), ...args], {
    encoding: 'utf8',
  });
  return stdout + stderr;
}

test('the build gives a file to start with, and a part for what is loaded later', async () => {
  await buildPlanted();
  assert.equal(run('ho'), 'hi ho 1.2.3 /\n');
  assert.equal(run('heavy'), 'heavy\n');
  assert.ok(readFileSync(join(root, 'dist/cli.js'), 'utf8').startsWith('#!/usr/bin/env node\n'));
  const parts = globSync('dist/part/*.js', { cwd: root }).sort();
  assert.deepEqual(
    parts.map((path) => path.replace(/-[^-]*$/u, '')),
    ['dist/part/heavy', 'dist/part/main'],
  );
  const [, main = ''] = parts.map((path) => readFileSync(join(root, path), 'utf8'));
  assert.doesNotMatch(main, /A comment|console\.log\('heavy'\)/u);
});

test('a build takes the place of the one before and leaves nothing else', async () => {
  await buildPlanted();
  writeFileSync(join(root, 'dist/stale.js'), '');
  await buildPlanted();
  assert.deepEqual(globSync('dist*', { cwd: root }), ['dist']);
  assert.deepEqual(globSync('dist/*.js', { cwd: root }), ['dist/cli.js']);
});

const WRONG: readonly (readonly [title: string, path: string, text: string, says: RegExp])[] = [
  ['misses a module', 'src/greet.ts', "export { greet } from './nowhere.ts';\n", /nowhere\.ts/u],
  ['waits at the top, which a script cannot', 'src/heavy.ts', 'await 1;\n', /await/u],
];

for (const [title, path, text, says] of WRONG) {
  test(`a build that ${title} fails and leaves the one before as it was`, async () => {
    await buildPlanted();
    writeFileSync(join(root, path), text);
    const attempt = build({ root, entries: { cli: 'src/main.ts' }, hasTypes: false });
    await assert.rejects(attempt, says);
    assert.deepEqual(globSync('dist*', { cwd: root }), ['dist']);
    assert.equal(run('ho'), 'hi ho 1.2.3 /\n');
  });
}

test('late modules export functions only, since others may stand for them', async () => {
  for (const module of LATE_MODULES) {
    const exported: object = await import(join(ROOT, module));
    for (const [name, value] of Object.entries(exported)) {
      assert.equal(typeof value, 'function', `${module}: ${name}`);
      assert.doesNotMatch(String(value), /^class/u, `${module}: ${name}`);
    }
  }
});

const FORMATS = {
  'package.json': SOURCES['package.json'],
  'src/main.ts': `import { formats } from './format/registry.generated.ts';
import { readVexFiles } from './cli/vex-files.ts';
const [asked = '', file] = process.argv.slice(2);
const files = file === undefined ? [] : readVexFiles(file);
for (const one of formats) console.log(one.id === asked ? one.write(files) : one.title);
`,
  'src/assess/read-vex-files.ts':
    "console.log('reads');\nexport function readVexFiles(file: string): string[] { return [file]; }\n",
  'src/report/registry.generated.ts': `import { one } from './one/one.ts';
import { two } from './two/two.ts';
export const formats: readonly { id: string; title: string; write(files: string[]): string }[] =
  [one, two];
`,
  'src/report/shown.ts': 'export const SHOWN = (text: string): string => `<${text}>`;\n',
  'src/report/one/one.ts': `import { SHOWN } from '../shown.ts';
console.log('one');
const words = new Map([['one', 'first']]);
const write = (files: readonly string[]): string => SHOWN([words.get('one'), ...files].join(' '));
export const one = { id: 'one', title: 'The first', write };
`,
  'src/report/two/two.ts': `import { SHOWN } from '../shown.ts';
console.log('two');
export const two = { id: 'two', title: 'The second', write: () => SHOWN('second') };
`,
};

async function buildFormats(more: Readonly<Record<string, string>> = {}): Promise<void> {
  for (const [path, text] of Object.entries({ ...FORMATS, ...more })) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  await build({ root, entries: { cli: 'src/main.ts' }, hasTypes: false });
}

test('a format is loaded where it is written, a late module where it is called', async () => {
  await buildFormats();
  assert.equal(run(), 'The first\nThe second\n');
  assert.equal(run('one'), 'one\n<first>\nThe second\n');
  assert.equal(run('two', 'a.json'), 'reads\nThe first\ntwo\n<second>\n');
  assert.equal(run('one', 'a.json'), 'reads\none\n<first a.json>\nThe second\n');
});

test('a format with facts that are no data is refused', async () => {
  const attempt = buildFormats({
    'src/report/registry.generated.ts':
      "import { odd } from './odd/odd.ts';\nexport const formats = [odd];\n",
    'src/report/odd/odd.ts':
      "export const odd = { id: 'odd', title: new Map(), write: () => '' };\n",
  });
  await assert.rejects(attempt, /odd\.ts: the member title is neither data nor a function/u);
});
