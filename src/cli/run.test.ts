import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from './run.ts';

async function runLine(line: string, environment: Record<string, string> = {}) {
  let stdout = '';
  let stderr = '';
  const status = await run(line === '' ? [] : line.split(' '), {
    environment: { HOME: '/nonexistent', ...environment },
    stdout: { write: (text) => void (stdout += text) },
    stderr: { write: (text) => void (stderr += text), on: () => undefined, off: () => undefined },
    resources: new DisposableStack(),
  });
  return { status, stdout, stderr };
}

test('the version is a single line on standard output', async () => {
  const { status, stdout, stderr } = await runLine('--version');
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  assert.deepEqual([status, stderr], [0, '']);
});

test('help is printed on standard output, even if the configuration is invalid', async () => {
  const { status, stdout } = await runLine('-h', { PLIMSOLL_COLOR: 'blue' });
  assert.equal(status, 0);
  assert.match(stdout, /^Examples\n/);
  assert.match((await runLine('sbom --help')).stdout, /^Examples\n {2}plimsoll sbom/);
  assert.match((await runLine('help limits')).stdout, /layersMax/);
});

test('a run without a command or target fails', async () => {
  const { status, stdout, stderr } = await runLine('');
  assert.deepEqual([status, stdout], [3, '']);
  assert.match(stderr, /^Examples\n/);
});

const ERRORS: readonly [string, string, number, RegExp][] = [
  ['an unknown option', '--sevrity high', 3, /^error\[E_USAGE\]: unknown option --sevrity\nhint: /],
  [
    'too many arguments',
    'version now',
    3,
    /^error\[E_USAGE\]: unexpected argument "now" for "plimsoll version"/,
  ],
  ['an unknown topic', 'help scna', 3, /did you mean "scan"\?/],
  ['a shell that is not known', 'completion tcsh', 3, /one of: bash, zsh, fish/],
  ['a configuration that is not there', 'config -c /nonexistent.yaml', 3, /^error\[E_CONFIG\]: /],
  [
    'a value that is not known',
    'config --color blue -q',
    3,
    /^error\[E_USAGE\]: invalid value .* for --color/,
  ],
];

for (const [what, line, expected, message] of ERRORS) {
  test(`${what} is an error with a code, even with -q`, async () => {
    const { status, stdout, stderr } = await runLine(line);
    assert.deepEqual([status, stdout], [expected, '']);
    assert.match(stderr, message);
  });
}

test('requires the date of a report to be a number of seconds', async () => {
  const { status, stderr } = await runLine('config', { SOURCE_DATE_EPOCH: 'today' });
  assert.equal(status, 3);
  assert.match(stderr, /SOURCE_DATE_EPOCH/);
});

test('the configuration is printed with the origin of each value, and can be read back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'run-test-'));
  try {
    const first = await runLine('config --limit layersMax=5 -o json --color never');
    assert.match(first.stdout, /PLIMSOLL_OUTPUT; from: flag\noutput: \["json"\]\n/);
    const file = join(folder, 'config.yaml');
    writeFileSync(file, first.stdout);
    const second = await runLine(`config -c ${file}`);
    assert.match(second.stdout, /from: file\noutput: \["json"\]\n/);
    assert.match(second.stdout, /limits: \{"layersMax":5\}\n/);
    assert.deepEqual([second.status, second.stderr], [0, '']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the catalogers are listed with the selected ones, for people and for programs', async () => {
  const line = 'cataloger list --override-default-catalogers image --select-catalogers os';
  const table = await runLine(line);
  assert.equal(table.status, 0);
  assert.match(table.stdout, /^apk-db +apk-db-cataloger .* yes$/m);
  assert.match(table.stdout, /^npm-installed +javascript-package-cataloger .* no$/m);
  const { catalogers } = JSON.parse((await runLine(`${line} -o json`)).stdout);
  const apk = catalogers.find(({ id }: { id: string }) => id === 'apk-db');
  assert.deepEqual(
    [apk.alias, apk.can.ownedFiles, apk.selected],
    ['apk-db-cataloger', 'yes', true],
  );
  assert.equal((await runLine('cataloger list -o yaml')).status, 3);
});
