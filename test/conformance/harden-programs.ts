// Plans and emits slim images of programs and verifies that they behave as before: `npm run
// conformance -- harden FOLDER [PROGRAM…]`. Needs root, debootstrap, strace and a built program;
// images are created once in FOLDER, outside of the repository. Not part of `npm test`.
import { spawnSync } from 'node:child_process';
import { createReadStream, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { processConfig } from '../../src/hardening/reach/process-config.ts';
import { readAttempts, readBeginning } from '../../src/hardening/trial/opened-files.ts';
import { prepareImage as prepareTrial } from '../../src/hardening/trial/prepare-root.ts';
import { runImage } from '../../src/hardening/trial/run-image.ts';
import type { TrialImage } from '../../src/hardening/trial/trial-image.ts';
import { prepareImage } from './harden-images.ts';
import {
  DRAW_SEED,
  DRAWN_PROGRAMS,
  type HardenedProgram,
  KNOWN_PROGRAMS,
  UNSEEN_PROGRAMS,
} from './harden-programs.data.ts';

const [base, ...wanted] = process.argv.slice(2);
if (base === undefined) {
  throw new Error('name a folder for the images, outside of the repository');
}
const folder = resolve(base);
mkdirSync(join(folder, 'images'), { recursive: true });
const cli = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');

/** Park and Miller's generator: the same draw on every machine. */
function drawPrograms(): readonly HardenedProgram[] {
  const left = [...UNSEEN_PROGRAMS];
  const drawn: HardenedProgram[] = [];
  let state = DRAW_SEED;
  while (drawn.length < DRAWN_PROGRAMS) {
    state = (state * 48_271) % 2_147_483_647;
    drawn.push(...left.splice(state % left.length, 1));
  }
  return drawn;
}

interface Score {
  readonly id: string;
  readonly result: 'same' | 'announced' | 'different' | 'failed';
  readonly bets: number;
  /** Share of the bytes that the plan removes. */
  readonly removed: number;
  readonly keptBytes: number;
  readonly tracedBytes: number;
  readonly text: string;
}

function run(words: readonly string[]): { status: number | null; output: string; errors: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...words], {
    encoding: 'utf8',
    maxBuffer: 2 ** 29,
    timeout: 900_000,
  });
  return { status, output: stdout, errors: stderr.trim() };
}

interface PlanDocument {
  readonly kept: readonly { sizeBytes: number }[];
  readonly dropped: readonly { sizeBytes: number }[];
  readonly bets: readonly { id: string; dropped: readonly string[] }[];
  readonly undecided?: string;
}

interface TrialDocument {
  readonly isSame: boolean;
  readonly differences: readonly { aspect: string; missing: string[]; extra: string[] }[];
  readonly missing?: { path: string; evidence: string; bet?: { id: string } };
}

const MEGABYTE = 1_000_000;

async function scoreProgram(program: HardenedProgram): Promise<Score> {
  const { image } = await prepareImage(program, folder);
  const target = `oci-dir:${image}`;
  const planFile = join(folder, 'plans', `${program.id}.json`);
  mkdirSync(join(folder, 'plans'), { recursive: true });
  const expectedFile = join(folder, 'expected.json');
  const slim = join(folder, 'slim');
  const failed = { id: program.id, bets: 0, removed: 0, keptBytes: 0, tracedBytes: 0 };
  const planned = run(['harden', 'plan', target, '-o', 'json', '-q']);
  if (planned.status !== 0) {
    return { ...failed, result: 'failed', text: `plan: ${planned.errors.slice(0, 300)}` };
  }
  writeFileSync(planFile, planned.output);
  const plan = JSON.parse(planned.output) as PlanDocument;
  if (plan.undecided !== undefined) {
    return { ...failed, result: 'failed', text: `undecided: ${plan.undecided}` };
  }
  rmSync(slim, { recursive: true, force: true });
  const emitted = run(['harden', 'emit', target, '-o', `oci-dir=${slim}`, '-q']);
  if (emitted.status !== 0) {
    return { ...failed, result: 'failed', text: `emit: ${emitted.errors.slice(0, 300)}` };
  }
  writeFileSync(expectedFile, JSON.stringify({ expected: program.expected }));
  const probe = program.probe === undefined ? [] : ['--', 'bash', '-c', program.probe];
  const options = ['-o', 'json', '--plan', planFile, '--expect', expectedFile];
  const verified = run(['harden', 'verify', target, `oci-dir:${slim}`, ...options, ...probe]);
  const kept = sumBytes(plan.kept);
  const all = kept + sumBytes(plan.dropped);
  const numbers = { bets: plan.bets.length, removed: 1 - kept / all, keptBytes: kept };
  if (verified.status !== 0 && verified.status !== 2) {
    const text = `verify: ${verified.errors.slice(-300)}`;
    return { ...failed, ...numbers, result: 'failed', text };
  }
  const trial = JSON.parse(verified.output) as TrialDocument;
  const { missing, differences } = trial;
  const bet = plan.bets.find(({ dropped }) => dropped.includes(missing?.path ?? ''));
  const first = differences[0];
  const lines = [...(first?.missing ?? []).slice(0, 1), ...(first?.extra ?? []).slice(0, 2)];
  return {
    id: program.id,
    ...numbers,
    tracedBytes: await measureOpenedBytes(program, image),
    result: trial.isSame ? 'same' : bet === undefined ? 'different' : 'announced',
    text: trial.isSame
      ? ''
      : `${missing?.path} (${missing?.evidence}; bet ${bet?.id ?? 'none'}); ${first?.aspect}: ${lines.join(' | ').slice(0, 300)}`,
  };
}

