// Carries out plans of `plimsoll fix` with apt: `sudo npm run conformance -- patches ROOT...`,
// with root file systems of Debian for which updates exist. The advisories are synthetic: source
// packages with an update are affected below its version, one has a fix that no index has, and one
// has none. Fails if apt does not install the planned versions, if other findings are left than
// predicted, if apt changes another package, or if a plan removes less than 95 % of the risk that
// the best combination would remove.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { PatchGroup, PatchPlan } from '../../src/hardening/harden/patch/patch-plan.ts';
import { DecidedWorld } from '../support/decided-image.ts';

const roots = process.argv.slice(2);
const PLANS = Number(process.env['PLANS'] ?? '21');
const EXHAUSTIVE_GROUPS_MAX = 15;
const OPTIMUM_SHARE_MIN = 0.95;
const LEAST_RISK = 0.001;
const SEVERITIES = ['critical', 'high', 'medium', 'low', 'negligible'];
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-patches-'));
/** Several programs may run on the machine. */
const RUN_MS = 600_000;
const world = new DecidedWorld(RUN_MS);
let plans = 0;
let right = 0;

interface Update {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly sourceVersion: string;
}

/** A root with its updates, and the index of its mirrors. */
interface Trial {
  readonly root: string;
  readonly release: string;
  readonly codename: string;
  readonly updates: readonly Update[];
  readonly index: string;
}

