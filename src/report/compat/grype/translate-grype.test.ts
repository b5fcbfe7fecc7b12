import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { assertOwnLine, createTestHost } from '../../../../test/support/peer-line.ts';
import { UserError } from '../../../foundation/core/error.ts';
import { toVariableName } from '../peer/peer-configuration.ts';
import { formatHandling, formatSpelling, type PeerFlag } from '../peer/peer-flag.ts';
import { GRYPE, GRYPE_FLAGS, GRYPE_SETTINGS } from './grype-flags.data.ts';
import { translateGrype } from './translate-grype.ts';

const NOWHERE = { HOME: '/nonexistent', XDG_CONFIG_DIRS: '/nonexistent' };
const PAGE = readFileSync(join(import.meta.dirname, '../../../../docs/grype.md'), 'utf8');

async function translateLine(
  line: string,
  environment: Record<string, string> = {},
): Promise<string> {
  const answer = await translateGrype(
    splitWords(line),
    createTestHost({ ...NOWHERE, ...environment }),
  );
  assert.ok('args' in answer, line);
  assertOwnLine(answer.args);
  return answer.args.join(' ');
}

function splitWords(line: string): string[] {
  return line.split(' ').filter((word) => word !== '');
}

async function expectRefusal(
  line: string,
  environment: Record<string, string> = {},
): Promise<UserError> {
  const error: unknown = await translateGrype(
    splitWords(line),
    createTestHost({ ...NOWHERE, ...environment }),
  ).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof UserError, `${line} is refused`);
  return error;
}

/** Values that are valid for our options, too, by flag name. */
const VALUES: Readonly<Record<string, string>> = {
  scope: 'all-layers',
  output: 'json',
  'fail-on': 'high',
  'ignore-states': 'unknown',
  'sort-by': 'epss',
  distro: 'alpine:3.20',
};

/** The arguments after the command in a line of it. */
const REST: Readonly<Record<string, string>> = {
  scan: 'app.tar',
  db: 'status',
  explain: '--id=CVE-2021-44228',
};

/** Returns a line of a command that has the flag, with a valid value. */
function createLine({ flag, takes, commands }: PeerFlag): string {
  const command = commands[0] ?? 'scan';
  const value = takes === 'nothing' ? '' : `=${VALUES[flag] ?? 'value'}`;
  return `${command === 'scan' ? '' : command} --${flag}${value} ${REST[command] ?? ''}`;
}

