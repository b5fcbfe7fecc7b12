import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { build } from '../../tools/build.ts';

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
if (words[0] === 'heavy') (await import('./heavy.ts')).heavy();
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

test('the build gives one file to start with, and a part for what is loaded later', async () => {
  await buildPlanted();
  assert.equal(run('ho'), 'hi ho 1.2.3 /\n');
  assert.equal(run('heavy'), 'heavy\n');
  const entry = readFileSync(join(root, 'dist/cli.js'), 'utf8');
  assert.ok(entry.startsWith('#!/usr/bin/env node\n'));
  assert.doesNotMatch(entry, /A comment|console\.log\('heavy'\)/u);
  assert.equal(globSync('dist/part/*.js', { cwd: root }).length, 1);
});

test('a build takes the place of the one before and leaves nothing else', async () => {
  await buildPlanted();
  writeFileSync(join(root, 'dist/stale.js'), '');
  await buildPlanted();
  assert.deepEqual(globSync('dist*', { cwd: root }), ['dist']);
  assert.deepEqual(globSync('dist/*.js', { cwd: root }), ['dist/cli.js']);
});

test('a build that fails leaves the one before as it was', async () => {
  await buildPlanted();
  writeFileSync(join(root, 'src/greet.ts'), "export { greet } from './nowhere.ts';\n");
  const attempt = build({ root, entries: { cli: 'src/main.ts' }, hasTypes: false });
  await assert.rejects(attempt, /nowhere\.ts/u);
  assert.deepEqual(globSync('dist*', { cwd: root }), ['dist']);
  assert.equal(run('ho'), 'hi ho 1.2.3 /\n');
});
