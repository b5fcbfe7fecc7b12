/**
 * Creates the large image of the benchmarks: a Debian system with packages of several languages, in
 * seven layers, the last of which removes files. About 2.4 GB; needs Linux, root, the network and
 * the tools that each step names. A step with a missing tool is skipped by name.
 *
 * `node bench/make-large-image.ts FOLDER [--only STEP,…]`: FOLDER becomes an OCI layout for the
 * benchmark, as `oci-dir:FOLDER`.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import zlib from 'node:zlib';
import { compareText } from '../src/foundation/core/compare-text.ts';
import { type Blob, type Layer, writeLayout } from './oci-layout.ts';

interface Step {
  readonly name: string;
  readonly tool: string;
  /** Commands that change the root; `ROOT` stands for its path. */
  readonly commands: readonly (readonly string[])[];
}

const APT_PACKAGES =
  'build-essential emacs-nox git imagemagick nginx nodejs npm perl php-cli postgresql redis ruby vim';
const PIP_PACKAGES = 'boto3 django fastapi flask jupyterlab matplotlib pandas requests sqlalchemy';
const NPM_PACKAGES =
  '@angular/cli create-react-app eslint express gatsby-cli jest mongoose next react-scripts serverless socket.io typescript webpack webpack-cli';
const MAVEN_ARTIFACTS =
  'org.apache.hadoop:hadoop-client:3.3.6 org.springframework.boot:spring-boot-starter-web:3.2.5';
const GO_PROGRAMS =
  'github.com/caddyserver/caddy/v2/cmd/caddy@v2.10.0 github.com/junegunn/fzf@v0.62.0';

const POLICY = 'ROOT/usr/sbin/policy-rc.d';

const STEPS: readonly Step[] = [
  {
    name: 'base',
    tool: 'debootstrap',
    commands: [
      ['debootstrap', '--variant=minbase', 'stable', 'ROOT'],
      // Packages installed below must not start their services on this machine.
      ['chroot', 'ROOT', 'apt-get', 'clean'],
      ['sh', '-c', `printf '#!/bin/sh\\nexit 101\\n' > ${POLICY}; chmod +x ${POLICY}`],
    ],
  },
  {
    name: 'apt',
    tool: 'chroot',
    commands: [
      ['chroot', 'ROOT', 'apt-get', 'update'],
      [
        'chroot',
        'ROOT',
        'apt-get',
        'install',
        '-y',
        '--no-install-recommends',
        ...splitWords(APT_PACKAGES),
      ],
      ['chroot', 'ROOT', 'apt-get', 'clean'],
    ],
  },
  {
    name: 'python',
    tool: 'pip3',
    commands: [
      [
        'pip3',
        'install',
        '--target',
        'ROOT/usr/local/lib/python3/dist-packages',
        ...splitWords(PIP_PACKAGES),
      ],
    ],
  },
  {
    name: 'node',
    tool: 'npm',
    commands: [
      [
        'npm',
        'install',
        '--prefix',
        'ROOT/srv/app',
        '--ignore-scripts',
        '--no-audit',
        '--legacy-peer-deps',
        ...splitWords(NPM_PACKAGES),
      ],
    ],
  },
  {
    name: 'java',
    tool: 'mvn',
    commands: splitWords(MAVEN_ARTIFACTS).map((artifact) => [
      'mvn',
      '-q',
      'dependency:get',
      `-Dartifact=${artifact}`,
      '-Dmaven.repo.local=ROOT/opt/java',
    ]),
  },
  {
    name: 'programs',
    tool: 'go',
    commands: splitWords(GO_PROGRAMS).map((program) => [
      'env',
      'GOBIN=ROOT/usr/local/bin',
      'go',
      'install',
      program,
    ]),
  },
  {
    name: 'purge',
    tool: 'chroot',
    commands: [
      ['chroot', 'ROOT', 'apt-get', 'purge', '-y', 'emacs-nox', 'nginx'],
      ['rm', '-rf', 'ROOT/var/lib/apt/lists', 'ROOT/srv/app/node_modules/webpack'],
    ],
  },
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' } },
});
const [target] = positionals;
if (target === undefined) {
  throw new Error('usage: node bench/make-large-image.ts FOLDER [--only STEP,…]');
}
const folder = mkdtempSync(join(tmpdir(), 'large-image-'));
try {
  await make(target);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function make(layout: string): Promise<void> {
  mkdirSync(join(layout, 'blobs', 'sha256'), { recursive: true });
  const root = join(folder, 'root');
  mkdirSync(root);
  const wanted = values.only?.split(',');
  const layers: Layer[] = [];
  let before = readState(root);
  for (const step of STEPS.filter(({ name }) => wanted?.includes(name) ?? true)) {
    if (!isInstalled(step.tool)) {
      printLine(`skipped: ${step.name}: ${step.tool} is not installed`);
      continue;
    }
    printLine(step.name);
    for (const command of step.commands) {
      run(command.map((word) => word.replaceAll('ROOT', root)));
    }
    const after = readState(root);
    layers.push(await createLayer(layout, root, { before, after }));
    before = after;
  }
  writeLayout(layout, layers);
}

function splitWords(text: string): string[] {
  return text.split(' ');
}

function isInstalled(tool: string): boolean {
  return spawnSync('which', [tool]).status === 0;
}

function run([program = '', ...args]: readonly string[]): void {
  const { status } = spawnSync(program, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    // This machine's directory for temporary files does not exist in the new root.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', TMPDIR: '/tmp' },
  });
  if (status !== 0) {
    throw new Error(`${program} ${args[0] ?? ''} ends with status ${status}`);
  }
}

