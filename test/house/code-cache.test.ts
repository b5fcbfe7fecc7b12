import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { CHECKSUMS_BYTES, CODE_CACHE, checksumsOf } from '../../src/cli/start/start-program.ts';
import { build } from '../../tools/build.ts';
import { ROOT } from '../../tools/source-tree.ts';

const root = mkdtempSync(join(tmpdir(), 'plimsoll-code-'));
after(() => rmSync(root, { recursive: true, force: true }));

const SOURCES = {
  'package.json': '{ "type": "module" }',
  // What it has of Node is loaded with other flags of V8 than its own parts before and after.
  'src/main.ts': `import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { sum } from './sum.ts';
const [word = '', ...numbers] = process.argv.slice(2);
if (word === 'fail') process.exitCode = 3;
else void setImmediate()
  .then(() => {
    // As \`run-length.ts\` does while a run goes on.
    if (word === 'long') setFlagsFromString('--semi-space-growth-factor=2');
    return import('./times.ts');
  })
  .then(({ times }) => console.log(word, sum(numbers), times(numbers)));
`,
  'src/sum.ts': `export function sum(numbers: readonly string[]): number {
  return numbers.reduce((total, each) => total + Number(each), 0);
}
`,
  'src/times.ts': `export function times(numbers: readonly string[]): number {
  return numbers.reduce((total, each) => total * Number(each), 1);
}
`,
};

const LINE = ['ho', '2', '3', '4'];
const PRINTED = 'ho 9 24\n';
const entries = { cli: 'src/main.ts' };

before(async () => {
  mkdirSync(join(root, 'src'), { recursive: true });
  for (const [path, text] of Object.entries(SOURCES)) writeFileSync(join(root, path), text);
  await build({ root, entries, hasTypes: false, linesFor: () => [LINE] });
});

let copies = 0;

/** The built program in a place of its own, as `change` leaves it. */
function copyOf(change: (cache: string, names: readonly string[]) => void = () => {}): string {
  copies += 1;
  const folder = join(root, `copy ${copies}`);
  cpSync(join(root, 'dist'), folder, { recursive: true });
  const cache = join(folder, CODE_CACHE);
  change(cache, globSync('*', { cwd: cache }).sort());
  return folder;
}

function printed(folder: string, ...flags: readonly string[]): string {
  const args = [...flags, join(folder, 'cli.js'), ...LINE];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return stdout + stderr + (status === 0 ? '' : `status ${status}`);
}

/** For each part, whether V8 refused what was kept of it; `undefined` where it was handed none. */
function refusals(
  folder: string,
  line: readonly string[] = LINE,
): readonly (boolean | undefined)[] {
  const file = pathToFileURL(join(folder, 'cli.js')).href;
  const code = `process.argv.push(...${JSON.stringify(line)});
    const { scripts } = await import(${JSON.stringify(file)});
    process.once('exit', () => console.error(
      JSON.stringify([...scripts.values()].map((each) => each.cachedDataRejected ?? null))));`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code, '-'], {
    encoding: 'utf8',
    cwd: root,
    // The program refuses variables with its prefix that it does not know, as tests have some.
    env: { PATH: process.env['PATH'], HOME: root },
  });
  const said = JSON.parse(stderr.slice(stderr.lastIndexOf('\n[') + 1)) as readonly (
    | boolean
    | null
  )[];
  return said.map((each) => each ?? undefined);
}

/** Every file with its size and time. */
function stateOf(folder: string): readonly string[] {
  return globSync('**', { cwd: folder })
    .sort()
    .map((path) => {
      const { size, mtimeMs } = statSync(join(folder, path));
      return `${path} ${size} ${mtimeMs}`;
    });
}

test('the build keeps what V8 made of each part that the lines use, and V8 takes it', () => {
  const folder = copyOf();
  assert.equal(globSync(join(folder, CODE_CACHE, '*')).length, 2);
  assert.deepEqual(refusals(folder), [false, false]);
  assert.equal(printed(folder), PRINTED);
});

test('V8 takes what is kept of parts that are loaded when a run has set other flags', () => {
  assert.deepEqual(refusals(copyOf(), ['long', '2', '3']), [false, false]);
});