suite('command lines of Grype', () => {
  for (const flag of GRYPE_FLAGS) {
    test(`--${flag.flag} of "grype ${flag.commands[0]}" is handled as documented`, async () => {
      const row = `| \`${formatSpelling(flag).trim()}\` | ${flag.commands.join(', ')} | ${formatHandling(flag)} |`;
      assert.ok(PAGE.includes(row), `docs/grype.md lacks: ${row}`);
      if (flag.handling.kind === 'unsupported') {
        assert.equal((await expectRefusal(createLine(flag))).code, 'E_UNSUPPORTED');
      } else if (flag.handling.kind === 'same') {
        const ourFlag = flag.handling.ours;
        assert.match(await translateLine(createLine(flag)), new RegExp(` --${ourFlag}=`));
      } else if (flag.handling.kind === 'ignored') {
        assert.doesNotMatch(await translateLine(createLine(flag)), new RegExp(` --${flag.flag}`));
      }
    });
  }

  for (const { key, handling } of GRYPE_SETTINGS) {
    test(`the key ${key} and its variable are handled as documented`, async () => {
      assert.ok(
        PAGE.includes(`| \`${key}\` | \`${toVariableName(GRYPE, key)}\` |`),
        `docs/grype.md lacks the row of ${key}`,
      );
      const value = VALUES[key] ?? (key.endsWith('scope') ? 'squashed' : 'high');
      const environment = { [toVariableName(GRYPE, key)]: value };
      if (handling.kind === 'unsupported') {
        assert.equal((await expectRefusal('app.tar', environment)).code, 'E_UNSUPPORTED');
        await translateLine('app.tar', { [toVariableName(GRYPE, key)]: 'false' });
      } else if (handling.kind === 'same') {
        const answer = await translateGrype(
          ['app.tar'],
          createTestHost({ ...NOWHERE, ...environment }),
        );
        assert.ok('args' in answer);
        assert.match(answer.args.join(' '), new RegExp(` --${handling.ours}=`));
      }
    });
  }

  const SCAN = '--no-derive --parity --';
  const LINES = [
    ['app.tar', `scan --output=table ${SCAN} app.tar`],
    ['', `scan --output=table ${SCAN} -`],
    ['sbom:a.json -o json', `scan --output=grype-json ${SCAN} sbom:a.json`],
    ['a -o cyclonedx -o sarif=f', `scan --output=cyclonedx-xml@1.7 --output=sarif=f ${SCAN} a`],
    ['a -o cyclonedx-json', `scan --output=cyclonedx-json@1.7 ${SCAN} a`],
    ['a -o embedded-cyclonedx-vex-xml', `scan --output=cyclonedx-xml@1.7 ${SCAN} a`],
    ['a -o=json --file f', `scan --output=grype-json=f ${SCAN} a`],
    ['a -f high -q', `scan --fail-on=high --quiet=true --output=table ${SCAN} a`],
    ['a -vv', `scan --verbose=true --verbose=true --output=table ${SCAN} a`],
    ['a --only-fixed=false', `scan --output=table ${SCAN} a`],
    ['a -o template -t f.tmpl', `scan --output=template --template=f.tmpl ${SCAN} a`],
    ['a --vex b,c --vex d', `scan --vex=b --vex=c --vex=d --output=table ${SCAN} a`],
    ['a --from registry,docker', `scan --from=registry --output=table ${SCAN} a`],
    ['cpes:list', `scan --output=table ${SCAN} cpe:list`],
    ['pkg:npm/a@1', `scan --output=table ${SCAN} pkg:npm/a@1`],
    ['db', 'db status --'],
    ['db status -o json', 'db status --output=json --'],
    ['db list -o raw', 'db list --output=json --'],
    ['db import a.tar.zst', 'db import -- a.tar.zst'],
    ['db diff a b', 'db diff -- a b'],
    ['db search --vuln A --pkg b --distro c:1', 'db search --distro=c:1 -- A b'],
    ['db search vuln A B -o json', 'db search --output=json -- A B'],
    ['explain --id B --id A --id B', 'why --parity -- - A,B'],
    ['completion bash', 'completion bash'],
    ['config', 'config'],
  ] as const;
  for (const [line, expected] of LINES) {
    test(`"grype ${line}" is translated to "plimsoll ${expected}"`, async () => {
      assert.deepEqual(
        new Set((await translateLine(line)).split(' ')),
        new Set(expected.split(' ')),
      );
    });
  }

  test('input that Grype would refuse, too, is a usage error', async () => {
    const { code, hint } = await expectRefusal('--only-fixd app.tar');
    assert.deepEqual([code, hint], ['E_USAGE', 'did you mean "only-fixed"?']);
    assert.equal((await expectRefusal('app.tar -o')).code, 'E_USAGE');
    assert.equal((await expectRefusal('db wipe')).code, 'E_USAGE');
    assert.equal((await expectRefusal('explain')).code, 'E_USAGE');
  });

  test('an unsupported feature of Grype is refused with an alternative', async () => {
    for (const line of ['db search --ecosystem npm', 'zarf:a', 'singularity:a.sif']) {
      const { code, hint } = await expectRefusal(line);
      assert.equal(code, 'E_UNSUPPORTED', line);
      assert.ok((hint ?? '') !== '', line);
    }
  });

  test('help and version are printed as text', async () => {
    const lines = ['--help', 'help', 'db --help', '--version', 'version', 'version -o json'];
    for (const line of [...lines, 'config locations']) {
      const answer = await translateGrype(line.split(' '), createTestHost(NOWHERE));
      assert.ok('text' in answer && answer.text.length > 10, line);
    }
  });

  test('a failed gate and a newer database have the exit status of Grype', async () => {
    const answer = await translateGrype(['app.tar'], createTestHost(NOWHERE));
    assert.deepEqual('statuses' in answer ? answer.statuses : undefined, [2, 100]);
  });
});

suite('configuration of Grype', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'grype-configuration-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function writeConfiguration(text: string): string {
    const path = join(folder, 'grype.yaml');
    writeFileSync(path, text);
    return path;
  }

  test('variables take precedence over a file, and flags over variables', async () => {
    const path = writeConfiguration(
      'search:\n  scope: all-layers\nname: from-file\noutput: [json]\n',
    );
    const line = await translateLine(`app.tar -c ${path} -o table`, {
      GRYPE_NAME: 'from-variable',
    });
    assert.match(line, /--scope=all-layers /);
    assert.match(line, /--name=from-variable /);
    assert.match(line, /--output=table /);
    assert.match(line, new RegExp(`--ignore-file=grype-rules:${path} `));
  });

  test('only settings that request something are reported as having no effect', async () => {
    const path = writeConfiguration(
      "log:\n  file: grype.log\ndev:\n  profile: ''\n  db:\n    debug: false\n",
    );
    const answer = await translateGrype(['app.tar', '-c', path], createTestHost(NOWHERE));
    assert.deepEqual('notes' in answer ? answer.notes : [], [`${path}: log.file has no effect`]);
  });

  test('the age of the database is translated to days', async () => {
    const translateAge = (hours: string) =>
      translateLine('a', { GRYPE_DB_MAX_ALLOWED_BUILT_AGE: hours });
    assert.match(await translateAge('120h0m0s'), /--db-max-age=5 /);
    assert.match(await translateAge('1h'), /--db-max-age=1 /);
    assert.match(await translateLine('a', { GRYPE_DB_VALIDATE_AGE: 'false' }), /--db-max-age=0 /);
  });
});
