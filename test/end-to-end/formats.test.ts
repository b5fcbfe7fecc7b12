import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { ALPINE, createAlpineLayer, DecidedWorld } from '../support/decided-image.ts';
import { PROGRAM, ROOT } from '../support/run-program.ts';

const SAMPLE = join(ROOT, 'examples', 'sample-alpine.oci.tar');

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-formats-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  program: string,
  args: readonly string[],
  more: Record<string, string> = {},
  input = '',
): Run {
  return spawnSync(process.execPath, [program, ...args], {
    input,
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      TMPDIR: folder,
      PLIMSOLL_CACHE_DIR: join(folder, 'cache'),
      PLIMSOLL_OFFLINE: 'true',
      SOURCE_DATE_EPOCH: '1767398400',
      ...more,
    },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
}

function runPlimsoll(...args: readonly string[]): Run {
  return run(PROGRAM, args);
}

suite('formats on the command line', () => {
  test('writes the same of an image and of its SBOM, and reports what a format does not support', () => {
    assert.equal(runPlimsoll('sbom', SAMPLE, '-q', '-o', 'json=all.json').status, 0);
    const direct = runPlimsoll('sbom', SAMPLE, '-q', '-o', 'spdx-json@3.0').stdout;
    const { status, stdout, stderr } = runPlimsoll('sbom', 'all.json', '-o', 'spdx-json@3.0');
    assert.equal(status, 0, stderr);
    assert.equal(stdout, direct);
    assert.match(stderr, /^note: spdx-json cannot represent: 4 digests and modes of files /m);
    const losses = runPlimsoll('sbom', 'all.json', '-o', 'purls').stderr;
    assert.match(losses, /^note: purls cannot represent: 4 licenses, .*3 dependencies/m);
  });

  test('a conversion requires a document, and a supported combination', () => {
    assert.match(
      runPlimsoll('sbom', `sbom:${SAMPLE}`, '-o', 'purls').stderr,
      /^error\[E_DOCUMENT_UNKNOWN\]/m,
    );
    for (const target of ['all.json', SAMPLE]) {
      const { status, stderr } = runPlimsoll('sbom', target, '-o', 'sarif');
      assert.match(stderr, /^error\[E_FORMAT\]/m);
      assert.equal(status, 3);
    }
  });

  test('keeps the findings of a document, also from standard input, and reports lost ones', async () => {
    using world = new DecidedWorld();
    const about = { provider: 'alpine', system: 0, ecosystem: 'apk', name: 'musl' };
    const ranges = [{ scheme: 'apk', constraint: '< 2', fix: '2' }];
    await world.addDatabase('db', {
      ...ALPINE,
      statements: [{ ...about, id: 'CVE-2025-1', ranges }],
    });
    const image = world.writeImage(createAlpineLayer(['musl 1']));
    const { stdout: result } = await world.run('scan', image, '-q', '-o', 'json');
    writeFileSync(join(folder, 'result.json'), result);
    const sarif = runPlimsoll('sbom', 'result.json', '-q', '-o', 'sarif');
    assert.match(sarif.stdout, /"ruleId": ?"CVE-2025-1/, sarif.stderr);
    const lossy = runPlimsoll('sbom', 'result.json', '-o', 'purls');
    assert.match(lossy.stderr, /^note: purls cannot represent: 1 vulnerability findings, /m);
    const piped = run(PROGRAM, ['sbom', '-', '-q', '-o', 'sarif'], {}, result);
    assert.equal(piped.stdout, sarif.stdout, piped.stderr);
    const table = runPlimsoll('sbom', 'result.json');
    assert.match(table.stdout, /^musl +1 +apk/m);
    assert.doesNotMatch(table.stderr, /cannot represent/);
  });

  test('merges several documents into one with unique packages', () => {
    runPlimsoll('sbom', SAMPLE, '-q', '-o', 'json=all.json', '-o', 'cyclonedx-json=all.cdx.json');
    const { status, stdout, stderr } = runPlimsoll(
      'sbom',
      '--merge',
      'all.json',
      'all.cdx.json',
      SAMPLE,
      '--name',
      'whole',
      '-q',
      '-o',
      'json',
    );
    assert.equal(status, 0, stderr);
    const { inventory } = JSON.parse(stdout) as {
      inventory: { packages: unknown[]; target: { name: string }; distro: { id: string } };
    };
    assert.equal(inventory.packages.length, 4);
    assert.deepEqual([inventory.target.name, inventory.distro.id], ['whole', 'alpine']);
    assert.equal(runPlimsoll('sbom', 'all.json', SAMPLE).status, 3);
  });

  test('the grade lists missing elements for each standard, also for programs', () => {
    const { stdout } = runPlimsoll('sbom', SAMPLE, '-q', '--grade');
    assert.match(stdout, /^NTIA minimum elements \(2021\): \d of 7 elements$/m);
    const json = runPlimsoll('sbom', SAMPLE, '-q', '--grade', '-o', 'json').stdout;
    const { standards } = JSON.parse(json) as { standards: { id: string }[] };
    assert.deepEqual(
      standards.map(({ id }) => id),
      ['ntia-2021', 'cisa-2025', 'bsi-tr-03183-2'],
    );
  });

  test('renders a user template, which must exist', () => {
    writeFileSync(join(folder, 'a.tmpl'), '{{range .artifacts}}{{.name}} {{end}}');
    const { stdout } = runPlimsoll('sbom', SAMPLE, '-q', '-o', 'template', '-t', 'a.tmpl');
    assert.equal(stdout, 'busybox libcrypto1.1 musl sqlite-libs ');
    for (const command of ['sbom', 'scan']) {
      const missing = runPlimsoll(command, SAMPLE, '-o', 'template', '--offline');
      assert.match(missing.stderr, /^error\[E_TEMPLATE\]: -o template requires a template/);
      assert.equal(missing.status, 3);
    }
  });

  test('writes user-supplied target facts to the document', () => {
    const { stdout } = runPlimsoll(
      'sbom',
      SAMPLE,
      '-q',
      '--target-version',
      '2.1',
      '--target-supplier',
      'Example',
      '-o',
      'cyclonedx-json',
    );
    const { metadata } = JSON.parse(stdout) as {
      metadata: { component: { version: string; supplier: { name: string } } };
    };
    assert.deepEqual(
      [metadata.component.version, metadata.component.supplier.name],
      ['2.1', 'Example'],
    );
  });
});

suite('called as syft', () => {
  test('a link of that name accepts the flags of Syft', () => {
    const link = join(folder, 'syft');
    symlinkSync(PROGRAM, link);
    const { status, stdout, stderr } = run(link, [SAMPLE, '-q', '-o', 'purls']);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, runPlimsoll('syft', 'scan', SAMPLE, '-q', '-o', 'purls').stdout);
    assert.equal(stdout.split('\n').length, 5);
  });

  test('accepts every scan flag of Syft at once', () => {
    const flags =
      '-s squashed --platform linux/amd64 --exclude **/nothing --source-name n --source-version 1 ' +
      '--source-supplier s --select-catalogers -java --override-default-catalogers image ' +
      '--parallelism 2 --from oci-archive -q';
    const { status, stdout, stderr } = runPlimsoll('syft', SAMPLE, ...flags.split(' '), '-o=json');
    assert.equal(status, 0, stderr);
    const { source } = JSON.parse(stdout) as { source: Record<string, string> };
    assert.deepEqual([source['name'], source['version'], source['supplier']], ['n', '1', 's']);
  });

  test('any error exits with 1, as in Syft, and has its code', () => {
    for (const [line, code] of [
      ['nothing.tar', 'E_TARGET_UNKNOWN'],
      [`${SAMPLE} --enrich all`, 'E_UNSUPPORTED'],
      [`${SAMPLE} --what`, 'E_USAGE'],
      [`${SAMPLE} -o bogus`, 'E_FORMAT'],
    ] as const) {
      const { status, stderr } = runPlimsoll('syft', ...line.split(' '));
      assert.equal(status, 1, line);
      assert.match(stderr, new RegExp(`^error\\[${code}\\]`), line);
    }
  });

  test('reads variables and files of Syft', () => {
    writeFileSync(join(folder, '.syft.yaml'), 'output: [purls]\nquiet: true\n');
    assert.match(runPlimsoll('syft', SAMPLE).stdout, /^pkg:apk/);
    const file = join(folder, 'out.txt');
    run(PROGRAM, ['syft', SAMPLE], { SYFT_OUTPUT: `text=${file}` });
    assert.match(readFileSync(file, 'utf8'), /^\[Image\]/);
    rmSync(join(folder, '.syft.yaml'));
  });
});