/** Path below the root → a value that changes with the file. */
type State = ReadonlyMap<string, string>;

function readState(root: string): State {
  const state = new Map<string, string>();
  const pending = [''];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const name of readdirSync(join(root, at)).sort(compareText)) {
      const path = join(at, name);
      const status = lstatSync(join(root, path), { bigint: true });
      const { mode, uid, gid, size, mtimeNs, ino } = status;
      const isFolder = status.isDirectory();
      state.set(
        path,
        (isFolder ? [mode, uid, gid] : [mode, uid, gid, size, mtimeNs, ino]).join(':'),
      );
      if (isFolder) {
        pending.push(path);
      }
    }
  }
  return state;
}

interface Change {
  readonly before: State;
  readonly after: State;
}

/** Entries that a step added or changed, and a whiteout for each path that it removed. */
async function createLayer(
  layout: string,
  root: string,
  { before, after }: Change,
): Promise<Layer> {
  const changed = [...after.keys()].filter((path) => before.get(path) !== after.get(path));
  const gone = [...before.keys()].filter(
    (path) => !after.has(path) && (dirname(path) === '.' || after.has(dirname(path))),
  );
  const whiteouts = join(folder, 'whiteouts');
  rmSync(whiteouts, { recursive: true, force: true });
  const marks = gone.map((path) => join(dirname(path), `.wh.${basename(path)}`));
  for (const mark of marks) {
    mkdirSync(join(whiteouts, dirname(mark)), { recursive: true });
    writeFileSync(join(whiteouts, mark), '');
  }
  mkdirSync(whiteouts, { recursive: true });
  const list = join(folder, 'list');
  const listOfMarks = join(folder, 'marks');
  writeFileSync(list, changed.map((path) => `${path}\0`).join(''));
  writeFileSync(listOfMarks, marks.map((path) => `${path}\0`).join(''));
  const archive = join(folder, 'layer.tar');
  const options = ['--null', '--no-recursion', '--numeric-owner', '--sort=name'];
  run([
    'tar',
    '-cf',
    archive,
    ...options,
    '-C',
    root,
    '-T',
    list,
    '-C',
    whiteouts,
    '-T',
    listOfMarks,
  ]);
  const diffId = await computeDigest(archive);
  const blob = await storeCompressed(layout, archive);
  printLine(`  ${changed.length} paths, ${marks.length} whiteouts, ${blob.size} bytes`);
  return { ...blob, diffId };
}

async function computeDigest(path: string): Promise<string> {
  const content = createHash('sha256');
  for await (const chunk of createReadStream(path)) {
    content.update(chunk as Buffer);
  }
  return `sha256:${content.digest('hex')}`;
}

async function storeCompressed(layout: string, archive: string): Promise<Blob> {
  const compressed = `${archive}.gz`;
  await pipeline(createReadStream(archive), zlib.createGzip(), createWriteStream(compressed));
  const digest = await computeDigest(compressed);
  const { size } = lstatSync(compressed);
  const path = join(layout, 'blobs', ...digest.split(':'));
  // Temporary files are often on another file system than the result.
  await pipeline(createReadStream(compressed), createWriteStream(`${path}.new`));
  renameSync(`${path}.new`, path);
  return { digest, size };
}

function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