/** Says what is handed to V8, and what it says. */
const CHANGES: readonly (readonly [
  title: string,
  handed: boolean | undefined,
  change: (file: string, kept: Buffer, other: Buffer) => void,
])[] = [
  ['is missing', undefined, (file) => rmSync(file)],
  ['is empty', undefined, (file) => writeFileSync(file, '')],
  ['is cut', undefined, (file, kept) => writeFileSync(file, kept.subarray(0, kept.length - 9))],
  ['has one bit wrong', undefined, (file, kept) => writeFileSync(file, withBit(kept, 500))],
  ['has a wrong checksum', undefined, (file, kept) => writeFileSync(file, withBit(kept, 1))],
  ['is of another part', undefined, (file, _, other) => writeFileSync(file, other)],
  [
    'is a folder',
    undefined,
    (file) => {
      rmSync(file);
      mkdirSync(file);
    },
  ],
  [
    'is of another version of V8',
    true,
    (file, kept) => {
      // The second word of what V8 made says its version.
      const data = withBit(kept, CHECKSUMS_BYTES + 4).subarray(CHECKSUMS_BYTES);
      const text = readFileSync(file.replace(CODE_CACHE, 'part'));
      writeFileSync(file, Buffer.concat([checksumsOf(text, data), data]));
    },
  ],
];

function withBit(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 0x10;
  return changed;
}

for (const [title, handed, change] of CHANGES) {
  test(`what is kept is passed over where it ${title}, and the output is the same`, () => {
    const folder = copyOf((cache, names) => {
      const files = names.map((name) => join(cache, name));
      const contents = files.map((file) => readFileSync(file));
      for (const [index, file] of files.entries()) {
        change(file, contents[index] ?? Buffer.of(), contents.at(index - 1) ?? Buffer.of());
      }
    });
    assert.deepEqual(refusals(folder), [handed, handed]);
    assert.equal(printed(folder), PRINTED);
  });
}

test('what another Node kept is not looked at', () => {
  const folder = copyOf((cache) => {
    cpSync(cache, join(cache, '..', 'v1.2.3-x64'), { recursive: true });
    rmSync(cache, { recursive: true });
  });
  assert.deepEqual(refusals(folder), [undefined, undefined]);
  assert.equal(printed(folder), PRINTED);
});

test('with other flags of V8 the output is the same', () => {
  assert.equal(printed(copyOf(), '--stack-trace-limit=5', '--max-lazy'), PRINTED);
});

test('a run writes nothing, whether there is something kept or not, and needs no right to', () => {
  const without = copyOf((cache) => rmSync(cache, { recursive: true }));
  for (const folder of [copyOf(), without]) {
    const state = stateOf(folder);
    assert.equal(printed(folder, '--permission', '--allow-fs-read=*'), PRINTED);
    assert.equal(printed(folder), PRINTED);
    assert.deepEqual(stateOf(folder), state);
  }
});

test('a line that fails ends the build, and what was built before stays', async () => {
  const state = stateOf(join(root, 'dist'));
  const attempt = build({ root, entries, hasTypes: false, linesFor: () => [['fail']] });
  await assert.rejects(attempt, /"fail" ended with 3/u);
  assert.deepEqual(stateOf(join(root, 'dist')), state);
});

test('V8 takes all that was kept of the program itself', (context) => {
  const dist = join(ROOT, 'dist');
  if (!existsSync(join(dist, CODE_CACHE))) {
    context.skip('it is not built: npm run build');
    return;
  }
  const refused = refusals(dist, ['sbom', `dir:${join(root, 'src')}`, '--no-cache', '-o', 'json']);
  assert.ok(refused.length > 20);
  assert.ok(
    !refused.includes(true),
    'flags of V8 are set before the first script is made, or late',
  );
});

test('without lines nothing is kept', async () => {
  const target = join(root, 'bare');
  await build({ root, target, entries, hasTypes: false });
  assert.deepEqual(globSync('*', { cwd: target }).sort(), ['cli.js', 'part']);
  assert.equal(printed(target), PRINTED);
});
