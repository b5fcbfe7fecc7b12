import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { skipUnlessInstalled } from '../../test/support/installed-program.ts';
import { OPTION_LIST } from '../foundation/config/option-table.ts';
import { COMMANDS } from './command-table.ts';
import { createCompletionScript, SHELLS } from './completion-script.ts';

const VALUES = { output: ['json', 'table'], from: ['dir', 'oci-archive'] };

/** Returns the completions of the bash script for the last argument of a line. */
function completeLine(line: string): string[] {
  const words = line.split(' ');
  const script = `${createCompletionScript('bash', VALUES)}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
_plimsoll
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const run = spawnSync('bash', ['--norc'], { input: script, encoding: 'utf8', cwd: '/' });
  assert.equal(run.stderr, '');
  return run.stdout.split('\n').filter((word) => word !== '');
}

/** PowerShell is not in Debian, so its script is only read. */
for (const shell of SHELLS.filter((name) => name !== 'powershell')) {
  test(`the script for ${shell} is well formed and contains all commands and options`, {
    skip: skipUnlessInstalled(shell),
  }, () => {
    const script = createCompletionScript(shell, VALUES);
    for (const { name } of COMMANDS) {
      assert.ok(script.includes(name));
    }
    for (const { spec } of OPTION_LIST) {
      assert.ok(script.includes(shell === 'fish' ? `-l ${spec.flag}` : `--${spec.flag}`));
    }
    const folder = mkdtempSync(join(tmpdir(), 'completion-test-'));
    try {
      const file = join(folder, 'script');
      writeFileSync(file, script);
      const { status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
      assert.equal(status, 0, stderr);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

test('bash completes commands first, then the options of the command', () => {
  assert.ok(completeLine('plimsoll s').includes('sbom'));
  assert.deepEqual(completeLine('plimsoll completion --pl'), []);
  assert.deepEqual(completeLine('plimsoll sbom --pl'), ['--platform']);
  assert.deepEqual(completeLine('plimsoll a.tar --pl'), ['--platform']);
  assert.deepEqual(completeLine('plimsoll db st'), ['status']);
});

test('bash completes subcommands, and then their options', () => {
  assert.deepEqual(completeLine('plimsoll serve w'), ['worker']);
  assert.ok(completeLine('plimsoll serve admin b').includes('backup'));
  assert.deepEqual(completeLine('plimsoll serve admin --older'), ['--older-than']);
  assert.deepEqual(completeLine('plimsoll serve --older'), []);
});

test('fish completes subcommands, and then their options', {
  skip: skipUnlessInstalled('fish'),
}, () => {
  const complete = (line: string): string[] => {
    const script = `${createCompletionScript('fish', VALUES)}\ncomplete -C ${JSON.stringify(line)}`;
    const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', script], {
      encoding: 'utf8',
      cwd: '/',
    });
    assert.equal(stderr, '');
    return stdout
      .split('\n')
      .map((row) => row.split('\t')[0] ?? '')
      .filter((word) => word !== '');
  };
  assert.ok(complete('plimsoll serve w').includes('worker'));
  assert.ok(complete('plimsoll serve admin b').includes('backup'));
  assert.deepEqual(complete('plimsoll serve admin --older'), ['--older-than']);
  assert.deepEqual(complete('plimsoll serve --older'), []);
  assert.deepEqual(complete('plimsoll --fail-on-n'), ['--fail-on-new']);
});

test('bash completes the values of an option', () => {
  assert.deepEqual(completeLine('plimsoll scan --color a'), ['auto', 'always']);
  assert.deepEqual(completeLine('plimsoll scan -o j'), ['json']);
  assert.deepEqual(completeLine('plimsoll scan --from o'), ['oci-archive']);
  assert.deepEqual(completeLine('plimsoll scan --limit layersM'), ['layersMax=']);
});

test('the script for PowerShell quotes every text, and contains all commands and options', () => {
  const script = createCompletionScript('powershell', VALUES);
  // In a quoted text, PowerShell only doubles quotes, also the curly ones.
  const code = script.replaceAll(/'(?:[^'\u2018\u2019\n]|''|[\u2018\u2019]{2})*'/gu, 'TEXT');
  const rest = code.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  assert.doesNotMatch(rest.join('\n'), /['"\u2018\u2019]/u);
  const depths = { '(': 0, '{': 0, '[': 0 };
  for (const [mark] of rest.join('\n').matchAll(/[(){}[\]]/gu)) {
    const open = ({ ')': '(', '}': '{', ']': '[' } as const)[mark as ')' | '}' | ']'];
    depths[open ?? (mark as '(')] += open === undefined ? 1 : -1;
    assert.ok(Math.min(...Object.values(depths)) >= 0);
  }
  assert.deepEqual(Object.values(depths), [0, 0, 0]);
  for (const { name } of COMMANDS) assert.ok(script.includes(`$words['${name}']`), name);
  for (const { spec } of OPTION_LIST) assert.ok(script.includes(`'--${spec.flag}'`), spec.flag);
  assert.match(script, /\$values\['--color'\] = @\(\n {4},@\('auto', /u);
});
