import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createPackage } from '../../../test/support/inventory.ts';
import { SAMPLE_FINDINGS, SAMPLE_INVENTORY } from '../../../test/support/sample-report.ts';
import { describeCoverage } from '../present/coverage-summary.ts';
import { type Coverage, findBlindReason, measureCoverage } from './coverage.ts';
import type { Findings } from './finding.ts';
import type { Inventory, InventoryFile } from './inventory.ts';
import { RECOGNIZED_BY } from './recognized.ts';

const LOADER = '/lib/ld-musl-x86_64.so.1';

function createProgram(path: string, sizeBytes: number, interpreter?: string): InventoryFile {
  return {
    path,
    type: 'regular',
    mode: 0o755,
    uid: 0,
    gid: 0,
    sizeBytes,
    mimeType: 'application/x-executable',
    executable: {
      format: 'elf',
      hasExports: false,
      hasEntrypoint: true,
      importedLibraries: [],
      ...(interpreter === undefined ? {} : { interpreter }),
    },
  };
}

const MUSL = createPackage({
  key: '0000000000000001',
  name: 'musl',
  version: '1.2.5-r0',
  type: 'apk',
});

/** An inventory in which one package installed the given paths. */
function createInventory(files: readonly InventoryFile[], owned: readonly string[]): Inventory {
  return {
    ...SAMPLE_INVENTORY,
    problems: [],
    problemsNotListed: 0,
    packages: [MUSL],
    files,
    relationships: owned.map((path) => ({ kind: 'contains-file', from: MUSL.key, path })),
  };
}

function formatReasons({ reasons }: Coverage): string[] {
  return reasons.map(({ about, verdict }) => `${about}: ${verdict}`);
}

const NOTHING: Findings = {
  database: SAMPLE_FINDINGS.database,
  findings: [],
  ignored: [],
  unevaluated: [],
  alerts: [],
};

