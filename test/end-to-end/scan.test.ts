import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PROGRAM, ROOT } from '../support/run-program.ts';

const SAMPLE = join(ROOT, 'examples', 'sample-alpine.oci.tar');

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-end-to-end-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a user does, with its own cache and temporary directory. */
function runPlimsoll(...args: readonly string[]): Run {
  const environment = {
    PATH: process.env['PATH'],
    HOME: folder,
    TMPDIR: folder,
    PLIMSOLL_CACHE_DIR: join(folder, 'cache'),
    PLIMSOLL_OFFLINE: 'true',
    SOURCE_DATE_EPOCH: '1767398400',
  };
  return spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
}

describe('plimsoll on a sample image', () => {
  test('prints the packages as a table on stdout and one line per stage on stderr', () => {
    const { status, stdout, stderr } = runPlimsoll('sbom', SAMPLE);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^NAME +VERSION +TYPE\n/);
    assert.match(stdout, /^musl +\S+ +apk$/m);
    assert.match(stderr, /^Parsed image: sha256:[0-9a-f]{64}$/m);
    assert.match(stderr, /^Cataloged contents: .*\d+ packages/m);
  });

  test('lists a package that a later layer upgraded once, in its new version', () => {
    const { stdout } = runPlimsoll('sbom', SAMPLE, '-o', 'json', '-q');
    const { inventory } = JSON.parse(stdout) as {
      inventory: { packages: { name: string; introducedIn?: string }[] };
    };
    const names = inventory.packages.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    const layers = new Set(inventory.packages.map(({ introducedIn }) => introducedIn));
    assert.equal(layers.size, 2, 'packages of both layers are distinguished');
  });

  test('states without a database that nothing was evaluated, and exits with 4 on request', () => {
    const plain = runPlimsoll('scan', SAMPLE);
    assert.equal(plain.status, 0, plain.stderr);
    assert.match(plain.stdout, /not evaluated/i);
    assert.doesNotMatch(plain.stdout, /No vulnerabilities found/);
    assert.equal(runPlimsoll('scan', SAMPLE, '--fail-incomplete').status, 4);
  });

  test('writes the same bytes three times, in every format', () => {
    for (const format of ['json', 'syft-json', 'sbom-table']) {
      const outputs = [1, 2, 3].map(() => runPlimsoll('sbom', SAMPLE, '-q', '-o', format).stdout);
      assert.ok((outputs[0] ?? '').length > 100, format);
      assert.equal(new Set(outputs).size, 1, format);
    }
  });

  test('several outputs go to several files, which do not exist if the run fails', () => {
    const [first, second] = [join(folder, 'a.json'), join(folder, 'b.json')];
    const done = runPlimsoll(
      'sbom',
      SAMPLE,
      '-q',
      '-o',
      `json=${first}`,
      '-o',
      `syft-json=${second}`,
    );
    assert.equal(done.status, 0, done.stderr);
    assert.equal(done.stdout, '');
    for (const file of [first, second]) {
      JSON.parse(readFileSync(file, 'utf8'));
    }
    const failed = runPlimsoll('sbom', SAMPLE, '-o', `json=${join(folder, 'absent', 'c.json')}`);
    assert.match(failed.stderr, /error\[E_OUTPUT\]/);
  });

  test('the demo finds the vulnerabilities of its advisories and needs no database', () => {
    const { status, stdout, stderr } = runPlimsoll('demo');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /CVE-2024-9143/);
    assert.match(stdout, /^52 findings: 1 low, 41 negligible, 10 unknown\.$/m);
    assert.match(stdout, /^39 findings in the image, 39 from its SBOM: 39 are the same\.$/m);
    assert.match(stderr, /^Next, scan your own image: /);
  });

  test('leaves nothing behind in the temporary directory', () => {
    runPlimsoll('sbom', SAMPLE, '-q');
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('plimsoll-')),
      [],
    );
  });
});

describe('user errors', () => {
  const cases = [
    { args: ['sbom', 'nosuch-image.tar'], status: 5, code: 'E_TARGET_UNKNOWN' },
    { args: ['sbom', SAMPLE, '-o', 'nosuch'], status: 3, code: 'E_FORMAT' },
    { args: ['sbom', SAMPLE, '--nosuch'], status: 3, code: 'E_USAGE' },
    { args: ['sbom', SAMPLE, '--platform', 'windows/s390x'], status: 3, code: 'E_PLATFORM' },
    { args: ['db', 'import', 'nosuch.tar.zst'], status: 1, code: 'E_DB_IMPORT' },
  ] as const;
  for (const { args, status, code } of cases) {
    test(`${args.join(' ').replaceAll(ROOT, '')} exits with ${code} and a hint`, () => {
      const run = runPlimsoll(...args);
      assert.equal(run.status, status, run.stderr);
      assert.match(run.stderr, new RegExp(`error\\[${code}\\]`));
      assert.match(run.stderr, /^hint: /m);
      assert.equal(run.stdout, '');
    });
  }

  test('reports a damaged archive as an error, even with -q', () => {
    const damaged = join(folder, 'damaged.tar');
    writeFileSync(damaged, readFileSync(SAMPLE).subarray(0, 9_000));
    const { status, stderr } = runPlimsoll('sbom', damaged, '-q');
    assert.equal(status, 1);
    assert.match(stderr, /^error\[E_/m);
  });
});
