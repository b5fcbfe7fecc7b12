import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { EXIT_STATUS } from '../../src/foundation/core/error.ts';
import { buildDatabase, DEFAULT_LIMITS, SILENT } from '../../src/index.ts';
import { ROOT, runProgram } from '../support/run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-exit-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const DATABASE = join(folder, 'db');
const SAFE = join(folder, 'safe.purls');
const BAD = join(folder, 'bad.purls');
const CUT = join(folder, 'cut.oci.tar');
const UNKNOWN = join(folder, 'notes.json');
const DOUBTFUL = join(folder, 'doubtful.purls');
const NO_DATABASE = ['--cache-dir', join(folder, 'cache')];
const WITH_DATABASE = ['--db', DATABASE, '--db-max-age', '0'];

/** Each cause of each exit status: the arguments, and standard error with `-q`. */
const PATHS: readonly (readonly [
  status: keyof typeof EXIT_STATUS,
  args: string[],
  says: RegExp,
])[] = [
  ['fine', ['scan', SAFE, ...WITH_DATABASE], /^$/],
  ['fine', ['scan', SAFE, ...WITH_DATABASE, '--fail-on', 'low', '--fail-incomplete'], /^$/],
  ['fine', ['scan', BAD, ...WITH_DATABASE], /^$/],
  ['fine', ['sbom', SAFE, '-o', 'json'], /^$/],
  ['fine', ['compare', BAD, SAFE, ...WITH_DATABASE], /^$/],
  ['fine', ['--version'], /^$/],
  ['toolError', ['sbom', CUT], /^error\[E_IMAGE_INVALID\]/],
  ['toolError', ['sbom', `sbom:${UNKNOWN}`, '-o', 'json'], /^error\[E_DOCUMENT_UNKNOWN\]/],
  ['toolError', ['db', 'import', SAFE, '--db', join(folder, 'new')], /^error\[E_DB_IMPORT\]/],
  ['gateFailed', ['scan', BAD, ...WITH_DATABASE, '--fail-on', 'high'], /^failed: --fail-on/],
  [
    'gateFailed',
    ['compare', SAFE, BAD, ...WITH_DATABASE, '--fail-on-difference', 'findings'],
    /^failed: --fail-on-difference/,
  ],
  ['usage', ['scan', SAFE, '--nosuch'], /^error\[E_USAGE\]/],
  ['usage', ['sbom', SAFE, '-o', 'nosuch'], /^error\[E_FORMAT\]/],
  ['usage', ['sbom', SAFE, '--config', UNKNOWN], /^error\[E_CONFIG\]/],
  ['usage', [], /^Examples\n/],
  ['incomplete', ['scan', SAFE, ...NO_DATABASE, '--fail-incomplete'], /^incomplete: /],
  ['incomplete', ['scan', SAFE, ...NO_DATABASE, '--fail-on', 'low'], /^unknown: --fail-on/],
  ['incomplete', ['scan', DOUBTFUL, ...WITH_DATABASE, '--fail-incomplete'], /^incomplete: /],
  [
    'incomplete',
    ['compare', DOUBTFUL, DOUBTFUL, ...WITH_DATABASE, '--fail-incomplete'],
    /^incomplete: /,
  ],
  ['unreachable', ['sbom', join(folder, 'nosuch.tar')], /^error\[E_TARGET_UNKNOWN\]/],
  ['unreachable', ['sbom', 'registry:127.0.0.1:1/a/b:c'], /^error\[E_OFFLINE\]/],
];

before(async () => {
  const file = join(ROOT, 'examples', 'advisories', 'osv-npm.json');
  const options = { progress: SILENT, limits: DEFAULT_LIMITS, now: '2026-01-02T00:00:00Z' };
  await buildDatabase([{ provider: 'osv', file }], DATABASE, options);
  writeFileSync(SAFE, 'pkg:npm/left-pad@1.3.0\n');
  writeFileSync(BAD, 'pkg:npm/ejs@3.1.5\n');
  writeFileSync(DOUBTFUL, 'pkg:npm/ejs\n');
  writeFileSync(UNKNOWN, '{"no": "document", "nor": "configuration"}\n');
  writeFileSync(CUT, Buffer.alloc(1_000, 'oci-layout\0'));
});

suite('exit status', () => {
  for (const [name, args, says] of PATHS) {
    const line = args.map((arg) => arg.replaceAll(folder, '')).join(' ');
    test(`${EXIT_STATUS[name]} for "${line}"`, async () => {
      const { status, stderr } = await runProgram([...args, '--offline', '-q'], {
        SOURCE_DATE_EPOCH: '1767398400',
      });
      assert.equal(status, EXIT_STATUS[name], stderr);
      assert.match(stderr, says);
    });
  }

  test('each status has a test case', () => {
    const { updateAvailable: _ofDbCheck, ...statuses } = EXIT_STATUS;
    assert.deepEqual(new Set(PATHS.map(([name]) => name)), new Set(Object.keys(statuses)));
  });
});
