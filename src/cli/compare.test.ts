import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'compare-command-'));
after(() => rmSync(folder, { recursive: true }));

/** Creates a CycloneDX document of npm packages, with a different serial number each time. */
function writeBom(name: string, ...packages: readonly string[]): string {
  const file = join(folder, `${name}.cdx.json`);
  const components = packages.map((text) => {
    const [package_ = '', version = ''] = text.split('@');
    return { type: 'library', name: package_, version, purl: `pkg:npm/${package_}@${version}` };
  });
  writeFileSync(file, JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components }));
  return file;
}

const OLD = writeBom('old', 'left-pad@1.0.0', 'lodash@4.17.20');
const NEW = writeBom('new', 'lodash@4.17.21', 'minimist@1.2.8');
const SLIM = writeBom('slim', 'lodash@4.17.21');

async function compare(...args: readonly string[]) {
  return await runPlimsoll('compare', ...args);
}

async function scanTarget(target: string) {
  return await runPlimsoll('scan', target, '-o', 'json');
}

async function runPlimsoll(...args: readonly string[]) {
  let stdout = '';
  let stderr = '';
  const status = await run([...args, '--offline'], {
    environment: { HOME: '/nonexistent', PLIMSOLL_CACHE_DIR: join(folder, 'cache') },
    stdout: { write: (text) => void (stdout += text) },
    stderr: { write: (text) => void (stderr += text), on: () => undefined, off: () => undefined },
    resources: new DisposableStack(),
  });
  return { status, stdout, stderr };
}

