import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { build } from '../../tools/build.ts';
import type { Entries } from '../../tools/bundle.ts';

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
if (words[0] === 'heavy') await import('./heavy.ts').then(({ heavy }) => heavy());
else console.log(greet(words), manifest.version, sep);
`,
  'src/greet.ts':
    "export const greet = (words: readonly string[]): string => `hi ${words.join(' ')}`;\n",
  'src/heavy.ts': "export function heavy(): void { console.log('heavy'); }\n",
  'src/index.ts': "export { greet } from './greet.ts';\nexport { heavy } from './heavy.ts';\n",
};

const CLI = { cli: 'src/main.ts' };

async function buildPlanted(entries: Entries = CLI): Promise<void> {
  mkdirSync(join(root, 'src'), { recursive: true });
  for (const [path, text] of Object.entries(SOURCES)) writeFileSync(join(root, path), text);
  await build({ root, entries, hasTypes: false });
}

function runNode(...args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: root });
  return stdout + stderr;
}

function run(...args: readonly string[]): string {
  return runNode(join(root, 'dist/cli.js'), ...args);
}

test('writes an entry point, and a chunk for dynamic imports', async () => {
  await buildPlanted();
  assert.equal(run('ho'), 'hi ho 1.2.3 /\n');
  assert.equal(run('heavy'), 'heavy\n');
  const main = readFileSync(join(root, 'dist/cli.js'), 'utf8');
  assert.ok(main.startsWith('#!/usr/bin/env node\n'));
  assert.doesNotMatch(main, /A comment|console\.log\('heavy'\)/u);
  assert.deepEqual(
    globSync('dist/**/*.js', { cwd: root })
      .map((path) => path.replace(/-.{8}\.js$/u, ''))
      .sort(),
    ['dist/chunk/heavy', 'dist/cli.js'],
  );
});

test('the program and the library share their code', async () => {
  await buildPlanted({ ...CLI, index: 'src/index.ts' });
  assert.equal(run('ho'), 'hi ho 1.2.3 /\n');
  const code =
    "import { greet, heavy } from './dist/index.js'; console.log(greet(['a'])); heavy();";
  assert.equal(runNode('--input-type=module', '-e', code), 'hi a\nheavy\n');
  const texts = globSync('dist/**/*.js', { cwd: root }).map((path) =>
    readFileSync(join(root, path), 'utf8'),
  );
  for (const text of ['`hi ', 'log("heavy")']) {
    assert.equal(texts.filter((each) => each.includes(text)).length, 1, text);
  }
});

test('two builds of the same sources are equal', async () => {
  const readBuild = (): readonly string[] =>
    globSync('dist/**/*.js', { cwd: root })
      .sort()
      .map((path) => `${path}\n${readFileSync(join(root, path), 'utf8')}`);
  await buildPlanted();
  const first = readBuild();
  await buildPlanted();
  assert.deepEqual(readBuild(), first);
});

test('a build replaces the previous one and leaves nothing else', async () => {
  await buildPlanted();
  writeFileSync(join(root, 'dist/stale.js'), '');
  await buildPlanted();
  assert.deepEqual(globSync('dist*', { cwd: root }), ['dist']);
  assert.deepEqual(globSync('dist/*.js', { cwd: root }), ['dist/cli.js']);
});

test('a failed build keeps the previous one', async () => {
  await buildPlanted();
  writeFileSync(join(root, 'src/greet.ts'), "export { greet } from './nowhere.ts';\n");
  await assert.rejects(build({ root, entries: CLI, hasTypes: false }), /nowhere\.ts/u);
  assert.deepEqual(globSync('dist*', { cwd: root }), ['dist']);
  assert.equal(run('ho'), 'hi ho 1.2.3 /\n');
});
