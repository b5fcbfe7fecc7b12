import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FAMILIES, type Script } from '../../tools/run.data.ts';
import { listFiles, ROOT } from '../../tools/source-tree.ts';

const SCRIPTS_MAX = 18;
/** Names in a list of commands must stay readable on a terminal of 100 columns. */
const COLUMNS = 100;

const families = new Map<string, Readonly<Record<string, Script>>>(Object.entries(FAMILIES));
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

function runFamily(...args: readonly string[]): { status: number | null; stdout: string } {
  return spawnSync(process.execPath, ['tools/run.ts', ...args], { cwd: ROOT, encoding: 'utf8' });
}

/** Returns the scripts in `npm run` commands of a text that do not exist. */
function findUnknownScripts(text: string): string[] {
  const commands = text
    .replaceAll(/\n(?: \*|\/\/)? /gu, ' ')
    .matchAll(/npm run (?:-s )?([a-z][\w:-]*)(?: -- ([a-z][\w-]*))?/gu);
  return [...commands].flatMap(([, script = '', name]) => {
    const family = families.get(script);
    const isKnown = family === undefined || name === undefined || Object.hasOwn(family, name);
    return Object.hasOwn(scripts, script) && isKnown ? [] : [`${script} ${name ?? ''}`.trim()];
  });
}

test(`package.json has at most ${SCRIPTS_MAX} scripts`, () => {
  const names = Object.keys(scripts);
  assert.ok(names.length <= SCRIPTS_MAX, `${names.length}: ${names.join(', ')}`);
});

test('every family has a script in package.json and every name in it a file', () => {
  for (const [family, members] of families) {
    assert.equal(scripts[family], `node tools/run.ts ${family}`);
    for (const [name, { file }] of Object.entries(members)) {
      assert.ok(existsSync(join(ROOT, file)), `${family} ${name}: ${file}`);
    }
  }
});

test('a family without a name lists its scripts, one line each', () => {
  const { status, stdout } = runFamily('conformance');
  assert.equal(status, 0);
  const lines = stdout.trimEnd().split('\n').slice(2);
  assert.deepEqual(
    lines.map((line) => line.trim().split(/\s+/u)[0]),
    Object.keys(FAMILIES.conformance),
  );
  for (const [, members] of families) {
    for (const { purpose } of Object.values(members)) assert.ok(purpose.length < COLUMNS);
  }
});

test('a family rejects an unknown name with its list', () => {
  const { status, stdout } = runFamily('oracle', 'no-such');
  assert.equal(status, 3);
  assert.match(stdout, /^ {2}versions /mu);
});

test('every npm script in documents, comments and workflows exists', () => {
  const paths = listFiles([
    '*.md',
    '{docs,examples}/**/*.md',
    '.github/**/*.{md,yml}',
    '{src,test,tools,bench}/**/*.ts',
  ]).filter((path) => path !== 'test/house/scripts.test.ts');
  const unknown = paths.flatMap((path) =>
    findUnknownScripts(readFileSync(join(ROOT, path), 'utf8')).map((name) => `${path}: ${name}`),
  );
  assert.deepEqual(unknown, []);
});

test('detects an unknown script, and an unknown name of a family in a wrapped comment', () => {
  assert.deepEqual(findUnknownScripts('Run `npm run sail`.'), ['sail']);
  assert.deepEqual(findUnknownScripts(' * npm run conformance -- no-such\n'), [
    'conformance no-such',
  ]);
  assert.deepEqual(findUnknownScripts('// `npm run\n// oracle -- gone --runs 3`'), ['oracle gone']);
  assert.deepEqual(findUnknownScripts('npm run -s check -- lint, npm run oracle -- tar'), []);
});
