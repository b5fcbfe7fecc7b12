import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { formats } from '../../src/report/output/formats.ts';
import { assertNoCiCommand } from '../support/ci-command.ts';
import { createDatabaseWorld, NEW } from '../support/database-world.ts';
import { runProgram } from '../support/run-program.ts';

const NAMES = [
  '::stop-commands::owned',
  '::error::owned',
  '##[error]owned',
  '##vso[task.setvariable variable=PATH]owned',
  "##teamcity[buildStatus text='ok']",
  'section_start:1560896352:owned',
  `${'word '.repeat(30)}::error::owned ##vso[task.complete]`,
];

/**
 * Creates a directory whose file names, package names, versions and broken files contain commands.
 */
function createHostileTarget(t: TestContext, version: string): string {
  const folder = mkdtempSync(join(tmpdir(), '##[error]owned-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('etc/os-release', 'ID=alpine\nVERSION_ID=3.10.1\nPRETTY_NAME="::error::owned"\n');
  const needy = NAMES.map((name) => `P:${name}\nV:1\nA:x86_64\nD:musl\n\n`).join('');
  write('lib/apk/db/installed', `P:musl\nV:1.1.20-r0\nA:x86_64\n\n${needy}`);
  const packages = NAMES.map((name) => [`node_modules/${name}`, { version: `${name}${version}` }]);
  write(
    'app/package-lock.json',
    JSON.stringify({ lockfileVersion: 3, packages: Object.fromEntries(packages) }),
  );
  write('app/\n::error::owned/package-lock.json', '{"lockfileVersion":');
  write('app/##[error]owned/node_modules/x/package.json', '{"name":');
  return `dir:${folder}`;
}

test('no output of any command contains a command to a CI system', async (t) => {
  const { mirror, root, db } = await createDatabaseWorld(t);
  mirror.publishTiny(NEW);
  assert.equal((await db('update')).status, 0);
  const [first, second] = [createHostileTarget(t, '1'), createHostileTarget(t, '2')];
  const environment = {
    PLIMSOLL_DB: root,
    PLIMSOLL_DB_MAX_AGE: '0',
    PLIMSOLL_CACHE: 'false',
    PLIMSOLL_OFFLINE: 'true',
  };
  const lines: string[][] = [
    ['compare', first, second],
    ['compare', first, second, '-o', 'markdown'],
    ['why', first, 'CVE-2020-0001'],
    ['why', first, 'CVE-2020-9999'],
    ['why', first, second],
    ['sbom', first, '--grade'],
    ['scan', '::error::owned'],
    ['scan', `${first}/##[error]owned`],
    ['::error::owned', 'x'],
    ['sbom', first, '-o', '##vso[owned]'],
  ];
  for (const { id, carries, takesTemplate } of formats) {
    if (id !== 'github-annotations' && takesTemplate !== true) {
      const command = carries.includes('inventory') ? 'sbom' : 'scan';
      lines.push([command, first, '-o', id]);
      if (carries.includes('findings')) lines.push(['scan', first, '-o', id]);
    }
  }
  for (const line of lines) {
    const { stdout, stderr } = await runProgram([...line, '-v'], environment);
    assert.match(stdout + stderr, /owned|E_FORMAT/i, line.join(' '));
    assertNoCiCommand(stdout, `stdout of ${line.join(' ')}`);
    assertNoCiCommand(stderr, `stderr of ${line.join(' ')}`);
  }
});