suite('plimsoll compare', () => {
  test('reports changes of packages, and the parts that are unknown', async () => {
    const { status, stdout } = await compare(OLD, NEW, '--all');
    assert.equal(status, 0);
    assert.match(stdout, /upgraded: lodash 4\.17\.20 → 4\.17\.21/);
    assert.match(stdout, /removed: left-pad 1\.0\.0/);
    assert.match(stdout, /No attack surface verdict/);
    assert.match(stdout, /^The findings of \S+ and \S+ could not be counted/);
    assert.match(stdout, /executables +unknown/);
  });

  test('reports how to get a database if there is none', async () => {
    const { stderr } = await compare(OLD, NEW);
    assert.match(stderr, /hint: run "plimsoll db update"/);
    assert.equal(stderr.match(/hint:/g)?.length, 1);
  });

  test('reports no differences between a document and itself', async () => {
    const { stdout } = await compare(OLD, OLD, '-o', 'json');
    const { packages, files, findings } = JSON.parse(stdout);
    assert.deepEqual([packages, files, findings], [[], [], []]);
  });

  test('distinguishes an image from a document of it with the same name', async () => {
    const image = join(import.meta.dirname, '..', '..', 'examples', 'sample-alpine.oci.tar');
    const { inventory } = JSON.parse((await scanTarget(image)).stdout);
    const saved = join(folder, 'saved.json');
    writeFileSync(saved, (await scanTarget(image)).stdout);
    assert.match(inventory.target.name, /sample-alpine/);
    const { stdout } = await compare(saved, image, '-o', 'json');
    const { before, after: second } = JSON.parse(stdout);
    assert.deepEqual([before.name, second.name], [saved, image]);
    const { stdout: same } = await compare(saved, saved, '-o', 'json');
    assert.deepEqual(inventory.target.tags, [JSON.parse(same).before.name]);
  });

  test('writes several formats at once', async () => {
    const [page, markdown] = [join(folder, 'page.html'), join(folder, 'page.md')];
    const { status, stdout } = await compare(
      OLD,
      NEW,
      '-o',
      `html=${page}`,
      '-o',
      `md=${markdown}`,
    );
    assert.deepEqual([status, stdout], [0, '']);
    assert.match(readFileSync(page, 'utf8'), /^<!doctype html>[\s\S]*<\/html>\n$/);
    assert.match(readFileSync(markdown, 'utf8'), /^## .*old\.cdx\.json compared with /);
  });

  test('a gate fails with status 2, or 4 if its value is unknown', async () => {
    const failed = await compare(OLD, NEW, '--fail-on-difference', 'packages');
    assert.equal(failed.status, 2);
    assert.match(failed.stderr, /failed: --fail-on-difference packages: minimist/);
    assert.equal((await compare(NEW, NEW, '--fail-on-difference', 'packages')).status, 0);
    for (const gate of ['findings', 'privileges', 'executables', 'surface']) {
      const { status, stderr } = await compare(OLD, NEW, '--fail-on-difference', gate);
      assert.equal(status, 4, gate);
      assert.match(stderr, /unknown: --fail-on-difference/);
    }
  });

  test('an accepted change does not fail, and an unused decision is reported', async () => {
    const file = join(folder, 'accepted.yaml');
    writeFileSync(
      file,
      `differences:
  - {section: packages, name: minimist, reason: asked for, owner: ops}
  - {section: files, name: /nothing, reason: none}
`,
    );
    const accepted = ['--accept', file, '--fail-on-difference', 'packages'];
    const { status, stdout, stderr } = await compare(OLD, NEW, '--all', ...accepted);
    assert.equal(status, 0);
    assert.match(stdout, /added: minimist 1\.2\.8 \[accepted: asked for \(ops\)\]/);
    assert.match(stderr, /differences 2 matches no change/);
  });

  test('more than two targets have a column each, compared with the first', async () => {
    const page = join(folder, 'three.html');
    const args = [OLD, NEW, SLIM, '-o', 'table', '-o', `html=${page}`];
    const { status, stdout, stderr } = await compare(...args);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^ +OLD\.CDX\.JSON +NEW\.CDX\.JSON +SLIM\.CDX\.JSON$/m);
    assert.match(stdout, /^packages +2 +2 +1$/m);
    assert.match(stdout, /^From old\.cdx\.json to new\.cdx\.json:$/m);
    assert.match(stdout, /^From old\.cdx\.json to slim\.cdx\.json:\n(?: .*\n)*? {2}Packages: /m);
    assert.match(stderr, /^Read another target: .*slim\.cdx\.json/m);
    assert.match(readFileSync(page, 'utf8'), /<title>old\.cdx\.json, new\.cdx\.json, slim/);
    const { differences, targets } = JSON.parse(
      (await compare(OLD, NEW, SLIM, '-o', 'json')).stdout,
    );
    assert.deepEqual(
      targets.map(({ packages }: { packages: number }) => packages),
      [2, 2, 1],
    );
    const alone = JSON.parse((await compare(OLD, SLIM, '-o', 'json')).stdout);
    assert.deepEqual(differences[1].packages, alone.packages);
  });

  test('options for two targets are refused with three', async () => {
    const file = join(folder, 'accepts.yaml');
    writeFileSync(file, 'differences: []\n');
    for (const [flag, value] of [
      ['--fail-on-difference', 'packages'],
      ['--accept', file],
      ['--earlier-db', folder],
    ] as const) {
      const { status, stderr } = await compare(OLD, NEW, SLIM, flag, value);
      assert.equal(status, 3, flag);
      assert.match(stderr, new RegExp(`${flag} needs exactly two targets, but 3 were given`));
      assert.match(stderr, new RegExp(`hint: compare two of them, .* ${flag}`));
    }
  });

  test('invalid options are refused before anything is read', async () => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [[OLD], /needs two targets/],
      [[OLD, NEW, '--fail-on-difference', 'finding'], /invalid value "finding"/],
      [[OLD, NEW, '--accept', join(folder, 'absent.yaml')], /could not read/],
      [[OLD, NEW, '-o', 'sarif'], /sarif/],
    ];
    for (const [args, message] of cases) {
      const { status, stderr } = await compare(...args);
      assert.equal(status, 3, args.join(' '));
      assert.match(stderr, message);
    }
  });
});
