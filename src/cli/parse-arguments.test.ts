import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OPTION_LIST } from '../foundation/config/option-table.ts';
import { UserError } from '../foundation/core/error.ts';
import { peerOptions } from '../report/compat/peer-option.data.ts';
import { parseArguments } from './parse-arguments.ts';
import { RENAMED_COMMANDS } from './renamed-commands.data.ts';

function parseLine(line: string) {
  const { command, flags, positionals } = parseArguments(line === '' ? [] : line.split(' '));
  return { command, flags: Object.fromEntries(flags), positionals };
}

function expectRefusal(line: string): UserError {
  try {
    parseArguments(line.split(' '));
  } catch (error) {
    assert.ok(error instanceof UserError);
    assert.equal(error.code, 'E_USAGE');
    return error;
  }
  assert.fail('the command line was not refused');
}

test('scans a target without a command', () => {
  assert.deepEqual(parseLine('alpine.tar -q'), {
    command: 'scan',
    flags: { quiet: ['true'] },
    positionals: ['alpine.tar'],
  });
});

test('options can precede the command, and values can be joined to them', () => {
  assert.deepEqual(parseLine('-o json --color=never sbom a.tar -o=table -oyaml -qv'), {
    command: 'sbom',
    flags: {
      output: ['json', 'table', 'yaml'],
      color: ['never'],
      quiet: ['true'],
      verbose: ['true'],
    },
    positionals: ['a.tar'],
  });
});

test('the prefix "no-" turns an option off', () => {
  assert.deepEqual(parseLine('a.tar --no-parity').flags, { parity: ['false'] });
});

test('arguments after two dashes are neither options nor commands', () => {
  for (const [line, target] of [
    ['-- sbom', 'sbom'],
    ['scan -- --name', '--name'],
  ] as const) {
    assert.deepEqual(parseLine(line), { command: 'scan', flags: {}, positionals: [target] });
  }
});

test('an empty command line has no command', () => {
  assert.deepEqual(parseLine(''), { command: undefined, flags: {}, positionals: [] });
});

test('options and commands of other scanners are refused with our equivalent', () => {
  assert.match(expectRefusal('a.tar --ignore-unfixed').hint ?? '', /^--only-fixed /);
  assert.match(expectRefusal('a.tar --exit-code 1').hint ?? '', /^--fail-on /);
  assert.equal(expectRefusal('image a.tar').hint, 'plimsoll scan IMAGE');
});

test('every equivalent of an option of another scanner is one of our options', () => {
  for (const [name, hint] of peerOptions) {
    assert.doesNotMatch(expectRefusal(`a.tar --${name}`).hint ?? '', /did you mean/);
    for (const [, flag = ''] of hint.matchAll(/--(?:no-)?([a-z-]+)/g)) {
      assert.ok(
        OPTION_LIST.some(({ spec }) => spec.flag === flag),
        flag,
      );
    }
  }
});

test('rejects unknown options and suggests the nearest one', () => {
  assert.equal(expectRefusal('a.tar --ouput json').hint, 'did you mean --output?');
  assert.match(expectRefusal('a.tar -x').message, /unknown option -x/);
});

test('an option that needs a value does not take the next option as its value', () => {
  assert.match(expectRefusal('a.tar -o -q').message, /missing value: -o/);
  assert.match(expectRefusal('a.tar --name').message, /missing value: --name/);
});

test('an option of another command is refused with the list of its commands', () => {
  const error = expectRefusal('version --platform linux/amd64');
  assert.match(error.message, /"plimsoll version" has no option --platform/);
  assert.match(error.hint ?? '', /^use it with: scan, .*sbom.*, config, serve admin$/);
  for (const line of ['why a.tar CVE-2020-1 --fail-on low', 'why verify a.tar --vex b.json']) {
    assert.match(expectRefusal(line).message, /^"plimsoll why.*" has no option --/);
  }
  assert.equal(parseArguments(['compare', 'a', 'b', '--limit=x=1']).command, 'compare');
});

test('the second argument may name a subcommand', () => {
  assert.deepEqual(
    ['serve admin token add', 'serve -q admin backup dir', 'check app.tar', 'check ./policy'].map(
      (line) => {
        const { command, positionals } = parseArguments(line.split(' '));
        return [command, ...positionals];
      },
    ),
    [
      ['serve admin', 'token', 'add'],
      ['serve admin', 'backup', 'dir'],
      ['check', 'app.tar'],
      ['check', './policy'],
    ],
  );
  assert.equal(parseArguments(['check', '--', 'policy']).command, 'check');
});

test('an old name of a command is reported with the new one, and no current name is old', () => {
  for (const [name, spelling] of RENAMED_COMMANDS) {
    const { message, hint } = expectRefusal(`${name} a.tar --no-cache`);
    assert.equal(message, `the command "${name}" has a new name`);
    assert.ok(hint?.startsWith(`use: ${spelling};`), String(hint));
    assert.equal(parseArguments(['scan', name]).command, 'scan');
    const { command } = parseArguments(spelling.split(' ').slice(1));
    assert.ok(command !== undefined && command !== 'scan', spelling);
  }
});

test('a mistyped command before a target is reported', () => {
  assert.equal(expectRefusal('sbmo a.tar').hint, 'did you mean "sbom"?');
});

test('a second target is reported as such, and an unknown command as that', () => {
  const second = expectRefusal('a.tar b.tar');
  assert.match(second.message, /^only one target can be scanned: "b\.tar" follows "a\.tar"$/);
  assert.match(second.hint ?? '', /plimsoll compare/);
  assert.match(expectRefusal('scna a.tar').message, /^unknown command "scna"/);
});

test('the hint for two bare image names contains the command that compares them', () => {
  const { message, hint } = expectRefusal('nginx alpine');
  assert.match(message, /^unknown command "nginx"/);
  assert.match(hint ?? '', /"plimsoll compare nginx alpine"/);
  assert.match(
    expectRefusal('scna alpine').hint ?? '',
    /^did you mean "scan"\? If not, run "plimsoll compare scna alpine" to compare two images$/,
  );
});

test('gives a flag the meaning that it has for the command', () => {
  for (const line of ['db build --from ./feeds', '--from ./feeds db build']) {
    assert.deepEqual([...parseArguments(line.split(' ')).flags], [['feeds', ['./feeds']]]);
  }
  assert.deepEqual([...parseArguments(['--from', 'docker', 'a']).flags], [['from', ['docker']]]);
  assert.deepEqual(
    [...parseArguments(['scan', 'a', '--from', 'docker']).flags],
    [['from', ['docker']]],
  );
});
