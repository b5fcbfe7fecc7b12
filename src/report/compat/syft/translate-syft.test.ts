import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { assertOwnLine, createTestHost } from '../../../../test/support/peer-line.ts';
import { UserError } from '../../../foundation/core/error.ts';
import { toVariableName } from '../peer/peer-configuration.ts';
import { formatHandling, formatSpelling, type PeerFlag } from '../peer/peer-flag.ts';
import { SYFT, SYFT_FLAGS, SYFT_SETTINGS } from './syft-flags.data.ts';
import { translateSyft } from './translate-syft.ts';

const NOWHERE = { HOME: '/nonexistent' };
const PAGE = readFileSync(join(import.meta.dirname, '../../../../docs/syft.md'), 'utf8');

async function translateLine(
  line: string,
  environment: Record<string, string> = {},
): Promise<string> {
  const answer = await translateSyft(
    line.split(' '),
    createTestHost({ ...NOWHERE, ...environment }),
  );
  assert.ok('args' in answer, line);
  assertOwnLine(answer.args);
  return answer.args.join(' ');
}

async function expectRefusal(
  line: string,
  environment: Record<string, string> = {},
): Promise<UserError> {
  const error: unknown = await translateSyft(
    line.split(' '),
    createTestHost({ ...NOWHERE, ...environment }),
  ).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof UserError, `${line} is refused`);
  return error;
}

/** Returns a line of a command that has the flag, with a valid value. */
function createLine({ flag, takes, commands }: PeerFlag): string {
  const command = commands[0] ?? 'scan';
  const values: Readonly<Record<string, string>> = { scope: 'all-layers', output: 'json' };
  const value = takes === 'nothing' ? '' : `=${values[flag] ?? 'value'}`;
  return `${command} --${flag}${value} ${command === 'cataloger' ? 'list' : 'app.tar'}`;
}

suite('command lines of Syft', () => {
  for (const flag of SYFT_FLAGS) {
    test(`--${flag.flag} of "syft ${flag.commands[0]}" is handled as documented`, async () => {
      const row = `| \`${formatSpelling(flag).trim()}\` | ${flag.commands.join(', ')} | ${formatHandling(flag)} |`;
      assert.ok(PAGE.includes(row), `docs/syft.md lacks: ${row}`);
      if (flag.handling.kind === 'unsupported') {
        assert.equal((await expectRefusal(createLine(flag))).code, 'E_UNSUPPORTED');
      } else if (flag.handling.kind === 'same') {
        const ourFlag = flag.handling.ours;
        assert.match(await translateLine(createLine(flag)), new RegExp(` --${ourFlag}=`));
      }
    });
  }

  for (const { key, handling } of SYFT_SETTINGS) {
    test(`the key ${key} and its variable are handled as documented`, async () => {
      assert.ok(
        PAGE.includes(`| \`${key}\` | \`${toVariableName(SYFT, key)}\` |`),
        'a row of docs/syft.md',
      );
      const environment = { [toVariableName(SYFT, key)]: 'squashed' };
      if (handling.kind === 'unsupported') {
        assert.equal((await expectRefusal('app.tar', environment)).code, 'E_UNSUPPORTED');
      } else if (handling.kind === 'same') {
        assert.match(
          await translateLine('app.tar', environment),
          new RegExp(` --${handling.ours}=`),
        );
      }
    });
  }

  const LINES = [
    ['app.tar', 'sbom --output=sbom-table --parity -- app.tar'],
    ['packages app.tar -o json', 'sbom --output=syft-json --parity -- app.tar'],
    ['-o json --file f packages app.tar', 'sbom --output=syft-json=f --parity -- app.tar'],
    ['-q -o spdx-json scan app.tar', 'sbom --output=spdx-json --quiet=true --parity -- app.tar'],
    ['scan a -o cyclonedx', 'sbom --output=cyclonedx-xml@1.7 --parity -- a'],
    ['a -o spdx-json@2.2=f', 'sbom --output=spdx-json@2.2=f --parity -- a'],
    ['a -o=text --file f', 'sbom --output=text=f --parity -- a'],
    [
      'a -s all-layers -q',
      'sbom --scope=all-layers --quiet=true --output=sbom-table --parity -- a',
    ],
    ['a -vv', 'sbom --verbose=true --verbose=true --output=sbom-table --parity -- a'],
    [
      'a --select-catalogers -apk,+java',
      'sbom --select-catalogers=-apk --select-catalogers=+java --output=sbom-table --parity -- a',
    ],
    ['convert a.json -o spdx', 'sbom --output=spdx --parity -- sbom:a.json'],
    ['cataloger list -o json', 'cataloger list --output=json'],
    ['completion bash', 'completion bash'],
  ] as const;
  for (const [line, expected] of LINES) {
    test(`"syft ${line}" is translated to "plimsoll ${expected}"`, async () => {
      assert.deepEqual(
        new Set((await translateLine(line)).split(' ')),
        new Set(expected.split(' ')),
      );
    });
  }

  test('input that Syft would refuse, too, is a usage error', async () => {
    const { code, hint } = await expectRefusal('--scop squashed app.tar');
    assert.deepEqual([code, hint], ['E_USAGE', 'did you mean "scope"?']);
    assert.equal((await expectRefusal('app.tar -o')).code, 'E_USAGE');
  });

  test('attest and login are refused with an alternative', async () => {
    assert.match((await expectRefusal('attest a')).hint ?? '', /cosign/);
    assert.match((await expectRefusal('login a')).hint ?? '', /docker login/);
  });

  test('help and version are printed as text', async () => {
    for (const line of ['--help', 'help', '--version', 'version', 'version -o json']) {
      const answer = await translateSyft(line.split(' '), createTestHost(NOWHERE));
      assert.ok('text' in answer && answer.text.length > 10, line);
    }
  });
});

suite('configuration of Syft', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'syft-configuration-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function writeConfiguration(text: string): string {
    const path = join(folder, 'syft.yaml');
    writeFileSync(path, text);
    return path;
  }

  test('variables take precedence over a file, and flags over variables', async () => {
    const path = writeConfiguration(
      'scope: all-layers\nsource:\n  name: from-file\noutput: [json]\n',
    );
    const line = await translateLine(`app.tar -c ${path} -o text`, {
      SYFT_SOURCE_NAME: 'from-variable',
    });
    assert.match(line, /--scope=all-layers /);
    assert.match(line, /--name=from-variable /);
    assert.match(line, /--output=text /);
  });

  test('settings without effect are reported, and requests for unsupported features are refused', async () => {
    const path = writeConfiguration(
      'nix:\n  capture-owned-files: true\njava:\n  use-network: false\n',
    );
    const answer = await translateSyft(['app.tar', '-c', path], createTestHost(NOWHERE));
    assert.deepEqual('notes' in answer ? answer.notes : [], [
      `${path}: nix.capture-owned-files has no effect`,
    ]);
    const online = writeConfiguration('java:\n  use-network: true\n');
    assert.equal((await expectRefusal(`app.tar -c ${online}`)).code, 'E_UNSUPPORTED');
    assert.equal((await expectRefusal('app.tar -c /nonexistent.yaml')).code, 'E_CONFIG');
  });
});
