import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTarget, PROGRAM, type TargetSeed } from '../../../test/support/comparable-target.ts';
import type { Decision } from '../../foundation/core/decision.ts';
import { compareResults } from './compare-results.ts';
import type { Side } from './difference.ts';
import { toBand } from './side.ts';

function createSide(seed: TargetSeed): Side {
  return compareResults(createTarget(seed), createTarget({})).before;
}

const SUGGESTION: Decision = {
  kind: 'derived',
  effect: 'suggestion',
  status: 'under_investigation',
  reason: 'nothing reaches it',
  author: 'plimsoll',
  source: 'rule',
  trace: [],
};
const NOTE: Decision = { ...SUGGESTION, kind: 'vex', effect: 'note', status: 'affected' };

suite('counts of one target', () => {
  test('counts packages by type, executables, files and their bytes by package', () => {
    const counted = createSide({
      packages: [
        { name: 'app', type: 'deb', ownedFiles: [{ path: '/app' }] },
        { name: 'lib', type: 'npm' },
        { name: 'other', type: 'npm' },
      ],
      files: [
        { path: '/app', sizeBytes: 100, executable: PROGRAM },
        { path: '/own', sizeBytes: 7 },
        { path: '/link', type: 'symlink', sizeBytes: 0 },
      ],
      layers: [{ digit: 'a', bytes: 200 }],
    });
    assert.deepEqual(counted.packagesByType, { deb: 1, npm: 2 });
    assert.deepEqual(
      [counted.packages, counted.executables, counted.files, counted.fileBytes, counted.layerBytes],
      [3, 1, 2, 107, 200],
    );
    assert.deepEqual(counted.bytesByPackage, [
      { name: 'app', bytes: 100 },
      { name: '', bytes: 7 },
    ]);
  });

  test('counts findings by severity and reachability, which is unknown unless requested', () => {
    const { findings } = createSide({
      packages: [{ name: 'app', type: 'deb' }],
      found: {
        app: [
          { id: 'CVE-1', severity: 'high', reach: 'required', fixState: 'fixed' },
          { id: 'CVE-2', severity: 'low', reach: 'data', fixState: 'not-fixed' },
          { id: 'CVE-3', severity: 'low', reach: 'unreachable', fixState: 'not-fixed' },
          { id: 'CVE-4', severity: 'low', fixState: 'not-fixed' },
        ],
      },
    });
    assert.equal(findings?.total, 4);
    assert.equal(findings?.fixable, 1);
    assert.equal(findings?.bySeverity.low, 3);
    assert.equal(findings?.byReach.reachable.high, 1);
    assert.equal(findings?.byReach.possible.low, 1);
    assert.equal(findings?.byReach.present.low, 1);
    assert.equal(findings?.byReach.unknown.low, 1);
  });

  test('a suggestion does not justify a finding, a statement does', () => {
    const { findings } = createSide({
      packages: [{ name: 'app', type: 'deb' }],
      found: {
        app: [
          { id: 'CVE-1' },
          { id: 'CVE-2', decisions: [SUGGESTION] },
          { id: 'CVE-3', decisions: [NOTE, SUGGESTION] },
        ],
      },
    });
    assert.deepEqual([findings?.unjustified, findings?.suggested], [2, 1]);
  });

  test('returns no counts without a database, rather than zero', () => {
    assert.equal(createSide({ database: undefined }).findings, undefined);
  });

  test('the user is root if the image names none, and unknown if there is no image', () => {
    assert.equal(createSide({}).user, 'root');
    assert.equal(createSide({ config: { User: '1000' } }).user, '1000');
    const target = { kind: 'directory', userInput: 'x', name: 'x', path: 'x' } as const;
    assert.equal(createSide({ target }).user, undefined);
  });

  test('the C library is that of the loader', () => {
    const withLoader = (path: string): Side =>
      createSide({ files: [{ path, executable: PROGRAM }] });
    assert.equal(withLoader('/lib/ld-musl-x86_64.so.1').cLibrary, 'musl');
    assert.equal(withLoader('/usr/lib/ld-linux-aarch64.so.1').cLibrary, 'glibc');
    assert.equal(withLoader('/app').cLibrary, undefined);
  });

  test('the C library is that of the packages of a document that lists no files', () => {
    const withPackages = (...names: readonly string[]): Side =>
      createSide({ packages: names.map((name) => ({ name, type: 'deb' })), files: [] });
    assert.equal(withPackages('musl').cLibrary, 'musl');
    assert.equal(withPackages('bash', 'libc6').cLibrary, 'glibc');
    assert.equal(withPackages('libc6', 'musl').cLibrary, undefined);
    const other = { name: 'musl', type: 'npm', language: 'javascript' };
    assert.equal(createSide({ packages: [other], files: [] }).cLibrary, undefined);
  });

  test('no verdict is based on a side with unreadable parts or without packages', () => {
    const problem = { code: 'E_LIMIT', path: '/x', message: '' } as never;
    const broken = createSide({
      packages: [{ name: 'app', type: 'deb' }],
      inventory: { problems: [problem] },
    });
    assert.match(broken.coverage.unreadable ?? '', /could not be read/);
    assert.match(createSide({}).coverage.unreadable ?? '', /no package/);
    assert.equal(
      createSide({ packages: [{ name: 'a', type: 'deb' }] }).coverage.unreadable,
      undefined,
    );
  });

  test('classes of reachability are grouped in four bands', () => {
    assert.deepEqual(
      [
        'required',
        'likely',
        'possible',
        'data',
        'tainted',
        'unreachable',
        'unknown',
        undefined,
      ].map((reach) => toBand(reach as never)),
      [
        'reachable',
        'reachable',
        'possible',
        'possible',
        'possible',
        'present',
        'unknown',
        'unknown',
      ],
    );
  });
});
