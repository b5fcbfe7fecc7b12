// Moves programs to other base images as `harden check` states, and runs them there:
// `sudo npm run conformance -- transplants APP_ROOT BASE_ROOT...`. APP_ROOT has the programs of
// `base-programs.data.ts`. Fails if fewer than 95 % of the answers are correct, if more than 1 % of
// the positive answers are wrong, or if a "no" does not name what the program reports.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { planRemoval } from '../../src/assess/plan-removal.ts';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { createAssessment } from '../../src/foundation/core/assessment.ts';
import { type BaseContent, describeBase } from '../../src/hardening/base/describe-base.ts';
import type { AbiFacts } from '../../src/hardening/base/provisions.ts';
import type { BaseCheck } from '../../src/hardening/harden/check/base-check.ts';
import { BaseContents } from '../../src/hardening/harden/check/base-contents.ts';
import { checkBase } from '../../src/hardening/harden/check/check-base.ts';
import { ImageFiles } from '../../src/hardening/harden/image-files.ts';
import { indexPackageFiles } from '../../src/hardening/harden/package-files.ts';
import { TRIED_PROGRAMS, type TriedProgram } from './base-programs.data.ts';
import { copyIntoRoot } from './copy-into-root.ts';
import { createRootArchive, writeLayout } from './root-images.ts';

const [appRoot = '', ...baseRoots] = process.argv.slice(2);
const only = process.env['PROGRAMS']?.split(',');
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-transplant-'));
const RUN_MS = 20_000;
const counts = { pairs: 0, correct: 0, positive: 0, falseYes: 0, no: 0, named: 0, unknown: 0 };

try {
  const bases = await Promise.all(
    baseRoots.map(async (root) => {
      const image = describeBase(await read(`dir:${root}`), { names: [basename(root)] });
      return { root, name: basename(root), contents: new BaseContents(image) };
    }),
  );
  const layer = createRootArchive(appRoot, join(folder, 'app.tar'));
  for (const program of TRIED_PROGRAMS.filter(({ name }) => only?.includes(name) ?? true)) {
    const target = writeLayout(join(folder, 'image'), {
      layers: [layer],
      process: {
        Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
        Entrypoint: program.command,
        ...(program.user === undefined ? {} : { User: program.user }),
      },
    });
    const content = await read(target, true);
    const assessment = createAssessment({ inventory: content.inventory });
    const request = { keepLevel: 'careful', keep: [], drop: [], also: [] } as const;
    const plan = planRemoval(assessment, target, request);
    const files = new ImageFiles(content.inventory.files);
    const packages = indexPackageFiles(content.inventory, files);
    for (const { root, name, contents } of bases) {
      const input = { ...content, plan, files, packages, base: contents, name, doubts: [] };
      judge(program, checkBase(input), root);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const share = counts.correct / counts.pairs;
const falseShare = counts.falseYes / Math.max(1, counts.positive);
console.log(
  `${counts.pairs} pairs: ${counts.correct} correct (${(share * 100).toFixed(1)} %); ` +
    `${counts.falseYes} of ${counts.positive} positive answers wrong (${(falseShare * 100).toFixed(1)} %); ` +
    `${counts.named} of ${counts.no} negative answers name what the program reports; ${counts.unknown} unknown`,
);
process.exitCode = share >= 0.95 && falseShare <= 0.01 && counts.named === counts.no ? 0 : 1;

async function read(target: string, isReachRequested = false): Promise<BaseContent> {
  let abi: AbiFacts = { files: new Map(), users: [], groups: [] };
  const inventory = await readInventory(target, {
    files: { selection: 'all' },
    isReachRequested,
    isSurfaceRequested: isReachRequested,
    ...(isReachRequested ? { reachAdditions: { isEveryStepListed: true } } : {}),
    temporaryFolder: () => folder,
    cache: { folder: join(folder, 'cache'), build: 'sweep', isRenewed: false },
    onAbi: (facts) => {
      abi = facts;
    },
  });
  return { inventory, abi };
}

function judge(program: TriedProgram, check: BaseCheck, root: string): void {
  const { status, output } = tryProgram(program, check, root);
  const isRunning = status === 0;
  const isPositive = check.result === 'yes' || check.result === 'yes-with';
  counts.pairs += 1;
  if (check.result === 'unknown') {
    counts.unknown += 1;
  }
  const isCorrect = check.result !== 'unknown' && isPositive === isRunning;
  counts.correct += isCorrect ? 1 : 0;
  counts.positive += isPositive ? 1 : 0;
  counts.falseYes += isPositive && !isRunning ? 1 : 0;
  if (check.result === 'no') {
    const names = check.items.filter(({ state }) => state === 'missing').map(({ name }) => name);
    const isLoader = check.items.some(
      ({ state, kind }) => state === 'missing' && kind === 'loader',
    );
    const isNamed =
      names.some((name) => output.includes(name)) ||
      (isLoader && /No such file|not found/.test(output));
    counts.no += 1;
    counts.named += isNamed || isRunning ? 1 : 0;
    console.log(
      `${isCorrect ? 'ok' : 'WRONG'} ${program.name} on ${check.base}: no (${names.slice(0, 3).join(', ')}); ${isNamed ? 'named' : `NOT NAMED: ${output.slice(0, 160)}`}`,
    );
    return;
  }
  const why = isCorrect
    ? ''
    : `: status ${status}: ${output.trim().slice(0, 200)} ${check.doubts.slice(0, 1).join('')}`;
  console.log(
    `${isCorrect ? 'ok' : 'WRONG'} ${program.name} on ${check.base}: ${check.result}${why}`,
  );
}

/** Copies as a build would, on top of the root of the base image, which stays as it is. */
function tryProgram(
  { command: [first = '', ...words] }: TriedProgram,
  { own, added, program = first }: BaseCheck,
  root: string,
): { readonly status: number | null; readonly output: string } {
  const [upper, work, merged] = ['upper', 'work', 'merged'].map((name) => join(folder, name));
  for (const place of [upper, work, merged]) {
    mkdirSync(place ?? '', { recursive: true });
  }
  run('mount', [
    '-t',
    'overlay',
    'overlay',
    '-o',
    `lowerdir=${root},upperdir=${upper},workdir=${work}`,
    merged ?? '',
  ]);
  try {
    [...own, ...added].forEach((line) => copyIntoRoot(line, appRoot, merged ?? ''));
    const environment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      [
        '-m',
        '-p',
        '-f',
        '-n',
        'sh',
        '-c',
        'mkdir -p "$0/proc" "$0/dev"; mount -t proc proc "$0/proc"; mount --bind /dev "$0/dev"; exec chroot "$0" "$@"',
        merged ?? '',
        program,
        ...words,
      ],
      { encoding: 'utf8', timeout: RUN_MS, env: environment },
    );
    return { status, output: `${stdout}${stderr}` };
  } finally {
    run('umount', [merged ?? '']);
    for (const place of [upper, work]) {
      rmSync(place ?? '', { recursive: true, force: true });
    }
  }
}

function run(program: string, words: readonly string[]): void {
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${program} ${words.join(' ')}: ${stderr}`);
  }
}
