import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { quoteArgument } from '../test/support/quote-argument.ts';

/** A program to measure, run without a shell. */
export interface Candidate {
  readonly title: string;
  readonly command: readonly string[];
  /** A directory that is deleted before each run. */
  readonly fresh?: string;
}

/** Medians of the runs. Values that this machine cannot measure are absent. */
export interface Measurement {
  readonly title: string;
  readonly wallSeconds: number;
  readonly cpuSeconds?: number;
  readonly peakBytes?: number;
}

export interface MeasureOptions {
  readonly runs: number;
  /** Directory for intermediate files. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Measures the candidates in one run, so that all meet the same machine state: by hyperfine if it
 * is installed, else in turn.
 *
 * @throws Error if one of them fails
 */
export async function measure(
  candidates: readonly Candidate[],
  options: MeasureOptions,
): Promise<Measurement[]> {
  const timed = hasHyperfine()
    ? measureByHyperfine(candidates, options)
    : await measureInTurn(candidates, options);
  const peaks: Measurement[] = [];
  for (const [index, candidate] of candidates.entries()) {
    const { peakBytes } = await runWatched(candidate, options);
    const times = timed[index];
    if (times !== undefined) {
      peaks.push({ ...times, ...(peakBytes === undefined ? {} : { peakBytes }) });
    }
  }
  return peaks;
}

export function hasHyperfine(): boolean {
  return spawnSync('hyperfine', ['--version']).status === 0;
}

interface HyperfineResult {
  readonly median: number;
  readonly user: number;
  readonly system: number;
}

function measureByHyperfine(
  candidates: readonly Candidate[],
  { runs, folder, environment }: MeasureOptions,
): Measurement[] {
  const report = join(folder, 'hyperfine.json');
  const prepare = candidates.flatMap(({ fresh }) => [
    '--prepare',
    fresh === undefined ? 'true' : `rm -rf ${quoteArgument(fresh)}`,
  ]);
  const commands = candidates.map(({ command }) => command.map(quoteArgument).join(' '));
  const args = ['--shell=none', '--warmup=1', `--runs=${runs}`, `--export-json=${report}`];
  const { status, stderr } = spawnSync('hyperfine', [...args, ...prepare, ...commands], {
    encoding: 'utf8',
    env: environment,
  });
  if (status !== 0) {
    throw new Error(`hyperfine fails: ${stderr}`);
  }
  const { results } = JSON.parse(readFileSync(report, 'utf8')) as { results: HyperfineResult[] };
  return results.map(({ median: wallSeconds, user, system }, index) => ({
    title: candidates[index]?.title ?? '',
    wallSeconds,
    cpuSeconds: user + system,
  }));
}

async function measureInTurn(
  candidates: readonly Candidate[],
  options: MeasureOptions,
): Promise<Measurement[]> {
  const rounds: WatchedRun[][] = candidates.map(() => []);
  for (let round = 0; round <= options.runs; round++) {
    for (const [index, candidate] of candidates.entries()) {
      const run = await runWatched(candidate, options);
      // The first round warms up.
      if (round > 0) {
        rounds[index]?.push(run);
      }
    }
  }
  return candidates.map(({ title }, index) => {
    const runs = rounds[index] ?? [];
    const cpu = runs.flatMap(({ cpuSeconds }) => cpuSeconds ?? []);
    return {
      title,
      wallSeconds: computeMedian(runs.map(({ wallSeconds }) => wallSeconds)),
      ...(cpu.length === 0 ? {} : { cpuSeconds: computeMedian(cpu) }),
    };
  });
}

type WatchedRun = Omit<Measurement, 'title'>;

const LOOK_MS = 5;
/** Linux reports process times in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** Runs once, with the statistics of Linux about the running process. */
async function runWatched(
  { title, command, fresh }: Candidate,
  { environment }: MeasureOptions,
): Promise<WatchedRun> {
  if (fresh !== undefined) {
    rmSync(fresh, { recursive: true, force: true });
  }
  const [program = '', ...args] = command;
  const start = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'ignore'], env: environment });
  let seen: Omit<WatchedRun, 'wallSeconds'> = {};
  const timer = setInterval(() => {
    seen = { ...seen, ...readProcessStatus(child.pid) };
  }, LOOK_MS);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  }).finally(() => clearInterval(timer));
  if (status !== 0) {
    throw new Error(`${title} ends with status ${status}`);
  }
  return { ...seen, wallSeconds: (performance.now() - start) / 1_000 };
}

function readProcessStatus(processId: number | undefined): Omit<WatchedRun, 'wallSeconds'> {
  try {
    const status = readFileSync(`/proc/${processId}/status`, 'utf8');
    const peak = /^VmHWM:\s+(\d{1,15}) kB$/m.exec(status)?.[1];
    const stat = readFileSync(`/proc/${processId}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return {
      ...(peak === undefined ? {} : { peakBytes: Number(peak) * 1_024 }),
      cpuSeconds: ticks / TICKS_PER_SECOND,
    };
  } catch {
    // Not Linux, or the process has ended in the meantime.
    return {};
  }
}

function computeMedian(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
