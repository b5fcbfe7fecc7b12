import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { quieten, type TestEvent } from '../../tools/quiet-reporter.ts';
import { ROOT } from '../../tools/source-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-reporter-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a test file in a process of its own, as `npm test` does. */
function report(text: string, environment: Readonly<Record<string, string>>) {
  const file = join(folder, 'planted.test.js');
  writeFileSync(file, `import { test } from 'node:test';\n${text}\n`);
  const reporter = join(ROOT, 'tools', 'quiet-reporter.ts');
  const args = ['--test', '--test-isolation=none', `--test-reporter=${reporter}`, file];
  const { NODE_TEST_CONTEXT: _, ...rest } = process.env;
  const env = { ...rest, CI: '', PLIMSOLL_CONFORMANCE_DIR: '', ...environment };
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  return { status, lines: stdout.split('\n').filter((line) => line !== '') };
}

test('passes are silent, and the summary of node:test comes last', () => {
  const { status, lines } = report("test('good', () => {});", {});
  assert.equal(status, 0);
  assert.equal(lines[0], 'ℹ tests 1');
  assert.match(lines.at(-1) ?? '', /^ℹ duration_ms /u);
});

test('a failure is shown and is the exit status', () => {
  const { status, lines } = report("test('bad', () => { throw new Error('broken'); });", {});
  assert.equal(status, 1);
  assert.ok(lines.includes('ℹ fail 1'));
  assert.match(lines.join('\n'), /Error: broken/u);
});

test('a failure within suites is shown under their names, and passes beside it are not', () => {
  const inner = "test('good', () => {}); test('bad', () => { throw new Error('broken'); });";
  const text = `import { describe } from 'node:test';
describe('outer', () => { describe('silent', () => { ${inner.split(';')[0]} }); describe('inner', () => { ${inner} }); });
describe('also silent', () => { test('fine', () => {}); });`;
  const { status, lines } = report(text, {});
  assert.equal(status, 1);
  const shown = lines
    .slice(0, lines.indexOf('ℹ tests 4'))
    .map((line) => line.replace(/ \(.*/u, ''));
  assert.deepEqual(shown, ['▶ outer', '  ▶ inner', '    ✖ bad', '  ✖ inner', '✖ outer']);
});

test('a file that cannot be loaded is shown', () => {
  const { status, lines } = report("await import('./nowhere.js');", {});
  assert.equal(status, 1);
  assert.match(lines.join('\n'), /✖ .*planted\.test\.js[^]*Cannot find module/u);
});

test('a skip is shown with its reason, and is no failure without the material', () => {
  const { status, lines } = report("test('left out', { skip: 'no answers' }, () => {});", {});
  assert.equal(status, 0);
  assert.match(lines[0] ?? '', /left out .*# no answers/u);
});

test('in CI with the material, a skip and a file that ran no test are failures', () => {
  const environment = { CI: 'true', PLIMSOLL_CONFORMANCE_DIR: folder };
  const { status, lines } = report(
    "test('left out', { skip: 'no answers' }, () => {});",
    environment,
  );
  assert.equal(status, 1);
  assert.match(lines.join('\n'), /must run here, but was skipped: no answers/u);
  assert.match(lines.join('\n'), /must run here, but no test of it ran/u);
  assert.ok(lines.includes('ℹ skipped 0'));
  assert.ok(lines.every((line) => line !== 'ℹ fail 0'));
});

test('a line of a test before the last owed file ran is no failure', async () => {
  async function* events(): AsyncGenerator<TestEvent> {
    yield { type: 'test:diagnostic', data: { nesting: 0, message: '5 pairs compared' } };
    yield { type: 'test:pass', data: { nesting: 0, file: 'owed.test.ts', name: 'late' } };
    yield { type: 'test:diagnostic', data: { nesting: 0, message: 'tests 1' } };
  }
  const before = process.exitCode;
  const messages: (string | undefined)[] = [];
  for await (const { data } of quieten(events(), { files: ['owed.test.ts'], excuses: [] })) {
    messages.push(data.message);
  }
  assert.deepEqual(messages, ['5 pairs compared', 'tests 1']);
  assert.equal(process.exitCode, before);
});