/** Runs the original under strace. Returns the bytes of the files that it opens or starts. */
async function measureOpenedBytes(program: HardenedProgram, layout: string): Promise<number> {
  using resources = new DisposableStack();
  const scratch = join(folder, 'traced');
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { mode: 0o700 });
  resources.defer(() => rmSync(scratch, { recursive: true, force: true }));
  const traceFile = join(folder, 'traced.strace');
  const { root, tree } = await prepareTrial(openLayout(layout), scratch, DEFAULT_LIMITS);
  const settings = {
    command: program.probe === undefined ? [] : ['bash', '-c', program.probe],
    environment: process.env,
    nodePath: process.execPath,
    runtime: 'namespaces' as const,
    now: () => performance.now(),
    startMs: 10_000,
    commandMs: 30_000,
    stopMs: 1_000,
    limits: DEFAULT_LIMITS,
    resources,
  };
  await runImage(root, settings, { traceFile });
  const opened = new Map<string, number>();
  const trace = readBeginning(traceFile, DEFAULT_LIMITS.trialTraceBytesMax);
  for (const attempt of readAttempts(trace, root.process.workingFolder)) {
    const { end } = tree.trace(attempt.path);
    if (attempt.error === undefined && attempt.isOpened && end?.type === 'regular') {
      opened.set(end.path, end.sizeBytes);
    }
  }
  // For a comparison with the plan beside it.
  writeFileSync(join(folder, 'plans', `${program.id}.opened.json`), JSON.stringify([...opened]));
  return [...opened.values()].reduce((sum, size) => sum + size, 0);
}

function openLayout(layout: string): TrialImage {
  const readJson = (path: string): unknown => JSON.parse(readFileSync(join(layout, path), 'utf8'));
  const getPath = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
  const index = readJson('index.json') as { manifests: { digest: string }[] };
  const manifest = readJson(getPath(index.manifests[0]?.digest ?? '')) as {
    config: { digest: string };
    layers: { digest: string }[];
  };
  const config = readFileSync(join(layout, getPath(manifest.config.digest)));
  return {
    name: layout,
    process: processConfig({ config }),
    layers: manifest.layers.map(({ digest }) => ({
      open: () => createReadStream(join(layout, getPath(digest))),
    })),
  };
}

function sumBytes(files: readonly { sizeBytes: number }[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function findMedian(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function formatMegabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

async function scoreAll(title: string, programs: readonly HardenedProgram[]): Promise<void> {
  const scores: Score[] = [];
  for (const program of programs) {
    if (wanted.length > 0 && !wanted.includes(program.id) && !wanted.includes(title)) {
      continue;
    }
    const score = await scoreProgram(program);
    scores.push(score);
    const ratio =
      score.tracedBytes === 0
        ? ''
        : `, ${(score.keptBytes / score.tracedBytes).toFixed(2)} × opened`;
    console.log(
      `${score.id}: ${score.result}; ${score.bets} bets; ${(score.removed * 100).toFixed(1)} % removed, ${formatMegabytes(score.keptBytes)} kept${ratio} ${score.text}`,
    );
  }
  const count = (result: Score['result']): number =>
    scores.filter((score) => score.result === result).length;
  const decided = scores.filter(({ result }) => result !== 'failed');
  console.log(
    `${title}: ${count('same')} of ${scores.length} behave as before, ${count('announced')} differ as announced, ${count('different')} differ, ${count('failed')} failed; median ${(100 * findMedian(decided.map(({ removed }) => removed))).toFixed(1)} % removed; at most ${Math.max(0, ...decided.map(({ bets }) => bets))} bets`,
  );
}

await scoreAll('known', KNOWN_PROGRAMS);
await scoreAll('unseen', drawPrograms());