try {
  const trials = roots.map(prepareRoot);
  for (let number = 0; number < PLANS; number += 1) {
    const trial = trials[number % trials.length];
    if (trial !== undefined) {
      await tryPlan(trial, number);
    }
  }
} finally {
  world[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${right} of ${plans} plans were carried out as predicted`);
process.exitCode = plans > 0 && right === plans ? 0 : 1;

/** Reads the updates of a root, with fresh lists of its mirrors. */
function prepareRoot(root: string): Trial {
  const { merged, close } = openOverlay(root);
  try {
    runInside(merged, 'apt-get update -qq');
    const names = runInside(merged, 'apt-get -s dist-upgrade')
      .split('\n')
      .flatMap((line) => /^Inst (\S+) \[/.exec(line)?.[1] ?? []);
    const shown = runInside(merged, `apt-cache show --no-all-versions ${names.join(' ')}`);
    const updates = shown.split('\n\n').flatMap(readUpdate);
    const index = join(folder, `${basename(root)}.packages`);
    writeFileSync(index, runInside(merged, 'apt-cache dumpavail'));
    const script = `. ${root}/etc/os-release; echo $VERSION_ID $VERSION_CODENAME`;
    const [release = '', codename = ''] = runProgram('sh', ['-c', script]).trim().split(' ');
    const sources = new Set(updates.map(({ source }) => source)).size;
    console.log(`${basename(root)}: ${updates.length} packages of ${sources} sources have updates`);
    return { root, release, codename, updates, index };
  } finally {
    close();
  }
}

function readUpdate(record: string): readonly Update[] {
  const name = /^Package: (.+)$/m.exec(record)?.[1];
  const version = /^Version: (.+)$/m.exec(record)?.[1];
  const [, source = name, sourceVersion = version] =
    /^Source: (\S+)(?: \((.+)\))?$/m.exec(record) ?? [];
  return name === undefined || version === undefined
    ? []
    : [{ name, version, source: source ?? name, sourceVersion: sourceVersion ?? version }];
}

/** Every plan has other affected sources, severities and limits. */
async function tryPlan(
  { root, release, codename, updates, index }: Trial,
  number: number,
): Promise<void> {
  const database = `db-${number}`;
  const sources = new Map(updates.map((one) => [one.source, one.sourceVersion]));
  const affected = [...sources].filter((_, place) => number < 3 || (place + number) % 3 !== 0);
  await world.addDatabase(database, {
    systems: [{ name: 'debian', major: release, codename }],
    statements: [
      ...affected.flatMap(([name, version], place) =>
        Array.from({ length: 1 + ((place * 7 + number) % 3) }, (_, which) =>
          createStatement(`CVE-2026-${1000 + place * 10 + which}`, name, version, place + number),
        ),
      ),
      createStatement('CVE-2026-9001', 'bash', '99:1', number),
      createStatement('CVE-2026-9002', 'tar', undefined, number),
    ],
  });
  const limit = number % 2 === 0 ? 0 : 1 + (number % Math.max(2, updates.length));
  const words = ['fix', `dir:${root}`, '--check-index', index];
  const limited = [...words, '--max-packages', String(limit)];
  const plan = await readPlan(database, limited);
  const script = await world.runWithDatabase(database, ...limited, '-o', 'script');
  const all = await readPlan(database, words);
  const faults = [
    ...(await carryOut(plan, script.stdout, { root, database, updates })),
    ...compareWithOptimum(plan, all, limit),
  ];
  plans += 1;
  right += faults.length === 0 ? 1 : 0;
  const count = plan.groups.flatMap(({ packages }) => packages).length;
  console.log(
    `${faults.length === 0 ? 'ok' : 'WRONG'} ${basename(root)}, limit ${limit}: ${plan.groups.length} of ${all.groups.length} groups, ${count} packages, ${plan.before} to ${plan.after} findings ${faults.slice(0, 3).join('; ')}`,
  );
}

function createStatement(
  id: string,
  name: string,
  fix: string | undefined,
  number: number,
): Parameters<DecidedWorld['addDatabase']>[1]['statements'][number] {
  const value = SEVERITIES[number % SEVERITIES.length] ?? '';
  return {
    id,
    provider: 'debian',
    system: 0,
    ecosystem: 'deb',
    name,
    severities: [{ scheme: 'CHMLN', value, rank: 1 }],
    ranges: [
      fix === undefined
        ? { scheme: 'dpkg', constraint: '< 99:9', state: 'not-fixed' }
        : { scheme: 'dpkg', constraint: `< ${fix}`, fix, state: 'fixed' },
    ],
  };
}

async function readPlan(database: string, words: readonly string[]): Promise<PatchPlan> {
  const { stdout, stderr } = await world.runWithDatabase(database, ...words, '-o', 'json');
  if (stdout === '') {
    throw new Error(stderr);
  }
  return JSON.parse(stdout) as PatchPlan;
}

interface Execution {
  readonly root: string;
  readonly database: string;
  readonly updates: readonly Update[];
}

/** Runs the script in a copy of the root, and compares versions and findings with the plan. */
async function carryOut(
  plan: PatchPlan,
  script: string,
  { root, database, updates }: Execution,
): Promise<readonly string[]> {
  const planned = plan.groups.flatMap(({ packages }) => packages.map(({ name }) => name));
  const available = new Map(updates.map(({ name, version }) => [name, version]));
  const { merged, close } = openOverlay(root);
  try {
    runInside(merged, 'apt-get update -qq');
    const before = listVersions(merged);
    const output = runInside(merged, script);
    const after = listVersions(merged);
    const touched = [...new Set([...before.keys(), ...after.keys()])].filter(
      (name) => before.get(name) !== after.get(name),
    );
    const { stdout } = await world.runWithDatabase(database, 'scan', `dir:${merged}`, '-o', 'json');
    const left = listFindings(stdout);
    const predicted = plan.open.map(({ name, id }) => `${name} ${id}`).sort();
    return [
      ...(plan.before > 0 && plan.introduced.length === 0 ? [] : ['nothing to fix, or introduced']),
      ...touched.filter((name) => !planned.includes(name)).map((name) => `also changed ${name}`),
      ...planned
        .filter((name) => after.get(name) !== available.get(name))
        .map((name) => `${name} is ${after.get(name)}: ${output.slice(-300)}`),
      ...(left.join() === predicted.join()
        ? []
        : [`left are ${left.join(', ')}, but predicted ${predicted.join(', ')}`]),
      ...(left.length === plan.after ? [] : [`${left.length} findings left, not ${plan.after}`]),
    ];
  } finally {
    close();
  }
}

function listFindings(report: string): readonly string[] {
  const { inventory, findings } = JSON.parse(report) as {
    inventory: { packages: readonly { key: string; name: string }[] };
    findings: { findings: readonly { packageKey: string; id: string }[] };
  };
  const names = new Map(inventory.packages.map(({ key, name }) => [key, name]));
  return findings.findings.map(({ packageKey, id }) => `${names.get(packageKey)} ${id}`).sort();
}

/** Tries every combination of groups. */
function compareWithOptimum(plan: PatchPlan, all: PatchPlan, limit: number): readonly string[] {
  const { groups } = all;
  if (groups.length > EXHAUSTIVE_GROUPS_MAX) {
    return [];
  }
  const most = limit === 0 ? Number.MAX_SAFE_INTEGER : limit;
  let best = 0;
  for (let chosen = 0; chosen < 2 ** groups.length; chosen += 1) {
    const members = groups.filter((_, index) => (chosen & (1 << index)) !== 0);
    const cost = members.reduce((sum, { packages }) => sum + packages.length, 0);
    best = cost > most ? best : Math.max(best, sumRisk(members));
  }
  const own = sumRisk(plan.groups);
  return own >= best * OPTIMUM_SHARE_MIN ? [] : [`removes ${own} of ${best}`];
}

function sumRisk(groups: readonly PatchGroup[]): number {
  return groups.reduce((sum, { risk, fixes }) => sum + risk + fixes.length * LEAST_RISK, 0);
}

function listVersions(root: string): ReadonlyMap<string, string> {
  const words = ['-W', `--admindir=${root}/var/lib/dpkg`, '-f', '${Package} ${Version}\n'];
  const lines = runProgram('dpkg-query', words).trim().split('\n');
  return new Map(lines.map((line) => line.split(' ') as [string, string]));
}

function openOverlay(root: string): { readonly merged: string; readonly close: () => void } {
  const own = mkdtempSync(join(folder, 'overlay-'));
  const [upper = '', work = '', merged = ''] = ['upper', 'work', 'merged'].map((name) => {
    mkdirSync(join(own, name));
    return join(own, name);
  });
  const layers = `lowerdir=${root},upperdir=${upper},workdir=${work}`;
  runProgram('mount', ['-t', 'overlay', 'overlay', '-o', layers, merged]);
  copyFileSync('/etc/resolv.conf', join(merged, 'etc/resolv.conf'));
  return {
    merged,
    close: () => {
      runProgram('umount', [merged]);
      rmSync(own, { recursive: true, force: true });
    },
  };
}

function runInside(merged: string, script: string): string {
  const words = [merged, 'sh', '-c', script];
  const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive' };
  const options = { encoding: 'utf8', env: environment, maxBuffer: 2 ** 28 } as const;
  const { stdout, stderr } = spawnSync('chroot', words, options);
  return `${stdout}${stderr}`;
}

function runProgram(program: string, words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${program} ${words.join(' ')}: ${stderr}`);
  }
  return stdout;
}
