// Runs the recipes of removal plans in the roots of recorded images, and compares what they remove
// with the prediction: `npm run conformance -- recipes FOLDER`. Needs root; roots are created in
// FOLDER, outside of the repository. Not part of `npm test`.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readManagerState } from '../../src/assess/read-manager-state.ts';
import { createAssessment } from '../../src/foundation/core/assessment.ts';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import { createRemovalPlan } from '../../src/hardening/harden/create-removal-plan.ts';
import { ImageFiles } from '../../src/hardening/harden/image-files.ts';
import { Predictor } from '../../src/hardening/harden/prediction.ts';
import { recipeFormats } from '../../src/hardening/harden/recipe/registry.generated.ts';
import type { ManagerState, Recipe } from '../../src/hardening/harden/recipe-contract.ts';
import { openRoot, type RootReader } from './reach-trace-reader.ts';
import { unpackImage } from './reach-trace-root.ts';
import { requireSharedMaterial } from './shared-material.ts';

const [base] = process.argv.slice(2);
if (base === undefined) {
  throw new Error('name a folder for the roots, outside of the repository');
}
const folder = resolve(base);

interface Case {
  readonly image: string;
  readonly recipe: 'apt' | 'apk';
  readonly command: string;
}

const APT = [
  'perl',
  'bash -c true',
  'tar --version',
  'sort /etc/passwd',
  'sqv --version',
  'useradd -D',
  'passwd -S',
  'login',
  'find /etc',
  'grep x /etc/passwd',
  'sed -n p /etc/passwd',
  'gzip -c /etc/passwd',
  'ls /',
  'dpkg -l',
  'mount',
  'runuser -u root true',
  'mawk 1',
  'hostname',
  'debconf-show x',
  'diff /etc/passwd /etc/group',
];
const APK = ['ls /', 'ssl_client', 'getent passwd', 'scanelf /bin/busybox', 'ldd /bin/busybox'];

const [, only = ''] = process.argv.slice(2);
const ALL_CASES: readonly Case[] = [
  ...APT.map((command) => ({ image: 'debian-trixie-slim', recipe: 'apt', command }) as const),
  ...['alpine-3.20', 'alpine-3.11'].flatMap((image) =>
    APK.map((command) => ({ image, recipe: 'apk', command }) as const),
  ),
];
const CASES = ALL_CASES.filter(({ image, command }) => `${image}, ${command}`.includes(only));

interface Subject {
  readonly root: string;
  readonly reader: RootReader;
  readonly state: ManagerState;
}

async function openSubject(name: string): Promise<Subject> {
  const archive = join(requireSharedMaterial(), 'corpus', 'images', `${name}.oci.tar`);
  const root = join(folder, name);
  const scratch = join(folder, 'scratch');
  mkdirSync(scratch, { recursive: true });
  if (!existsSync(root)) {
    mkdirSync(root);
    unpackImage(archive, root);
  }
  const reader = await openRoot(`oci-archive:${archive}`, scratch, 'all');
  const state = await readManagerState(archive, { temporaryFolder: scratch });
  return { root, reader, state };
}

interface Expected {
  readonly text: string;
  readonly packages: readonly string[];
  readonly paths: readonly string[];
  readonly bytes: number;
  readonly setuid: number;
}

function createExpected({ reader, state }: Subject, { recipe: kind, command }: Case): Expected {
  const words = command.split(' ');
  const { target } = reader;
  const additions = { isEveryStepListed: true, entrypoint: words };
  const { reach } = reader.reachOf(target.config, undefined, additions);
  const inventory = { ...reader.inventory, reach };
  const assessment = createAssessment({ inventory });
  const plan = createRemovalPlan({
    assessment,
    image: target,
    commandFolders: ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'],
    request: { keepLevel: 'careful', keep: [], drop: [], also: [] },
    isRequested: () => false,
    isDropped: () => false,
    droppedPackages: new Set(),
  });
  const files = new ImageFiles(inventory.files);
  const predictor = new Predictor(assessment, files);
  let paths: readonly string[] = [];
  const found = recipeFormats
    .find(({ id }) => id === kind)
    ?.create({
      plan,
      inventory,
      state,
      process: PROCESS,
      slices: [],
      computeLoss: (lost, packages) => {
        paths = lost.toSorted(compareText);
        return predictor.computeLoss(lost, packages);
      },
    });
  const { text, predicted } = found as Recipe;
  const keys = new Set(predicted?.packages);
  const isSetuid = (path: string): boolean => ((files.findFile(path)?.mode ?? 0) & 0o6000) !== 0;
  return {
    text: plan.undecided === undefined ? text : `# ${plan.undecided}`,
    packages: plan.packages.flatMap(({ key, name }) => (keys.has(key) ? [name] : [])),
    paths,
    bytes: predicted?.bytes ?? 0,
    setuid: paths.filter(isSetuid).length,
  };
}