suite('coverage', () => {
  const files = [createProgram('/bin/sh', 900, LOADER), createProgram(LOADER, 100)];

  test('is supported if packages explain every executable', () => {
    const coverage = measureCoverage(createInventory(files, ['/bin/sh', LOADER]), NOTHING);
    assert.equal(coverage.verdict, 'supported');
    assert.equal(coverage.explainedShare, 1);
    assert.deepEqual(describeCoverage(coverage), []);
  });

  test('lists files without a package, the largest first, with their share of the bytes', () => {
    const more = [...files, createProgram('/opt/small', 200), createProgram('/opt/large', 400)];
    const coverage = measureCoverage(createInventory(more, ['/bin/sh', LOADER]), NOTHING);
    assert.equal(coverage.verdict, 'partial');
    assert.equal(coverage.explainedShare, 0.625);
    assert.equal(coverage.unexplainedBytes, 600);
    const paths = coverage.unexplained.map(({ path }) => path);
    assert.deepEqual(paths, ['/opt/large', '/opt/small']);
    const lines = describeCoverage(coverage);
    assert.match(lines[0] ?? '', /2 executables with 37\.5 % of the bytes/);
    assert.equal(lines[2], '  /opt/large (400 B)');
  });

  test('counts as not evaluated if packages explain less than 60 % of the executables', () => {
    for (const [sizeBytes, verdict] of [
      [660, 'partial'],
      [670, 'unsupported'],
    ] as const) {
      const more = [...files, createProgram('/opt/large', sizeBytes)];
      const coverage = measureCoverage(createInventory(more, ['/bin/sh', LOADER]), NOTHING);
      assert.equal(coverage.verdict, verdict);
      assert.equal(findBlindReason({ coverage }) === undefined, verdict === 'partial');
    }
    const more = [...files, createProgram('/opt/large', 3000)];
    const coverage = measureCoverage(createInventory(more, ['/bin/sh', LOADER]), NOTHING);
    assert.equal(
      describeCoverage(coverage)[0],
      'Not evaluated: 1 executable with 75.0 % of the bytes of all executables belong to no package.',
    );
  });

  test('is partial if packages were recognized without a record', () => {
    const one = createInventory(files, ['/bin/sh', LOADER]);
    const packages = [{ ...MUSL, foundBy: RECOGNIZED_BY }];
    const coverage = measureCoverage({ ...one, packages }, NOTHING);
    assert.deepEqual(formatReasons(coverage), ['packages: partial']);
  });

  test('counts files that a package only lists, including below a directory merged into /usr', () => {
    const listed = ['/bin/tool', '/usr/bin/other', '/lib/x86_64-linux-gnu/a.so', '/opt/bin/x'];
    const pkg = { ...MUSL, otherOwnedFiles: listed.map((path) => ({ path })) };
    const present = ['/usr/bin/tool', '/usr/bin/other', '/usr/lib/x86_64-linux-gnu/a.so'];
    const programs = [...present, '/usr/opt/bin/x'].map((path) => createProgram(path, 1));
    const coverage = measureCoverage(
      { ...createInventory(programs, []), packages: [pkg] },
      NOTHING,
    );
    assert.deepEqual(
      coverage.unexplained.map(({ path }) => path),
      ['/usr/opt/bin/x'],
    );
  });

  test('a small unowned program does not make it partial', () => {
    const more = [...files, createProgram('/opt/small', 20)];
    const coverage = measureCoverage(createInventory(more, ['/bin/sh', LOADER]), NOTHING);
    assert.equal(coverage.verdict, 'supported');
    assert.equal(coverage.unexplained.length, 1);
  });

  test('evidence of a package explains its executable', () => {
    const found = { kind: 'evident-by', from: MUSL.key } as const;
    const one = createInventory([createProgram('/opt/app', 800)], []);
    const location = { path: '/opt/app', accessPath: '/opt/app' };
    const coverage = measureCoverage({ ...one, relationships: [{ ...found, location }] });
    assert.equal(coverage.explainedShare, 1);
  });

  test('a loader without a package means that the package database is missing', () => {
    const coverage = measureCoverage(createInventory(files, ['/bin/sh']), NOTHING);
    assert.equal(coverage.verdict, 'unsupported');
    assert.deepEqual(formatReasons(coverage), [
      'package-database: unsupported',
      'executables: partial',
    ]);
  });

  test('the loader is identified by its base name, because programs request it by a link', () => {
    const real = '/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2';
    const shell = createProgram('/usr/bin/dash', 900, '/lib64/ld-linux-x86-64.so.2');
    const gone = measureCoverage(createInventory([shell, createProgram(real, 100)], []), NOTHING);
    assert.equal(gone.verdict, 'unsupported');
    assert.match(describeCoverage(gone)[0] ?? '', /^Not covered: \/usr\/lib\/.*package database/);
    const old = createProgram('/lib/x86_64-linux-gnu/ld-2.31.so', 100);
    assert.equal(
      measureCoverage(createInventory([shell, old], []), NOTHING).verdict,
      'unsupported',
    );
  });

  test('the loader of an application does not indicate a missing package database', () => {
    const copy = createProgram('/opt/app/lib/ld-musl-x86_64.so.1', 100);
    const coverage = measureCoverage(
      createInventory([...files, copy], ['/bin/sh', LOADER]),
      NOTHING,
    );
    assert.deepEqual(formatReasons(coverage), ['executables: partial']);
  });

  test('is never supported if nothing is found', () => {
    const coverage = measureCoverage({ ...createInventory([], []), packages: [] }, NOTHING);
    assert.deepEqual(formatReasons(coverage), ['packages: partial']);
    assert.equal(coverage.explainedShare, undefined);
  });

  test('an end of life takes precedence over gaps, and missing data over both', () => {
    const alert = { message: 'ended', packageKeys: [] };
    const unevaluated = [{ packageKey: MUSL.key, why: 'no-version', detail: '' }] as const;
    const one = createInventory(files, ['/bin/sh', LOADER]);
    const ended = { ...NOTHING, alerts: [{ kind: 'distro-end-of-life', ...alert }] } as const;
    assert.equal(measureCoverage(one, ended).verdict, 'end-of-life');
    assert.match(
      describeCoverage(measureCoverage(one, ended))[0] ?? '',
      /has reached its end of life/,
    );
    assert.equal(measureCoverage(one, { ...NOTHING, unevaluated }).verdict, 'partial');
    const unknown = {
      ...NOTHING,
      alerts: [...ended.alerts, { kind: 'distro-unknown', ...alert }],
    } as const;
    assert.equal(measureCoverage(one, unknown).verdict, 'unsupported');
    const without = { ...NOTHING, database: undefined };
    assert.equal(measureCoverage(one, without).verdict, 'unsupported');
  });

  test('problems make it partial', () => {
    const one = { ...createInventory(files, ['/bin/sh', LOADER]), problemsNotListed: 1 };
    assert.deepEqual(formatReasons(measureCoverage(one, NOTHING)), ['problems: partial']);
  });

  test('escapes names of an image for the terminal', () => {
    const coverage = measureCoverage(
      createInventory([createProgram('/opt/\u001b[31m', 80)], []),
      NOTHING,
    );
    assert.ok(!describeCoverage(coverage).join('').includes('\u001b'));
  });
});