const PROCESS = {
  entrypoint: [],
  arguments: [],
  environment: new Map(),
  secretNames: [],
  workingFolder: '/',
  user: '',
  volumes: [],
  exposedPorts: [],
  stopSignal: '',
  healthcheck: { test: [], durations: new Map(), retries: 0 },
  labels: new Map(),
} as const;

/** Runs a recipe over an overlay of the root, and returns what it removed. */
function runRecipe(root: string, { recipe }: Case, text: string): Omit<Expected, 'text'> {
  const scratch = join(folder, 'scratch');
  writeFileSync(join(scratch, 'recipe.sh'), text);
  rmSync(join(scratch, 'upper'), { recursive: true, force: true });
  for (const name of ['upper', 'work', 'merged']) {
    mkdirSync(join(scratch, name), { recursive: true });
  }
  const list =
    recipe === 'apt'
      ? "chroot . dpkg-query -W -f '${Package} ${db:Status-Abbrev}\\n' | grep ' ii' | cut -d' ' -f1"
      : "sed -n 's/^P://p' lib/apk/db/installed";
  // After the removal the tools of the root may be missing, so those of this machine read it.
  const after =
    recipe === 'apt'
      ? "dpkg-query --admindir=$PWD/var/lib/dpkg -W -f '${Package} ${db:Status-Abbrev}\\n' | grep ' ii' | cut -d' ' -f1"
      : list;
  const files = "find . -xdev -not -type d -printf '/%P %y %s %m\\n' | LC_ALL=C sort";
  const lines = [
    `mount -t overlay overlay -o lowerdir=${root},upperdir=${scratch}/upper,workdir=${scratch}/work ${scratch}/merged`,
    `cd ${scratch}/merged`,
    `${list} | sort > ${scratch}/packages.before; ${files} > ${scratch}/files.before`,
    'mount -t proc proc proc; mount --rbind /dev dev',
    `cp ${scratch}/recipe.sh tmp/recipe.sh; timeout 200 chroot . /bin/sh /tmp/recipe.sh > ${scratch}/output 2>&1 < /dev/null || echo status $? >> ${scratch}/output`,
    'umount -l dev proc; rm -f tmp/recipe.sh',
    `${after} | sort > ${scratch}/packages.after; ${files} > ${scratch}/files.after`,
  ];
  execFileSync('unshare', ['--mount', '--pid', '--fork', '--net', 'sh', '-c', lines.join('\n')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const readLines = (name: string): readonly string[] =>
    readFileSync(join(scratch, name), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  const left = new Set(readLines('packages.after'));
  const leftPaths = new Set(readLines('files.after').map((line) => line.split(' ')[0]));
  const lost = readLines('files.before')
    .map((line) => line.split(' '))
    .filter(([path]) => !leftPaths.has(path));
  return {
    packages: readLines('packages.before').filter((name) => !left.has(name)),
    paths: lost.map(([path = '']) => path).toSorted(compareText),
    bytes: lost.reduce((sum, [, type, size]) => (type === 'f' ? sum + Number(size) : sum), 0),
    setuid: lost.filter(([, , , mode = '']) => (Number.parseInt(mode, 8) & 0o6000) !== 0).length,
  };
}

const subjects = new Map<string, Subject>();
let agreed = 0;
for (const one of CASES) {
  const subject = subjects.get(one.image) ?? (await openSubject(one.image));
  subjects.set(one.image, subject);
  const expected = createExpected(subject, one);
  const found = runRecipe(subject.root, one, expected.text);
  const wrong = [
    ...listDifferences('package', expected.packages, found.packages),
    ...listDifferences('file', expected.paths, found.paths),
    ...(expected.bytes === found.bytes ? [] : [`bytes ${expected.bytes}, removed ${found.bytes}`]),
    ...(expected.setuid === found.setuid ? [] : [`setuid ${expected.setuid}, not ${found.setuid}`]),
  ];
  agreed += wrong.length === 0 ? 1 : 0;
  const counts = `${found.packages.length} packages, ${found.paths.length} files, ${found.bytes} bytes, ${found.setuid} setuid`;
  console.log(
    `${one.image}, ${one.command}: ${wrong.length === 0 ? 'agrees' : 'differs'}: ${counts}`,
  );
  for (const line of wrong.slice(0, 12)) {
    console.log(`  ${line}`);
  }
}
console.log(`${agreed} of ${CASES.length} plans agree`);
process.exitCode = agreed === CASES.length ? 0 : 1;

function listDifferences(
  what: string,
  expected: readonly string[],
  found: readonly string[],
): readonly string[] {
  const [left, right] = [new Set(expected), new Set(found)];
  return [
    ...[...left].filter((one) => !right.has(one)).map((one) => `${what} ${one} was not removed`),
    ...[...right].filter((one) => !left.has(one)).map((one) => `${what} ${one} was also removed`),
  ];
}
